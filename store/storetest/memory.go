package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/domain/change"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// Memory is a store without durability that is as plain as can be: what the
// adapters are compared with. It passes the suite too.
type Memory struct {
	mu         sync.Mutex
	closed     bool
	sessions   map[string]*session.Session
	items      map[string][]transcript.Item
	marks      map[string]map[string]transcript.Mark
	contacts   map[string]change.Contact
	once       map[onceKey]onceRow
	usage      map[string]int64
	due        map[change.DueKey]store.Due
	generation int64
	resources  map[resourceKey]change.Resource
	said       map[string]said.Contact
}

var _ store.Store = (*Memory)(nil)

type onceKey struct {
	scope string
	key   [32]byte
}

type onceRow struct {
	expires time.Time
	replay  store.Replay
}

type resourceKey struct{ instance, kind, id string }

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{
		sessions: map[string]*session.Session{}, items: map[string][]transcript.Item{},
		marks: map[string]map[string]transcript.Mark{}, contacts: map[string]change.Contact{},
		once: map[onceKey]onceRow{}, usage: map[string]int64{}, due: map[change.DueKey]store.Due{},
		resources: map[resourceKey]change.Resource{}, said: map[string]said.Contact{},
	}
}

// Commit applies a Set.
func (m *Memory) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.open(ctx); err != nil {
		return store.Result{}, err
	}
	if o := set.Once; o != nil {
		if row, ok := m.once[onceKey{o.Scope, o.Key}]; ok && row.stands(set.At) {
			return store.Result{Replay: &row.replay}, nil
		}
	}
	resources, err := m.guard(set)
	if err != nil {
		return store.Result{}, err
	}
	m.resources = resources
	return m.apply(set), nil
}

func (r *onceRow) stands(at time.Time) bool { return r.expires.IsZero() || r.expires.After(at) }

func (m *Memory) open(ctx context.Context) error {
	if m.closed {
		return fault.New(fault.Unavailable, "the store is closed")
	}
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the request ended")
	}
	return nil
}

// guard returns how the resources would stand after the Set, or its refusal.
func (m *Memory) guard(set *change.Set) (map[resourceKey]change.Resource, error) {
	if err := m.guardSession(set); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, c := range set.Contacts {
		if _, taken := m.contacts[c.ID]; c.Known != (taken || seen[c.ID]) {
			return nil, fault.New(fault.Conflict, "contact %s", c.ID)
		}
		seen[c.ID] = true
	}
	for _, d := range set.Done {
		if row, ok := m.due[d.DueKey]; !ok || row.Generation != d.Generation {
			return nil, fault.New(fault.Conflict, "deadline")
		}
	}
	resources, err := m.configure(set.Resources)
	if err != nil {
		return nil, err
	}
	return resources, m.guardUsage(set)
}

func (m *Memory) guardSession(set *change.Set) error {
	s := set.Session
	if s == nil {
		if len(set.Items)+len(set.Marks) > 0 {
			return fault.New(fault.Internal, "no session")
		}
		return nil
	}
	stands := m.sessions[s.ID]
	switch {
	case s.Create && s.Next == nil, (s.Empty || len(s.Rewrite) > 0) && (s.Next == nil || s.Create),
		s.Empty && (s.Next.Status != session.Ended || len(set.Items)+len(set.Marks)+len(s.Rewrite) > 0):
		return fault.New(fault.Internal, "no state")
	case s.Create != (stands == nil), stands != nil && stands.Version != s.Version:
		return fault.New(fault.Conflict, "session")
	}
	return nil
}

func (m *Memory) guardUsage(set *change.Set) error {
	after := map[string]int64{}
	for _, u := range set.Usage {
		after[u.Key] += u.Delta
		if u.Delta > 0 && u.Max > 0 && m.usage[u.Key]+after[u.Key] > u.Max {
			return fault.New(fault.LimitExceeded, "count %s", u.Key)
		}
	}
	return nil
}

func (m *Memory) configure(list []change.Resource) (map[resourceKey]change.Resource, error) {
	after := m.resources
	if len(list) > 0 {
		after = maps.Clone(after)
	}
	for _, r := range list {
		if err := configure(after, r); err != nil {
			return nil, err
		}
	}
	return after, nil
}

func configure(all map[resourceKey]change.Resource, r change.Resource) error {
	key := resourceKey{r.Instance, r.Kind, r.ID}
	stands, ok := all[key]
	switch {
	case ok && r.Version == 0 && !r.Delete:
		return fault.New(fault.Duplicate, "id")
	case stands.Version != r.Version, r.Delete && !ok:
		return fault.New(fault.Conflict, "version")
	}
	delete(all, key)
	if r.Delete {
		return nil
	}
	for k, other := range all {
		if k.instance == r.Instance && k.kind == r.Kind && r.Name != "" && other.Name == r.Name {
			return fault.New(fault.Duplicate, "name")
		}
	}
	r.Version, r.Document = r.Version+1, slices.Clone(r.Document)
	all[key] = r
	return nil
}

