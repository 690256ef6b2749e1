package sqlite

import (
	"slices"
	"sync"

	"parley/store/batch"
)

// How far the tables may lag behind (our choice). The bytes of the entries since
// the oldest that is still needed bound what opening the database reads and how
// much memory the journal takes; the items of a session, how long it takes to move them.
const (
	journalBytes = 2 << 20
	journalItems = 64
)

// journal keeps plain appends (items and client tokens of a session whose state
// stays as it is) out of the tables for a while. A commit writes all of them as
// one row; later they move to the tables a session at a time, many rows that lie
// side by side at once. Written singly, each would cost pages of its own.
//
// What it guarantees: an append is in an entry, in the tables, or in both, from
// the commit on. A session leaves the journal in the transaction that writes the
// last of it to the tables, and whenever its state changes.
type journal struct {
	limit int64

	mu       sync.RWMutex // for readers; the writer's goroutine alone changes what follows
	sessions map[string]*recent

	// Only the writer's goroutine touches what follows.
	order   []place // the sessions by their oldest entry; some have left
	next    int64   // sequence number of the next entry
	written int64   // bytes of all entries so far
	kept    int64   // entries before this one are deleted
	plan    plan
}

// recent is what the journal holds of a session.
type recent struct {
	row   batch.SessionRow // as it stands
	items []batch.ItemRow  // the last ones of the session, without a gap; never changed, only appended to
	once  map[[32]byte]batch.OnceRow
	since int64 // the oldest entry with something of it
}

// place is where a session's oldest entry lies.
type place struct {
	id     string
	since  int64
	offset int64 // bytes of the entries before it
}

// plan is what a transaction does to the journal.
type plan struct {
	entry   entry
	body    []byte          // entry, encoded; empty for none
	leaving map[string]bool // sessions whose rows move to the tables
	items   int             // how many items move
	tokens  int             // how many client tokens move
	bytes   int             // of the items that move
}

func newJournal(limit int64) *journal {
	return &journal{
		limit: limit, sessions: map[string]*recent{}, next: 1, kept: 1,
		plan: plan{entry: newEntry(), leaving: map[string]bool{}},
	}
}

// enter enters what the journal knows of a batch's keys into the view, and
// returns the keys that the tables have to be asked for.
func (j *journal) enter(v *batch.View, k *batch.Keys) {
	k.Sessions = slices.DeleteFunc(k.Sessions, func(id string) bool {
		r := j.sessions[id]
		if r != nil {
			*v.Sessions[id] = sessionOf(r.row)
		}
		return r != nil
	})
	k.Once = slices.DeleteFunc(k.Once, func(key batch.OnceKey) bool {
		row, ok := j.answer(key)
		if ok {
			*v.Once[key] = onceOf(row)
		}
		return ok
	})
}

func (j *journal) answer(key batch.OnceKey) (batch.OnceRow, bool) {
	r := j.sessions[key.Scope]
	if r == nil {
		return batch.OnceRow{}, false
	}
	row, ok := r.once[key.Key]
	return row, ok
}

// tail returns how a session stands and its last items, if the journal has any.
// To be asked before the tables: what leaves the journal meanwhile is found there.
func (j *journal) tail(id string) (row batch.SessionRow, items []batch.ItemRow) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if r := j.sessions[id]; r != nil {
		return r.row, r.items
	}
	return row, nil
}

// heads returns the heads of those of the sessions that the journal has something of.
func (j *journal) heads(sessions []string) map[string]int64 {
	j.mu.RLock()
	defer j.mu.RUnlock()
	heads := map[string]int64{}
	for _, id := range sessions {
		if r := j.sessions[id]; r != nil {
			heads[id] = r.row.Head
		}
	}
	return heads
}

// answered returns the row of a client token, if the journal has it.
func (j *journal) answered(key batch.OnceKey) (batch.OnceRow, bool) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.answer(key)
}

// divide plans a batch: it moves the plain appends from rows to the next entry,
// and adds to rows what leaves the journal.
func (j *journal) divide(requests []*request, rows *batch.Rows) {
	p := &j.plan
	p.reset()
	changed := map[string]bool{}
	for _, r := range requests {
		if s := r.Set.Session; s != nil && s.Next != nil {
			changed[s.ID] = true
		}
	}
	p.entry.take(rows, changed)
	p.body = p.entry.encode()
	var out batch.Rows
	if len(rows.Emptied)+len(rows.Rewrites) > 0 { // no entry may bring back what is deleted
		j.move(everything(), &out)
	}
	for id := range changed {
		j.leave(id, &out)
	}
	j.relieve(&out)
	prepend(rows, &out)
}

