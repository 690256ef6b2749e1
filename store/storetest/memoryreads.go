package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// Session returns a session.
func (m *Memory) Session(_ context.Context, id string) (*session.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.sessions[id]; s != nil {
		return s, nil
	}
	return nil, fault.New(fault.NotFound, "session %s", id)
}

// SessionOf returns the session of a contact.
func (m *Memory) SessionOf(_ context.Context, instance, contact string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c, ok := m.contacts[contact]; ok && c.InstanceID == instance {
		return c.SessionID, nil
	}
	return "", fault.New(fault.NotFound, "contact %s", contact)
}

// Contacts returns the records that a query asks for.
func (m *Memory) Contacts(_ context.Context, q store.ContactQuery) (found []record.Record, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.contacts {
		if c.Record != nil && meets(c, &q) {
			found = append(found, *c.Record)
		}
	}
	order := func(a, b record.Record) int { return places(place(&a, q.Order), place(&b, q.Order), q.Descending) }
	slices.SortFunc(found, order)
	if q.After.ID != "" {
		found = slices.DeleteFunc(found, func(r record.Record) bool { return places(place(&r, q.Order), q.After, q.Descending) <= 0 })
	}
	return found[:min(q.Limit, len(found))], nil
}

// Said returns the contacts in which words were said.
func (m *Memory) Said(_ context.Context, q store.SaidQuery) (found []store.Found, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.said {
		if at := c.Place(); wanted(&c, &q) && (q.Before == 0 || at < q.Before) && said.Met(c.Words, q.Terms) {
			found = append(found, store.Found{Contact: c.ID, Session: c.SessionID, Place: at})
		}
	}
	slices.SortFunc(found, func(a, b store.Found) int { return cmp.Compare(b.Place, a.Place) })
	return found[:min(q.Limit, len(found))], nil
}

func wanted(c *said.Contact, q *store.SaidQuery) bool {
	among := func(list []string, id string) bool { return len(list) == 0 || slices.Contains(list, id) }
	return c.InstanceID == q.Instance && (q.From.IsZero() || !c.At.Before(q.From)) && (q.Until.IsZero() || !c.At.After(q.Until)) &&
		among(q.Queues, c.Queue) && among(q.Agents, c.Agent) && (q.Customer == "" || q.Customer == c.Customer)
}

// CountContacts counts them, up to most.
func (m *Memory) CountContacts(ctx context.Context, q store.ContactQuery, most int) (int, error) {
	q.After, q.Limit = store.ContactPlace{}, most
	found, err := m.Contacts(ctx, q)
	return len(found), err
}

func place(r *record.Record, m store.Moment) store.ContactPlace {
	return store.ContactPlace{At: m.Of(r), ID: r.ID}
}

func places(a, b store.ContactPlace, descending bool) int {
	if descending {
		a, b = b, a
	}
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
}

func meets(c change.Contact, q *store.ContactQuery) bool {
	r, agent := c.Record, ""
	if r.Agent != nil {
		agent = r.Agent.UserID
	}
	one := func(list []string, value string) bool {
		return len(list) == 0 || value != "" && slices.Contains(list, value)
	}
	bounds := append([]store.Within{{Moment: q.Order, From: q.From, Until: q.Until}}, q.Within...)
	return c.InstanceID == q.Instance && !q.Order.Of(r).IsZero() &&
		!slices.ContainsFunc(bounds, func(w store.Within) bool { return !bounded(w.Moment.Of(r), w) }) &&
		one(q.Agents, agent) && one(q.Queues, r.QueueID) && one(q.Methods, r.Method) &&
		(q.Customer == "" || r.CustomerID == q.Customer) && (q.Session == "" || c.SessionID == q.Session) &&
		(q.Association == "" || r.AssociationID == q.Association)
}

func bounded(at time.Time, w store.Within) bool {
	switch {
	case w.Missing:
		return at.IsZero()
	case at.IsZero():
		return w.From.IsZero() && w.Until.IsZero()
	}
	return (w.From.IsZero() || !at.Before(w.From)) && (w.Until.IsZero() || !at.After(w.Until))
}

