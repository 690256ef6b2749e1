package router_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"parley/app/router"
	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/internal/fault"
	"parley/store"
)

// lossOf is the deadline by which a user must be back.
func (w *world) lossOf(user string) change.DueRef {
	w.t.Helper()
	rows, err := w.store.Due(w.ctx, w.clock.Now().Add(time.Hour), 1000)
	w.ok("due", err)
	for _, row := range rows {
		if row.Kind == router.DueAgent && row.Owner == user {
			return row.DueRef
		}
	}
	w.t.Fatalf("%s is not missed", user)
	return change.DueRef{}
}

// An agent who is back at the last moment stays at work.
func TestAnAgentWhoComesBackAtTheLastMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		defer w.close()
		w.people.set("ben", hand)
		n := w.nodes[0]
		w.come("ben")
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		time.Sleep(61 * time.Second)
		ref := w.lossOf("ben")
		w.people.asked = func() { w.ok("back", n.Connect(w.ctx, instance, "ben")) }
		w.ok("the deadline", n.HandleDue(w.ctx, ref))
		if a := w.agent("ben"); a.Status.Kind != agent.Routable || !a.LostAt.IsZero() || a.Next != nil {
			t.Errorf("ben is %+v", a)
		}
	})
}

// counting counts the commits of a store.
type counting struct {
	store.Store
	commits atomic.Int64
}

func (c *counting) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	c.commits.Add(1)
	return c.Store.Commit(ctx, set)
}

// A deadline that another node has answered costs a few commits, and no error.
func TestADeadlineOfAnAgentThatWasAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &counting{Store: memoryStore()}
		w := newWorld(t, st, 1, yield)
		defer w.close()
		w.people.set("ben", hand)
		n := w.nodes[0]
		w.come("ben")
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		time.Sleep(61 * time.Second)
		stale := w.lossOf("ben")
		stale.Generation--
		st.commits.Store(0)
		w.ok("the deadline", n.HandleDue(w.ctx, stale))
		if commits := st.commits.Load(); commits > 3 || w.agent("ben").Status.Kind != agent.Offline {
			t.Errorf("%d commits, ben is %+v", commits, w.agent("ben"))
		}
	})
}

// A slot of which the chat knows nothing, as an older version could leave one, is freed where its agent goes.
func TestASlotThatWasLost(t *testing.T) {
	for name, c := range map[string]struct {
		state agent.State
		leave func(*world, *node)
	}{
		"offered, at a logout":   {agent.Connecting, func(w *world, n *node) { w.ok("logout", n.Logout(w.ctx, instance, "ben")) }},
		"worked on, at a logout": {agent.Ended, func(w *world, n *node) { w.ok("logout", n.Logout(w.ctx, instance, "ben")) }},
		"held, at a loss": {agent.Connected, func(w *world, n *node) {
			w.ok("lose", n.Lose(w.ctx, instance, "ben"))
			time.Sleep(61 * time.Second)
			w.ok("the deadline", n.HandleDue(w.ctx, w.lossOf("ben")))
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, memoryStore(), 1, yield)
			defer w.close()
			w.people.set("ben", hand)
			n := w.nodes[0]
			w.ok("connect", n.Connect(w.ctx, instance, "ben"))
			w.come("ben")
			ended, erased := w.call(n), uuid.NewString()
			w.leave(n, ended)
			a := w.agent("ben")
			for _, id := range []string{ended, w.call(n), erased} {
				a.Contacts = append(a.Contacts, agent.Contact{ContactID: id, SessionID: id, State: c.state, Since: w.clock.Now()})
			}
			row, err := a.Resource()
			w.ok("document", err)
			_, err = w.store.Commit(w.ctx, &change.Set{ID: uuid.NewString(), At: w.clock.Now(), Resources: []change.Resource{row}})
			w.ok("lost slots", err)
			c.leave(w, n)
			if a := w.agent("ben"); a.Status.Kind != agent.Offline || len(a.Contacts) != 0 {
				t.Errorf("%s: ben is %+v", name, a)
			}
		})
	}
}

// lagging is a store that lets nobody change an agent.
type lagging struct{ counting }

func (l *lagging) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	l.commits.Add(1)
	return store.Result{}, fault.New(fault.Conflict, "another was faster")
}

