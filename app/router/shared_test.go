package router_test

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"parley/app/router"
	"parley/domain/session"
	"parley/store"
	"parley/store/bothtest"
)

func TestMain(m *testing.M) { os.Exit(bothtest.Main(m)) }

// TestNodesOnOneDatabase: nodes that leave one another no time give out the same agents: each proposes at once what
// a hint of the other makes possible.
func TestNodesOnOneDatabase(t *testing.T) {
	bothtest.Each(t, func(t *testing.T, open func() store.Store) { raceOn(t, open(), open()) })
}

func raceOn(t *testing.T, stores ...store.Store) {
	const users, chats = 6, 24
	var worlds []*world
	for i, st := range stores {
		w := newWorld(t, st, 1, time.Nanosecond)
		if i > 0 {
			w.people, w.bus = worlds[0].people, worlds[0].bus
			w.nodes = []*node{w.node(time.Nanosecond)}
		}
		worlds = append(worlds, w)
	}
	first := worlds[0]
	for i := range users {
		first.people.set(fmt.Sprint("user-", i), func(b *router.Worker) { b.Concurrency, b.AutoAccept = 1+i%2, true })
	}
	for _, w := range worlds {
		w.run()
		defer w.close()
	}
	var mu sync.Mutex
	var ids []string
	var all sync.WaitGroup
	for i, w := range worlds {
		all.Go(func() {
			for j := range users {
				if j%len(worlds) == i {
					w.come(fmt.Sprint("user-", j))
				}
			}
			for range chats / len(worlds) {
				id := w.call(w.nodes[0])
				mu.Lock()
				ids = append(ids, id)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	turn := time.NewTicker(50 * time.Millisecond)
	defer turn.Stop()
	deadline := time.NewTimer(2 * time.Minute)
	defer deadline.Stop()
	for n := 0; len(first.waiting()) > 0; n++ {
		select {
		case <-turn.C:
		case <-deadline.C:
			t.Fatalf("%d contacts still wait", len(first.waiting()))
		}
		for i, id := range ids {
			w := worlds[(i+n)%len(worlds)]
			if k := w.session(id).Current(); k.Agent != nil && k.Agent.WorkEnded.IsZero() {
				w.quietly(w.nodes[0], id)
				w.ok("clear", w.nodes[0].Clear(w.ctx, instance, k.Agent.UserID, id))
			}
		}
	}
	first.whole(ids)
	served := 0
	for _, id := range ids {
		s := first.session(id)
		joined := 0
		for _, p := range s.State.Participants {
			if p.UserID != "" {
				joined++
			}
		}
		if joined > 1 {
			t.Errorf("chat %s had %d agents", id, joined)
		}
		if s.Status == session.Ended && joined == 1 {
			served++
		}
	}
	t.Logf("%d of %d were served to the end; proposals that came too late: %d and %d", served, chats, first.nodes[0].Stats().Refused, worlds[1].nodes[0].Stats().Refused)
}
