package contact_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// timers sets those of the customer and of the agent, in minutes.
func timers(all ...contact.TimerUpdate) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return d.SetTimers(all) }
}

func customerTimer(kind session.TimerKind, minutes int) contact.TimerUpdate {
	return contact.TimerUpdate{Role: transcript.Customer, Kind: kind, Minutes: minutes}
}

func agentTimer(kind session.TimerKind, minutes int) contact.TimerUpdate {
	return contact.TimerUpdate{Role: transcript.Agent, Kind: kind, Minutes: minutes}
}

// timed is a chat in a queue with timers, which ben then takes.
func timed(t failer, all ...contact.TimerUpdate) *room {
	r := queued(t)
	r.come(ben)
	r.must(timers(all...))
	if len(r.timersDue()) > 0 {
		t.Fatalf("timed before anybody came: %v", r.timersDue())
	}
	r.must(offer(ben))
	r.must(by(ben, accept))
	return r
}

// timersDue are the deadlines of timers, by role, from t0.
func (r *room) timersDue() map[string]time.Duration {
	all := map[string]time.Duration{}
	for _, role := range []string{"CUSTOMER", "AGENT"} {
		if at, ok := r.due["timer "+role]; ok {
			all[role] = at.Sub(t0)
		}
	}
	return all
}

// after moves the clock to so long after t0 and answers the deadlines of timers on the way, as the store holds them.
func (r *room) after(d time.Duration) {
	r.t.Helper()
	for {
		role, at := "", t0.Add(d)
		for name, due := range r.timersDue() {
			if due := t0.Add(due); !due.After(at) {
				role, at = name, due
			}
		}
		r.now = at
		if role == "" {
			return
		}
		delete(r.due, "timer "+role)
		r.must(func(draft *contact.Draft) error {
			draft.TimerOver(change.DueRef{DueKey: change.DueKey{Owner: chatID, Kind: contact.DueTimer, Subject: role}}, r.lastSaid(role), catalog.Config{})
			return nil
		})
	}
}

func (r *room) lastSaid(role string) (last time.Time) {
	for _, item := range r.items {
		if string(item.Author.Role) == role && item.Type == transcript.Message {
			last = item.Time
		}
	}
	return last
}

func (r *room) says(participant string) {
	r.t.Helper()
	if err := r.send(participant, contact.Message{ContentType: transcript.Plain, Content: "here"}); err != nil {
		r.t.Fatalf("%v", err)
	}
}

// passing are the events of timers so far, with when they were.
func (r *room) passing() (all []string) {
	for _, item := range r.items {
		if item.Passing() {
			all = append(all, item.Time.Sub(t0).Truncate(time.Second).String()+" "+short(item.ContentType)+" "+string(item.Author.Role))
		}
	}
	return all
}

