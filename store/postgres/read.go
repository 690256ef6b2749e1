package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/store/batch"
)

// Session returns a session with its documents, in one read.
func (s *Store) Session(ctx context.Context, id string) (*session.Session, error) {
	out := &session.Session{ID: id}
	err := s.query(ctx, func(row pgx.Rows) error { return scanSessionPart(row, out) }, `
		SELECT s.instance, s.version, s.head, s.last_at, s.status, d.part, d.doc
		FROM sessions s JOIN session_docs d ON d.session = s.id WHERE s.id = $1`, id)
	if err != nil {
		return nil, err
	}
	if out.Version == 0 {
		return nil, fault.New(fault.NotFound, "no such session")
	}
	return out, nil
}

func scanSessionPart(row pgx.Rows, s *session.Session) error {
	var last int64
	var part change.Parts
	var doc []byte
	if err := row.Scan(&s.InstanceID, &s.Version, &s.Head, &last, &s.Status, &part, (*pgtype.DriverBytes)(&doc)); err != nil {
		return err
	}
	s.LastAt = batch.FromMillis(last)
	return batch.SetDocument(s, part, doc)
}

// SessionOf returns the id of the session that a contact belongs to.
func (s *Store) SessionOf(ctx context.Context, instance, contact string) (id string, err error) {
	err = s.row(ctx, []any{&id}, `SELECT session FROM contacts WHERE id = $1 AND instance = $2`, contact, instance)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", fault.New(fault.NotFound, "no such contact")
	}
	return id, err
}

// Heads returns where sessions stand, those that exist.
func (s *Store) Heads(ctx context.Context, sessions []string) (map[string]store.Head, error) {
	heads := make(map[string]store.Head, len(sessions))
	err := s.query(ctx, func(row pgx.Rows) error {
		var id string
		var h store.Head
		err := row.Scan(&id, &h.Version, &h.Head, &h.Status)
		heads[id] = h
		return err
	}, `SELECT id, version, head, status FROM sessions WHERE id = ANY ($1::text[])`, sessions)
	return heads, err
}

// Marks returns the receipts of a session's participants.
func (s *Store) Marks(ctx context.Context, session string) (marks []transcript.Mark, err error) {
	err = s.query(ctx, func(row pgx.Rows) error {
		m, err := scanMark(row)
		marks = append(marks, m)
		return err
	}, `SELECT participant, delivered, delivered_at, read, read_at FROM marks WHERE session = $1 ORDER BY participant`, session)
	return marks, err
}

// Answer returns the first answer to a client token, nil if there is none at
// that time.
func (s *Store) Answer(ctx context.Context, scope string, key [32]byte, now time.Time) (answer *store.Replay, err error) {
	err = s.query(ctx, func(row pgx.Rows) error {
		once, err := scanReplay(row)
		if once.Answers(now) {
			answer = once.Replay
		}
		return err
	}, `SELECT fingerprint, answer, expires, position, at FROM once WHERE scope = $1 AND key = $2`, scope, key[:])
	return answer, err
}

// Usage returns a count.
func (s *Store) Usage(ctx context.Context, key string) (value int64, err error) {
	err = s.row(ctx, []any{&value}, `SELECT value FROM usage WHERE key = $1`, key)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return value, err
}

// Sessions returns ids of sessions, by id.
func (s *Store) Sessions(ctx context.Context, after string, limit int) (ids []string, err error) {
	err = s.query(ctx, func(row pgx.Rows) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM sessions WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	return ids, err
}

// query runs a read and calls scan for each row. Where the server is gone it
// tries again on the one that takes its place, as long as nothing was scanned.
func (s *Store) query(ctx context.Context, scan func(pgx.Rows) error, text string, args ...any) error {
	return s.persist(ctx, func(ctx context.Context, conn *pgxpool.Conn) (begun bool, err error) {
		rows, err := conn.Query(ctx, text, args...)
		if err != nil {
			return false, err
		}
		defer rows.Close()
		for rows.Next() {
			begun = true
			if err := scan(rows); err != nil {
				return true, failed(err, "the store cannot be read")
			}
		}
		return begun, rows.Err()
	})
}

// row runs a read of one row; pgx.ErrNoRows if there is none.
func (s *Store) row(ctx context.Context, into []any, text string, args ...any) error {
	found := false
	err := s.query(ctx, func(row pgx.Rows) error {
		found = true
		return row.Scan(into...)
	}, text, args...)
	if err == nil && !found {
		return pgx.ErrNoRows
	}
	return err
}

// exec runs a statement that may be run twice.
func (s *Store) exec(ctx context.Context, text string, args ...any) error {
	return s.persist(ctx, func(ctx context.Context, conn *pgxpool.Conn) (bool, error) {
		_, err := conn.Exec(ctx, text, args...)
		if err == nil {
			s.outage.over()
		}
		return false, err
	})
}

// work does something on a connection; begun tells that it cannot be done again.
type work func(ctx context.Context, conn *pgxpool.Conn) (begun bool, err error)

// persist runs work that may be run again until it has begun to return
// something, while no server answers and as long as the patience lasts.
func (s *Store) persist(ctx context.Context, work work) error {
	end := s.patience()
	for pause := firstPause; ; pause = pause.next() {
		begun, err := s.attempt(ctx, end, work)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil, begun, !lost(err), over(end):
			return failed(err, "the store cannot be read")
		}
		select {
		case <-s.closed:
			return errClosed()
		default:
		}
		if !pause.wait(ctx.Done()) {
			return failed(err, "the store cannot be read")
		}
	}
}

// attempt runs work once, on a connection that it waits for until end at most.
// That wait says nothing of the server: all connections may be at work. Only
// one that fails at work takes the others with it, which lead to the same server.
func (s *Store) attempt(ctx context.Context, end time.Time, work work) (begun bool, err error) {
	waits, stop := context.WithDeadline(ctx, end)
	defer stop()
	conn, err := s.pool.Acquire(waits)
	if err != nil {
		return false, err
	}
	defer conn.Release()
	works, cancel := context.WithTimeout(ctx, silence+lockTimeout)
	defer cancel()
	begun, err = work(works, conn)
	if ctx.Err() == nil && lost(err) {
		s.pool.Reset()
	}
	return begun, err
}