// relieve lets sessions leave that hold too old or too many items, about twice as
// many items as come and at least one session: chats that began together fall due
// together, and all at once they would hold up whoever waits for this transaction.
func (j *journal) relieve(out *batch.Rows) {
	p := &j.plan
	budget := len(out.Items) + 2*len(p.entry.items)
	for i := 0; i < len(j.order) && j.written-j.order[i].offset > j.limit && len(out.Items) < budget; i++ {
		if j.current(j.order[i]) {
			j.leave(j.order[i].id, out)
		}
	}
	for i := 0; i < len(p.entry.sessions) && len(out.Items) < budget; i++ {
		id := p.entry.sessions[i].ID
		if r := j.sessions[id]; r != nil && len(r.items) >= journalItems {
			j.leave(id, out)
		}
	}
}

// move plans what leaves the journal for work that is no batch.
func (j *journal) move(m moves, rows *batch.Rows) {
	if !m.all {
		j.leave(m.session, rows)
		return
	}
	for id := range j.sessions {
		j.leave(id, rows)
	}
}

// leave adds what the journal holds of a session to rows.
func (j *journal) leave(id string, rows *batch.Rows) {
	r := j.sessions[id]
	if r == nil || j.plan.leaving[id] {
		return
	}
	j.plan.leaving[id] = true
	rows.Sessions = append(rows.Sessions, r.row)
	rows.Items = append(rows.Items, r.items...)
	for _, o := range r.once {
		rows.Once = append(rows.Once, o)
	}
	j.plan.items += len(r.items)
	j.plan.tokens += len(r.once)
	for i := range r.items {
		j.plan.bytes += len(r.items[i].Body) + itemRow
	}
}

// prepend puts rows before those that the batch itself writes: of two rows of
// one key the later one stands.
func prepend(rows, earlier *batch.Rows) {
	rows.Sessions = slices.Insert(rows.Sessions, 0, earlier.Sessions...)
	rows.Items = slices.Insert(rows.Items, 0, earlier.Items...)
	rows.Once = slices.Insert(rows.Once, 0, earlier.Once...)
}

// current reports whether a place is that of a session that is still there.
func (j *journal) current(p place) bool {
	r := j.sessions[p.id]
	return r != nil && r.since == p.since
}

// needed is the oldest entry that is needed after the planned transaction.
func (j *journal) needed() int64 {
	for _, p := range j.order {
		if j.current(p) && !j.plan.leaving[p.id] {
			return p.since
		}
	}
	return j.next
}

// write writes the planned entry and deletes those that nobody needs any more.
func (j *journal) write(s *statements) error {
	if len(j.plan.body) > 0 {
		if err := s.run(`INSERT INTO journal (seq, body) VALUES (?, ?)`, j.next, j.plan.body); err != nil {
			return err
		}
	}
	if j.needed() == j.kept {
		return nil
	}
	return s.run(`DELETE FROM journal WHERE seq < ?`, j.needed())
}

// done makes the plan true, once it is durable.
func (j *journal) done() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept = j.needed()
	for id := range j.plan.leaving {
		delete(j.sessions, id)
	}
	if len(j.plan.body) > 0 {
		j.add(&j.plan.entry, int64(len(j.plan.body)))
	}
	stale := 0
	for stale < len(j.order) && !j.current(j.order[stale]) {
		stale++
	}
	j.order = slices.Delete(j.order, 0, stale)
}

// add remembers an entry that lies in the database.
func (j *journal) add(e *entry, size int64) {
	for i := range e.sessions {
		row := &e.sessions[i]
		r := j.sessions[row.ID]
		if r == nil {
			r = &recent{since: j.next, once: map[[32]byte]batch.OnceRow{}}
			j.sessions[row.ID] = r
			j.order = append(j.order, place{row.ID, j.next, j.written})
		}
		r.row = *row
	}
	for _, item := range e.items {
		r := j.sessions[item.Session]
		r.items = append(r.items, item)
	}
	for _, o := range e.once {
		j.sessions[o.Scope].once[o.Key] = o
	}
	j.next++
	j.written += size
}

// itemRow is about what a row of items takes beside its body.
const itemRow = 64

func (p *plan) reset() {
	p.entry.reset()
	p.body = nil
	clear(p.leaving)
	p.items, p.tokens, p.bytes = 0, 0, 0
}

func sessionOf(r batch.SessionRow) batch.Session {
	return batch.Session{
		Instance: r.Instance, Version: r.Version, Head: r.Head, Last: batch.FromMillis(r.Last), Status: r.Status, Stands: true,
	}
}

func onceOf(r batch.OnceRow) batch.Once {
	return batch.Once{Expires: r.Expires, Replay: r.Replay, Stands: true}
}
