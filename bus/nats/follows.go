package nats

import (
	"log/slog"
	"sync"

	natsgo "github.com/nats-io/nats.go"

	"parley/bus"
)

// follows is which topics this node wants to hear of. Changing it costs a look
// into a map; a goroutine brings NATS in line with it.
type follows struct {
	wake chan struct{}

	mu      sync.Mutex
	topics  map[bus.Topic]*interest
	changed []*interest
	dropped int64 // by subscriptions that have ended
}

// interest is what is wanted and what is there for one topic.
type interest struct {
	topic    bus.Topic
	handlers int
	queued   bool                 // is in changed
	sub      *natsgo.Subscription // belongs to the goroutine that runs subscribe; set under the lock
}

func newFollows() *follows {
	return &follows{wake: make(chan struct{}, 1), topics: map[bus.Topic]*interest{}}
}

// add counts a topic's handlers up or down.
func (f *follows) add(topic bus.Topic, handlers int) {
	f.mu.Lock()
	i := f.topics[topic]
	if i == nil {
		i = &interest{topic: topic}
		f.topics[topic] = i
	}
	i.handlers += handlers
	if !i.queued {
		i.queued = true
		f.changed = append(f.changed, i)
	}
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// take returns the interests that changed.
func (f *follows) take() []*interest {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed := f.changed
	f.changed = nil
	for _, i := range changed {
		i.queued = false
	}
	return changed
}

// state returns whether a topic is wanted, and its subscription.
func (f *follows) state(i *interest) (wanted bool, sub *natsgo.Subscription) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return i.handlers > 0, i.sub
}

// set notes the subscription that a topic has now, and forgets a topic that nobody wants.
func (f *follows) set(i *interest, sub *natsgo.Subscription, dropped int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i.sub = sub
	f.dropped += dropped
	if i.handlers == 0 && sub == nil && !i.queued {
		delete(f.topics, i.topic)
	}
}

// count returns the topics subscribed to, and the hints that were dropped.
func (f *follows) count() (topics int, dropped int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dropped = f.dropped
	for _, i := range f.topics {
		if i.sub != nil {
			topics++
			dropped += droppedBy(i.sub)
		}
	}
	return topics, dropped
}

func droppedBy(sub *natsgo.Subscription) int64 {
	n, err := sub.Dropped()
	if err != nil { // it is closed
		return 0
	}
	return int64(n)
}

// subscribe keeps NATS in line with what is wanted, until Close.
func (b *Bus) subscribe(conn *natsgo.Conn) {
	for {
		for _, i := range b.follows.take() {
			b.settle(conn, i)
		}
		select {
		case <-b.follows.wake:
		case <-b.done:
			return
		}
	}
}

func (b *Bus) settle(conn *natsgo.Conn, i *interest) {
	wanted, sub := b.follows.state(i)
	var dropped int64
	switch {
	case wanted && sub == nil:
		var err error
		if sub, err = conn.ChanSubscribe(b.prefix+string(i.topic), b.inbox.lane(i.topic)); err != nil {
			b.log.Error("a topic of the bus cannot be followed", slog.String("topic", string(i.topic)), slog.Any("error", err))
			sub = nil
		}
	case !wanted && sub != nil:
		dropped = droppedBy(sub)
		_ = sub.Unsubscribe() // it fails only where the connection is closed for good
		sub = nil
	}
	b.follows.set(i, sub, dropped)
}
