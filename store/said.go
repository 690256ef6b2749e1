package store

import (
	"time"

	"parley/domain/said"
)

// SaidQuery asks for contacts of an instance in which words were said, the latest first.
type SaidQuery struct {
	Instance string
	// From and Until bound when a contact was initiated, both inclusive, to the millisecond; zero = no bound.
	From, Until time.Time
	// Of a list, a contact meets one; empty members mean all.
	Queues, Agents []string
	Customer       string
	Terms          []said.Term // all of them, at least one
	Before         int64       // the place of the last contact of the page before, 0 = from the end
	Limit          int
}

// Found is a contact in which the words were said.
type Found struct {
	Contact, Session string
	Place            int64
}
