package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"parley/domain/change"
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
