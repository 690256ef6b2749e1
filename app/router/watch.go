package router

import (
	"sync"

	"parley/domain/agent"
	"parley/domain/change"
)

// watchers are who wants to know when a user changes as an agent.
type watchers struct {
	mu  sync.Mutex
	all map[key]map[*func()]struct{} // by instance and user
}

// Watch has changed called whenever the agent of a user may have changed, on whatever node; it must return at once. A change by
// this node is told as it is committed, that of another one as its hint arrives; without hint the next look at the store tells it.
func (r *Router) Watch(instance, user string, changed func()) (stop func()) {
	w, k := &r.watchers, key{instance, user}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all[k] == nil {
		w.all[k] = map[*func()]struct{}{}
	}
	w.all[k][&changed] = struct{}{}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if delete(w.all[k], &changed); len(w.all[k]) == 0 {
			delete(w.all, k)
		}
	}
}

// tell tells who watches a user.
func (w *watchers) tell(instance, user string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for changed := range w.all[key{instance, user}] {
		(*changed)()
	}
}

// tellAll tells everybody: hints were lost.
func (w *watchers) tellAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, some := range w.all {
		for changed := range some {
			(*changed)()
		}
	}
}

// seen tells who watches the agent that a document of an instance is of.
func (w *watchers) seen(instance string, row *change.Resource) {
	if row.Kind == agent.Kind {
		w.tell(instance, row.ID)
	}
}
