package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

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
	recent, _ := s.journal.tail(id)
	err := s.query(ctx, func(rows *sql.Rows) error { return scanSessionPart(rows, out) }, `
		SELECT s.instance, s.version, s.head, s.last_at, s.status, d.part, d.doc
		FROM sessions s JOIN session_docs d ON d.session = s.id WHERE s.id = ?`, id)
	if err != nil {
		return nil, err
	}
	if out.Version == 0 {
		return nil, fault.New(fault.NotFound, "no such session")
	}
	if recent.Head > out.Head {
		out.Head, out.LastAt = recent.Head, batch.FromMillis(recent.Last)
	}
	return out, nil
}

func scanSessionPart(rows *sql.Rows, s *session.Session) error {
	var last int64
	var part change.Parts
	var doc sql.RawBytes
	if err := rows.Scan(&s.InstanceID, &s.Version, &s.Head, &last, &s.Status, &part, &doc); err != nil {
		return err
	}
	s.LastAt = batch.FromMillis(last)
	return batch.SetDocument(s, part, doc)
}

// SessionOf returns the id of the session that a contact belongs to.
func (s *Store) SessionOf(ctx context.Context, instance, contact string) (id string, err error) {
	err = s.row(ctx, []any{&id}, `SELECT session FROM contacts WHERE id = ? AND instance = ?`, contact, instance)
	return id, notFound(err, "no such contact")
}

// Heads returns where sessions stand, those that exist.
func (s *Store) Heads(ctx context.Context, sessions []string) (map[string]store.Head, error) {
	ids, err := json.Marshal(sessions)
	if err != nil {
		return nil, err
	}
	heads := make(map[string]store.Head, len(sessions))
	recent := s.journal.heads(sessions)
	err = s.query(ctx, func(rows *sql.Rows) error {
		var id string
		var h store.Head
		err := rows.Scan(&id, &h.Version, &h.Head, &h.Status)
		h.Head = max(h.Head, recent[id])
		heads[id] = h
		return err
	}, `SELECT s.id, s.version, s.head, s.status FROM json_each(?) k CROSS JOIN sessions s ON s.id = k.value`, string(ids))
	return heads, err
}

// Marks returns the receipts of a session's participants.
func (s *Store) Marks(ctx context.Context, session string) (marks []transcript.Mark, err error) {
	err = s.query(ctx, func(rows *sql.Rows) error {
		m, err := scanMark(rows)
		marks = append(marks, m)
		return err
	}, `SELECT participant, delivered, delivered_at, read, read_at FROM marks WHERE session = ?`, session)
	return marks, err
}

// Answer returns the first answer to a client token, nil if there is none at
// that time.
func (s *Store) Answer(ctx context.Context, scope string, key [32]byte, now time.Time) (*store.Replay, error) {
	if recent, ok := s.journal.answered(batch.OnceKey{Scope: scope, Key: key}); ok {
		return answer(onceOf(recent), now), nil
	}
	row := batch.Once{}
	err := s.query(ctx, func(rows *sql.Rows) (err error) {
		row, err = scanReplay(rows)
		return err
	}, `SELECT fingerprint, answer, coalesce(expires, 0), position, at FROM once WHERE scope = ? AND key = ?`, scope, key[:])
	return answer(row, now), err
}

func answer(row batch.Once, now time.Time) *store.Replay {
	if !row.Answers(now) {
		return nil
	}
	return row.Replay
}

// Usage returns a count.
func (s *Store) Usage(ctx context.Context, key string) (value int64, err error) {
	err = s.row(ctx, []any{&value}, `SELECT value FROM usage WHERE key = ?`, key)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return value, err
}

// Due returns deadlines that have come, earliest first.
func (s *Store) Due(ctx context.Context, until time.Time, limit int) (list []store.Due, err error) {
	err = s.query(ctx, func(rows *sql.Rows) error {
		var d store.Due
		var at int64
		err := rows.Scan(&d.Owner, &d.Kind, &d.Subject, &d.Generation, &at)
		d.At = batch.FromMillis(at)
		list = append(list, d)
		return err
	}, `SELECT owner, kind, subject, generation, due_at FROM due WHERE due_at <= ?
		ORDER BY due_at, owner, kind, subject LIMIT ?`, until.UnixMilli(), limit)
	return list, err
}

// Claim is Due: no other node works on the file.
func (s *Store) Claim(ctx context.Context, until time.Time, limit int) ([]store.Due, error) {
	return s.Due(ctx, until, limit)
}

// NextDue returns the earliest deadline's time, zero if there is none.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var at int64
	err := s.row(ctx, []any{&at}, `SELECT coalesce(min(due_at), 0) FROM due`)
	return batch.FromMillis(at), err
}

// Sessions returns ids of sessions, by id.
func (s *Store) Sessions(ctx context.Context, after string, limit int) (ids []string, err error) {
	err = s.query(ctx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM sessions WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
	return ids, err
}

// query runs a read on a reader's connection and calls scan for each row.
func (s *Store) query(ctx context.Context, scan func(*sql.Rows) error, text string, args ...any) error {
	stmt, err := s.reads.prepared(ctx, text)
	if err == nil {
		var rows *sql.Rows
		if rows, err = stmt.QueryContext(ctx, args...); err == nil {
			err = scanAll(rows, scan)
		}
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the store cannot be read")
	}
	return nil
}

// row runs a read of one row; sql.ErrNoRows if there is none.
func (s *Store) row(ctx context.Context, into []any, text string, args ...any) error {
	stmt, err := s.reads.prepared(ctx, text)
	if err == nil {
		err = stmt.QueryRowContext(ctx, args...).Scan(into...)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fault.Wrap(fault.Unavailable, err, "the store cannot be read")
	}
	return err
}

// notFound turns the absence of a row into a fault.
func notFound(err error, message string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "%s", message)
	}
	return err
}
