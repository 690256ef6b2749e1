package flowrun_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/app/admin"
	"parley/app/due"
	"parley/app/flowrun"
	"parley/app/people"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/store"
	"parley/store/sqlite"
	"parley/work"
	"parley/work/resource"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	customer = "dddddddd-0000-4000-8000-000000000001"
)

// world is a server's flows without its edges: the configuration, chats, and due
// work that the test lets happen by moving the clock.
type world struct {
	t        testing.TB
	path     string
	options  sqlite.Options
	store    store.Store
	clock    *clock.Clock
	admin    *admin.Service
	sessions *work.Sessions
	flows    *flowrun.Runner
	due      *due.Runner
	bus      *memory.Bus
	inbound  string
	mode     string // ResponseMode of chats that begin
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, path: filepath.Join(t.TempDir(), "parley.db"), clock: &clock.Clock{}}
	w.open()
	t.Cleanup(w.close)
	return w
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.store, err = sqlite.Open(w.path, w.options); err != nil {
		w.t.Fatal(err)
	}
	hints := memory.New()
	w.bus = hints
	docs := &resource.Store{Rows: w.store, Bus: hints, Clock: w.clock}
	w.admin, err = admin.New(admin.Options{
		Resources: docs, Home: arn.Home{Region: "us-east-1", Account: "123456789012"}, Also: people.New(docs).Seed,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, w.inbound, err = w.admin.Seed(context.Background(), instance, "parley"); err != nil {
		w.t.Fatal(err)
	}
	w.sessions = work.NewSessions(w.store, hints, func() {})
	log := slog.New(slog.DiscardHandler)
	w.flows = flowrun.New(w.sessions, w.admin, w.clock, log)
	w.due = due.New(w.store, w.clock, map[string]due.Handler{contact.DueFlow: w.flows.HandleDue}, log)
}

func (w *world) close() {
	if err := w.store.Close(); err != nil {
		w.t.Error(err)
	}
}

// begin starts a chat with a flow; the customer is there.
func (w *world) begin(flowID string) string {
	w.t.Helper()
	ctx := context.Background()
	content, err := w.admin.StartFlow(ctx, instance, flowID)
	if err != nil {
		w.t.Fatal(err)
	}
	r := contact.Start{InstanceID: instance, FlowID: flowID, FlowContent: content, DisplayName: "Ann", ResponseMode: w.mode}
	id := uuid.NewString()
	set, err := r.Begin(contact.IDs{Set: uuid.NewString(), Contact: id, Participant: customer}, contact.Settings{}, w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	set.Due = nil // the chat's own deadlines are not ours
	if _, err := w.sessions.Commit(ctx, set); err != nil {
		w.t.Fatal(err)
	}
	w.decide(id, func(d *contact.Draft) error { return d.Connect(customer, true) })
	return id
}

func (w *world) decide(id string, edit func(*contact.Draft) error) {
	w.t.Helper()
	_, err := w.sessions.Decide(context.Background(), id, func(s *session.Session) (*change.Set, error) {
		d := contact.Decide(s, uuid.NewString(), w.clock.Now())
		if err := edit(d); err != nil {
			return nil, err
		}
		return d.Changes(), nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) say(id, text string) {
	w.t.Helper()
	_, err := w.sessions.Decide(context.Background(), id, func(s *session.Session) (*change.Set, error) {
		m := contact.Message{ContentType: transcript.Plain, Content: text}
		return contact.Send(s, customer, m, contact.TextLimit{}, uuid.NewString(), w.clock.Now())
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// pass lets time pass; what comes due is handled.
func (w *world) pass(d time.Duration) (fired int) {
	w.t.Helper()
	fired, err := w.due.Advance(context.Background(), d)
	if err != nil {
		w.t.Fatal(err)
	}
	return fired
}

// all handles what is due until nothing is.
func (w *world) all() (fired int) {
	w.t.Helper()
	for {
		n := w.pass(0)
		if n == 0 {
			return fired
		}
		fired += n
	}
}

func (w *world) session(id string) *session.Session {
	w.t.Helper()
	s, err := w.store.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// said lists what the flow and the customer said.
func (w *world) said(id string) []string {
	w.t.Helper()
	items, err := w.store.Items(context.Background(), id, store.Page{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, item := range items {
		if item.Type == transcript.Message {
			all = append(all, item.Content)
		}
	}
	return all
}

// waiting is a flow that waits for the customer or a minute.
func (w *world) waiting() string { return w.waitingFor("60") }

// waitingFor is a flow that waits for the customer, or for so many seconds.
func (w *world) waitingFor(seconds string) string {
	w.t.Helper()
	say := func(id, text, next string) map[string]any {
		return map[string]any{"Identifier": id, "Type": "MessageParticipant", "Parameters": map[string]any{"Text": text},
			"Transitions": map[string]any{"NextAction": next, "Errors": []any{map[string]any{"NextAction": next, "ErrorType": "NoMatchingError"}}}}
	}
	when := func(value, next string) map[string]any {
		return map[string]any{"NextAction": next, "Condition": map[string]any{"Operator": "Equals", "Operands": []string{value}}}
	}
	content, err := json.Marshal(map[string]any{"Version": "2019-10-30", "StartAction": "ask", "Actions": []any{
		say("ask", "How can we help?", "wait"),
		map[string]any{"Identifier": "wait", "Type": "Wait", "Parameters": map[string]any{"TimeLimitSeconds": seconds, "Events": []string{"CustomerReturned"}},
			"Transitions": map[string]any{"NextAction": "gone", "Conditions": []any{when("WaitCompleted", "gone"), when("CustomerReturned", "thanks")},
				"Errors": []any{map[string]any{"NextAction": "gone", "ErrorType": "NoMatchingError"}}}},
		say("thanks", "Thanks", "wait"),
		say("gone", "Are you still there?", "end"),
		map[string]any{"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": map[string]any{}, "Transitions": map[string]any{}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	f := admin.Flow{Type: flow.ContactFlow, Content: string(content)}
	f.InstanceID, f.Name = instance, "waiting "+uuid.NewString()
	if f, err = w.admin.CreateFlow(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
	return f.ID
}
