package router_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/process"
	"parley/bus"
	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
)

// directory knows the instance of a world.
type directory struct{ w *world }

func (d directory) FlowConfig(context.Context, string) (catalog.Config, error) {
	return d.w.config, nil
}

// approving is a processor that lets everything pass.
type approving struct{}

func (approving) Call(context.Context, interp.Call, func(string)) (json.RawMessage, error) {
	return json.RawMessage(`{"status":"APPROVED"}`), nil
}

// A flow has ended the chat of an agent, and its last words are processed: the end gives the agent's slot back, as every other does.
func TestAChatThatEndsAfterItsLastWordsGivesTheSlotBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 1, yield)
		w.people.set("ben", auto)
		n := w.nodes[0]
		p := process.New(n.sessions, directory{w}, approving{}, w.clock, slog.New(slog.DiscardHandler))
		w.run()
		defer w.close()
		w.all.Go(func() { p.Run(w.ctx) })
		w.come("ben")
		id := w.call(n)
		synctest.Wait()
		w.want("taken", id, "ben")
		w.decide(n, id, func(d *contact.Draft) error {
			if err := d.StartProcessing("f", true); err != nil {
				return err
			}
			d.Session().State.Processing.Waiting = []session.Waiting{
				{ID: "m", At: w.clock.Now(), ContentType: transcript.Plain, Content: "bye", ContactID: id, Processor: "f"}, {Ending: contact.ReasonFlow},
			}
			d.ProcessAt(w.clock.Now())
			return nil
		})
		rows, err := w.store.Due(w.ctx, w.clock.Now(), 100)
		w.ok("due", err)
		for _, row := range rows {
			if row.Kind == contact.DueProcess {
				w.ok("process", p.HandleDue(w.ctx, row.DueRef))
			}
		}
		synctest.Wait()
		if s := w.session(id); s.Status != session.Ended {
			t.Fatalf("the chat has the status %d", s.Status)
		}
		w.whole([]string{id})
		w.ok("clear", n.Clear(w.ctx, instance, "ben", id))
		if has := w.agent("ben").Contacts; len(has) != 0 {
			t.Errorf("the agent keeps %+v", has)
		}
	})
}

// The sockets of who takes no part any more are closed, also of one whom nobody saw; those of one who goes back to watching are not.
func TestWhoseSocketsAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, n, id := served(t, 1)
		defer w.close()
		var mia, eve string
		var gone []string
		defer w.bus.Subscribe(bus.Session(id), func(h bus.Hint) { gone = append(gone, h.Gone...) })()
		for _, step := range []struct {
			what string
			do   func(*contact.Draft) error
			gone func() []string
		}{
			{"two watch", func(d *contact.Draft) (err error) {
				if _, mia, err = d.Monitor(contact.Taker{UserID: "mia", DisplayName: "Mia"}, true); err == nil {
					_, eve, err = d.Monitor(contact.Taker{UserID: "eve", DisplayName: "Eve"}, true)
				}
				return err
			}, func() []string { return nil }},
			{"one takes part", func(d *contact.Draft) error { return d.Barge("mia", true) }, func() []string { return nil }},
			{"and watches again", func(d *contact.Draft) error { return d.Barge("mia", false) }, func() []string { return nil }},
			{"and leaves", func(d *contact.Draft) error { return d.Disconnect(mia, w.config) }, func() []string { return []string{mia} }},
			{"the agent leaves", func(d *contact.Draft) error {
				return d.Disconnect(d.Session().Current().Agent.ParticipantID, w.config)
			}, func() []string { return []string{customer, w.session(id).Current().Agent.ParticipantID, eve} }},
		} {
			gone = nil
			w.decide(n, id, step.do)
			synctest.Wait()
			want := step.gone()
			slices.Sort(gone)
			slices.Sort(want)
			if !slices.Equal(gone, want) {
				t.Errorf("%s: %q are gone, want %q", step.what, gone, want)
			}
		}
		if s := w.agent("ben").Contacts; len(s) != 1 || s[0].State != agent.Ended {
			t.Errorf("the agent has %+v", s)
		}
	})
}

// Whoever may not take part any more leaves all chats: as a supervisor, watching or taking part, and as an agent, on whatever node,
// also if the user is gone already.
func TestWhoIsDismissedLeavesEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 2, yield)
		w.people.set("ben", auto)
		w.people.set("mia", auto)
		w.run()
		defer w.close()
		n, other := w.nodes[0], w.nodes[1]
		w.come("ben")
		seen := w.call(n)
		synctest.Wait()
		w.come("mia")
		held := w.call(n)
		synctest.Wait()
		w.want("taken", held, "mia")
		w.watches(n, "mia", seen)
		w.people.mu.Lock()
		delete(w.people.workers, "mia")
		w.people.mu.Unlock()
		w.ok("dismiss", other.Dismiss(w.ctx, instance, "mia"))
		if p := w.session(seen).User("mia"); p != nil {
			t.Errorf("the supervisor stays: %+v", p)
		}
		if p := w.session(held).User("mia"); p != nil {
			t.Errorf("the agent stays: %+v", p)
		}
		if a := w.agent("mia"); len(a.Contacts) > 0 || a.Status.Kind != agent.Offline {
			t.Errorf("the agent is %+v", a)
		}
		w.leave(n, seen)
		w.ok("clear", n.Clear(w.ctx, instance, "ben", seen))
		time.Sleep(time.Second) // the other nodes' Yield
		synctest.Wait()
		w.want("given back", held, "ben")
	})
}

// The chats of an agent whose user is gone and whose connection is lost go to others after the grace, as those of any other.
func TestALostAgentWithoutAUserGivesItsChatsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, n, id := served(t, 1)
		defer w.close()
		w.want("taken", id, "ben")
		w.ok("connect", n.Connect(w.ctx, instance, "ben"))
		w.people.mu.Lock()
		delete(w.people.workers, "ben")
		w.people.mu.Unlock()
		w.ok("lose", n.Lose(w.ctx, instance, "ben"))
		w.lossOf("ben")
		w.people.set("eve", auto)
		w.come("eve")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		w.want("after the grace", id, "eve")
	})
}
