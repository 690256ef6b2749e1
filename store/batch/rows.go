package batch

import (
	"time"

	"parley/domain/change"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// Rows are what a batch writes, no row twice but resources, which are written
// in the order of the Sets. Times are Unix milliseconds, 0 for none.
type Rows struct {
	Sessions  []SessionRow
	Docs      []DocRow
	Items     []ItemRow
	Marks     []MarkRow
	Contacts  []ContactRow
	Once      []OnceRow
	Usage     []UsageRow
	Due       []DueRow
	Undue     []change.DueKey // deadlines to delete, where they stand
	Resources []ResourceRow
	Rewrites  []ItemRow // take the places of items that stand, by session and position
	Emptied   []string  // sessions of which the transcript and all that goes with it are deleted, after what else is written
	Said      []said.Contact
}

// SessionRow is a session as it stands after the batch.
type SessionRow struct {
	ID, Instance  string
	Version, Head int64
	Last          int64
	Status        session.Status
	Stands        bool // in the database before the batch; likewise below
}

// DocRow replaces a document of a session.
type DocRow struct {
	Session string
	Document
}

// ItemRow is a new item.
type ItemRow struct {
	Session  string
	Position int64
	At       int64
	Body     []byte
}

// MarkRow is a participant's mark as it stands after the batch.
type MarkRow struct {
	Session string
	transcript.Mark
}

// OnceRow is a client token with its first answer.
type OnceRow struct {
	OnceKey
	Expires time.Time // zero = never
	*store.Replay
	Own    bool // came with an item of the session that is its scope
	Stands bool
}

// UsageRow is a count as it stands after the batch.
type UsageRow struct {
	Key    string
	Value  int64
	Stands bool
}

// DueRow is a deadline as it stands after the batch.
type DueRow struct {
	change.DueRef
	At int64
}

// ResourceRow writes or deletes one resource.
type ResourceRow struct {
	ResourceKey
	Name     string
	Version  int64 // after the write
	Document []byte
	Delete   bool
}

// Reset forgets the rows and keeps the memory.
func (r *Rows) Reset() {
	r.Sessions = empty(r.Sessions)
	r.Docs = empty(r.Docs)
	r.Items = empty(r.Items)
	r.Marks = empty(r.Marks)
	r.Contacts = empty(r.Contacts)
	r.Once = empty(r.Once)
	r.Usage = empty(r.Usage)
	r.Due = empty(r.Due)
	r.Undue = empty(r.Undue)
	r.Resources = empty(r.Resources)
	r.Rewrites = empty(r.Rewrites)
	r.Emptied = empty(r.Emptied)
	r.Said = empty(r.Said)
}

func empty[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// Count is how many rows there are.
func (r *Rows) Count() int {
	return len(r.Sessions) + len(r.Docs) + len(r.Items) + len(r.Marks) + len(r.Contacts) +
		len(r.Once) + len(r.Usage) + len(r.Due) + len(r.Undue) + len(r.Resources) +
		len(r.Rewrites) + len(r.Emptied) + len(r.Said)
}

// Flush adds the rows that a batch writes once, however many Sets changed
// them. It follows the last Decide.
func (v *View) Flush(out *Rows) {
	for id, s := range v.Sessions {
		if s.changed {
			out.Sessions = append(out.Sessions, SessionRow{id, s.Instance, s.Version, s.Head, Millis(s.Last), s.Status, s.Stands})
		}
		for _, d := range s.docs {
			out.Docs = append(out.Docs, DocRow{id, d})
		}
	}
	for k, m := range v.Marks {
		if m.changed {
			out.Marks = append(out.Marks, MarkRow{k.Session, m.Mark})
		}
	}
	for k, o := range v.Once {
		if o.changed {
			out.Once = append(out.Once, OnceRow{k, o.Expires, o.Replay, o.own, o.Stands})
		}
	}
	for key, u := range v.Usage {
		if u.changed {
			out.Usage = append(out.Usage, UsageRow{key, u.Value, u.Stands})
		}
	}
	v.flushContacts(out)
	v.flushDue(out)
}

func (v *View) flushDue(out *Rows) {
	for k, d := range v.Due {
		switch {
		case !d.changed:
		case d.Generation == 0:
			out.Undue = append(out.Undue, k)
		default:
			out.Due = append(out.Due, DueRow{change.DueRef{DueKey: k, Generation: d.Generation}, Millis(d.at)})
		}
	}
}

// NotNil returns bytes that are not stored as NULL.
func NotNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
