package router_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
)

// beat is the kind of the row by which a node shows that it lives.
const beat = "node-beat"

// shaky is a store that is away for a while, or loses the answer to a beat.
type shaky struct {
	store.Store
	away   atomic.Bool
	unsaid atomic.Int64  // answers to lose
	hang   chan struct{} // until it is closed a beat takes; nil = none does
}

func (s *shaky) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	if s.away.Load() {
		return store.Result{}, fault.New(fault.Unavailable, "the store is away")
	}
	beats := len(set.Resources) > 0 && set.Resources[0].Kind == beat
	if beats && s.hang != nil {
		<-s.hang
	}
	res, err := s.Store.Commit(ctx, set)
	if err == nil && beats && s.unsaid.Add(-1) >= 0 {
		return store.Result{}, fault.New(fault.Unavailable, "the answer is lost")
	}
	return res, err
}

// An agent whose last socket closes while the store is away is noted as gone when the store is back, unless the agent is, too.
func TestAnAgentWhoGoesWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shaky{Store: memoryStore()}
		w := newWorld(t, s, 1, yield)
		w.people.set("ben", auto)
		w.people.set("eve", auto)
		w.run()
		defer w.close()
		n := w.nodes[0]
		for _, user := range []string{"ben", "eve"} {
			w.ok("connect", n.Connect(w.ctx, instance, user))
		}
		s.away.Store(true)
		for _, user := range []string{"ben", "eve"} {
			if err := n.Lose(w.ctx, instance, user); err == nil {
				t.Errorf("%s is noted as gone in a store that is away", user)
			}
		}
		time.Sleep(time.Minute)
		s.away.Store(false)
		w.ok("eve is back", n.Connect(w.ctx, instance, "eve"))
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if ben, eve := w.agent("ben"), w.agent("eve"); ben.Present() || !eve.Present() {
			t.Errorf("ben, who went, is present: %v; eve, who is back: %v", ben.Present(), eve.Present())
		}
	})
}

// A node goes on showing that it lives after a beat of which it does not know that it was written.
func TestABeatWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shaky{Store: memoryStore()}
		w := newWorld(t, s, 2, yield)
		w.people.set("ben", auto)
		w.run()
		defer w.close()
		w.ok("connect", w.nodes[0].Connect(w.ctx, instance, "ben"))
		s.unsaid.Store(1)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if !w.agent("ben").Present() {
			t.Error("the agent of a node that lives is noted as gone")
		}
	})
}

// A node that was quiet shows that it lives before anybody counts as connected to it.
func TestABeatAfterSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 2, yield)
		w.people.set("ben", auto)
		w.run()
		defer w.close()
		n := w.nodes[0]
		beats := func() int {
			rows, err := w.store.Resources(w.ctx, "", beat, "", 10)
			w.ok("beats", err)
			return len(rows)
		}
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := beats(); got != 0 {
			t.Fatalf("%d nodes without agents show that they live", got)
		}
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		if got := beats(); got != 1 {
			t.Errorf("%d nodes show that they live, want the agent's", got)
		}
	})
}

// Nobody who goes waits for a beat that takes long.
func TestAnAgentWhoGoesDuringABeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shaky{Store: memoryStore()}
		w := newWorld(t, s, 1, yield)
		w.people.set("ben", auto)
		n := w.nodes[0]
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		s.hang = make(chan struct{})
		w.run()
		defer w.close()
		time.Sleep(time.Minute)
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		if w.agent("ben").Present() {
			t.Error("who went is present")
		}
		close(s.hang)
	})
}
