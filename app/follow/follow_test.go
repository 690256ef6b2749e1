package follow_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/follow"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// expect waits until everything has settled and compares what a sink got.
func expect(t *testing.T, s *sink, want string, reasons ...follow.Reason) {
	t.Helper()
	synctest.Wait()
	got, why := s.state()
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, " "), want)
	}
	if len(why) != len(reasons) || len(why) > 0 && why[0] != reasons[0] {
		t.Errorf("done with %v, want %v", why, reasons)
	}
}

func TestBacklogThenLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for range 600 { // more than two pages
			w.commit(message())
		}
		s, _ := w.follow(t, customer, transcript.Customer, 597)
		all, _ := w.follow(t, agent, transcript.Agent, 0)
		expect(t, s, "598 599 600")
		if got, _ := all.state(); len(got) != 600 {
			t.Errorf("got %d items, want 600", len(got))
		}
		w.publish(w.commit(message(), message()))
		expect(t, s, "598 599 600 601 602")
	})
}

func TestLiveDeliveryReadsNothingAndEncodesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a, _ := w.follow(t, customer, transcript.Customer, 0)
		b, _ := w.follow(t, agent, transcript.Agent, 0)
		w.publish(w.commit(message()))
		expect(t, a, "1")
		expect(t, b, "1")
		if n := w.hub.Stats().Reads; n != 0 {
			t.Errorf("%d pages read, want 0", n)
		}
		if w.encoded != 1 {
			t.Errorf("encoded %d times, want 1", w.encoded)
		}
	})
}

func TestNothingBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s := &sink{}
		f, err := w.hub.Follow(context.Background(), follow.Subscription{Session: "s", Participant: customer, Role: transcript.Customer, Sink: s})
		if err != nil {
			t.Fatal(err)
		}
		w.publish(w.commit(message()))
		expect(t, s, "")
		f.Start()
		expect(t, s, "1")
	})
}

// TestAnotherIsAhead: somebody who found items in the store before their hints came does not take them from others who wait for the hints.
func TestAnotherIsAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s := &sink{}
		slow, err := w.hub.Follow(context.Background(), follow.Subscription{Session: "s", Participant: customer, Role: transcript.Customer, Sink: s})
		if err != nil {
			t.Fatal(err)
		}
		hint := w.commit(message(), message())
		ahead, _ := w.follow(t, agent, transcript.Agent, 0)
		expect(t, ahead, "1 2")
		slow.Start()
		w.publish(hint, w.commit(message()))
		expect(t, s, "1 2 3")
		expect(t, ahead, "1 2 3")
	})
}

func TestHintsOutOfOrderAndDoubled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		one, two, three := w.commit(message()), w.commit(message()), w.commit(message())
		w.publish(three, two)
		expect(t, s, "")
		w.publish(one, one, three)
		expect(t, s, "1 2 3")
		w.publish(one, w.commit(message()))
		time.Sleep(time.Second)
		expect(t, s, "1 2 3 4")
		if n := w.hub.Stats().Reads; n != 0 {
			t.Errorf("%d pages read, want 0: the hints filled the gap", n)
		}
	})
}

func TestLostHintIsReadAfterTheGapWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		w.commit(message())
		w.publish(w.commit(message()))
		time.Sleep(19 * time.Millisecond)
		expect(t, s, "")
		time.Sleep(2 * time.Millisecond)
		expect(t, s, "1 2")
	})
}

func TestLostLastHintIsNoticed(t *testing.T) {
	for name, c := range map[string]struct {
		down bool
		wait time.Duration
	}{"bus up": {false, 2 * time.Second}, "bus down": {true, 250 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.bus.down.Store(c.down)
				s, _ := w.follow(t, customer, transcript.Customer, 0)
				w.commit(message())
				time.Sleep(c.wait - time.Millisecond)
				expect(t, s, "")
				time.Sleep(2 * time.Millisecond)
				expect(t, s, "1")
			})
		})
	}
}

func TestVisibility(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c, _ := w.follow(t, customer, transcript.Customer, 0)
		a, _ := w.follow(t, agent, transcript.Agent, 0)
		forAgent, forCustomer := message(), message()
		forAgent.Visibility, forCustomer.Visibility = transcript.AgentOnly, transcript.CustomerOnly
		w.publish(w.commit(message(), forAgent, forCustomer))
		expect(t, c, "1 3")
		expect(t, a, "1 2")
		late, _ := w.follow(t, customer, transcript.Customer, 0)
		expect(t, late, "1 3")
	})
}

func TestWhatIsNotStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c, _ := w.follow(t, customer, transcript.Customer, 0)
		a, _ := w.follow(t, agent, transcript.Agent, 0)
		h := w.commit()
		h.Items = []transcript.Item{
			{Type: transcript.Event, ContentType: transcript.Typing, Content: "typing", Author: transcript.Author{ParticipantID: agent}},
			{Type: transcript.MessageMetadata, ContentType: transcript.Metadata, Content: "read", Receipt: &transcript.Receipt{Recipient: customer}},
		}
		w.publish(h)
		expect(t, c, "typing")
		expect(t, a, "read")
	})
}