func (r *room) wantPassing(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, r.passing()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestACustomerWhoSaysNothing(t *testing.T) {
	r := timed(t, customerTimer(session.Idle, 2), customerTimer(session.DisconnectNoncustomer, 3))
	r.after(119 * time.Second)
	r.says(customer)
	r.after(238 * time.Second)
	r.wantPassing(t)
	r.after(10 * time.Minute)
	r.wantPassing(t, "3m59s participant.idle CUSTOMER", "6m59s participant.autodisconnection CUSTOMER")
	if k := r.s.Current(); r.s.Status != session.Ended || k.DisconnectReason != "IDLE_DISCONNECT" {
		t.Errorf("the chat stands at %d, its contact ended with %q", r.s.Status, k.DisconnectReason)
	}
	if said := r.said(); !slices.Equal(said[len(said)-4:], []string{"participant.left AGENT", "participant.autodisconnection CUSTOMER", "participant.left CUSTOMER", "chat.ended"}) {
		t.Errorf("said %q", said)
	}
	if len(r.timersDue()) > 0 {
		t.Errorf("left are %v", r.timersDue())
	}
}

func TestACustomerWhoReturns(t *testing.T) {
	r := timed(t, customerTimer(session.Idle, 2), customerTimer(session.DisconnectNoncustomer, 3))
	r.after(4 * time.Minute)
	r.says(customer)
	r.after(5*time.Minute + 59*time.Second)
	r.says(customer)
	r.after(7*time.Minute + 58*time.Second)
	r.wantPassing(t, "2m0s participant.idle CUSTOMER", "4m0s participant.returned CUSTOMER")
	r.after(7*time.Minute + 59*time.Second)
	r.wantPassing(t, "2m0s participant.idle CUSTOMER", "4m0s participant.returned CUSTOMER", "7m59s participant.idle CUSTOMER")
}

// A message that another node took while the role became idle is a return all the same.
func TestAReturnThatWasMissed(t *testing.T) {
	r := timed(t, customerTimer(session.Idle, 2), customerTimer(session.DisconnectNoncustomer, 3))
	r.after(4 * time.Minute)
	r.items = append(r.items, transcript.Item{Time: t0.Add(3 * time.Minute), Type: transcript.Message, Author: r.s.Customer().Author()})
	r.after(6 * time.Minute)
	r.wantPassing(t, "2m0s participant.idle CUSTOMER", "5m0s participant.returned CUSTOMER", "5m0s participant.idle CUSTOMER")
	if want := map[string]time.Duration{"CUSTOMER": 8 * time.Minute}; !cmp.Equal(r.timersDue(), want) {
		t.Errorf("due are %v", r.timersDue())
	}
}

func TestAnAgentWhoSaysNothing(t *testing.T) {
	r := timed(t, agentTimer(session.DisconnectNoncustomer, 5), agentTimer(session.Idle, 2), customerTimer(session.DisconnectNoncustomer, 30))
	r.says(customer)
	r.after(20 * time.Minute)
	r.wantPassing(t, "2m0s participant.idle AGENT", "7m0s participant.autodisconnection AGENT")
}

func TestTimersOnlyOfOneKind(t *testing.T) {
	r := timed(t, customerTimer(session.DisconnectNoncustomer, 3))
	r.after(2 * time.Minute)
	r.says(customer)
	r.after(20 * time.Minute)
	r.wantPassing(t, "5m0s participant.autodisconnection CUSTOMER")
	r = timed(t, customerTimer(session.Idle, 3))
	r.after(20 * time.Minute)
	r.wantPassing(t, "3m0s participant.idle CUSTOMER")
	if r.s.Status != session.Active {
		t.Error("the chat is over")
	}
}

// Timers that are set while an agent is there hold for the next one.
func TestTimersAreThoseOfTheJoin(t *testing.T) {
	r := timed(t, customerTimer(session.Idle, 2))
	r.must(timers(customerTimer(session.Idle, 4)))
	r.after(3 * time.Minute)
	r.wantPassing(t, "2m0s participant.idle CUSTOMER")

	late := served(t)
	late.must(timers(customerTimer(session.Idle, 2)))
	late.after(3 * time.Minute)
	late.wantPassing(t)
	if done, err := late.transfer(contact.Target{Name: "Eve", UserID: eve, FlowID: "to-agent"}, transfers()); err != nil || !done {
		t.Fatalf("done: %v, %v", done, err)
	}
	if len(late.timersDue()) > 0 || late.s.State.Timing != nil {
		t.Errorf("timed while nobody is there: %v", late.timersDue())
	}
	if len(late.s.State.Timers) != 1 {
		t.Errorf("the next contact has the timers %v", late.s.State.Timers)
	}
}

func TestWithACustomParticipantOnlyTheCustomerIsTimed(t *testing.T) {
	r := connected(t)
	r.must(timers(agentTimer(session.Idle, 2), customerTimer(session.Idle, 3)))
	r.bot()
	if want := map[string]time.Duration{"CUSTOMER": 3 * time.Minute}; !cmp.Equal(r.timersDue(), want) {
		t.Errorf("due are %v", r.timersDue())
	}
	r.must(func(d *contact.Draft) error { return d.Disconnect(bot, catalog.Config{}) })
	if len(r.timersDue()) > 0 {
		t.Errorf("left are %v", r.timersDue())
	}
}

func TestTimersThatAreRefused(t *testing.T) {
	r := connected(t)
	wantKind(t, "twice", r.decide(timers(customerTimer(session.Idle, 2), agentTimer(session.Idle, 2), customerTimer(session.Idle, 3))), fault.Invalid)
	r.must(timers(customerTimer(session.Idle, 2), agentTimer(session.Idle, 2)))
	r.must(timers(customerTimer(session.Idle, 0), agentTimer(session.Idle, 7)))
	if want := []session.Timer{agentTimer(session.Idle, 7)}; !slices.Equal(r.s.State.Timers, want) {
		t.Errorf("the timers are %v", r.s.State.Timers)
	}
	r.must((*contact.Draft).Stop)
	wantKind(t, "after the end", r.decide(timers(customerTimer(session.Idle, 2))), fault.Rule)
}
