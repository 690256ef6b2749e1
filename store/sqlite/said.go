package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
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
	if slices.ContainsFunc(q.Terms, func(t said.Term) bool { return t.Prefix }) {
		if found, all, err := s.saidLately(ctx, &q); err != nil || all {
			return found, err
		}
	}
	first, last := batch.Places(q.From, q.Until, q.Before)
	err = s.query(ctx, func(rows *sql.Rows) error {
		var f store.Found
		err := rows.Scan(&f.Contact, &f.Session, &f.Place)
		found = append(found, f)
		return err
	}, `SELECT s.contact, s.session, s.place FROM said_words w CROSS JOIN said s ON s.place = w.rowid
		WHERE said_words MATCH ? AND w.rowid BETWEEN ? AND ? AND instr(s.facets, ?) ORDER BY w.rowid DESC LIMIT ?`,
		match(&q, q.Terms), first, last, instance(&q), q.Limit)
	return found, err
}

// saidLately looks at the latest contacts that have all but beginnings of words, one by one, and tells whether what it found is the whole answer: the
// index puts all places of all words that begin so together before it has the first.
func (s *Store) saidLately(ctx context.Context, q *store.SaidQuery) (found []store.Found, all bool, err error) {
	var sure []said.Term
	for _, t := range q.Terms {
		if t.Prefix {
			t = said.Term{Words: t.Words[:len(t.Words)-1]}
		}
		if len(t.Words) > 0 {
			sure = append(sure, t)
		}
	}
	looked := 0
	first, last := batch.Places(q.From, q.Until, q.Before)
	err = s.query(ctx, func(rows *sql.Rows) error {
		var f store.Found
		var words string
		err := rows.Scan(&f.Contact, &f.Session, &f.Place, &words)
		if err == nil && said.Met(batch.SplitWords(words), q.Terms) {
			found = append(found, f)
		}
		if looked += 1 + len(words)/longChat; err == nil && (len(found) == q.Limit || looked >= batch.Lately) {
			return errEnough
		}
		return err
	}, `SELECT s.contact, s.session, s.place, s.words FROM said_words w CROSS JOIN said s ON s.place = w.rowid
		WHERE said_words MATCH ? AND w.rowid BETWEEN ? AND ? AND instr(s.facets, ?) ORDER BY w.rowid DESC LIMIT ?`,
		match(q, sure), first, last, instance(q), batch.Lately)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return found, len(found) == q.Limit || looked < batch.Lately, err
}

// longChat is how many bytes of words count as another contact (our choice).
const longChat = 4 << 10

// errEnough ends a reading of rows.
var errEnough = errors.New("enough was read")

// instance is the facet that all of a search must have.
func instance(q *store.SaidQuery) string {
	return batch.Facets(&said.Contact{InstanceID: q.Instance})[0]
}

// match is a search in the language of FTS5. It does not ask for the instance where it asks for what few contacts have: nearly all are of one, and
// FTS5 would look each of the others up among them.
func match(q *store.SaidQuery, has []said.Term) string {
	quote := func(word string) string { return `"` + word + `"` } // words have no quotes
	narrowed := batch.Narrowed("", q.Queues, q.Agents, q.Customer)
	if len(narrowed) == 0 {
		narrowed = batch.Narrowed(q.Instance, nil, nil, "")
	}
	facets := batch.Expression(narrowed, quote, " OR ", " AND ")
	var terms []string
	for _, t := range has {
		terms = append(terms, phrase(t))
	}
	if len(terms) == 0 {
		return "facets : (" + facets + ")"
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