// TestAPreview: what a customer writes is shown to the agents who ask for it, from when they do, and to no customer.
func TestAPreview(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		asks := false
		var sinks []*sink
		for _, sub := range []follow.Subscription{
			{Participant: agent, Role: transcript.Agent, Previews: func() bool { return asks }},
			{Participant: agent, Role: transcript.Agent},
			{Participant: customer, Role: transcript.Customer, Previews: func() bool { return true }},
		} {
			s := &sink{}
			sub.Session, sub.Sink = "s", s
			f, err := w.hub.Follow(t.Context(), sub)
			if err != nil {
				t.Fatal(err)
			}
			f.Start()
			sinks = append(sinks, s)
		}
		for _, text := range []string{"early", "shown"} {
			h := w.commit()
			h.Preview = &transcript.Item{
				Type: transcript.Event, ContentType: transcript.TypingPreview, Content: text, Author: transcript.Author{ParticipantID: customer}, Visibility: transcript.AgentOnly,
			}
			w.publish(h)
			h.Items, h.Preview = []transcript.Item{*h.Preview}, nil // as no node sends them
			w.publish(h)
			asks = true
		}
		expect(t, sinks[0], "shown")
		expect(t, sinks[1], "")
		expect(t, sinks[2], "")
	})
}

func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		w.publish(w.commit(message()), w.end())
		expect(t, s, "1 2", follow.Ended)
		late, _ := w.follow(t, agent, transcript.Agent, 0)
		expect(t, late, "1 2", follow.Ended)
		after, _ := w.follow(t, agent, transcript.Agent, 2)
		expect(t, after, "", follow.Ended)
		if st := w.hub.Stats(); st.Sessions != 0 {
			t.Errorf("%d sessions followed after the end, want 0", st.Sessions)
		}
	})
}

func TestEndWhoseHintIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		w.end()
		time.Sleep(3 * time.Second)
		expect(t, s, "1", follow.Ended)
	})
}

func TestRemoval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c, _ := w.follow(t, customer, transcript.Customer, 0)
		a, _ := w.follow(t, agent, transcript.Agent, 0)
		w.publish(w.commit(message()), w.remove(agent), w.commit(message()))
		expect(t, a, "1 2", follow.Gone)
		expect(t, c, "1 2 3")
		_, err := w.hub.Follow(context.Background(), follow.Subscription{Session: "s", Participant: agent, Role: transcript.Agent, Sink: a})
		if fault.KindOf(err) != fault.Denied {
			t.Errorf("following after removal: %v, want Denied", err)
		}
	})
}

func TestRemovalBehindAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a, _ := w.follow(t, agent, transcript.Agent, 0)
		w.commit(message()) // its hint is lost
		w.publish(w.remove(agent))
		time.Sleep(time.Second)
		expect(t, a, "1 2", follow.Gone)
	})
}

func TestRemovalWhoseHintIsLost(t *testing.T) {
	t.Run("noticed by the next comparison", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			a, _ := w.follow(t, agent, transcript.Agent, 0)
			w.remove(agent)
			time.Sleep(3 * time.Second)
			expect(t, a, "1", follow.Gone)
		})
	})
	t.Run("noticed by the next hint's version", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			a, _ := w.follow(t, agent, transcript.Agent, 0)
			w.remove(agent)
			w.publish(w.commit(message()))
			time.Sleep(time.Second) // less than the comparison's interval
			expect(t, a, "1 2", follow.Gone)
		})
	})
}

func TestErasedSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		w.mu.Lock()
		w.erased = true
		w.mu.Unlock()
		time.Sleep(3 * time.Second)
		expect(t, s, "", follow.Gone)
	})
}

func TestOverflowDropsOnlyTheSinkThatRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		full, _ := w.follow(t, customer, transcript.Customer, 0)
		other, _ := w.follow(t, agent, transcript.Agent, 0)
		full.refusing = true
		w.publish(w.commit(message()), w.commit(message()))
		expect(t, full, "", follow.Overflow)
		expect(t, other, "1 2")
	})
}

func TestBrokenStoreIsSurvived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.commit(message())
		live, _ := w.follow(t, customer, transcript.Customer, 1)
		f := &sink{}
		behind, err := w.hub.Follow(context.Background(), follow.Subscription{Session: "s", Participant: agent, Role: transcript.Agent, Sink: f})
		if err != nil {
			t.Fatal(err)
		}
		w.mu.Lock()
		w.broken = true
		w.mu.Unlock()
		behind.Start()
		w.commit(message())
		w.publish(w.commit(message()))
		time.Sleep(5 * time.Second)
		expect(t, live, "")
		w.mu.Lock()
		w.broken = false
		w.mu.Unlock()
		time.Sleep(3 * time.Second)
		expect(t, live, "2 3")
		expect(t, f, "1 2 3")
	})
}

func TestCloseEndsDeliveryAndForgetsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, f := w.follow(t, customer, transcript.Customer, 0)
		f.Close()
		f.Close()
		w.publish(w.commit(message()))
		expect(t, s, "")
		if st := w.hub.Stats(); st.Sessions != 0 || st.Followings != 0 {
			t.Errorf("stats after close: %+v", st)
		}
	})
}
