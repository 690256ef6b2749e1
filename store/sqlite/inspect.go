package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store/codec"
)

// Inspect reads all of a database, which may be in use, and tells of everything in it that is damaged: what SQLite's own
// check finds, what does not have its checksum, and what does not fit together. It cannot tell a flipped bit in what
// nothing else depends on: a count, a version, a time that stays between its neighbours.
func Inspect(ctx context.Context, path string) (damage []string, err error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path, "ro", "busy_timeout(5000)", "cache_size(-8192)"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	i := inspection{heads: map[string]int64{}}
	if err := i.all(ctx, db); err != nil {
		return nil, err
	}
	return i.damage, nil
}

// inspection is the reading of a database.
type inspection struct {
	damage []string
	heads  map[string]int64 // of sessions of which the newest items lie in the journal
}

func (i *inspection) all(ctx context.Context, db *sql.DB) (err error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // one moment of the database
	if err != nil {
		return i.failed(ctx, err)
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	for _, look := range []func(context.Context, *sql.Tx) error{i.structure, i.entries, i.fit, i.items, i.receipts, i.documents, i.resources} {
		if err := i.failed(ctx, look(ctx, tx)); err != nil {
			return err
		}
	}
	return nil
}

// failed counts what cannot be read as damage, unless the caller has given up.
func (i *inspection) failed(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	i.report("%v", err)
	return nil
}

func (i *inspection) report(format string, args ...any) {
	i.damage = append(i.damage, fmt.Sprintf(format, args...))
}

// structure is SQLite's own check of pages, rows and indexes.
func (i *inspection) structure(ctx context.Context, tx *sql.Tx) error {
	return i.each(ctx, tx, "PRAGMA integrity_check", func(rows *sql.Rows) error {
		var verdict string
		if err := rows.Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			i.report("%s", verdict)
		}
		return nil
	})
}

func (i *inspection) each(ctx context.Context, tx *sql.Tx, query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return scanAll(rows, scan)
}

// fitting are the things that hold in every database, each with a query for what breaks it.
func fitting() map[string]string {
	return map[string]string{
		"the session %s has not the transcript that its head says": `SELECT s.id FROM sessions s LEFT JOIN
			(SELECT session, count(*) n, min(position) first, max(position) last, max(at) at FROM items GROUP BY session) i ON i.session = s.id
			WHERE s.head <> coalesce(i.n, 0) OR s.head <> coalesce(i.last, 0) OR i.first <> 1 OR s.last_at <> coalesce(i.at, 0)`,
		"the times of the session %s do not grow": `SELECT DISTINCT session FROM
			(SELECT session, at, lag(at, 1, 0) OVER (PARTITION BY session ORDER BY position) before FROM items) WHERE at <= before`,
		"items are there of the session %s, which is not":     `SELECT DISTINCT session FROM items WHERE session NOT IN (SELECT id FROM sessions)`,
		"documents are there of the session %s, which is not": `SELECT DISTINCT session FROM session_docs WHERE session NOT IN (SELECT id FROM sessions)`,
		"receipts are there of the session %s, which is not":  `SELECT DISTINCT session FROM marks WHERE session NOT IN (SELECT id FROM sessions)`,
		"the session %s has no state": `SELECT id FROM sessions
			WHERE NOT EXISTS (SELECT 1 FROM session_docs WHERE session = id AND part = 1)`,
		"the contact %s belongs to no session":                        `SELECT c.id FROM contacts c LEFT JOIN sessions s ON s.id = c.session WHERE s.id IS NULL OR s.instance <> c.instance`,
		"a client token of %s answers with an item that is not there": `SELECT o.scope FROM once o JOIN sessions s ON s.id = o.scope WHERE o.position > s.head`,
		"a deadline of %s has a generation that was never given": `SELECT owner FROM due
			WHERE generation > (SELECT value FROM counters WHERE name = 'generation') OR typeof(due_at) <> 'integer'`,
	}
}

