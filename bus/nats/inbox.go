package nats

import (
	"context"
	"hash/maphash"
	"strings"

	natsgo "github.com/nats-io/nats.go"

	"parley/bus"
)

const (
	lanes   = 4     // goroutines that run handlers (our choice)
	laneCap = 4_096 // hints that wait for each; more are dropped, and counted
)

// inbox holds what came from other nodes. A topic has one lane, so its hints
// keep the order in which they came.
type inbox struct {
	seed  maphash.Seed
	lanes [lanes]chan *natsgo.Msg
}

func newInbox() inbox {
	in := inbox{seed: maphash.MakeSeed()}
	for i := range in.lanes {
		in.lanes[i] = make(chan *natsgo.Msg, laneCap)
	}
	return in
}

func (in *inbox) lane(topic bus.Topic) chan *natsgo.Msg {
	return in.lanes[maphash.String(in.seed, string(topic))%lanes]
}

// receive tells local subscribers what came in on a lane, until Close.
func (b *Bus) receive(lane <-chan *natsgo.Msg) {
	for {
		select {
		case msg := <-lane:
			b.hear(msg)
		case <-b.done:
			return
		}
	}
}

func (b *Bus) hear(msg *natsgo.Msg) {
	hint, ok := decode(msg.Data)
	if !ok {
		b.ignored.Add(1)
		return
	}
	b.received.Add(1)
	b.local.Publish(context.Background(), bus.Topic(strings.TrimPrefix(msg.Subject, b.prefix)), hint)
}
