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
)

// writer owns the one connection that writes. It takes all requests that wait
// at a moment, applies them in one transaction, and tells each caller only
// after that is durable.
type writer struct {
	conn    *sql.Conn
	keeper  *keeper
	queue   *queue
	broken  atomic.Pointer[fault.Error] // set once, after a failure that only reopening mends
	stopped chan struct{}
	once    sync.Once
	meter   *store.Meter

	// Only the writer's goroutine touches what follows.
	batch []*request
	since time.Duration // when the oldest of the batch came
	view  view
	rows  rows
	stmts statements
}

func newWriter(ctx context.Context, db *sql.DB, k *keeper, m *store.Meter) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &writer{
		conn: conn, keeper: k, queue: newQueue(m), meter: m, stopped: make(chan struct{}),
		view: newView(), stmts: newStatements(conn),
	}, nil
}

// do hands a request to the writer and waits for its outcome.
func (w *writer) do(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the request ended before it was committed")
	}
	if !w.queue.put(r) {
		return fault.New(fault.Unavailable, "the store is closed")
	}
	return r.wait(ctx)
}

// exclusive runs work in a transaction of its own.
func (w *writer) exclusive(ctx context.Context, work func(tx *sql.Conn) error) error {
	return w.do(ctx, &request{alone: work, done: make(chan struct{})})
}

func (w *writer) run() {
	defer close(w.stopped)
	for w.queue.wait() {
		w.queue.settle()
		w.batch, w.since = w.queue.take(w.batch[:0])
		if len(w.batch) > 0 {
			w.commit(w.batch)
		}
		clear(w.batch)
	}
}

func (w *writer) close() {
	w.queue.close()
	<-w.stopped
	w.once.Do(func() {
		w.stmts.close()
		w.conn.Close()
	})
}

// commit applies a batch. A batch that fails is tried again one request at a
// time, so that only the culprit fails, unless the store itself is broken.
func (w *writer) commit(batch []*request) {
	err := w.attempt(batch)
	if err != nil && w.broken.Load() == nil && len(batch) > 1 {
		for i := range batch {
			w.commit(batch[i : i+1])
		}
		return
	}
	for _, r := range batch {
		r.batch = len(batch)
		r.finish(err)
	}
}

// attempt runs a batch in one transaction.
func (w *writer) attempt(batch []*request) error {
	if broken := w.broken.Load(); broken != nil {
		return broken
	}
	err := w.transact(batch)
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

func (w *writer) transact(batch []*request) error {
	if batch[0].between {
		return batch[0].alone(w.conn)
	}
	began := w.meter.Read()
	if err := w.stmts.run("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := w.apply(batch)
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
	w.meter.Committed(len(batch), w.since, began, syncing)
	w.keeper.wrote(w.rows.count)
	return nil
}

// restartLog lets the next commit begin the WAL anew. It waits a moment for
// readers that still need the old one.
func (w *writer) restartLog(ctx context.Context) error {
	r := &request{between: true, done: make(chan struct{})}
	r.alone = func(tx *sql.Conn) error {
		_, err := checkpoint(tx, "RESTART")
		return err
	}
	return w.do(ctx, r)
}

// apply decides the batch's requests in order and writes what they came to.
func (w *writer) apply(batch []*request) error {
	w.rows.reset()
	if work := batch[0].alone; work != nil {
		return work(w.conn)
	}
	w.view.reset()
	if err := w.view.load(&w.stmts, batch); err != nil {
		return err
	}
	for _, r := range batch {
		r.outcome = outcome{}
		w.view.decide(r, &w.rows)
	}
	w.view.flush(&w.rows)
	return w.rows.write(&w.stmts)
}
