package chat_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/app/chat"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/persistent"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
)

func TestContactsAreFoundInTheirInstanceOnly(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.begin()
	calls := func(instance, id string) map[string]error {
		return map[string]error{
			"DescribeContact":         second3(w.Contact(ctx, instance, id)),
			"UpdateContactAttributes": w.UpdateAttributes(ctx, instance, id, map[string]string{"k": "v"}),
			"UpdateContact":           w.Update(ctx, instance, id, contact.Update{}),
			"TagContact":              w.Tag(ctx, instance, id, map[string]string{"k": "v"}),
			"UntagContact":            w.Untag(ctx, instance, id, []string{"k"}),
		}
	}
	for name, err := range calls(here, p.contact) {
		faulttest.OK(t, name, err)
	}
	for name, err := range calls(there, p.contact) {
		faulttest.Want(t, name+" in another instance", err, fault.NotFound)
	}
	for name, err := range calls(here, uuid.NewString()) {
		faulttest.Want(t, name+" of an unknown contact", err, fault.NotFound)
	}
	for name, err := range map[string]error{
		"in another instance": w.Stop(ctx, there, p.contact), "unknown": w.Stop(ctx, here, uuid.NewString()),
	} {
		faulttest.Want(t, "StopContact, "+name, err, fault.Gone)
	}
	faulttest.OK(t, "StopContact", w.Stop(ctx, here, p.contact))
	faulttest.Want(t, "StopContact again", w.Stop(ctx, here, p.contact), fault.Gone)
}

func second3[A, B any](_ A, _ B, err error) error { return err }

func TestAssociate(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	past, running, now := w.begin(), w.begin(), w.customer()
	faulttest.OK(t, "stop", w.Stop(ctx, here, past.contact))
	associate := func(instance, of, with string) (string, error) {
		return w.Associate(ctx, instance, of, persistent.Rehydration{Type: persistent.EntirePast, SourceContactID: with}, "")
	}
	for name, c := range map[string]struct {
		instance, of, with string
		kind               fault.Kind
	}{
		"an unknown source":   {here, now.contact, uuid.NewString(), fault.NotFound},
		"a running source":    {here, now.contact, running.contact, fault.Rule},
		"an unknown chat":     {here, uuid.NewString(), past.contact, fault.NotFound},
		"another instance":    {there, now.contact, past.contact, fault.NotFound},
		"an unknown instance": {"none", now.contact, past.contact, fault.NotFound},
		"a chat that is over": {here, past.contact, past.contact, fault.Rule},
	} {
		_, err := associate(c.instance, c.of, c.with)
		faulttest.Want(t, name, err, c.kind)
	}
	from, err := associate(here, now.contact, past.contact)
	faulttest.OK(t, "associate", err)
	if from != past.contact {
		t.Errorf("continues %q", from)
	}
	w.directory.settings.RequireSameCustomer = true
	_, err = associate(here, w.customer().contact, past.contact)
	faulttest.Want(t, "another customer, where it must be the same", err, fault.Rule)
}

// deadline returns a stored deadline of a chat.
func (w *world) deadline(session, kind string) (store.Due, bool) {
	w.t.Helper()
	rows, err := w.store.Due(context.Background(), w.clock.Now().AddDate(1, 0, 0), 100)
	faulttest.OK(w.t, "due", err)
	for _, row := range rows {
		if row.Owner == session && row.Kind == kind {
			return row, true
		}
	}
	return store.Due{}, false
}

func TestDeadlines(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		kind, reason string
		connected    bool
		after        time.Duration
	}{
		"nobody connected":      {contact.DueConnect, "CUSTOMER_CONNECTION_NOT_ESTABLISHED", false, 5 * time.Minute},
		"the duration is over":  {contact.DueExpiry, "EXPIRED", true, 25 * time.Hour},
		"over, never connected": {contact.DueExpiry, "EXPIRED", false, 25 * time.Hour},
	} {
		w := newWorld(t)
		began := w.clock.Now()
		p := w.begin()
		if c.connected {
			p = w.connect(p)
		}
		row, found := w.deadline(p.contact, c.kind)
		if late := row.At.Sub(began) - c.after; !found || late < 0 || late > time.Minute {
			t.Errorf("%s: due at %v, found %v", name, row.At.Sub(began), found)
		}
		w.clock.MoveTo(row.At)
		nodes := []*chat.Service{w.Service, w.node(false), w.node(false), w.node(false)}
		together(len(nodes), func(i int) { faulttest.OK(t, name, nodes[i].HandleDue(ctx, row.DueRef)) })
		s, k, err := w.Contact(ctx, here, p.contact)
		faulttest.OK(t, name, err)
		if s.Status != session.Ended || k.DisconnectReason != c.reason || s.Head > 3 {
			t.Errorf("%s: status %d, reason %q, %d items", name, s.Status, k.DisconnectReason, s.Head)
		}
		if rows, err := w.store.Due(ctx, w.clock.Now().AddDate(1, 0, 0), 10); err != nil || len(rows) != 1 || rows[0].Kind != contact.DueForget {
			t.Errorf("%s: deadlines are left: %v, %v", name, rows, err)
		}
	}
}

func TestAConnectInTimeTakesTheDeadlineAway(t *testing.T) {
	w := newWorld(t)
	p := w.begin()
	row, _ := w.deadline(p.contact, contact.DueConnect)
	w.connect(p)
	if _, stands := w.deadline(p.contact, contact.DueConnect); stands {
		t.Error("the deadline still stands")
	}
	faulttest.OK(t, "the deadline that a slow node still handles", w.HandleDue(context.Background(), row.DueRef))
	if s, _, err := w.Contact(context.Background(), here, p.contact); err != nil || s.Status != session.Active {
		t.Errorf("status %d, %v", s.Status, err)
	}
}

func TestADeadlineThatMovedDoesNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.begin()
	row, _ := w.deadline(p.contact, contact.DueExpiry)
	_, err := w.store.Commit(ctx, &change.Set{
		ID: uuid.NewString(), Due: []change.Due{{DueKey: row.DueKey, At: row.At.Add(time.Hour)}},
	})
	faulttest.OK(t, "move", err)
	faulttest.OK(t, "the old deadline", w.HandleDue(ctx, row.DueRef))
	if s, _, err := w.Contact(ctx, here, p.contact); err != nil || s.Status != session.Pending {
		t.Errorf("status %d, %v", s.Status, err)
	}
}

func TestInstanceOfABearer(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	for name, bearer := range map[string]string{"participant token": p.token, "connection token": p.bearer} {
		if got, err := w.InstanceOf(ctx, bearer); err != nil || got != here {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	_, err := w.InstanceOf(ctx, "nonsense")
	faulttest.Want(t, "nonsense", err, fault.Denied)
}
