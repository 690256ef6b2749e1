package router_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"parley/app/router"
	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
	"parley/work"
)

const yield = 100 * time.Millisecond

func TestAnAgentWhoAcceptsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", auto)
		w.run()
		defer w.close()
		w.come("ben")
		id := w.call(w.nodes[0])
		synctest.Wait()
		w.want("a free agent", id, "ben")
		second := w.call(w.nodes[0])
		synctest.Wait()
		w.want("no free agent", second, "")
		w.leave(w.nodes[0], id)
		w.ok("clear", w.nodes[0].Clear(w.ctx, instance, "ben", id))
		synctest.Wait()
		w.want("the agent is free again", second, "ben")
		w.whole([]string{id, second})
	})
}

// An offer that is not taken goes on to the next agent, and the one who missed it is offered nothing more.
func TestAMissedOfferGoesToTheNextAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", hand)
		w.people.set("eve", hand)
		w.run()
		defer w.close()
		w.come("ben")
		time.Sleep(time.Second)
		w.come("eve")
		id := w.call(w.nodes[0])
		synctest.Wait()
		w.want("the longest available", id, "offered to ben")
		time.Sleep(19 * time.Second)
		synctest.Wait()
		w.want("before its time is over", id, "offered to ben")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		w.want("after that", id, "offered to eve")
		if a := w.agent("ben"); a.Routable() || a.Contacts[0].State != agent.Missed {
			t.Errorf("ben is %+v", a)
		}
		w.ok("reject", w.nodes[0].Reject(w.ctx, instance, "eve", id))
		w.ok("clear", w.nodes[0].Clear(w.ctx, instance, "ben", id))
		synctest.Wait()
		w.want("both are passed over", id, "")
		time.Sleep(time.Minute)
		synctest.Wait()
		if w.has(id) == "" {
			t.Error("nobody is offered the contact again")
		}
		w.whole([]string{id})
	})
}

func TestACustomerWhoLeavesWithdrawsTheOffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", hand)
		w.run()
		defer w.close()
		w.come("ben")
		id := w.call(w.nodes[0])
		synctest.Wait()
		w.leave(w.nodes[0], id)
		if a := w.agent("ben"); len(a.Contacts) != 0 || !a.Routable() {
			t.Errorf("ben has %+v", a.Contacts)
		}
		if _, err := w.nodes[0].Accept(w.ctx, instance, "ben", id); !fault.Is(err, fault.Rule) {
			t.Errorf("accepting it: %v", err)
		}
		next := w.call(w.nodes[0])
		synctest.Wait()
		w.want("the next one", next, "offered to ben")
		w.whole([]string{id, next})
	})
}

// A node that dies after an offer was committed leaves it to the others.
func TestAnotherNodeGoesOnWithAnOffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", hand)
		w.people.set("eve", auto)
		w.run()
		w.come("ben")
		id := w.call(w.nodes[0])
		synctest.Wait()
		w.want("offered", id, "offered to ben")
		w.close()
		w.nodes = nil
		again := newWorld(t, w.store, 1, yield)
		again.people = w.people
		again.nodes = []*node{again.node(yield)}
		again.run()
		defer again.close()
		again.come("eve")
		time.Sleep(22 * time.Second)
		synctest.Wait()
		again.want("missed, and taken by the next", id, "eve")
		again.whole([]string{id})
	})
}

// What is missed on the bus is found by looking.
func TestALostHintCostsTimeOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 2, yield)
		w.people.set("ben", auto)
		w.nodes[0].sessions.Written = nil // tells nobody, and does not know it itself
		w.run()
		defer w.close()
		synctest.Wait()
		w.ok("available", w.nodes[0].SetStatus(w.ctx, instance, "ben", "ROUTABLE"))
		id := w.call(w.nodes[0])
		synctest.Wait()
		w.want("at once", id, "")
		time.Sleep(3 * time.Second)
		synctest.Wait()
		w.want("after a look", id, "ben")
	})
}

func TestAfterContactWorkEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", func(b *router.Worker) { b.AutoAccept, b.WorkLimit = true, 30*time.Second })
		w.run()
		defer w.close()
		w.come("ben")
		id := w.call(w.nodes[0])
		synctest.Wait()
		w.leave(w.nodes[0], id)
		next := w.call(w.nodes[0])
		synctest.Wait()
		w.want("while the work goes on", next, "")
		time.Sleep(31 * time.Second)
		synctest.Wait()
		w.want("after it", next, "ben")
		if k := w.session(id).Current(); k.Agent.WorkEnded.Sub(k.Agent.WorkBegan) != 30*time.Second {
			t.Errorf("the work went on from %v to %v", k.Agent.WorkBegan, k.Agent.WorkEnded)
		}
		w.whole([]string{id, next})
	})
}

// A change of the routing profile holds for who is at work already.
func TestAChangedProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", func(b *router.Worker) { b.AutoAccept, b.Queues = true, nil })
		w.run()
		defer w.close()
		w.come("ben")
		id := w.call(w.nodes[0])
		synctest.Wait()
		w.want("a queue that ben does not serve", id, "")
		w.people.set("ben", auto)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		w.want("after the change", id, "ben")
	})
}