func (i *inspection) fit(ctx context.Context, tx *sql.Tx) error {
	for what, query := range fitting() {
		err := i.each(ctx, tx, query, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			i.report(what, id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (i *inspection) items(ctx context.Context, tx *sql.Tx) error {
	return i.each(ctx, tx, "SELECT session, position, body FROM items", func(rows *sql.Rows) error {
		var id string
		var position int64
		var body sql.RawBytes
		if err := rows.Scan(&id, &position, &body); err != nil {
			return err
		}
		if err := codec.DecodeItem(body, new(transcript.Item)); err != nil {
			i.report("the item %d of the session %s: %v", position, id, err)
		}
		return nil
	})
}

func (i *inspection) receipts(ctx context.Context, tx *sql.Tx) error {
	return i.each(ctx, tx, "SELECT id, head, max(m.delivered, m.read) FROM marks m JOIN sessions ON id = session", func(rows *sql.Rows) error {
		var id string
		var head, mark int64
		if err := rows.Scan(&id, &head, &mark); err != nil {
			return err
		}
		if mark > max(head, i.heads[id]) {
			i.report("a receipt of the session %s is for an item that is not there", id)
		}
		return nil
	})
}

func (i *inspection) documents(ctx context.Context, tx *sql.Tx) error {
	return i.each(ctx, tx, "SELECT session, part, doc FROM session_docs", func(rows *sql.Rows) error {
		var id string
		var part change.Parts
		var doc []byte
		if err := rows.Scan(&id, &part, &doc); err != nil {
			return err
		}
		var err error
		switch part {
		case change.State:
			var state session.State
			if state, err = codec.DecodeState(doc); err == nil {
				return i.members(ctx, tx, &session.Session{ID: id, State: state})
			}
		case change.Attributes:
			_, err = codec.DecodeAttributes(doc)
		case change.Flow:
			_, err = codec.DecodeFlow(doc)
		default:
			err = errors.New("it has a document of no kind")
		}
		if err != nil {
			i.report("the session %s: %v", id, err)
		}
		return nil
	})
}

// members holds what stands elsewhere of a session against its state: its contacts, its participants and its end.
func (i *inspection) members(ctx context.Context, tx *sql.Tx, s *session.Session) error {
	found := map[string]bool{}
	err := i.each(ctx, tx, `SELECT 'contact', id FROM contacts WHERE session = ?1
		UNION ALL SELECT 'participant', participant FROM marks WHERE session = ?1
		UNION ALL SELECT 'status', status FROM sessions WHERE id = ?1`, func(rows *sql.Rows) error {
		var kind, value string
		if err := rows.Scan(&kind, &value); err != nil {
			return err
		}
		found[value] = true
		if !belongs(s, kind, value) {
			i.report("the %s %s does not fit the session %s", kind, value, s.ID)
		}
		return nil
	}, s.ID)
	for k := range s.Contacts() {
		if !found[k.ID] {
			i.report("the contact %s of the session %s cannot be found", k.ID, s.ID)
		}
	}
	return err
}

func belongs(s *session.Session, kind, value string) bool {
	if kind == "status" {
		return (value == strconv.Itoa(int(session.Ended))) == !s.State.EndedAt.IsZero()
	}
	if len(s.State.Beside) >= contact.MaxBeside { // it has forgotten supervisors who left
		return true
	}
	return kind == "contact" && s.Contact(value) != nil || kind == "participant" && s.Participant(value) != nil
}

func (i *inspection) resources(ctx context.Context, tx *sql.Tx) error {
	return i.each(ctx, tx, "SELECT kind, id, document FROM resources", func(rows *sql.Rows) error {
		var kind, id string
		var document []byte
		if err := rows.Scan(&kind, &id, &document); err != nil {
			return err
		}
		if _, err := codec.Unseal(document); err != nil {
			i.report("the %s %s: %v", kind, id, err)
		}
		return nil
	})
}

// entries are the newest appends, which have not all moved to the tables.
func (i *inspection) entries(ctx context.Context, tx *sql.Tx) error {
	return i.each(ctx, tx, "SELECT seq, body FROM journal", func(rows *sql.Rows) error {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return err
		}
		e, err := decodeEntry(body)
		if err != nil {
			i.report("the journal's entry %d: %v", seq, err)
		}
		for _, item := range e.items {
			i.heads[item.Session] = max(i.heads[item.Session], item.Position)
		}
		return nil
	})
}
