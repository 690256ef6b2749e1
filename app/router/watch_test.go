package router_test

import (
	"testing"
	"testing/synctest"
)

// Whoever watches a user hears of every change of it, on whatever node it is made, and of no other user's.
func TestWatchersHearOfEveryNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 2, yield)
		w.people.set("ben", hand)
		w.people.set("eve", hand)
		w.run()
		defer w.close()
		told := [2]int{}
		stops := [2]func(){}
		for i, n := range w.nodes {
			stops[i] = n.Watch(instance, "ben", func() { told[i]++ })
		}
		w.ok("eve", w.nodes[0].SetStatus(w.ctx, instance, "eve", "ROUTABLE"))
		synctest.Wait()
		if told != [2]int{} {
			t.Errorf("told of another user: %v", told)
		}
		for from, n := range w.nodes {
			before := told
			w.ok("ben", n.SetStatus(w.ctx, instance, "ben", []string{"ROUTABLE", "CUSTOM"}[from]))
			synctest.Wait() // no time passes: hints come at once
			for i := range told {
				if told[i] == before[i] {
					t.Errorf("node %d was not told of a change by node %d", i, from)
				}
			}
		}
		stops[0]()
		stops[1]()
		before := told
		w.ok("ben", w.nodes[0].SetStatus(w.ctx, instance, "ben", "ROUTABLE"))
		synctest.Wait()
		if told != before {
			t.Errorf("told after the end: %v, then %v", before, told)
		}
	})
}