// Heads returns where sessions stand.
func (m *Memory) Heads(_ context.Context, sessions []string) (map[string]store.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	heads := map[string]store.Head{}
	for _, id := range sessions {
		if s := m.sessions[id]; s != nil {
			heads[id] = store.Head{Version: s.Version, Head: s.Head, Status: s.Status}
		}
	}
	return heads, nil
}

// Items returns a page of a transcript.
func (m *Memory) Items(_ context.Context, id string, page store.Page) (out []transcript.Item, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, i := range m.items[id] {
		if i.Position > page.After && (page.Before == 0 || i.Position < page.Before) {
			out = append(out, i)
		}
	}
	if page.Descending {
		slices.Reverse(out)
	}
	return out[:min(page.Limit, len(out))], nil
}

// FirstAt returns the position of the first item at or after a time.
func (m *Memory) FirstAt(_ context.Context, id string, t time.Time) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.items[id], func(i transcript.Item) bool { return !i.Time.Before(t) })
	if i < 0 {
		i = len(m.items[id])
	}
	return int64(i) + 1, nil
}

// Marks returns the receipts of a session.
func (m *Memory) Marks(_ context.Context, id string) ([]transcript.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.marks[id]), func(a, b transcript.Mark) int {
		return cmp.Compare(a.Participant, b.Participant)
	}), nil
}

// Answer returns the first answer to a client token.
func (m *Memory) Answer(_ context.Context, scope string, key [32]byte, now time.Time) (*store.Replay, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row, ok := m.once[onceKey{scope, key}]; ok && row.stands(now) {
		return &row.replay, nil
	}
	return nil, nil
}

// Usage returns a count.
func (m *Memory) Usage(_ context.Context, key string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.usage[key], nil
}

// Due returns deadlines that have come.
func (m *Memory) Due(_ context.Context, until time.Time, limit int) (out []store.Due, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range slices.SortedFunc(maps.Values(m.due), compareDue) {
		if !d.At.After(until) && len(out) < limit {
			out = append(out, d)
		}
	}
	return out, nil
}

// Claim is Due: there are no other nodes.
func (m *Memory) Claim(ctx context.Context, until time.Time, limit int) ([]store.Due, error) {
	return m.Due(ctx, until, limit)
}

// NextDue returns the earliest deadline's time.
func (m *Memory) NextDue(ctx context.Context) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.due) == 0 {
		return time.Time{}, nil
	}
	return slices.MinFunc(slices.Collect(maps.Values(m.due)), compareDue).At, nil
}

// Resource returns one resource.
func (m *Memory) Resource(_ context.Context, instance, kind, id string) (*change.Resource, error) {
	return m.find(instance, kind, func(r change.Resource) bool { return r.ID == id })
}

// ResourceNamed returns the resource with a name.
func (m *Memory) ResourceNamed(_ context.Context, instance, kind, name string) (*change.Resource, error) {
	return m.find(instance, kind, func(r change.Resource) bool { return name != "" && r.Name == name })
}

func (m *Memory) find(instance, kind string, is func(change.Resource) bool) (*change.Resource, error) {
	all := m.kind(instance, kind)
	i := slices.IndexFunc(all, is)
	if i < 0 {
		return nil, fault.New(fault.NotFound, "%s", kind)
	}
	return &all[i], nil
}

// kind returns the resources of a kind by id.
func (m *Memory) kind(instance, kind string) (out []change.Resource) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, r := range m.resources {
		if k.instance == instance && k.kind == kind {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b change.Resource) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Resources returns a page of the resources of a kind.
func (m *Memory) Resources(_ context.Context, instance, kind, after string, limit int) (out []change.Resource, _ error) {
	for _, r := range m.kind(instance, kind) {
		if r.ID > after && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, nil
}

// Sessions returns ids of sessions.
func (m *Memory) Sessions(_ context.Context, after string, limit int) (out []string, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(m.sessions)) {
		if id > after && len(out) < limit {
			out = append(out, id)
		}
	}
	return out, nil
}
