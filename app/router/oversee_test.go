package router_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/router"
	"parley/bus"
	"parley/domain/contact"
)

// supervises says what a user may do as a supervisor: everything, unless something else was said.
func (p *people) supervises(_ context.Context, _, user string) (router.Supervision, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if may, ok := p.may[user]; ok {
		return may, nil
	}
	return router.Supervision{Listen: true, Barge: true}, nil
}

// A permission that is taken away ends what it allowed: by a hint at once, without one by the next look at the store; and who begins to
// watch at the very moment is found, too.
func TestAPermissionThatIsTakenAwayEndsSupervision(t *testing.T) {
	for name, hint := range map[string]bool{"by a hint": true, "by a look": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, n, id := served(t, 2)
				defer w.close()
				watch := func(user string) {
					w.watches(n, user, id)
				}
				for _, user := range []string{"mia", "eve", "leo"} {
					watch(user)
				}
				w.decide(n, id, func(d *contact.Draft) error { return d.Barge("eve", true) })
				synctest.Wait()

				w.people.set("nobody", func(*router.Worker) {
					w.people.may = map[string]router.Supervision{"mia": {}, "eve": {Listen: true}}
				})
				if hint {
					w.bus.Publish(w.ctx, bus.Config, bus.Hint{Key: instance})
				} else {
					time.Sleep(3 * time.Second) // the next look
				}
				synctest.Wait()
				s := w.session(id)
				if eve := s.User("eve"); s.User("mia") != nil || eve == nil || !eve.Silent || s.User("leo") == nil {
					t.Errorf("mia is %+v, eve %+v, leo %+v", s.User("mia"), eve, s.User("leo"))
				}
				watch("mia")
				synctest.Wait()
				if p := w.session(id).User("mia"); p != nil {
					t.Errorf("who may not watch begins to: %+v", p)
				}
			})
		})
	}
}

// A supervisor who may not take part any more leaves where nobody else is left to be watched.
func TestWhoTakesPartAloneLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, n, id := served(t, 1)
		defer w.close()
		w.watches(n, "mia", id)
		w.decide(n, id, func(d *contact.Draft) error { return d.Barge("mia", true) })
		w.decide(n, id, func(d *contact.Draft) error { return d.TakeOver("mia", "ben") })
		w.people.set("nobody", func(*router.Worker) { w.people.may = map[string]router.Supervision{"mia": {Listen: true}} })
		w.bus.Publish(w.ctx, bus.Config, bus.Hint{Key: instance})
		synctest.Wait()
		if p := w.session(id).User("mia"); p != nil {
			t.Errorf("mia is %+v", p)
		}
	})
}
