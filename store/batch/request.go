package batch

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/store/codec"
)

// Request is a Set that waits to be committed.
type Request struct {
	// Set is what the caller wants to be applied.
	Set *change.Set

	bodies   [][]byte // the Set's items, encoded
	rewrites []ItemRow
	docs     []Document
	contacts []ContactRow
	size     int // about how many bytes it writes

	phase    atomic.Int32
	together int // how many were committed with it
	done     chan struct{}
	outcome
	err error
}

// outcome is what became of a Set; Decide fills it in.
type outcome struct {
	refusal error
	replay  *store.Replay
	version int64
	head    int64     // before the Set
	last    time.Time // before the Set
	marks   []transcript.Mark
}

// The phases of a request: the caller may withdraw it until it is taken.
const (
	waiting = iota
	taken
	withdrawn
)

// NewRequest does what can be done before the Set's turn: it checks the Set's
// form and encodes what the Set writes.
func NewRequest(set *change.Set) (*Request, error) {
	if err := checkForm(set); err != nil {
		return nil, err
	}
	r := &Request{Set: set, done: make(chan struct{}), size: 256}
	for i := range set.Items {
		b := codec.EncodeItem(&set.Items[i])
		r.bodies = append(r.bodies, b)
		r.size += len(b) + 64
	}
	r.encodeRewrites()
	for i := range set.Said {
		r.size += 8 * len(set.Said[i].Words)
	}
	for i := range set.Resources {
		r.size += len(set.Resources[i].Document)
	}
	for i := range set.Contacts {
		row, err := contactRow(&set.Contacts[i])
		if err != nil {
			return nil, err
		}
		r.contacts = append(r.contacts, row)
		r.size += len(row.Record)
	}
	return r, r.encodeDocs()
}

// checkForm refuses a Set that no decision can mean.
func checkForm(set *change.Set) error {
	s := set.Session
	switch {
	case s == nil && (len(set.Items) > 0 || len(set.Marks) > 0):
		return fault.New(fault.Internal, "a Set with items or marks names no session")
	case s != nil && s.Create && s.Next == nil:
		return fault.New(fault.Internal, "a Set creates a session without a state")
	case s != nil && (s.Empty || len(s.Rewrite) > 0) && (s.Next == nil || s.Create):
		return fault.New(fault.Internal, "a Set changes a transcript without the state")
	case s != nil && s.Empty && (s.Next.Status != session.Ended || len(set.Items)+len(set.Marks)+len(s.Rewrite) > 0):
		return fault.New(fault.Internal, "a Set empties the transcript of a session that goes on")
	}
	return nil
}

// encodeRewrites encodes the items that take the places of others.
func (r *Request) encodeRewrites() {
	s := r.Set.Session
	if s == nil {
		return
	}
	for i := range s.Rewrite {
		b := codec.EncodeItem(&s.Rewrite[i])
		r.rewrites = append(r.rewrites, ItemRow{Session: s.ID, Position: s.Rewrite[i].Position, Body: b})
		r.size += len(b) + 64
	}
}

// encodeDocs encodes the documents that the Set rewrites. A new session's
// empty documents are left out: absent reads as empty.
func (r *Request) encodeDocs() error {
	s := r.Set.Session
	if s == nil || s.Next == nil {
		return nil
	}
	parts := s.Parts
	if s.Create {
		parts = change.State
		if s.Next.Attributes != nil {
			parts |= change.Attributes
		}
		if s.Next.Flow != nil {
			parts |= change.Flow
		}
	}
	return r.encodeParts(parts)
}

func (r *Request) encodeParts(parts change.Parts) error {
	next := r.Set.Session.Next
	for _, part := range []change.Parts{change.State, change.Attributes, change.Flow} {
		if parts&part == 0 {
			continue
		}
		var b []byte
		var err error
		switch part {
		case change.State:
			b, err = codec.EncodeState(&next.State)
		case change.Attributes:
			b, err = codec.EncodeAttributes(next.Attributes)
		case change.Flow:
			b, err = codec.EncodeFlow(next.Flow)
		}
		if err != nil {
			return err
		}
		r.docs = append(r.docs, Document{part, b})
		r.size += len(b)
	}
	return nil
}

// NewWork returns a request without a Set, for what an adapter does between Sets.
func NewWork() *Request { return &Request{done: make(chan struct{})} }

// Size is about how many bytes the Set writes.
func (r *Request) Size() int { return r.size }

// Alone is false: a Set shares its transaction.
func (r *Request) Alone() bool { return false }

// Take claims the request; false if its caller has withdrawn it.
func (r *Request) Take() bool { return r.phase.CompareAndSwap(waiting, taken) }

// Wait returns when the request has its outcome, or when ctx ends before it
// was taken: then it will not be applied. A deadline that passes later
// leaves the outcome unknown. A caller who is merely gone is waited for, because others
// are told sooner of what was committed.
func (r *Request) Wait(ctx context.Context) error {
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
	}
	if r.phase.CompareAndSwap(waiting, withdrawn) {
		return fault.Wrap(fault.Unavailable, ctx.Err(), "the request ended before it was committed")
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return r.late(ctx.Err())
	}
	<-r.done
	return r.err
}

// late prefers an outcome that came at the last moment.
func (r *Request) late(cause error) error {
	select {
	case <-r.done:
		return r.err
	default:
		return fault.Wrap(fault.Unavailable, cause, "what became of the change is not known in time")
	}
}

// Together notes how many requests were committed in the same transaction, this one included.
func (r *Request) Together(n int) { r.together = n }

// Finish hands the outcome to the caller. A refusal is one of the Set; err is
// a failure of the store.
func (r *Request) Finish(err error) {
	if err == nil {
		err = r.refusal
	}
	r.err = err
	close(r.done)
}

// Result is what the caller of a committed Set is told.
func (r *Request) Result() store.Result {
	if r.replay != nil {
		return store.Result{Replay: r.replay, Batch: r.together}
	}
	res := store.Result{Version: r.version, Marks: r.marks, Batch: r.together}
	if len(r.Set.Items) > 0 {
		res.Items = r.place()
	}
	return res
}

// place stamps copies of the Set's items with where they stand.
func (r *Request) place() []transcript.Item {
	items := make([]transcript.Item, len(r.Set.Items))
	last := r.last
	for i := range items {
		items[i] = r.Set.Items[i]
		last = transcript.NextTime(r.Set.At, last).UTC()
		items[i].Place(r.Set.Session.ID, r.head+1+int64(i), last)
	}
	return items
}

// Refused tells whether the Set was refused.
func (r *Request) Refused() bool { return r.refusal != nil }
