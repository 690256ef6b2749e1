package work_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/record"
	"parley/domain/session"
	"parley/store"
	"parley/work"
)

// found are the records that a search finds of the instance.
func (w *world) found() []record.Record {
	w.t.Helper()
	list, err := w.store.Contacts(context.Background(), store.ContactQuery{Instance: "i", Limit: 99})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func TestASearchFindsWhatWasCommitted(t *testing.T) {
	w := newWorld(t)
	a, b := w.node(), w.node()
	var last *change.Set
	for _, n := range []*work.Sessions{a, b} {
		n.Before = append(n.Before, func(_ context.Context, _ *session.Session, set *change.Set) { last = set })
	}
	id := w.begin(a)
	for _, step := range []struct {
		name    string
		on      *work.Sessions
		rule    work.Rule
		records int // how many are written
	}{
		{"the customer connects", a, edit(connect), 1},
		{"says something", b, say("hello"), 0},
		{"attributes", b, edit(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"k": "v"}) }), 1},
		{"the same again, on a stale cache", a, edit(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"k": "w"}) }), 1},
		{"says more", a, say("more"), 0},
		{"the end", b, edit((*contact.Draft).Stop), 1},
	} {
		w.must(step.on, id, step.rule)
		if len(last.Contacts) != step.records {
			t.Errorf("%s: %d records are written, want %d", step.name, len(last.Contacts), step.records)
		}
		want := record.Changes(nil, w.session(id))
		if diff := cmp.Diff(want, w.found(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

// A contact that an earlier release entered is found once it changes.
func TestAContactWithoutARecordGetsOne(t *testing.T) {
	w := newWorld(t)
	id := uuid.NewString()
	r := contact.Start{InstanceID: "i", FlowID: "f", DisplayName: "Ann"}
	set, err := r.Begin(contact.IDs{Set: uuid.NewString(), Contact: id, Participant: customer}, contact.Settings{}, t0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Commit(context.Background(), set); err != nil {
		t.Fatal(err)
	}
	if got := w.found(); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	w.must(w.node(), id, edit(connect))
	if got := w.found(); len(got) != 1 || got[0].ID != id || got[0].ConnectedAt.IsZero() {
		t.Errorf("%+v", got)
	}
}

// A flow that sets an attribute rewrites the attributes only.
func TestAttributesAloneChangeARecord(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	w.must(n, id, func(s *session.Session) (*change.Set, error) {
		next := s.Clone()
		next.Attributes = map[string]string{"k": "v"}
		return &change.Set{ID: uuid.NewString(), At: t0, Session: &change.Session{ID: id, Version: s.Version, Next: next, Parts: change.Attributes}}, nil
	})
	if got := w.found(); len(got) != 1 || got[0].Attributes["k"] != "v" {
		t.Errorf("%+v", got)
	}
}
