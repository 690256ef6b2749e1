package nats

import (
	"sync"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"parley/bus"
)

const (
	maxHint    = 16 << 10 // bytes that a hint is sent with; a larger one goes without its items (our choice)
	maxWaiting = 4_096    // hints that wait for NATS; more are dropped (our choice: a few MB)
	lastFlush  = time.Second
)

// outbox holds what waits to be sent: a connection that is stuck must not hold
// up who publishes.
type outbox struct {
	waiting chan *letter
	used    *sync.Pool // of *letter
}

// letter is one encoded hint.
type letter struct {
	subject string
	data    []byte
}

func newOutbox() outbox {
	return outbox{waiting: make(chan *letter, maxWaiting), used: &sync.Pool{New: func() any { return new(letter) }}}
}

// post encodes a hint and queues it, unless it would only be lost.
func (b *Bus) post(topic bus.Topic, hint *bus.Hint) {
	if !b.link.linked.Load() {
		b.unsent.Add(1)
		return
	}
	l := b.outbox.used.Get().(*letter)
	l.subject = b.prefix + string(topic)
	if l.data = encode(l.data[:0], hint); int64(len(l.data)) > b.link.limit.Load() {
		l.data = encode(l.data[:0], bare(hint))
	}
	select {
	case b.outbox.waiting <- l:
	default:
		b.unsent.Add(1)
	}
}

// bare is a hint without its items and its preview: it says up to where there are items.
func bare(hint *bus.Hint) *bus.Hint {
	b := *hint
	b.Items, b.Preview = nil, nil
	for i := range hint.Items {
		b.Head = max(b.Head, hint.Items[i].Position)
	}
	return &b
}

// send hands to NATS what is posted, until Close; then what is still waiting.
func (b *Bus) send(conn *natsgo.Conn) {
	for {
		select {
		case l := <-b.outbox.waiting:
			b.hand(conn, l)
			continue
		case <-b.done:
		}
		break
	}
	for b.Up() {
		select {
		case l := <-b.outbox.waiting:
			b.hand(conn, l)
			continue
		default:
			_ = conn.FlushTimeout(lastFlush) // what does not arrive is lost, as any hint may be
		}
		break
	}
}

func (b *Bus) hand(conn *natsgo.Conn, l *letter) {
	if err := conn.Publish(l.subject, l.data); err != nil {
		b.unsent.Add(1)
	} else {
		b.sent.Add(1)
	}
	b.outbox.used.Put(l)
}
