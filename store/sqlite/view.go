package sqlite

import (
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// view is what the Sets of a batch are decided on: the rows that they guard or
// change as they stand in the database, then as earlier Sets of the same batch
// leave them. An entry of zero value says that there is no such row.
type view struct {
	sessions  map[string]*sessionRow
	once      map[onceKey]onceRow
	usage     map[string]*usageRow
	contacts  map[string]bool // taken contact ids
	marks     map[markKey]transcript.Mark
	due       map[change.DueKey]*dueRow
	resources map[resourceKey]resourceRow
	names     map[nameKey]string // the id that has a name; "" = none
	// generation is the last one that a deadline was given; read only if a
	// Set of the batch sets a deadline.
	generation int64
}

type sessionRow struct {
	instance string
	version  int64 // 0 = the session does not exist
	head     int64
	last     time.Time
	status   session.Status
	changed  bool
}

type onceKey struct {
	scope string
	key   [32]byte
}

type onceRow struct {
	expires time.Time // zero = never
	replay  *store.Replay
}

type usageRow struct {
	value   int64
	changed bool
}

type markKey struct{ session, participant string }

type dueRow struct {
	generation int64 // 0 = the deadline does not stand
	at         time.Time
	changed    bool
}

type resourceKey struct{ instance, kind, id string }

type resourceRow struct {
	version int64 // 0 = no such resource
	name    string
}

type nameKey struct{ instance, kind, name string }

func newView() view {
	return view{
		sessions:  map[string]*sessionRow{},
		once:      map[onceKey]onceRow{},
		usage:     map[string]*usageRow{},
		contacts:  map[string]bool{},
		marks:     map[markKey]transcript.Mark{},
		due:       map[change.DueKey]*dueRow{},
		resources: map[resourceKey]resourceRow{},
		names:     map[nameKey]string{},
	}
}

func (v *view) reset() {
	clear(v.sessions)
	clear(v.once)
	clear(v.usage)
	clear(v.contacts)
	clear(v.marks)
	clear(v.due)
	clear(v.resources)
	clear(v.names)
	v.generation = 0
}
