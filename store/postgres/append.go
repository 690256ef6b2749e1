package postgres

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"parley/store/batch"
)

// appendPlain applies a batch of plain appends: one statement locks the sessions in
// the order of their ids, compares the versions, assigns positions and times, inserts,
// and commits, in one round trip. It returns three numbers for each Set that it applied:
// its place in the batch, and its item's position and time. A session that somebody else
// has locked is compared as that one leaves it.
const appendPlain = `WITH moved AS (
		UPDATE sessions s SET head = s.head + 1, last_at = greatest(s.last_at + 1, k.at)
		FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bigint[])
		WITH ORDINALITY k (session, version, at, body, scope, key, fingerprint, answer, expires, n)
		WHERE s.id = k.session AND s.version = k.version
		RETURNING k.n, k.session, s.head, s.last_at, k.body, k.scope, k.key, k.fingerprint, k.answer, k.expires),
	said AS (INSERT INTO items (session, position, at, body) SELECT session, head, last_at, body FROM moved),
	answered AS (INSERT INTO once (scope, key, fingerprint, answer, expires, position, at)
		SELECT scope, key, fingerprint, answer, expires, head, last_at FROM moved WHERE key IS NOT NULL)
	INSERT INTO commits AS c (id, placed) SELECT $10, array_agg(ARRAY[n, head, last_at]) FROM moved RETURNING c.placed`

// placing is how many numbers appendPlain returns for a Set.
const placing = 3

// commitPlain applies what it can of l.plain, which is the batch, and returns the Sets that
// have to be decided on: those whose session does not stand as they say, which may be repetitions
// of Sets that were applied before; and all, if a client token was used before or
// if one of several keeps the others from being committed.
func (l *lane) commitPlain(sets []*batch.Request) (rest []*batch.Request) {
	defer clear(l.plain)
	err := l.persist(sets, l.append)
	if repeated(err) || err != nil && len(sets) > 1 && !lost(err) && !errors.Is(err, errUnknown) {
		return sets
	}
	if err != nil {
		l.store.opts.Meter.Failed()
	}
	for i := range l.plain {
		if a := &l.plain[i]; err != nil || a.Applied() {
			finish(a.Request, len(sets), err)
		} else {
			rest = append(rest, a.Request)
		}
	}
	return rest
}

// append applies l.plain in one transaction.
func (l *lane) append([]*batch.Request) error {
	if err := l.connect(); err != nil {
		return err
	}
	began := l.store.opts.Meter.Read()
	id := uuid.New()
	l.warned = false
	placed, err := l.sendPlain(id)
	if lost(err) || err == nil && l.warned {
		placed, err = l.resolve(id, err)
	}
	switch {
	case repeated(err):
		return errLook // it is no use to try that again
	case err != nil:
		return err
	}
	applied := len(placed) / placing
	for ; len(placed) >= placing; placed = placed[placing:] {
		l.plain[placed[0]-1].Place(placed[1], placed[2])
	}
	l.store.opts.Meter.Committed(applied, l.since, began, began)
	return nil
}

// sendPlain sends appendPlain and returns its answer. The parameters are encoded here:
// that pgx does so for any slice would cost more than everything else that a lane does for a message.
func (l *lane) sendPlain(id uuid.UUID) (placed []int64, err error) {
	if err := l.expect(); err != nil {
		return nil, err
	}
	l.params.reset()
	l.params.plain(l.plain)
	l.params.raw(id[:])
	binary := []int16{pgtype.BinaryFormatCode}
	answer := l.conn.PgConn().ExecStatement(context.Background(), l.appendPlain, l.params.list(), binary, binary).Read()
	if answer.Err != nil {
		return nil, answer.Err
	}
	var flat pgtype.FlatArray[int64]
	err = l.conn.TypeMap().Scan(pgtype.Int8ArrayOID, pgtype.BinaryFormatCode, answer.Rows[0][0], &flat)
	return flat, err
}