// An agent whose connection is gone gives its chats back; they wait as the next contact.
func TestAnAgentWhoseConnectionIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", func(b *router.Worker) { b.Concurrency = 2 })
		w.run()
		defer w.close()
		n := w.nodes[0]
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		w.come("ben")
		held, offered := w.call(n), ""
		synctest.Wait()
		_, err := n.Accept(w.ctx, instance, "ben", held)
		w.ok("accept", err)
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		w.ok("connect again", n.Connect(w.ctx, instance, "ben"))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		w.want("back in time", held, "ben")
		offered = w.call(n)
		synctest.Wait()
		w.want("a second one", offered, "offered to ben")
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		time.Sleep(61 * time.Second)
		synctest.Wait()
		s := w.session(held)
		if first := s.State.Contacts[0]; len(s.State.Contacts) != 2 || first.DisconnectReason != "AGENT_NETWORK_DISCONNECT" || !s.Current().Queued() || s.Status != session.Active {
			t.Errorf("the chat: %+v", s.State.Contacts)
		}
		if a := w.agent("ben"); a.Status.Kind != agent.Offline || len(a.Contacts) != 0 {
			t.Errorf("ben is %+v", a)
		}
		w.want("the offer", offered, "")
		w.whole([]string{offered})
	})
}

// A node that dies notes nobody as gone: the others do, when it shows no life any more, and its agents' chats go back. Who has come to
// another node meanwhile keeps what it has.
func TestANodeThatDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 3, yield)
		w.people.set("ben", hand)
		w.people.set("eve", hand)
		dying, other := w.nodes[0], w.nodes[1]
		w.run()
		defer w.close()
		ctx, kill := context.WithCancel(w.ctx)
		dead := &node{}
		*dead = *w.node(yield)
		gone := make(chan struct{})
		go func() { dead.Run(ctx); close(gone) }()
		var chats []string
		for _, user := range []string{"ben", "eve"} {
			w.ok("connect", dead.Connect(w.ctx, instance, user))
			w.come(user)
			chats = append(chats, w.call(dying))
			synctest.Wait()
			_, err := other.Accept(w.ctx, instance, user, chats[len(chats)-1])
			w.ok("accept", err)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if a := w.agent("ben"); !a.Present() {
			t.Fatalf("while the node lives ben is %+v", a)
		}
		kill()
		<-gone
		w.ok("eve comes to another node", other.Connect(w.ctx, instance, "eve"))
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if ben, eve := w.agent("ben"), w.agent("eve"); ben.Present() || !eve.Present() {
			t.Errorf("after the death ben is %+v, eve %+v", ben, eve)
		}
		w.want("within the grace", chats[0], "ben")
		time.Sleep(time.Minute)
		synctest.Wait()
		if s := w.session(chats[0]); len(s.State.Contacts) != 2 || !s.Current().Queued() {
			t.Errorf("the chat of ben: %+v", s.State.Contacts)
		}
		w.want("the chat of eve", chats[1], "eve")
		time.Sleep(time.Hour)
		synctest.Wait()
		if a := w.agent("eve"); !a.Present() {
			t.Errorf("later eve is %+v", a)
		}
	})
}

// older is what a server of a version without agents makes of a session: it does not know the members that they need.
func (w *world) older(id string, edit func(*session.Session)) {
	w.t.Helper()
	next := w.session(id).Clone()
	next.Current().Waiting, next.Current().DequeuedAt = 0, time.Time{}
	edit(next)
	_, err := w.store.Commit(w.ctx, &change.Set{ID: uuid.NewString(), At: w.clock.Now(), Session: &change.Session{ID: id, Version: next.Version, Next: next, Parts: change.AllParts}})
	w.ok("an older server", err)
}

// During a rolling upgrade a chat that an older server has written is served, and one that it ended is not offered for ever.
func TestBesideAnOlderServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", func(b *router.Worker) { b.AutoAccept, b.Concurrency = true, 2 })
		w.run()
		defer w.close()
		n := w.nodes[0]
		ended, changed := w.call(n), w.call(n)
		w.older(ended, func(s *session.Session) {
			s.Status, s.Current().DisconnectedAt = session.Ended, w.clock.Now()
		})
		w.older(changed, func(s *session.Session) { s.Attributes = map[string]string{"k": "v"} })
		w.come("ben")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		w.want("the one that goes on", changed, "ben")
		if left := w.waiting(); len(left) > 0 {
			t.Errorf("documents are left: %v", left)
		}
		w.leave(n, changed)
		w.whole([]string{ended, changed})
	})
}

func TestALogout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", func(b *router.Worker) { b.Concurrency = 3 })
		w.run()
		defer w.close()
		n := w.nodes[0]
		w.come("ben")
		held, done, offered := w.call(n), w.call(n), w.call(n)
		synctest.Wait()
		for _, id := range []string{held, done} {
			_, err := n.Accept(w.ctx, instance, "ben", id)
			w.ok("accept", err)
		}
		w.leave(n, done)
		w.ok("logout", n.Logout(w.ctx, instance, "ben"))
		a := w.agent("ben")
		if len(a.Contacts) != 1 || a.Contacts[0].ContactID != held || a.Next == nil || a.Next.Kind != agent.Offline {
			t.Errorf("ben is %+v", a)
		}
		w.want("the offer", offered, "")
		w.leave(n, held)
		w.ok("clear", n.Clear(w.ctx, instance, "ben", held))
		if a := w.agent("ben"); a.Status.Kind != agent.Offline {
			t.Errorf("ben is %+v", a.Status)
		}
		w.whole([]string{held, done, offered})
	})
}

