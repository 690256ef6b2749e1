// Package memory is the bus of a single process.
//
// It guarantees that Publish runs every handler of the topic before it
// returns, without holding a lock, and that a publish to a topic without
// subscribers costs one look into a map.
package memory

import (
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"

	"parley/bus"
)

// shards is the number of locks that topics are spread over (our choice).
const shards = 64

// Bus is a bus.Bus within one process. Use New.
type Bus struct {
	seed   maphash.Seed
	shards [shards]shard
}

type shard struct {
	mu     sync.RWMutex
	topics map[bus.Topic][]*subscriber // slices are replaced, never changed
	closed bool
}

type subscriber struct {
	handle func(bus.Hint)
	gone   atomic.Bool
}

// New returns an empty bus.
func New() *Bus {
	b := &Bus{seed: maphash.MakeSeed()}
	for i := range b.shards {
		b.shards[i].topics = map[bus.Topic][]*subscriber{}
	}
	return b
}

// Publish runs the topic's handlers one after the other.
func (b *Bus) Publish(_ context.Context, topic bus.Topic, hint bus.Hint) {
	for _, s := range b.shard(topic).subscribers(topic) {
		if !s.gone.Load() { // cancelled since we looked
			s.handle(hint)
		}
	}
}

// Subscribe adds a handler to the topic.
func (b *Bus) Subscribe(topic bus.Topic, handle func(bus.Hint)) (cancel func()) {
	sh, s := b.shard(topic), &subscriber{handle: handle}
	sh.add(topic, s)
	return func() {
		s.gone.Store(true)
		sh.remove(topic, s)
	}
}

// Up is always true: there are no other nodes.
func (b *Bus) Up() bool { return true }

// Close ends all subscriptions; later ones hear nothing.
func (b *Bus) Close() error {
	for i := range b.shards {
		b.shards[i].close()
	}
	return nil
}

func (b *Bus) shard(topic bus.Topic) *shard {
	return &b.shards[maphash.String(b.seed, string(topic))%shards]
}

func (s *shard) subscribers(topic bus.Topic) []*subscriber {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.topics[topic]
}

func (s *shard) add(topic bus.Topic, sub *subscriber) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.topics[topic] = append(slices.Clip(s.topics[topic]), sub)
	}
}

func (s *shard) remove(topic bus.Topic, sub *subscriber) {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(s.topics[topic]), func(x *subscriber) bool { return x == sub })
	if len(left) == 0 {
		delete(s.topics, topic)
	} else {
		s.topics[topic] = left
	}
}

func (s *shard) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	clear(s.topics)
}
