// Package store is the port to what Parley remembers.
//
// It guarantees: Commit applies a change.Set all or nothing, and returns nil
// only after the write is durable (survives power loss). Concurrent Sets are
// committed together (group commit); one Set's refusal never fails its
// neighbours. Items of a session get positions 1, 2, 3 … without holes and
// strictly increasing times. Reads see every Set whose Commit returned before
// the read began.
//
// The conformance suite is package storetest; every adapter runs it.
package store

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/transcript"
)

// Store remembers sessions, transcripts, deadlines, client tokens, counts and
// resources. It is safe for concurrent use.
type Store interface {
	// Commit applies the Set. Refusals: fault.Conflict (a guard does not hold),
	// fault.LimitExceeded (a count), fault.Duplicate (a resource's name or id). Any other
	// error means that the outcome is not known to be durable and nothing may be answered as done.
	// When the deadline of ctx passes that is so too: the Set may be applied all the same.
	// A Set whose client token was used before is not applied: Result.Replay is set.
	// The Set's Items are not modified.
	Commit(ctx context.Context, set *change.Set) (Result, error)

	// Session returns a session with its state, attributes and flow; fault.NotFound.
	// The snapshot is the caller's to share, never to change.
	Session(ctx context.Context, id string) (*session.Session, error)
	// SessionOf returns the id of the session that a contact of the instance belongs to; fault.NotFound.
	SessionOf(ctx context.Context, instance, contact string) (string, error)
	// Contacts returns the records of the contacts that a query asks for. A contact that an earlier release entered, and that
	// has not changed since, has none.
	Contacts(ctx context.Context, q ContactQuery) ([]record.Record, error)
	// CountContacts counts what Contacts would find without After and Limit, up to most.
	CountContacts(ctx context.Context, q ContactQuery, most int) (int, error)
	// Said returns the contacts in which words were said.
	Said(ctx context.Context, q SaidQuery) ([]Found, error)
	// Heads returns version and head of those of the sessions that exist, in one read.
	Heads(ctx context.Context, sessions []string) (map[string]Head, error)
	// Items returns the items of a session with after < Position < before
	// (before 0 = no bound), the first limit of them in ascending or descending order.
	Items(ctx context.Context, session string, page Page) ([]transcript.Item, error)
	// FirstAt returns the position of the first item with AbsoluteTime ≥ t, head + 1 if there is none.
	FirstAt(ctx context.Context, session string, t time.Time) (int64, error)
	// Marks returns the receipts of a session's participants.
	Marks(ctx context.Context, session string) ([]transcript.Mark, error)

	// Answer returns the first answer to a client token at a logical time, nil if there is none.
	Answer(ctx context.Context, scope string, key [32]byte, now time.Time) (*Replay, error)
	// Usage returns a count, 0 if it was never changed.
	Usage(ctx context.Context, key string) (int64, error)

	// Due returns up to limit deadlines with At ≤ until, earliest first.
	Due(ctx context.Context, until time.Time, limit int) ([]Due, error)
	// Claim returns what Due does, but for what another node on the same database has claimed within the
	// last seconds, and claims it. A claim only saves work: it guards nothing, and a node that stops or stalls loses it.
	Claim(ctx context.Context, until time.Time, limit int) ([]Due, error)
	// NextDue returns the earliest deadline's time, zero if there is none.
	NextDue(ctx context.Context) (time.Time, error)

	// Resource returns one resource; fault.NotFound.
	Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error)
	// ResourceNamed returns the resource with that name; fault.NotFound.
	ResourceNamed(ctx context.Context, instance, kind, name string) (*change.Resource, error)
	// Resources returns the resources of a kind with ID > after, up to limit, by ID.
	Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error)

	// Forget deletes everything of ended sessions (transcript, client tokens, deadlines) at once;
	// for test controls and retention.
	Forget(ctx context.Context, sessions []string) error
	// ForgetAnswers deletes the client tokens of a scope that do not expire by themselves.
	ForgetAnswers(ctx context.Context, scope string) error
	// Sessions returns up to limit ids of sessions > after, by id; for reset and tools.
	Sessions(ctx context.Context, after string, limit int) ([]string, error)
	// Scrub has what was deleted or rewritten before the call leave the store's files, where the store has files of its
	// own; it may take seconds, and waits for reads under way.
	Scrub(ctx context.Context) error
	// Purge deletes client tokens that expired before now; it bounds its own work and returns how many went.
	Purge(ctx context.Context, now time.Time) (int, error)

	// Ping fails if the store cannot be written to.
	Ping(ctx context.Context) error
	// Close waits for commits under way and releases everything.
	Close() error
}

// Result is what a committed Set came to.
type Result struct {
	// Replay: the client token was used before, nothing was written, and this is the first answer.
	Replay *Replay
	// Version of the Set's session after the commit.
	Version int64
	// Items are the Set's items with position, time and id.
	Items []transcript.Item
	// Marks are the marks of the Set as they stand after it, only those that moved.
	Marks []transcript.Mark
	// Batch is how many Sets were committed together, 0 if the adapter does not tell: for traces.
	Batch int
}

// Replay is the first answer to a client token.
type Replay struct {
	Fingerprint [32]byte
	Answer      []byte
	// Position and Time of the first item that the Set appended; 0 if it had none.
	Position int64
	Time     time.Time
}

// Head is where a session's transcript stands.
type Head struct {
	Version int64
	Head    int64
	Status  session.Status
}

// Page selects items of a transcript.
type Page struct {
	After, Before int64 // exclusive positions; Before 0 = no bound
	Limit         int
	Descending    bool
}

// Due is a stored deadline.
type Due struct {
	change.DueRef
	At time.Time
}
