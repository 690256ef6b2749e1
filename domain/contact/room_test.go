package contact_test

import (
	"encoding/json"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	chatID   = "cccccccc-0000-4000-8000-000000000001"
	customer = "dddddddd-0000-4000-8000-000000000001"
	bot      = "dddddddd-0000-4000-8000-000000000002"
	setID    = "eeeeeeee-0000-4000-8000-000000000001"
)

var t0 = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

// failer is a test, or one run of a property.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// room is a chat whose Sets are applied as a store applies them. It also
// holds every rule to its promise that a snapshot is never changed.
type room struct {
	t     failer
	now   time.Time
	s     *session.Session
	items []transcript.Item
	usage map[string]int64
	due   map[string]time.Time       // by dueName
	docs  map[string]change.Resource // by kind/id
}

// start is the smallest request.
func start() contact.Start {
	return contact.Start{InstanceID: instance, FlowID: "flow", FlowContent: "content", DisplayName: "Ann"}
}

// begun starts a chat at t0.
func begun(t failer, r contact.Start) *room {
	t.Helper()
	set, err := r.Begin(contact.IDs{Set: setID, Contact: chatID, Participant: customer}, contact.Settings{}, t0)
	if err != nil {
		t.Fatalf("the chat does not start: %v", err)
	}
	room := &room{t: t, now: t0, usage: map[string]int64{}, due: map[string]time.Time{}, docs: map[string]change.Resource{}}
	room.apply(set)
	return room
}

// connected is a chat whose customer is there and whose flow is over.
func connected(t failer, types ...string) *room {
	r := start()
	r.ContentTypes = types
	room := begun(t, r)
	room.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	room.s.Flow = nil
	delete(room.due, contact.DueFlow)
	return room
}

func (r *room) apply(set *change.Set) {
	r.t.Helper()
	s := set.Session
	if s.Create != (r.s == nil) || r.s != nil && s.Version != r.s.Version {
		r.t.Fatalf("the Set is for version %d (create: %v), the session stands at %+v", s.Version, s.Create, r.s)
	}
	if s.Next != nil {
		next, old := s.Next.Clone(), r.s
		next.Version, next.Head, next.LastAt = 1, 0, time.Time{}
		if old != nil {
			r.named(old, next, s.Parts)
			next.Version, next.Head, next.LastAt = old.Version+1, old.Head, old.LastAt
		}
		r.s = next
	}
	r.s = r.s.Clone()
	for _, item := range set.Items {
		r.s.LastAt = transcript.NextTime(set.At, r.s.LastAt)
		r.s.Head++
		item.Place(r.s.ID, r.s.Head, r.s.LastAt)
		r.items = append(r.items, item)
	}
	for _, u := range set.Usage {
		r.usage[u.Key] += u.Delta
	}
	r.applyDocuments(set.Resources)
	for _, d := range set.Drop {
		delete(r.due, dueName(d))
	}
	for _, d := range set.Due {
		r.due[dueName(d.DueKey)] = d.At
	}
}

// dueName is the kind of a deadline, followed by its subject unless that is the session, or its first contact.
func dueName(k change.DueKey) string {
	if k.Subject == k.Owner {
		return k.Kind
	}
	return k.Kind + " " + k.Subject
}

// named holds a Set to naming the documents that it changes: a store writes no others.
func (r *room) named(old, next *session.Session, parts change.Parts) {
	r.t.Helper()
	for part, same := range map[change.Parts]bool{
		change.State:      spelled(r.t, old.State) == spelled(r.t, next.State),
		change.Attributes: spelled(r.t, old.Attributes) == spelled(r.t, next.Attributes),
		change.Flow:       spelled(r.t, old.Flow) == spelled(r.t, next.Flow),
	} {
		if !same && parts&part == 0 {
			r.t.Fatalf("the Set changes document %d of the session and names only %d", part, parts)
		}
	}
}

// decide lets edit decide and applies what it decided.
func (r *room) decide(edit func(*contact.Draft) error) error {
	r.t.Helper()
	return r.try(func() (*change.Set, error) {
		d := contact.Decide(r.s, setID, r.now)
		r.knowing(d)
		if err := edit(d); err != nil {
			return nil, err
		}
		return d.Changes(), nil
	})
}

func (r *room) try(rule func() (*change.Set, error)) error {
	r.t.Helper()
	before := spelled(r.t, r.s)
	set, err := rule()
	if after := spelled(r.t, r.s); after != before {
		r.t.Fatalf("a rule changed the snapshot from\n%s\nto\n%s", before, after)
	}
	if err == nil {
		r.apply(set)
	}
	return err
}

func (r *room) must(edit func(*contact.Draft) error) {
	r.t.Helper()
	if err := r.decide(edit); err != nil {
		r.t.Fatalf("refused: %v", err)
	}
}

func (r *room) send(participant string, m contact.Message) error {
	r.t.Helper()
	return r.try(func() (*change.Set, error) {
		return contact.Send(r.s, participant, m, contact.TextLimit{}, setID, r.now)
	})
}

// bot adds a custom participant that has joined.
func (r *room) bot() {
	r.t.Helper()
	r.must(func(d *contact.Draft) error { return d.AddBot(bot, "Bot") })
	r.must(func(d *contact.Draft) error { return d.Use(bot) })
}

// said lists the transcript: the content of messages, the type and author of events.
func (r *room) said() []string {
	var all []string
	for _, item := range r.items {
		switch {
		case item.Type == transcript.Message:
			all = append(all, item.Content)
		case item.Author.ParticipantID == "":
			all = append(all, short(item.ContentType))
		default:
			all = append(all, short(item.ContentType)+" "+string(item.Author.Role))
		}
	}
	return all
}

func short(eventType string) string {
	return eventType[len("application/vnd.amazonaws.connect.event."):]
}

func spelled(t failer, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(raw)
}

// wantKind holds an error against the kind of fault that is expected.
func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: got %v (kind %d), want kind %d", what, err, fault.KindOf(err), kind)
	}
}

// wantOutcome: ok means no error, otherwise a fault of that kind.
func wantOutcome(t *testing.T, what string, err error, ok bool, kind fault.Kind) {
	t.Helper()
	if !ok {
		wantKind(t, what, err, kind)
	} else if err != nil {
		t.Errorf("%s: refused: %v", what, err)
	}
}
