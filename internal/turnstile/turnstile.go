// Package turnstile serves a crowd in the order of its arrival instead of all
// at once.
//
// It guarantees: at most so many are on their way at a time, the others wait,
// first come, first served; a place is free again when its guest leaves, or
// after a while; nobody is turned away. Where thousands need several steps each
// and all take the first one together, nobody is done before the last step of
// all; through a turnstile the first are done at once, and every step is quick.
package turnstile

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// Options are how many are let in, and how long they have.
type Options struct {
	Places int           // how many are on their way at a time
	Stay   time.Duration // after which a place is free again, also without Leave
	Wait   time.Duration // after which a guest goes on out of turn
}

// Turnstile lets guests through, who are told apart by K. Use New; it is safe
// for concurrent use.
type Turnstile[K comparable] struct {
	o      Options
	mu     sync.Mutex
	inside map[K]*time.Timer // ends the stay
	queue  list.List         // of *waiter[K], who came first in front
}

// waiter is a guest before the turnstile.
type waiter[K comparable] struct {
	who  K
	turn chan struct{} // closed when it has come
}

// New returns a Turnstile that nobody has entered.
func New[K comparable](o Options) *Turnstile[K] {
	return &Turnstile[K]{o: o, inside: map[K]*time.Timer{}}
}

// Enter waits for a place. A guest who has one keeps it, for another stay. The
// only error is that of ctx.
func (t *Turnstile[K]) Enter(ctx context.Context, who K) error {
	t.mu.Lock()
	if t.inside[who] != nil || t.free() && t.queue.Len() == 0 {
		t.admit(who)
		t.mu.Unlock()
		return nil
	}
	w := &waiter[K]{who, make(chan struct{})}
	place := t.queue.PushBack(w)
	t.mu.Unlock()
	patience := time.NewTimer(t.o.Wait)
	defer patience.Stop()
	select {
	case <-w.turn:
		return nil
	case <-patience.C:
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue.Remove(place) // if it is still there
	return ctx.Err()
}

// Leave frees the place of a guest, if there is one.
func (t *Turnstile[K]) Leave(who K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if stay := t.inside[who]; stay != nil {
		stay.Stop()
		t.leave(who)
	}
}

// Waiting returns how many wait for a place.
func (t *Turnstile[K]) Waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.queue.Len()
}

func (t *Turnstile[K]) free() bool { return len(t.inside) < t.o.Places }

// admit gives a guest a place for a stay. The caller holds mu.
func (t *Turnstile[K]) admit(who K) {
	if stay := t.inside[who]; stay != nil {
		stay.Stop()
	}
	var stay *time.Timer
	stay = time.AfterFunc(t.o.Stay, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.inside[who] == stay { // else it left, and perhaps came again
			t.leave(who)
		}
	})
	t.inside[who] = stay
}

// leave frees a place and lets in who waits for it. The caller holds mu.
func (t *Turnstile[K]) leave(who K) {
	delete(t.inside, who)
	for first := t.queue.Front(); first != nil && t.free(); first = t.queue.Front() {
		w := t.queue.Remove(first).(*waiter[K])
		t.admit(w.who)
		close(w.turn)
	}
}