func (m *Memory) apply(set *change.Set) (res store.Result) {
	for _, u := range set.Usage {
		m.usage[u.Key] += u.Delta
	}
	if set.Session != nil {
		res = m.applySession(set)
	}
	for _, c := range set.Contacts {
		if c.Known {
			c.SessionID, c.InstanceID = m.contacts[c.ID].SessionID, m.contacts[c.ID].InstanceID
		}
		m.contacts[c.ID] = c
	}
	for _, c := range set.Said {
		m.said[c.ID] = c
	}
	for _, d := range set.Done {
		delete(m.due, d.DueKey)
	}
	for _, k := range set.Drop {
		delete(m.due, k)
	}
	for _, d := range set.Due {
		m.generation++
		m.due[d.DueKey] = store.Due{DueRef: change.DueRef{DueKey: d.DueKey, Generation: m.generation}, At: d.At}
	}
	if o := set.Once; o != nil {
		row := onceRow{o.Expires, store.Replay{Fingerprint: o.Fingerprint, Answer: o.Answer}}
		if len(res.Items) > 0 {
			row.replay.Position, row.replay.Time = res.Items[0].Position, res.Items[0].Time
		}
		m.once[onceKey{o.Scope, o.Key}] = row
	}
	return res
}

func (m *Memory) applySession(set *change.Set) (res store.Result) {
	s := m.next(set.Session)
	for _, item := range set.Session.Rewrite {
		if i := item.Position - 1; i >= 0 && i < int64(len(m.items[s.ID])) {
			item.Place(s.ID, item.Position, m.items[s.ID][i].Time)
			m.items[s.ID] = slices.Clone(m.items[s.ID])
			m.items[s.ID][i] = item
		}
	}
	if set.Session.Empty {
		m.empty(s.ID)
		s.Head, s.LastAt = 0, time.Time{}
	}
	for _, item := range set.Items {
		s.Head++
		s.LastAt = transcript.NextTime(set.At, s.LastAt)
		item.Place(s.ID, s.Head, s.LastAt)
		m.items[s.ID] = append(m.items[s.ID], item)
		res.Items = append(res.Items, item)
	}
	for _, next := range set.Marks {
		mark := m.marks[s.ID][next.Participant]
		mark.Participant = next.Participant
		if mark, moved := mark.Advance(next); moved {
			m.mark(s.ID, mark)
			res.Marks = append(res.Marks, mark)
		}
	}
	m.sessions[s.ID] = s
	res.Version = s.Version
	return res
}

func (m *Memory) mark(id string, mark transcript.Mark) {
	if m.marks[id] == nil {
		m.marks[id] = map[string]transcript.Mark{}
	}
	m.marks[id][mark.Participant] = mark
}

// next returns a session as a change leaves it, for the store to own.
func (m *Memory) next(c *change.Session) *session.Session {
	stands := m.sessions[c.ID]
	if stands == nil {
		stands = &session.Session{ID: c.ID}
	}
	s := stands.Clone()
	if c.Next == nil {
		return s
	}
	next, parts := c.Next.Clone(), c.Parts
	if c.Create {
		parts = change.AllParts
	}
	s.InstanceID, s.Status, s.Version = next.InstanceID, next.Status, s.Version+1
	if parts&change.State != 0 {
		s.State = next.State
	}
	if parts&change.Attributes != 0 {
		s.Attributes = maps.Clone(next.Attributes)
	}
	if parts&change.Flow != 0 {
		s.Flow = next.Flow
	}
	return s
}

// Forget deletes ended sessions.
func (m *Memory) Forget(_ context.Context, sessions []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range sessions {
		if s := m.sessions[id]; s != nil && s.Status != session.Ended {
			return fault.New(fault.Conflict, "session %s goes on", id)
		}
	}
	for _, id := range sessions {
		delete(m.sessions, id)
		m.empty(id)
		maps.DeleteFunc(m.contacts, func(_ string, c change.Contact) bool { return c.SessionID == id })
		maps.DeleteFunc(m.due, func(k change.DueKey, _ store.Due) bool { return k.Owner == id })
	}
	return nil
}

// empty deletes what was said in a session, and all that goes with it.
func (m *Memory) empty(id string) {
	delete(m.items, id)
	delete(m.marks, id)
	maps.DeleteFunc(m.once, func(k onceKey, _ onceRow) bool { return k.scope == id })
	maps.DeleteFunc(m.said, func(_ string, c said.Contact) bool { return c.SessionID == id })
}

// Scrub has nothing to do.
func (m *Memory) Scrub(context.Context) error { return nil }

// ForgetAnswers deletes the client tokens of a scope that do not expire by themselves.
func (m *Memory) ForgetAnswers(_ context.Context, scope string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.once, func(k onceKey, row onceRow) bool { return k.scope == scope && row.expires.IsZero() })
	return nil
}

// Purge deletes expired client tokens.
func (m *Memory) Purge(_ context.Context, now time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := len(m.once)
	maps.DeleteFunc(m.once, func(_ onceKey, r onceRow) bool { return !r.stands(now) })
	return before - len(m.once), nil
}

// Ping fails once the store is closed.
func (m *Memory) Ping(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open(ctx)
}

// Close refuses later commits.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// compareDue orders deadlines.
func compareDue(a, b store.Due) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
}

// Reopen opens the store again after Close.
func (m *Memory) Reopen() store.Store {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = false
	return m
}
