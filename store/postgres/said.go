package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/domain/said"
	"parley/internal/clock"
	"parley/store"
	"parley/store/batch"
)

const (
	rewriteItems = `UPDATE items i SET body = k.body FROM unnest($1::text[], $2::bigint[], $3::bytea[]) k (session, position, body)
		WHERE i.session = k.session AND i.position = k.position`
	putSaid = `INSERT INTO said (contact, session, place, words)
		SELECT contact, session, place, words::tsvector FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
		k (contact, session, place, words) ORDER BY 1
		ON CONFLICT (contact) DO UPDATE SET place = excluded.place, words = excluded.words`
)

// queueTranscripts changes transcripts that stand: after everything else, for it may delete what was just written.
func (l *lane) queueTranscripts(b *pgx.Batch) {
	if rows := l.rows.Rewrites; len(rows) > 0 {
		b.Queue(rewriteItems, column(rows, func(i *batch.ItemRow) string { return i.Session }),
			column(rows, func(i *batch.ItemRow) int64 { return i.Position }),
			column(rows, func(i *batch.ItemRow) []byte { return i.Body }))
	}
	if rows := last(l.rows.Said); len(rows) > 0 {
		b.Queue(putSaid, column(rows, func(c *said.Contact) string { return c.ID }),
			column(rows, func(c *said.Contact) string { return c.SessionID }),
			column(rows, func(c *said.Contact) int64 { return c.Place() }),
			column(rows, func(c *said.Contact) string { return vector(batch.Facets(c), c.Words) }))
	}
	if len(l.rows.Emptied) > 0 {
		for _, from := range batch.OfTranscript() {
			b.Queue("DELETE FROM "+from[0]+" WHERE "+from[1]+" = ANY ($1::text[])", l.rows.Emptied)
		}
	}
}

// last leaves of several rows of a contact the last one: a statement changes a row once.
func last(rows []said.Contact) (list []said.Contact) {
	at := map[string]int{}
	for _, c := range rows {
		if i, there := at[c.ID]; there {
			list[i] = c
			continue
		}
		at[c.ID] = len(list)
		list = append(list, c)
	}
	return list
}

// mostPlaces is how often a word's place is kept (PostgreSQL: 256 of a word).
const mostPlaces = 256

// vector is what was said as PostgreSQL writes a tsvector: each word with its places, and the facets.
func vector(facets, words []string) string {
	places := map[string][]int{}
	var order []string
	for i, word := range words {
		if word == "" {
			continue // apart stands nowhere, but has a place
		}
		if places[word] == nil {
			order = append(order, word)
		}
		if len(places[word]) < mostPlaces {
			places[word] = append(places[word], i+1)
		}
	}
	var b strings.Builder
	for _, f := range facets {
		b.WriteString(facet(f) + " ")
	}
	for _, word := range order {
		b.WriteString("'" + word + "':")
		for i, at := range places[word] {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(at))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// facet is a facet as a word that no text has.
func facet(f string) string { return "':" + f + "'" }

// Searches for words. How many contacts have a word PostgreSQL knows of the most frequent ones alone, and what it takes for the way to the first
// page may be one through everything: so there is one statement for each way. The sums keep the second from reading the index of places. The first
// also has, where the page is not full, the place of the latest contact that it did not look at, with no name: at one time, for what is erased
// in between would be looked at by neither of two statements.
const (
	saidLately = `WITH found AS MATERIALIZED (
			SELECT contact, session, place FROM (SELECT * FROM said WHERE place BETWEEN $2 AND $3 ORDER BY place DESC LIMIT $5) late
			WHERE words @@ $1::tsquery ORDER BY place DESC LIMIT $4)
		SELECT contact, session, place FROM found UNION ALL
		(SELECT '', '', place FROM said WHERE place BETWEEN $2 AND $3 AND (SELECT count(*) FROM found) < $4 ORDER BY place DESC OFFSET $5 LIMIT 1)
		ORDER BY place DESC, contact DESC`
	saidEver = `SELECT contact, session, place FROM said WHERE words @@ $1::tsquery AND place + 0 BETWEEN $2 AND $3 ORDER BY place + 0 DESC LIMIT $4`
)

// ways are how a store searches for words.
type ways struct {
	look     int                             // at so many contacts at first, one by one
	patience func([]said.Term) time.Duration // how long it should take at most to look at them so before the index of words is asked
}

// Said returns the contacts in which words were said.
func (s *Store) Said(ctx context.Context, q store.SaidQuery) ([]store.Found, error) {
	first, last := batch.Places(q.From, q.Until, q.Before)
	for look := s.ways.look; ; {
		began := clock.Wall()
		found, more, err := s.saidLately(ctx, &q, first, last, look)
		if err != nil || !more {
			return found, err
		}
		back := float64(q.Limit) / float64(max(1, len(found))) * 5 / 4 // how much further back a page is full, if it goes on so
		if time.Duration(back*float64(clock.Wall().Sub(began))) >= s.ways.patience(q.Terms) {
			break
		}
		look = max(look+1, int(float64(look)*min(back, 10)))
	}
	return s.said(ctx, saidEver, match(&q), first, last, q.Limit)
}

// saidLately looks at so many contacts, the latest first, and tells whether there are more to look at for a full page.
func (s *Store) saidLately(ctx context.Context, q *store.SaidQuery, first, last int64, look int) (found []store.Found, more bool, err error) {
	found, err = s.said(ctx, saidLately, match(q), first, last, q.Limit, look)
	if end := len(found) - 1; end >= 0 && found[end].Contact == "" {
		return found[:end], true, err
	}
	return found, false, err
}

// patience bounds looking at one contact after the other (our choice): not long, for a word that one of a thousand has; of words that follow one
// another the index does not know the order, and every contact that has them is looked at.
func patience(terms []said.Term) time.Duration {
	if slices.ContainsFunc(terms, func(t said.Term) bool { return len(t.Words) > 1 }) {
		return 300 * time.Millisecond
	}
	return 20 * time.Millisecond
}

func (s *Store) said(ctx context.Context, text string, args ...any) (found []store.Found, err error) {
	err = s.query(ctx, func(row pgx.Rows) error {
		var f store.Found
		err := row.Scan(&f.Contact, &f.Session, &f.Place)
		found = append(found, f)
		return err
	}, text, append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
	return found, err
}

// match is a search in the language of tsquery.
func match(q *store.SaidQuery) string {
	parts := []string{batch.Expression(batch.Narrowed(q.Instance, q.Queues, q.Agents, q.Customer), facet, " | ", " & ")}
	for _, t := range q.Terms {
		parts = append(parts, phrase(t))
	}
	return strings.Join(parts, " & ")
}

func phrase(t said.Term) string {
	words := make([]string, len(t.Words))
	for i, word := range t.Words {
		words[i] = "'" + word + "'" // words have no quotes
	}
	if t.Prefix {
		words[len(words)-1] += ":*"
	}
	return "(" + strings.Join(words, " <-> ") + ")"
}

// Scrub has nothing to do: deleted rows are gone for whoever asks. What the server's files keep of them is its own (VACUUM).
func (s *Store) Scrub(context.Context) error { return nil }
