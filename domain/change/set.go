// Package change holds the value that every decision ends in: a Set of
// writes that a store applies all or nothing.
//
// A Set names what it was decided on (guards). The store applies it only if
// every guard still holds, else it answers a conflict and the caller decides
// again. Order inside a Set: client token, guards, usage, then the writes.
package change

import (
	"crypto/sha256"
	"time"

	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
)

// Set is one decision's writes. Nil and empty members write nothing.
type Set struct {
	ID    string    // a UUID, new for every Set; an unknown outcome is asked by it
	At    time.Time // the logical time of the decision
	Once  *Once
	Usage []Usage

	Session *Session
	// Items are appended to Session's transcript in this order. The store
	// assigns each its position (head + 1 …), AbsoluteTime
	// (transcript.NextTime of At) and with these its Id.
	Items    []transcript.Item
	Marks    []transcript.Mark // receipts of Session's participants; merged by Mark.Advance
	Contacts []Contact

	Due  []Due
	Done []DueRef // guards: each row must stand with that generation; it is deleted
	Drop []DueKey // deleted if they stand

	Resources []Resource

	// Said is what searches for words find of contacts from now on; a contact that is found already is found by this alone.
	Said []said.Contact
}

// Session is the guarded change of one session.
type Session struct {
	ID string
	// Create: the session must not exist. Otherwise it must stand at Version.
	Create  bool
	Version int64
	// Next is the new state, to be stored at Version + 1 (1 on Create); nil leaves state and
	// version as they are. Its Head, LastAt and Version are ignored: the store sets them.
	Next *session.Session
	// Parts says which documents of Next differ from the stored ones.
	Parts Parts
	// Rewrite puts other items in the places of some that stand: their Positions, each once. Needs Next.
	Rewrite []transcript.Item
	// Empty deletes the transcript, the receipts, the client tokens and what searches for words find. Head and LastAt become
	// zero. Needs Next, which has ended; no Items and Marks go with it.
	Empty bool
}

// Parts names the documents of a session that a change rewrites.
type Parts uint8

// The documents of a session.
const (
	State Parts = 1 << iota
	Attributes
	Flow
	AllParts = State | Attributes | Flow
)

// Contact enters a contact into the index contact id → session, or writes anew what searches find of one that is in it.
type Contact struct {
	ID, SessionID, InstanceID string
	// Known: the contact is in the index (else fault.Conflict) and only its record is written. Otherwise its id must be new.
	Known bool
	// Record is what searches find; nil = nothing. Whoever decides leaves it to the commit, which knows what changed.
	Record *record.Record
}

// Once makes the Set happen at most once for a client token. If (Scope, Key)
// is already there and not expired, nothing of the Set is written and the
// first answer is returned.
type Once struct {
	Scope string // the instance, or the session: what the token is unique in
	Key   [32]byte
	// Fingerprint is a hash of the request without its token: tells a retry
	// from another request with the same token.
	Fingerprint [32]byte
	Answer      []byte    // what a replay needs beside positions and times
	Expires     time.Time // zero = as long as the session is remembered
}

// With returns it with an answer, nil for nil.
func (o *Once) With(answer []byte) *Once {
	if o == nil || answer == nil {
		return o
	}
	with := *o
	with.Answer = answer
	return &with
}

// OnceKey derives the key of a client token of an operation and caller.
func OnceKey(operation, caller, token string) [32]byte {
	h := sha256.New()
	for _, s := range [...]string{operation, "\x00", caller, "\x00", token} {
		h.Write([]byte(s))
	}
	return [32]byte(h.Sum(nil))
}

// Usage is a conditional change of a count: refused as a whole with
// fault.LimitExceeded if the count would exceed Max.
type Usage struct {
	Key   string
	Delta int64
	Max   int64 // 0 = no bound
}

// DueKey names a stored deadline: one per owner, kind and subject.
type DueKey struct {
	Owner   string // a session's id
	Kind    string
	Subject string
}

// Due sets a deadline, replacing one of the same key under a new generation.
type Due struct {
	DueKey
	At time.Time
}

// DueRef names one generation of a deadline.
type DueRef struct {
	DueKey
	Generation int64
}

// Resource writes one configured thing: (Instance, Kind, ID) → Document, its
// name unique by (Instance, Kind, Name) unless empty. Version 0 creates: the
// id must be new; otherwise the stored version must be Version and becomes
// Version + 1. A taken name is fault.Duplicate.
type Resource struct {
	Instance string // "" for things of the whole server
	Kind     string
	ID       string
	Name     string
	Version  int64
	Document []byte
	Delete   bool
}
