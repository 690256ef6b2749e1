// Package batch decides, for the adapters of package store, what a transaction
// of many change.Sets does.
//
// An adapter gathers Requests in a Queue, loads the rows that they name into a
// View, lets Decide apply one after another, and writes the Rows that come of
// it in one transaction. The rules are here, once; the SQL is the adapters'.
// Nothing here knows a database.
package batch

import (
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// View is what the Sets of a batch are decided on: the rows that they guard or
// change as they stand in the database, then as earlier Sets of the same batch
// leave them. Collect enters a row of zero value for every key that the batch
// names; the adapter fills in those that stand.
type View struct {
	Sessions  map[string]*Session
	Once      map[OnceKey]*Once
	Usage     map[string]*Count
	Contacts  map[string]*Contact // by id
	Marks     map[MarkKey]*Mark
	Due       map[change.DueKey]*Deadline
	Resources map[ResourceKey]Resource
	Names     map[NameKey]string // the id that has a name; "" = none

	// Generation returns the generation of a deadline that is set: one that
	// no deadline of that key had before. Never 0.
	Generation func() int64
}

// Session is the hot row of a session.
type Session struct {
	Instance string
	Version  int64 // 0 = the session does not exist
	Head     int64
	Last     time.Time
	Status   session.Status

	Stands  bool // in the database
	changed bool
	docs    []Document
}

// Document is one part of a session, encoded.
type Document struct {
	Part change.Parts
	Doc  []byte
}

// OnceKey names a client token.
type OnceKey struct {
	Scope string
	Key   [32]byte
}

// Once is the first answer to a client token.
type Once struct {
	Expires time.Time     // zero = never
	Replay  *store.Replay // nil = the token was not used

	Stands  bool // in the database, if expired
	own     bool
	changed bool
}

// Count is a row of usage.
type Count struct {
	Value int64

	Stands  bool // in the database
	changed bool
}

// MarkKey names a participant's mark.
type MarkKey struct{ Session, Participant string }

// Mark is a participant's mark.
type Mark struct {
	transcript.Mark

	changed bool
}

// Deadline is a row of due work.
type Deadline struct {
	Generation int64 // 0 = the deadline does not stand

	at      time.Time
	changed bool
}

// ResourceKey names a resource.
type ResourceKey struct{ Instance, Kind, ID string }

// Resource is what guards read of a resource.
type Resource struct {
	Version int64 // 0 = no such resource
	Name    string
}

// NameKey is a resource's name, which is its kind's own in an instance.
type NameKey struct{ Instance, Kind, Name string }

// NewView returns an empty view.
func NewView(generation func() int64) View {
	return View{
		Sessions:   map[string]*Session{},
		Once:       map[OnceKey]*Once{},
		Usage:      map[string]*Count{},
		Contacts:   map[string]*Contact{},
		Marks:      map[MarkKey]*Mark{},
		Due:        map[change.DueKey]*Deadline{},
		Resources:  map[ResourceKey]Resource{},
		Names:      map[NameKey]string{},
		Generation: generation,
	}
}

// Reset forgets the rows and keeps the memory.
func (v *View) Reset() {
	clear(v.Sessions)
	clear(v.Once)
	clear(v.Usage)
	clear(v.Contacts)
	clear(v.Marks)
	clear(v.Due)
	clear(v.Resources)
	clear(v.Names)
}
