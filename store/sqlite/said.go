package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"parley/domain/said"
	"parley/store"
	"parley/store/batch"
)

var rewriteItem = bulk{`WITH k (session, position, body) AS (VALUES `, 3, `) UPDATE items SET body = k.body FROM k
	WHERE items.session = k.session AND items.position = k.position`}

func rewriteArgs(to []any, r *batch.ItemRow) []any { return append(to, r.Session, r.Position, r.Body) }

const (
	dropSaid = `DELETE FROM said WHERE contact = ?`
	// addSaid goes past the places of others: contacts of one millisecond can have the same.
	addSaid = `INSERT INTO said (place, contact, session, facets, words)
		SELECT ?1 + (SELECT count(*) FROM said WHERE place BETWEEN ?1 AND ?1 + 7), ?2, ?3, ?4, ?5`
)

// writeSaid writes what searches for words find, one by one: there is one for each contact that ends.
func (w *writer) writeSaid() error {
	for i := range w.rows.Said {
		c := &w.rows.Said[i]
		if err := w.stmts.run(dropSaid, c.ID); err != nil {
			return err
		}
		err := w.stmts.run(addSaid, c.Place(), c.ID, c.SessionID, strings.Join(batch.Facets(c), " "), batch.JoinWords(c.Words))
		if err != nil {
			return err
		}
	}
	return nil
}

// empty deletes what was said in sessions.
func (w *writer) empty() error {
	if len(w.rows.Emptied) == 0 {
		return nil
	}
	ids, err := json.Marshal(w.rows.Emptied)
	if err != nil {
		return err
	}
	return deleteOf(w.conn, batch.OfTranscript(), string(ids))
}

// Said returns the contacts in which words were said. Words come in the order of places, so that it reads no more than it returns.
func (s *Store) Said(ctx context.Context, q store.SaidQuery) (found []store.Found, err error) {
	first, last := batch.Places(q.From, q.Until, q.Before)
	err = s.query(ctx, func(rows *sql.Rows) error {
		var f store.Found
		err := rows.Scan(&f.Contact, &f.Session, &f.Place)
		found = append(found, f)
		return err
	}, `SELECT s.contact, s.session, s.place FROM said_words w CROSS JOIN said s ON s.place = w.rowid
		WHERE said_words MATCH ? AND w.rowid BETWEEN ? AND ? ORDER BY w.rowid DESC LIMIT ?`, match(&q), first, last, q.Limit)
	return found, err
}

// match is a search in the language of FTS5.
func match(q *store.SaidQuery) string {
	quote := func(word string) string { return `"` + word + `"` } // words have no quotes
	facets := batch.Expression(batch.Narrowed(q.Instance, q.Queues, q.Agents, q.Customer), quote, " OR ", " AND ")
	var terms []string
	for _, t := range q.Terms {
		terms = append(terms, phrase(t))
	}
	return "facets : (" + facets + ") AND words : (" + strings.Join(terms, " AND ") + ")"
}

func phrase(t said.Term) string {
	text := `"` + strings.Join(t.Words, " ") + `"`
	if t.Prefix {
		text += " *"
	}
	return text
}

// Scrub empties the journal, and copies the WAL into the database and cuts it. What is deleted is overwritten in its page when it
// is deleted (secure_delete, and the same of the index of words).
func (s *Store) Scrub(ctx context.Context) error {
	if err := s.writer.exclusive(ctx, everything(), func(*sql.Conn) error { return nil }); err != nil {
		return err
	}
	return s.writer.cutLog(ctx)
}
