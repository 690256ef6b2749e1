package nats

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	natsgo "github.com/nats-io/nats.go"

	"parley/bus"
)

// Bus is a bus.Bus that reaches other nodes by NATS. Use Open.
type Bus struct {
	local   bus.Bus
	prefix  string // of every subject
	log     *slog.Logger
	link    link
	outbox  outbox
	inbox   inbox
	follows *follows

	done   chan struct{}
	work   sync.WaitGroup
	closed sync.Once
	err    error

	sent, unsent, received, ignored atomic.Int64
}

// Open returns a bus on which local subscribers hear at once; others hear as
// soon as NATS is there, which Open does not wait for. Errors: options that cannot be used.
func Open(o Options) (*Bus, error) {
	opts, err := o.check()
	if err != nil {
		return nil, err
	}
	b := &Bus{
		local: o.Local, prefix: "parley." + o.cluster() + ".", log: o.Log, done: make(chan struct{}),
		outbox: newOutbox(), inbox: newInbox(), follows: newFollows(),
	}
	b.link.init()
	b.observe(&opts)
	opts.CustomDialer = dialer{b.done}
	b.work.Go(func() { b.run(opts) })
	return b, nil
}

// run connects, and works until Close.
func (b *Bus) run(opts natsgo.Options) {
	conn, err := opts.Connect() // tries each server once, and then goes on by itself
	if err != nil {
		b.log.Error("the bus cannot be used: this node goes on without hints of others", slog.Any("error", err))
		return
	}
	if !conn.IsConnected() {
		b.complain(conn.LastError())
	}
	var work sync.WaitGroup
	work.Go(func() { b.watch(conn) })
	work.Go(func() { b.subscribe(conn) })
	for _, lane := range b.inbox.lanes {
		work.Go(func() { b.receive(lane) })
	}
	b.send(conn) // until Close
	work.Wait()
	conn.Close()
}

// Publish tells the subscribers of this node before it returns, and has other nodes told.
func (b *Bus) Publish(ctx context.Context, topic bus.Topic, hint bus.Hint) {
	b.post(topic, &hint)
	b.local.Publish(ctx, topic, hint)
}

// Subscribe adds a handler to the topic. Hints of other nodes arrive a moment after it returned.
func (b *Bus) Subscribe(topic bus.Topic, handle func(bus.Hint)) (cancel func()) {
	stop := b.local.Subscribe(topic, handle)
	if topic == bus.Restored {
		return stop
	}
	b.follows.add(topic, 1)
	return sync.OnceFunc(func() {
		stop()
		b.follows.add(topic, -1)
	})
}

// Up reports whether NATS has answered within the last seconds.
func (b *Bus) Up() bool { return b.link.up() }

// Close sends what is waiting, for a second at most, and ends everything.
func (b *Bus) Close() error {
	b.closed.Do(func() {
		close(b.done)
		b.work.Wait()
		b.err = b.local.Close()
	})
	return b.err
}

// Stats counts hints since the start.
type Stats struct {
	Sent     int64 // handed to NATS
	Unsent   int64 // not sent: NATS was away or too slow
	Received int64 // of other nodes
	Dropped  int64 // of other nodes, because handlers were too slow
	Ignored  int64 // of other nodes, because they are of another version or cannot be read
	Topics   int   // subscribed to now
}

// Stats returns the counts.
func (b *Bus) Stats() Stats {
	topics, dropped := b.follows.count()
	return Stats{
		Sent: b.sent.Load(), Unsent: b.unsent.Load(), Received: b.received.Load(),
		Dropped: dropped, Ignored: b.ignored.Load(), Topics: topics,
	}
}