// The last slot of an agent is given once, and a click that comes late is refused.
func TestTwoNodesAndOneAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, slow{memoryStore()}, 2, yield)
		w.people.set("ben", hand)
		w.run()
		defer w.close()
		w.come("ben")
		id := w.call(w.nodes[0])
		time.Sleep(time.Second)
		won := make(chan error, 2)
		for _, n := range w.nodes {
			go func() {
				_, err := n.Accept(w.ctx, instance, "ben", id)
				won <- err
			}()
		}
		a, b := <-won, <-won
		if (a == nil) == (b == nil) {
			t.Errorf("of two clicks: %v and %v", a, b)
		}
		for _, err := range []error{a, b} {
			if err != nil && !fault.Is(err, fault.Rule) {
				t.Errorf("the late click: %v", err)
			}
		}
		w.whole([]string{id})
	})
}

// Nodes that all propose at once, customers who leave and agents who come and go: single assignment,
// no agent beyond its profile, and in the end everybody who can be served is.
func TestManyNodesRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const nodes, users, chats = 4, 8, 60
		w := newWorld(t, slow{memoryStore()}, nodes, time.Nanosecond)
		for i := range users {
			w.people.set(fmt.Sprint("user-", i), func(b *router.Worker) {
				b.Concurrency, b.AutoAccept, b.WorkLimit = 1+i%3, i%2 == 0, 5*time.Second
			})
		}
		w.run()
		defer w.close()
		for i := range users {
			w.come(fmt.Sprint("user-", i))
		}
		var mu sync.Mutex
		var ids []string
		var all sync.WaitGroup
		for i, n := range w.nodes {
			all.Go(func() {
				random := rand.New(rand.NewPCG(7, uint64(i)))
				for range chats / nodes {
					id := w.call(n)
					mu.Lock()
					ids = append(ids, id)
					some := ids[random.IntN(len(ids))]
					mu.Unlock()
					w.act(n, some, random)
					time.Sleep(time.Duration(random.IntN(3000)) * time.Millisecond)
				}
			})
		}
		all.Wait()
		synctest.Wait()
		w.whole(ids)
		for range 100 { // everybody is served in turn
			for _, id := range ids {
				if s := w.session(id); s.Status != session.Ended {
					w.finish(w.nodes[0], id)
				}
			}
			time.Sleep(10 * time.Second)
			synctest.Wait()
		}
		w.whole(ids)
		if left := w.waiting(); len(left) > 0 {
			t.Errorf("%d contacts still wait", len(left))
		}
		for i := range users {
			if a := w.agent(fmt.Sprint("user-", i)); len(a.Contacts) > 0 {
				t.Errorf("%s has %+v", a.UserID, a.Contacts)
			}
		}
		refused := int64(0)
		for _, n := range w.nodes {
			refused += n.Stats().Refused
		}
		t.Logf("%d proposals came too late", refused)
	})
}

// act lets somebody do something to a chat, in whatever state it is; a refusal is an answer, too.
func (w *world) act(n *node, id string, random *rand.Rand) {
	who := w.has(id)
	switch random.IntN(5) {
	case 0:
		if w.session(id).Status != session.Ended {
			w.quietly(n, id)
		}
	case 1:
		_ = n.Assign(w.ctx, instance, fmt.Sprint("user-", random.IntN(8)), id)
	case 2, 3:
		for i := range 8 {
			if user := fmt.Sprint("user-", i); who == "offered to "+user {
				_, _ = n.Accept(w.ctx, instance, user, id)
			}
		}
	default:
		user := fmt.Sprint("user-", random.IntN(8))
		_ = n.Logout(w.ctx, instance, user)
		w.ok("available", n.SetStatus(w.ctx, instance, user, "ROUTABLE"))
	}
}

// finish brings a chat to its end: whoever is offered it accepts, and with an agent the customer leaves.
func (w *world) finish(n *node, id string) {
	k := w.session(id).Current()
	switch {
	case k.Offer != nil:
		_, err := n.Accept(w.ctx, instance, k.Offer.UserID, id)
		if err != nil && !fault.Is(err, fault.Rule) {
			w.ok("accept", err)
		}
	case k.Agent != nil:
		w.quietly(n, id)
	}
	for user := range w.people.workers {
		if a, err := work.Agent(w.ctx, w.store, instance, user); err == nil && !a.Routable() {
			w.ok("available", n.SetStatus(w.ctx, instance, user, "ROUTABLE"))
		}
	}
}

// slow is a store whose commits take a while: others decide meanwhile on what is there before.
type slow struct{ store.Store }

func (s slow) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
	return s.Store.Commit(ctx, set)
}
