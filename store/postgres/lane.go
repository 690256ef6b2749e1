package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"parley/internal/clock"
	"parley/store/batch"
)

// lane commits Sets over one connection: all that wait at a moment in one
// transaction. Nobody is told before that is durable.
type lane struct {
	store   *Store
	queue   *batch.Queue[*batch.Request]
	stopped chan struct{}

	// Only the lane's goroutine touches what follows.
	conn   *pgx.Conn // nil = to be made
	warned bool      // the server warned during a commit
	batch  []*batch.Request
	since  time.Duration // when the oldest of the batch came
	view   batch.View
	rows   batch.Rows
	plain  []batch.Append
	params parameters

	appendPlain *pgconn.StatementDescription // prepared on conn
}

func newLane(s *Store) *lane {
	return &lane{
		store: s, queue: batch.NewQueue[*batch.Request](s.opts.Meter), stopped: make(chan struct{}),
		view: batch.NewView(generation),
	}
}

// generation draws a deadline's generation. Random ones need no row that all
// nodes would write to; that a deadline gets one of its own old ones again
// is as good as impossible (1 in 2^63 for each).
func generation() int64 { return 1 + rand.Int64N(1<<63-1) }

func (l *lane) run() {
	defer close(l.stopped)
	defer l.drop()
	for l.queue.Wait() {
		l.queue.Settle()
		l.batch, l.since = l.queue.Take(l.batch[:0])
		if len(l.batch) > 0 {
			l.commit(l.batch)
		}
		clear(l.batch)
	}
}

// commit applies a batch, all of it at once if it is one of plain appends.
func (l *lane) commit(sets []*batch.Request) {
	var plain bool
	if l.plain, plain = batch.Plain(l.plain[:0], sets); plain {
		sets = l.commitPlain(sets)
	}
	if len(sets) > 0 {
		l.decide(sets)
	}
}

// decide applies a batch by the rules of package batch. A batch that fails is tried again one
// Set at a time, so that only the culprit fails, unless the database itself is gone.
func (l *lane) decide(sets []*batch.Request) {
	err := l.persist(sets, l.transact)
	if err != nil {
		l.store.opts.Meter.Failed()
	}
	if err != nil && len(sets) > 1 && !lost(err) {
		for i := range sets {
			l.decide(sets[i : i+1])
		}
		return
	}
	for _, r := range sets {
		finish(r, len(sets), err)
	}
}

// finish hands a Set that was committed together with others its outcome.
func finish(r *batch.Request, together int, err error) {
	if err != nil {
		err = failed(err, "the change could not be committed")
	}
	r.Together(together)
	r.Finish(err)
}

// persist commits a batch by a transaction, however often others get in between and whichever
// server has to be found for it, until the patience is over or the store closes.
func (l *lane) persist(sets []*batch.Request, transact func([]*batch.Request) error) error {
	end := l.store.patience()
	for pause := firstPause; ; pause = pause.next() {
		err := transact(sets)
		switch {
		case err == nil:
			l.store.outage.over()
			return nil
		case errors.Is(err, errUnknown), over(end):
			return err
		case lost(err):
			l.fail(err)
		case held(err) && len(sets) > 1, !held(err) && !again(err):
			return err
		}
		if !pause.wait(l.store.closed) {
			return err
		}
	}
}

// fail gives up a connection, and with it those that read: they lead to the same server.
func (l *lane) fail(err error) {
	l.store.outage.note(err)
	l.drop()
	l.store.pool.Reset()
}

func (l *lane) drop() {
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = l.conn.Close(ctx)
	l.conn = nil
}

// connect makes the lane's connection where it has none.
func (l *lane) connect() error {
	if l.conn != nil {
		return nil
	}
	config := l.store.settings.pool.ConnConfig.Copy()
	config.OnNotice = l.notice
	connected := uncancelled(config)
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(2+len(config.Fallbacks))*connectTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	connected()
	err = certain(ctx, conn)
	if err == nil {
		l.appendPlain, err = conn.Prepare(ctx, "append_plain", appendPlain)
	}
	if err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	l.conn = conn
	return nil
}

// transact applies a batch in one transaction. Client tokens are taken to be new,
// as nearly all are, until one turns out to be not: then it begins again and looks for them.
func (l *lane) transact(sets []*batch.Request) error {
	err := l.try(sets, false)
	if repeated(err) {
		err = l.try(sets, true)
	}
	return err
}

// try applies a batch, having looked for its client tokens or not. Without,
// a token that was used before is a row that cannot be added, or else its Set is refused, for
// what it was decided on has changed; both are errors that are repeated.
func (l *lane) try(sets []*batch.Request, look bool) error {
	if err := l.connect(); err != nil { // also the second time: ending the first may have cost the connection
		return err
	}
	began := l.store.opts.Meter.Read()
	if err := l.read(sets, look); err != nil {
		return l.rollback(err)
	}
	l.rows.Reset()
	applied := 0
	for _, r := range sets {
		l.view.Decide(r, &l.rows)
		if r.Refused() && r.Set.Once != nil && !look {
			return l.rollback(errLook)
		}
		if !r.Refused() {
			applied++
		}
	}
	if applied == 0 {
		return l.rollback(nil)
	}
	l.view.Flush(&l.rows)
	writing := l.store.opts.Meter.Read()
	err := l.write()
	if err == nil {
		l.store.opts.Meter.Committed(applied, l.since, began, writing)
	}
	return err
}

// expect gives the server so long to answer. A deadline on the connection
// costs nothing, unlike a context that ends.
func (l *lane) expect() error {
	return l.conn.PgConn().Conn().SetDeadline(clock.Wall().Add(silence + lockTimeout))
}

// rollback ends a transaction that came to nothing, and returns why it did.
func (l *lane) rollback(cause error) error {
	if lost(cause) {
		return cause
	}
	if _, err := l.conn.Exec(context.Background(), "ROLLBACK"); err != nil {
		l.drop()
	}
	return cause
}

// send runs a batch of statements in one round trip.
func (l *lane) send(b *pgx.Batch) error {
	if err := l.expect(); err != nil {
		return err
	}
	return l.conn.SendBatch(context.Background(), b).Close()
}
