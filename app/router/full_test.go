package router_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/app/router"
	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/session"
)

// Whoever goes is let go also where a queue has no room for its chats: those that find room go back, the others are over.
func TestAnAgentGoesWhileItsQueueIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", func(b *router.Worker) { b.AutoAccept, b.Concurrency = true, 2 })
		w.config.Queues[sales] = catalog.Queue{ID: sales, Name: "Sales", MaxContacts: 2}
		w.run()
		defer w.close()
		n := w.nodes[0]
		w.come("ben")
		first, second := w.call(n), w.call(n)
		synctest.Wait()
		w.want("taken", first, "ben")
		w.want("taken", second, "ben")
		w.call(n) // leaves room for one more
		w.ok("dismiss", n.Dismiss(w.ctx, instance, "ben"))
		if a := w.agent("ben"); len(a.Contacts) > 0 || a.Status.Kind != agent.Offline {
			t.Errorf("the agent is %+v", a)
		}
		over := 0
		for _, id := range []string{first, second} {
			switch s, k := w.session(id), w.session(id).Current(); {
			case s.Status == session.Ended && k.DisconnectReason == contact.ReasonAgentNetwork:
				over++
			case s.Status != session.Active || !k.Queued():
				t.Errorf("a chat with the status %d stands so: %+v", s.Status, k)
			}
		}
		if over != 1 {
			t.Errorf("%d of two chats are over, of which one found room in the queue", over)
		}
	})
}

// The same where nobody asks and a deadline does it.
func TestALostAgentIsAbandonedWhileItsQueueIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", auto)
		w.config.Queues[sales] = catalog.Queue{ID: sales, Name: "Sales", MaxContacts: 1}
		w.run()
		defer w.close()
		n := w.nodes[0]
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		w.come("ben")
		id := w.call(n)
		synctest.Wait()
		w.want("taken", id, "ben")
		w.call(n)
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if a := w.agent("ben"); len(a.Contacts) > 0 || a.Status.Kind != agent.Offline {
			t.Errorf("the agent is %+v", a)
		}
		if s := w.session(id); s.Status != session.Ended {
			t.Errorf("the chat without an agent has the status %d", s.Status)
		}
	})
}
