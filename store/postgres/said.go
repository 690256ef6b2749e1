package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"parley/domain/said"
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

// Said returns the contacts in which words were said.
func (s *Store) Said(ctx context.Context, q store.SaidQuery) (found []store.Found, err error) {
	first, last := batch.Places(q.From, q.Until, q.Before)
	err = s.query(ctx, func(row pgx.Rows) error {
		var f store.Found
		err := row.Scan(&f.Contact, &f.Session, &f.Place)
		found = append(found, f)
		return err
	}, `SELECT contact, session, place FROM said WHERE words @@ $1::tsquery AND place BETWEEN $2 AND $3
		ORDER BY place DESC LIMIT $4`, pgx.QueryExecModeCacheDescribe, match(&q), first, last, q.Limit)
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
