package rules_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/admin"
	"parley/app/people"
	"parley/app/rules"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/rule"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
	"parley/work/resource"
)

const instance = "aaaaaaaa-0000-4000-8000-000000000001"

// node is one of several over one store, each with a bus of its own: no hint reaches another.
type node struct {
	*rules.Service
	sessions *work.Sessions
	store    store.Store
	sent     *sent
}

// sent counts events by id; it is down as long as it says so.
type sent struct {
	mu   sync.Mutex
	down bool
	ids  map[string]int
}

func (s *sent) Send(_ context.Context, id string, _ []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return fault.New(fault.Unavailable, "down")
	}
	s.ids[id]++
	return nil
}

func nodes(t *testing.T, n int, c *clock.Clock) (all []node) {
	t.Helper()
	st := sqlitetest.Open(t)
	to := &sent{ids: map[string]int{}}
	for i := range n {
		bus := memory.New()
		docs := &resource.Store{Rows: st, Bus: bus, Clock: c}
		if i == 0 {
			a, err := admin.New(admin.Options{Resources: docs, Also: people.New(docs).Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}})
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := a.Seed(t.Context(), instance, "parley"); err != nil {
				t.Fatal(err)
			}
		}
		one := node{store: st, sent: to, sessions: work.NewSessions(st, bus, func() {})}
		one.Service = rules.New(rules.Options{Resources: docs, Sender: to, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		one.Watch(one.sessions)
		all = append(all, one)
	}
	return all
}

const refund = `{"Version":"2022-11-25","RuleFunction":{"Operator":"AND","Operands":[{"Operator":"CONTAINS_ANY","Operands":["refund"],"ComparisonValue":"$.ContactLens.RealTimeChat.ExactMatch.Transcript"}]}}`

func (n node) make(t *testing.T, name string) {
	t.Helper()
	r := rules.Rule{Trigger: rule.LiveChat, Function: refund, Published: true, Actions: []rules.Action{{Type: rules.Categorize}, {Type: rules.SendEvent, Event: "e"}}}
	r.InstanceID, r.Name = instance, name
	if _, err := n.Create(t.Context(), r, resource.Token{}); err != nil {
		t.Fatal(err)
	}
}

// begin starts a session with one message of its customer.
func (n node) begin(t *testing.T, id string, at time.Time) {
	t.Helper()
	k := session.Contact{ID: id, InitiatedAt: at}
	s := &session.Session{ID: id, InstanceID: instance, Status: session.Active, State: session.State{CreatedAt: at, Contacts: []session.Contact{k}}}
	item := transcript.Item{Type: transcript.Message, ContentType: "text/plain", Content: "a refund", ContactID: id, Author: transcript.Author{Role: transcript.Customer}}
	set := &change.Set{
		ID: resource.NewID(), At: at, Session: &change.Session{ID: id, Create: true, Next: s, Parts: change.AllParts}, Items: []transcript.Item{item},
		Contacts: []change.Contact{{ID: id, SessionID: id, InstanceID: instance}},
	}
	if _, err := n.sessions.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
}

func due(t *testing.T, n node, c *clock.Clock) []store.Due {
	t.Helper()
	all, err := n.store.Due(t.Context(), c.Now(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Rules look once at a contact, though every node handles its deadline at the same time, none has heard of another, and it comes up again.
func TestOnceOverNodes(t *testing.T) {
	c := &clock.Clock{}
	all := nodes(t, 3, c)
	all[0].make(t, "one")
	all[0].make(t, "two")
	for range 20 {
		id := resource.NewID()
		all[0].begin(t, id, c.Now())
		rows := due(t, all[0], c)
		if len(rows) != 1 || rows[0].Kind != rule.DueLive {
			t.Fatalf("due are %+v", rows)
		}
		for range 2 { // the second time everything is done already
			var racing sync.WaitGroup
			for _, n := range all {
				racing.Go(func() {
					if err := n.HandleDue(t.Context(), rows[0].DueRef); err != nil {
						t.Error(err)
					}
				})
			}
			racing.Wait()
		}
		s, err := all[1].store.Session(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"one", "two"}, s.Current().Categories()); diff != "" {
			t.Fatal(diff)
		}
		events := due(t, all[0], c)
		if len(events) != 2 {
			t.Fatalf("the events due are %+v", events)
		}
		for _, row := range events {
			if err := all[2].HandleDue(t.Context(), row.DueRef); err != nil {
				t.Error(err)
			}
		}
		if left := due(t, all[0], c); len(left) > 0 {
			t.Fatalf("left are %+v", left)
		}
	}
	if len(all[0].sent.ids) != 40 {
		t.Errorf("%d events were sent, want 40", len(all[0].sent.ids))
	}
}

// An event that cannot be sent is sent later, with growing pauses, and given up after a day.
func TestEventsWaitForTheirReceiver(t *testing.T) {
	c := &clock.Clock{}
	n := nodes(t, 1, c)[0]
	n.make(t, "one")
	n.sent.down = true
	n.begin(t, resource.NewID(), c.Now())
	step := func() int {
		rows := due(t, n, c)
		for _, row := range rows {
			if err := n.HandleDue(t.Context(), row.DueRef); err != nil {
				t.Fatal(err)
			}
		}
		return len(rows)
	}
	step() // the rule looks
	for _, wait := range []time.Duration{0, time.Second, 2 * time.Second, time.Hour, 10 * time.Minute} {
		if c.SetOffset(c.Offset() + wait); step() != 1 {
			t.Fatalf("nothing is tried after %v more", wait)
		}
		if step() != 0 {
			t.Fatalf("it is tried again at once, after %v more", wait)
		}
	}
	n.sent.down = false
	if c.SetOffset(c.Offset() + 10*time.Minute); step() != 1 || len(n.sent.ids) != 1 {
		t.Errorf("sent are %v", n.sent.ids)
	}
	n.sent.down = true
	n.begin(t, resource.NewID(), c.Now())
	step()
	c.SetOffset(c.Offset() + 25*time.Hour)
	if step() != 1 || step() != 0 {
		t.Error("it is not given up")
	}
	c.SetOffset(c.Offset() + time.Hour)
	if step() != 0 {
		t.Error("what was given up is tried again")
	}
}

// A change on another node, of which no hint came, is known a second later; one on this node at once.
func TestRulesAreKnownSoon(t *testing.T) {
	c := &clock.Clock{}
	all := nodes(t, 2, c)
	all[1].begin(t, resource.NewID(), c.Now()) // the second node knows now that there are no rules
	all[0].make(t, "one")
	all[0].begin(t, resource.NewID(), c.Now())
	if rows := due(t, all[0], c); len(rows) != 1 {
		t.Fatalf("on its own node a rule is not known at once: %+v", rows)
	}
	deadline := time.After(5 * time.Second)
	for {
		all[1].begin(t, resource.NewID(), c.Now())
		if len(due(t, all[1], c)) == 2 {
			return
		}
		select {
		case <-deadline:
			t.Fatal("the other node never hears of the rule")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// An instance takes as many rules of one trigger as it may have, and not one more.
func TestAnInstanceHasNoMoreRulesThanItMay(t *testing.T) {
	c := &clock.Clock{}
	n := nodes(t, 1, c)[0]
	set := &change.Set{ID: resource.NewID(), At: c.Now()}
	for i := range 499 {
		set.Resources = append(set.Resources, change.Resource{
			Instance: instance, Kind: resource.KindRule, ID: resource.NewID(), Name: fmt.Sprint("filler", i), Document: []byte(`{"trigger":"` + string(rule.LiveChat) + `"}`),
		})
	}
	if _, err := n.store.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	n.make(t, "last")
	r := rules.Rule{Trigger: rule.LiveChat, Function: refund, Actions: []rules.Action{{Type: rules.Categorize}}}
	r.InstanceID, r.Name = instance, "more"
	if _, err := n.Create(t.Context(), r, resource.Token{}); !fault.Is(err, fault.Quota) {
		t.Errorf("one more: %v", err)
	}
}
