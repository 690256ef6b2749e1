package store

import (
	"time"

	"parley/domain/record"
)

// Moment is a time in the life of a contact by which contacts are searched.
type Moment uint8

// The moments. Every contact has Initiated.
const (
	Initiated Moment = iota
	Enqueued
	Connected // with an agent
	Disconnected
	Moments = int(Disconnected) + 1
)

// Of is when a contact reached the moment, zero if it did not.
func (m Moment) Of(r *record.Record) time.Time {
	switch m {
	case Initiated:
		return r.InitiatedAt
	case Enqueued:
		return r.EnqueuedAt
	case Disconnected:
		return r.DisconnectedAt
	}
	if r.Agent == nil {
		return time.Time{}
	}
	return r.Agent.ConnectedAt
}

// ContactQuery asks for the records of contacts of an instance, in the order of a moment and then of their ids.
type ContactQuery struct {
	Instance string
	Order    Moment // those that did not reach it are left out
	// From and Until bound it, both inclusive; zero = no bound.
	From, Until time.Time
	Descending  bool
	After       ContactPlace // exclusive, in the direction of the query; zero = from the beginning
	Limit       int
	ContactFilter
}

// ContactFilter says which contacts are meant. Empty members mean all; of a list, a contact meets one.
type ContactFilter struct {
	Within      []Within
	Agents      []string // user ids
	Queues      []string
	Methods     []string // how it was initiated
	Customer    string
	Session     string
	Association string // the root of the tree of related contacts
}

// Within bounds a further moment, both ends inclusive; or the contact has not reached it: Missing.
type Within struct {
	Moment
	From, Until time.Time
	Missing     bool
}

// ContactPlace is where a contact stands in the order of a query.
type ContactPlace struct {
	At time.Time
	ID string
}