// Who is always the slower one tries for a while, not at once, and then says so.
func TestAnAgentThatManyChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lagging{counting{Store: memoryStore()}}
		w := newWorld(t, l, 1, yield)
		defer w.close()
		w.people.set("ben", hand)
		began := w.clock.Now()
		err := w.nodes[0].SetStatus(w.ctx, instance, "ben", "ROUTABLE")
		if took := w.clock.Now().Sub(began); !fault.Is(err, fault.Unavailable) || l.commits.Load() > 50 || took < 100*time.Millisecond || took > 3*time.Second {
			t.Errorf("after %d tries in %v: %v", l.commits.Load(), took, err)
		}
	})
}

// broken is a store that panics over what is offered.
type broken struct {
	store.Store
	panics atomic.Int64
}

func (b *broken) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	if s := set.Session; s != nil && s.Next != nil && s.Next.Current().Agent != nil && b.panics.Add(-1) >= 0 {
		panic("a rule broke")
	}
	return b.Store.Commit(ctx, set)
}

// Resources panics once where waiting contacts are looked for.
func (b *broken) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	if kind == agent.Kind && b.panics.Add(-1) >= 0 {
		panic("a document broke")
	}
	return b.Store.Resources(ctx, instance, kind, after, limit)
}

// A panic is the failure of one offer, or of one look at the store: the node goes on.
func TestAPanicInRoutingEndsNoNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &broken{Store: memoryStore()}
		b.panics.Store(3)
		w := newWorld(t, b, 1, yield)
		w.people.set("ben", auto)
		w.come("ben")
		w.run()
		defer w.close()
		id := w.call(w.nodes[0])
		time.Sleep(time.Minute)
		synctest.Wait()
		w.want("after the panics", id, "ben")
	})
}

// An invitation that the queue has no room for says so.
func TestAnInvitationToAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", auto)
		w.config.Queues[sales] = catalog.Queue{ID: sales, Name: "Sales", MaxContacts: 1}
		w.run()
		defer w.close()
		n := w.nodes[0]
		w.come("ben")
		id := w.call(n)
		synctest.Wait()
		w.want("taken", id, "ben")
		w.call(n) // fills the queue
		_, err := n.Invite(w.ctx, instance, "ben", id, contact.Target{QueueID: sales})
		if !fault.Is(err, fault.LimitExceeded) || !strings.HasPrefix(err.Error(), "The queue Sales is full: 1 contacts wait in it (MaxContacts)") {
			t.Errorf("%v", err)
		}
	})
}

// A user who is deleted leaves nothing behind: its chats go to others, and no document of it is left.
func TestAUserWhoIsDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", func(b *router.Worker) { b.Concurrency = 3 })
		w.run()
		defer w.close()
		n := w.nodes[0]
		w.come("ben")
		held, offered, worked := w.call(n), w.call(n), w.call(n)
		synctest.Wait()
		for _, id := range []string{held, worked} {
			_, err := n.Accept(w.ctx, instance, "ben", id)
			w.ok("accept", err)
		}
		w.leave(n, worked)
		gone, err := n.Retire(w.ctx, instance, "ben")
		w.ok("retire", err)
		_, err = w.store.Commit(w.ctx, &change.Set{ID: uuid.NewString(), At: w.clock.Now(), Resources: gone})
		w.ok("delete", err)
		w.people.mu.Lock()
		delete(w.people.workers, "ben")
		w.people.mu.Unlock()
		if rows, err := w.store.Resources(w.ctx, instance, agent.Kind, "", 10); err != nil || len(rows) > 0 {
			t.Errorf("documents of agents are left: %v, %v", rows, err)
		}
		if k := w.session(worked).Contact(worked); k.Agent.WorkEnded.IsZero() {
			t.Errorf("the after-contact work goes on: %+v", k.Agent)
		}
		w.people.set("eve", func(b *router.Worker) { b.Concurrency, b.AutoAccept = 3, true })
		w.come("eve")
		synctest.Wait()
		for _, id := range []string{held, offered} {
			w.want("after ben", id, "eve")
		}
		if nothing, err := n.Retire(w.ctx, instance, "eve2"); len(nothing) > 0 || err != nil {
			t.Errorf("who was never at work leaves %v, %v", nothing, err)
		}
	})
}
