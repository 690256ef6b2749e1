package batch

import (
	"cmp"
	"slices"
	"time"

	"parley/domain/change"
)

// Append is a Set that appends one item to its session, with a client token or not,
// and does nothing else: what nearly every message is. One statement can apply it, for
// all there is to decide is whether the session still stands at the version.
type Append struct {
	*Request
	Session string
	Version int64        // the session's guard
	At      int64        // the time before which the item must not be, in milliseconds
	Body    []byte       // the item, encoded
	Once    *change.Once // nil = no client token

	applied bool
}

// Plain appends to list what a batch is, by session, if it is nothing but Appends
// to different sessions, and reports whether it is.
func Plain(list []Append, batch []*Request) (_ []Append, plain bool) {
	for _, r := range batch {
		if !r.plain() {
			return list, false
		}
		s := r.Set.Session
		list = append(list, Append{
			Request: r, Session: s.ID, Version: s.Version, At: Millis(r.Set.At), Body: r.bodies[0], Once: r.Set.Once,
		})
	}
	slices.SortFunc(list, func(a, b Append) int { return cmp.Compare(a.Session, b.Session) })
	for i := 1; i < len(list); i++ {
		if list[i].Session == list[i-1].Session {
			return list, false
		}
	}
	return list, true
}

func (r *Request) plain() bool {
	s := r.Set
	return s != nil && s.Session != nil && s.Session.Next == nil && len(r.bodies) == 1 && !s.At.IsZero() &&
		len(s.Usage) == 0 && len(s.Marks) == 0 && len(s.Contacts) == 0 && len(s.Due) == 0 &&
		len(s.Done) == 0 && len(s.Drop) == 0 && len(s.Resources) == 0 && len(s.Said) == 0
}

// Place notes that the Set is applied and where its item stands: at the session's next
// position, at At or, where that is not after the item before it, a millisecond after that.
func (a *Append) Place(position, at int64) {
	a.applied = true
	a.outcome = outcome{
		version: a.Version, head: position - 1,
		last: FromMillis(at).Add(-time.Millisecond), // from which Result comes to the same time
	}
}

// Applied tells whether Place was called.
func (a *Append) Applied() bool { return a.applied }
