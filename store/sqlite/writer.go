package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/fault"
	"parley/store"
	"parley/store/batch"
)

// writer owns the one connection that writes. It takes all requests that wait
// at a moment, applies them in one transaction, and tells each caller only
// after that is durable.
type writer struct {
	conn    *sql.Conn
	keeper  *keeper
	queue   *batch.Queue[*request]
	broken  atomic.Pointer[fault.Error] // set once, after a failure that only reopening mends
	stopped chan struct{}
	once    sync.Once
	meter   *store.Meter

	// Only the writer's goroutine touches what follows.
	batch []*request
	since time.Duration // when the oldest of the batch came
	// generation is the last one that a deadline was given; read only if a
	// Set of the batch sets a deadline.
	generation int64
	view       batch.View
	rows       batch.Rows
	stmts      statements
	args       []any
	journal    *journal
}

func newWriter(ctx context.Context, db *sql.DB, k *keeper, j *journal, m *store.Meter) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		conn: conn, keeper: k, queue: batch.NewQueue[*request](m), meter: m, stopped: make(chan struct{}),
		stmts: newStatements(conn), journal: j,
	}
	w.view = batch.NewView(w.nextGeneration)
	return w, nil
}

func (w *writer) nextGeneration() int64 {
	w.generation++
	return w.generation
}

// do hands a request to the writer and waits for its outcome.
func (w *writer) do(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the request ended before it was committed")
	}
	if !w.queue.Put(r) {
		return fault.New(fault.Unavailable, "the store is closed")
	}
	return r.Wait(ctx)
}

// exclusive runs work in a transaction of its own, after what it needs has left the journal.
func (w *writer) exclusive(ctx context.Context, m moves, work func(tx *sql.Conn) error) error {
	return w.do(ctx, &request{Request: batch.NewWork(), alone: work, moves: m})
}

func (w *writer) run() {
	defer close(w.stopped)
	for w.queue.Wait() {
		w.queue.Settle()
		w.batch, w.since = w.queue.Take(w.batch[:0])
		if len(w.batch) > 0 {
			w.commit(w.batch)
		}
		clear(w.batch)
	}
}

func (w *writer) close() {
	w.queue.Close()
	<-w.stopped
	w.once.Do(func() {
		w.stmts.close()
		w.conn.Close()
	})
}

// commit applies a batch. A batch that fails is tried again one request at a
// time, so that only the culprit fails, unless the store itself is broken.
func (w *writer) commit(requests []*request) {
	err := w.attempt(requests)
	if err != nil && w.broken.Load() == nil && len(requests) > 1 {
		for i := range requests {
			w.commit(requests[i : i+1])
		}
		return
	}
	for _, r := range requests {
		r.Together(len(requests))
		r.Finish(err)
	}
}

// attempt runs a batch in one transaction.
func (w *writer) attempt(requests []*request) error {
	if broken := w.broken.Load(); broken != nil {
		return broken
	}
	err := w.transact(requests)
	if err == nil {
		return nil
	}
	w.meter.Failed()
	if _, refused := errors.AsType[*fault.Error](err); refused {
		return err
	}
	if fatal(err) {
		w.broken.Store(fault.Wrap(fault.Unavailable, err, "the store cannot be written to any more"))
		return w.broken.Load()
	}
	return failed(err, "a commit was rolled back")
}

func (w *writer) transact(requests []*request) error {
	if requests[0].between {
		return requests[0].alone(w.conn)
	}
	began := w.meter.Read()
	if err := w.stmts.run("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := w.apply(requests)
	syncing := w.meter.Read()
	if err == nil {
		err = w.stmts.run("COMMIT")
	}
	if err != nil {
		// SQLite has rolled back already after some failures; should neither
		// have worked, the next BEGIN fails and nothing is written.
		_ = w.stmts.run("ROLLBACK")
		return err
	}
	w.journal.done()
	w.meter.Committed(len(requests), w.since, began, syncing)
	w.keeper.wrote(w.pages())
	return nil
}

// pages estimates how many pages the last commit wrote: items and client tokens
// that come from the journal together lie side by side, other rows on pages of their own.
func (w *writer) pages() int {
	p := &w.journal.plan
	return w.rows.Count() - p.items - p.tokens/2 + (p.bytes+len(p.body))/(pageSize/2) + 1
}

// pageSize is SQLite's.
const pageSize = 4096

// restartLog lets the next commit begin the WAL anew. It waits a moment for
// readers that still need the old one.
func (w *writer) restartLog(ctx context.Context) error {
	r := &request{Request: batch.NewWork(), between: true}
	r.alone = func(tx *sql.Conn) error {
		_, err := checkpoint(tx, "RESTART")
		return err
	}
	return w.do(ctx, r)
}

// cutLog copies all of the WAL and makes it empty, which needs a moment without readers that began earlier.
func (w *writer) cutLog(ctx context.Context) error {
	r := &request{Request: batch.NewWork(), between: true}
	r.alone = func(tx *sql.Conn) error {
		busy, _, err := checkpointed(tx, "TRUNCATE")
		if err == nil && busy {
			err = fault.New(fault.Unavailable, "the log is being read; try again")
		}
		return err
	}
	return w.do(ctx, r)
}

// apply decides the batch's requests in order and writes what they came to.
func (w *writer) apply(requests []*request) error {
	w.rows.Reset()
	w.journal.plan.reset()
	if requests[0].alone != nil {
		return w.applyAlone(requests[0])
	}
	if err := w.load(requests); err != nil {
		return err
	}
	for _, r := range requests {
		w.view.Decide(r.Request, &w.rows)
	}
	w.view.Flush(&w.rows)
	w.journal.divide(requests, &w.rows)
	return w.write()
}

// applyAlone runs work in the transaction, after what it needs has left the journal.
func (w *writer) applyAlone(r *request) error {
	w.generation = 0
	w.journal.move(r.moves, &w.rows)
	if len(w.journal.plan.leaving) > 0 {
		if err := w.write(); err != nil {
			return err
		}
	}
	return r.alone(w.conn)
}
