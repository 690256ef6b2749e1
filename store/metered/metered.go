// Package metered counts and traces what is asked of a store, whichever it is.
//
// It guarantees: what the store answers is passed on unchanged.
package metered

import (
	"context"
	"sync/atomic"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/telemetry"
	"parley/internal/trace"
	"parley/store"
)

// Store is a store.Store that counts. Use New.
type Store struct {
	store.Store
	tracer *trace.Tracer
	counts counts
}

type counts struct {
	applied, replayed, conflicts, limits, duplicates, failures atomic.Int64
	errors                                                     telemetry.Tally // by operation
}

// New returns a store that passes everything on to st. A nil tracer traces nothing.
func New(st store.Store, tracer *trace.Tracer) *Store { return &Store{Store: st, tracer: tracer} }

// Stats counts what the store answered.
type Stats struct {
	// Commits counts Sets by outcome: "applied", "replayed" (the client token was used before),
	// "conflict", "limit", "duplicate", and "failed", which nobody may answer as done.
	Commits map[string]int64
	Errors  map[string]int64 // reads that failed, by operation; "not found" is no failure
}

// Stats returns the counts.
func (s *Store) Stats() Stats {
	c := &s.counts
	return Stats{
		Commits: map[string]int64{
			"applied": c.applied.Load(), "replayed": c.replayed.Load(), "conflict": c.conflicts.Load(),
			"limit": c.limits.Load(), "duplicate": c.duplicates.Load(), "failed": c.failures.Load(),
		},
		Errors: c.errors.Read(),
	}
}

// Commit applies the Set.
func (s *Store) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	ctx, span := s.tracer.Start(ctx, "commit")
	res, err := s.Store.Commit(ctx, set)
	outcome, count := s.counts.outcome(res, err)
	count.Add(1)
	if span != nil {
		span.Text("parley.commit.outcome", outcome)
		span.Number("parley.commit.items", int64(len(set.Items)))
		span.Number("parley.commit.batch", int64(res.Batch))
		if count == &s.counts.failures {
			span.Fail(outcome)
		}
		span.End()
	}
	return res, err
}

func (c *counts) outcome(res store.Result, err error) (string, *atomic.Int64) {
	switch {
	case err == nil && res.Replay == nil:
		return "applied", &c.applied
	case err == nil:
		return "replayed", &c.replayed
	}
	switch fault.KindOf(err) {
	case fault.Conflict:
		return "conflict", &c.conflicts
	case fault.LimitExceeded:
		return "limit", &c.limits
	case fault.Duplicate:
		return "duplicate", &c.duplicates
	}
	return "failed", &c.failures
}

// note counts a read that failed; one that its caller gave up did not.
func (s *Store) note(ctx context.Context, operation string, err error) {
	if err != nil && ctx.Err() == nil && !fault.Is(err, fault.NotFound) {
		s.counts.errors.Add(operation, 1)
	}
}

// Session returns a session.
func (s *Store) Session(ctx context.Context, id string) (*session.Session, error) {
	got, err := s.Store.Session(ctx, id)
	s.note(ctx, "Session", err)
	return got, err
}

// Contacts returns records of contacts.
func (s *Store) Contacts(ctx context.Context, q store.ContactQuery) ([]record.Record, error) {
	got, err := s.Store.Contacts(ctx, q)
	s.note(ctx, "Contacts", err)
	return got, err
}

// CountContacts counts contacts.
func (s *Store) CountContacts(ctx context.Context, q store.ContactQuery, most int) (int, error) {
	got, err := s.Store.CountContacts(ctx, q, most)
	s.note(ctx, "CountContacts", err)
	return got, err
}

// Said returns contacts in which words were said.
func (s *Store) Said(ctx context.Context, q store.SaidQuery) ([]store.Found, error) {
	got, err := s.Store.Said(ctx, q)
	s.note(ctx, "Said", err)
	return got, err
}

// Heads returns where sessions stand.
func (s *Store) Heads(ctx context.Context, sessions []string) (map[string]store.Head, error) {
	got, err := s.Store.Heads(ctx, sessions)
	s.note(ctx, "Heads", err)
	return got, err
}

// Items returns items of a session.
func (s *Store) Items(ctx context.Context, session string, page store.Page) ([]transcript.Item, error) {
	got, err := s.Store.Items(ctx, session, page)
	s.note(ctx, "Items", err)
	return got, err
}

// Due returns deadlines that have come.
func (s *Store) Due(ctx context.Context, until time.Time, limit int) ([]store.Due, error) {
	got, err := s.Store.Due(ctx, until, limit)
	s.note(ctx, "Due", err)
	return got, err
}

// Resource returns one resource.
func (s *Store) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	got, err := s.Store.Resource(ctx, instance, kind, id)
	s.note(ctx, "Resource", err)
	return got, err
}

// Resources returns the resources of a kind.
func (s *Store) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	got, err := s.Store.Resources(ctx, instance, kind, after, limit)
	s.note(ctx, "Resources", err)
	return got, err
}

// Ping fails if the store cannot be written to.
func (s *Store) Ping(ctx context.Context) error {
	err := s.Store.Ping(ctx)
	s.note(ctx, "Ping", err)
	return err
}
