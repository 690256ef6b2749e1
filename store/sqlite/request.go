package sqlite

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/store/codec"
)

// request is something that waits for the writer: a Set, or work that takes a
// transaction of its own.
type request struct {
	set    *change.Set
	bodies [][]byte // the Set's items, encoded
	docs   []document
	size   int // about how many bytes it writes

	alone   func(tx *sql.Conn) error
	between bool // alone runs between transactions, not in one

	phase atomic.Int32
	batch int // how many were committed together
	done  chan struct{}
	outcome
	err error
}

// outcome is what became of a Set; the writer fills it in.
type outcome struct {
	refusal error
	replay  *store.Replay
	version int64
	head    int64     // before the Set
	last    time.Time // before the Set
	marks   []transcript.Mark
}

// document is one part of a session, encoded.
type document struct {
	part change.Parts
	doc  []byte
}

// The phases of a request: the caller may withdraw it until the writer takes it.
const (
	waiting = iota
	taken
	withdrawn
)

// newRequest does what can be done outside the writer: it checks the Set's
// form and encodes what the Set writes.
func newRequest(set *change.Set) (*request, error) {
	if err := checkForm(set); err != nil {
		return nil, err
	}
	r := &request{set: set, done: make(chan struct{}), size: 256}
	for i := range set.Items {
		b := codec.EncodeItem(&set.Items[i])
		r.bodies = append(r.bodies, b)
		r.size += len(b) + 64
	}
	for i := range set.Resources {
		r.size += len(set.Resources[i].Document)
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
	}
	return nil
}

// encodeDocs encodes the documents that the Set rewrites. A new session's
// empty documents are left out: absent reads as empty.
func (r *request) encodeDocs() error {
	s := r.set.Session
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

func (r *request) encodeParts(parts change.Parts) error {
	next := r.set.Session.Next
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
		r.docs = append(r.docs, document{part, b})
		r.size += len(b)
	}
	return nil
}

// take claims the request for the writer; false if its caller has withdrawn it.
func (r *request) take() bool { return r.phase.CompareAndSwap(waiting, taken) }

// wait returns when the request has its outcome, or when ctx ends before the
// writer took it: then it will not be applied.
func (r *request) wait(ctx context.Context) error {
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
	}
	if r.phase.CompareAndSwap(waiting, withdrawn) {
		return fault.Wrap(fault.Unavailable, ctx.Err(), "the request ended before it was committed")
	}
	<-r.done
	return r.err
}

// finish hands the outcome to the caller. A refusal is one of the Set; err is
// a failure of the store.
func (r *request) finish(err error) {
	if err == nil {
		err = r.refusal
	}
	r.err = err
	close(r.done)
}

// result is what the caller of a committed Set is told.
func (r *request) result() store.Result {
	if r.replay != nil {
		return store.Result{Replay: r.replay, Batch: r.batch}
	}
	res := store.Result{Version: r.version, Marks: r.marks, Batch: r.batch}
	if len(r.set.Items) > 0 {
		res.Items = r.place()
	}
	return res
}

// place stamps copies of the Set's items with where they stand.
func (r *request) place() []transcript.Item {
	items := make([]transcript.Item, len(r.set.Items))
	last := r.last
	for i := range items {
		items[i] = r.set.Items[i]
		last = transcript.NextTime(r.set.At, last).UTC()
		items[i].Place(r.set.Session.ID, r.head+1+int64(i), last)
	}
	return items
}
