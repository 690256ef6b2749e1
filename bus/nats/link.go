package nats

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"parley/bus"
	"parley/internal/clock"
)

// How soon a connection that nothing comes through is noticed (our choice).
const (
	testEvery   = time.Second     // a question that the server must answer
	testWithin  = 2 * time.Second // is how long its answer may take
	trustFor    = 3 * time.Second // since the last answered question
	pingEvery   = 2 * time.Second // the library's own question
	pingsMissed = 2               // unanswered ones after which it connects anew
)

// complainEvery is how often the log says why the bus is away.
const complainEvery = time.Minute

// link is what is known of the connection. Asking it never waits.
type link struct {
	linked   atomic.Bool
	answered atomic.Int64  // the last question that was answered, in nanoseconds of the wall clock; 0 = none on this connection
	limit    atomic.Int64  // bytes that a hint may have
	again    chan struct{} // a connection was made

	mu         sync.Mutex
	connection int  // counts those made and lost
	down       bool // Restored has not been told since hints may have been lost
	complained time.Time
}

// init makes a link that is not connected.
func (l *link) init() {
	l.again = make(chan struct{}, 1)
	l.down = true
}

func (l *link) up() bool {
	at := l.answered.Load()
	return at != 0 && clock.Wall().UnixNano()-at < int64(trustFor)
}

// change notes that a connection was made or lost.
func (l *link) change(linked bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.connection++
	l.linked.Store(linked)
	l.answered.Store(0)
	l.down = true
}

func (l *link) current() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.connection
}

// answer notes an answer on a connection and reports whether hints arrive again since.
func (l *link) answer(connection int, asked time.Time) (restored bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.connection != connection {
		return false
	}
	restored = l.down || !l.up()
	l.answered.Store(asked.UnixNano())
	l.down = false
	return restored
}

// mayComplain reports whether the log has been silent for long enough.
func (l *link) mayComplain() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := clock.Wall()
	if now.Sub(l.complained) < complainEvery {
		return false
	}
	l.complained = now
	return true
}

// observe has the library tell what happens to the connection.
func (b *Bus) observe(opts *natsgo.Options) {
	opts.ConnectedCB, opts.ReconnectedCB = b.connected, b.connected
	opts.DisconnectedErrCB = func(_ *natsgo.Conn, err error) {
		b.link.change(false)
		b.complain(err)
	}
	opts.ReconnectErrCB = func(_ *natsgo.Conn, err error) { b.complain(err) }
	opts.AsyncErrorCB = func(_ *natsgo.Conn, _ *natsgo.Subscription, err error) {
		if !errors.Is(err, natsgo.ErrSlowConsumer) { // these are counted
			b.complain(err)
		}
	}
}

func (b *Bus) connected(conn *natsgo.Conn) {
	b.link.limit.Store(min(maxHint, conn.MaxPayload()))
	b.link.change(true)
	select {
	case b.link.again <- struct{}{}:
	default:
	}
}

// complain logs why hints do not arrive, now and then.
func (b *Bus) complain(err error) {
	if b.closing() || !b.link.mayComplain() {
		return
	}
	if err == nil {
		err = errors.New("the connection was closed")
	}
	b.log.Warn("the bus is away: hints of other nodes are missing, the store is asked more often", slog.Any("error", err))
}

// watch asks the server for an answer every second until Close.
func (b *Bus) watch(conn *natsgo.Conn) {
	tick := time.NewTicker(testEvery)
	defer tick.Stop()
	for {
		b.test(conn)
		select {
		case <-b.done:
			return
		case <-b.link.again:
		case <-tick.C:
		}
	}
}

// test waits for an answer. The topics that this node follows were sent before
// the question: with the answer their hints arrive.
func (b *Bus) test(conn *natsgo.Conn) {
	if !b.link.linked.Load() {
		return
	}
	connection, asked := b.link.current(), clock.Wall()
	if err := conn.FlushTimeout(testWithin); err != nil {
		b.complain(err)
		return
	}
	if b.link.answer(connection, asked) {
		b.log.Info("the bus is there", slog.String("server", conn.ConnectedAddr()))
		b.local.Publish(context.Background(), bus.Restored, bus.Hint{})
	}
}

func (b *Bus) closing() bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}
