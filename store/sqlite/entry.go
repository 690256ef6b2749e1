package sqlite

import (
	"encoding/binary"
	"fmt"
	"slices"

	"parley/store"
	"parley/store/batch"
	"parley/store/codec"
)

// entry is a row of the journal: the plain appends of one commit.
type entry struct {
	sessions []batch.SessionRow // as they stand after it; a decoded entry has their ids alone
	items    []batch.ItemRow
	once     []batch.OnceRow // client tokens of these sessions, each with an item of its own session, that never expire
	index    map[string]int  // of a session, in sessions
}

func newEntry() entry { return entry{index: map[string]int{}} }

func (e *entry) reset() {
	e.sessions, e.items, e.once = empty(e.sessions), empty(e.items), empty(e.once)
	clear(e.index)
}

func empty[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// take moves the appends from rows, but for those of sessions whose state changes.
func (e *entry) take(rows *batch.Rows, changed map[string]bool) {
	rows.Sessions = moveTo(&e.sessions, rows.Sessions, func(r *batch.SessionRow) bool { return !changed[r.ID] })
	if len(e.sessions) == 0 {
		return
	}
	for i := range e.sessions {
		e.index[e.sessions[i].ID] = i
	}
	has := func(session string) bool {
		_, ok := e.index[session]
		return ok
	}
	rows.Items = moveTo(&e.items, rows.Items, func(r *batch.ItemRow) bool { return has(r.Session) })
	rows.Once = moveTo(&e.once, rows.Once, func(r *batch.OnceRow) bool { return r.Own && r.Expires.IsZero() && has(r.Scope) })
}

// moveTo appends the rows that match to another list and returns the others.
func moveTo[R any](to *[]R, rows []R, match func(*R) bool) []R {
	return slices.DeleteFunc(rows, func(r R) bool {
		if !match(&r) {
			return false
		}
		*to = append(*to, r)
		return true
	})
}

// encode returns the entry as it is stored, nil if it is empty: the ids of the
// sessions, then the items and the tokens, which name a session by its index.
func (e *entry) encode() []byte {
	if len(e.sessions) == 0 {
		return nil
	}
	b := make([]byte, 0, 512*len(e.items))
	b = binary.AppendUvarint(b, uint64(len(e.sessions)))
	for i := range e.sessions {
		b = appendBytes(b, e.sessions[i].ID)
	}
	b = binary.AppendUvarint(b, uint64(len(e.items)))
	for i := range e.items {
		b = e.appendItem(b, &e.items[i])
	}
	b = binary.AppendUvarint(b, uint64(len(e.once)))
	for i := range e.once {
		b = e.appendOnce(b, &e.once[i])
	}
	return codec.Seal(b)
}

func (e *entry) appendItem(b []byte, i *batch.ItemRow) []byte {
	b = binary.AppendUvarint(b, uint64(e.index[i.Session]))
	b = binary.AppendVarint(b, i.Position)
	b = binary.AppendVarint(b, i.At)
	return appendBytes(b, i.Body)
}

func (e *entry) appendOnce(b []byte, o *batch.OnceRow) []byte {
	b = binary.AppendUvarint(b, uint64(e.index[o.Scope]))
	b = append(append(b, o.Key[:]...), o.Fingerprint[:]...)
	b = appendBytes(b, o.Answer)
	b = binary.AppendVarint(b, o.Position)
	return binary.AppendVarint(b, batch.Millis(o.Time))
}

func appendBytes[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodeEntry is the inverse of encode. The rows share the memory of b.
func decodeEntry(b []byte) (e entry, err error) {
	payload, err := codec.Unseal(b)
	if err != nil {
		return e, fmt.Errorf("decode a journal entry: %w", err)
	}
	r := entryReader{rest: payload}
	for range r.count() {
		e.sessions = append(e.sessions, batch.SessionRow{ID: string(r.bytes())})
	}
	for range r.count() {
		e.items = append(e.items, batch.ItemRow{Session: r.session(&e), Position: r.int(), At: r.int(), Body: r.bytes()})
	}
	for range r.count() {
		e.once = append(e.once, r.once(&e))
	}
	if r.bad || len(r.rest) > 0 {
		return e, fmt.Errorf("decode a journal entry: %w", codec.ErrCorrupt)
	}
	return e, nil
}

// entryReader takes an entry apart; after the first fault it only returns zeros.
type entryReader struct {
	rest []byte
	bad  bool
}

func (r *entryReader) uint() uint64 {
	n, size := binary.Uvarint(r.rest)
	return n * uint64(r.skip(size))
}

func (r *entryReader) int() int64 {
	n, size := binary.Varint(r.rest)
	return n * int64(r.skip(size))
}

// skip goes past a number of that many bytes and returns 1; 0 if there is none.
func (r *entryReader) skip(size int) int {
	if size <= 0 || r.bad {
		r.bad = true
		return 0
	}
	r.rest = r.rest[size:]
	return 1
}

// count reads how many rows follow: no more than there are bytes.
func (r *entryReader) count() int {
	n := r.uint()
	if n > uint64(len(r.rest)) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *entryReader) bytes() []byte { return r.take(r.uint()) }

func (r *entryReader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.rest)) {
		r.bad = true
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *entryReader) session(e *entry) string {
	i := r.uint()
	if i >= uint64(len(e.sessions)) {
		r.bad = true
		return ""
	}
	return e.sessions[i].ID
}

func (r *entryReader) once(e *entry) batch.OnceRow {
	o := batch.OnceRow{Replay: &store.Replay{}, Own: true}
	o.Scope = r.session(e)
	copy(o.Key[:], r.take(32))
	copy(o.Fingerprint[:], r.take(32))
	o.Answer = r.bytes()
	o.Position = r.int()
	o.Time = batch.FromMillis(r.int())
	return o
}
