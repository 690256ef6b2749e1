package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"parley/domain/record"
	"parley/store"
	"parley/store/batch"
)

// The writes of contacts. A new one may collide with another node's: then the batch is decided again. One that
// stands is its session's, whose row is locked.
const (
	contactRows = `unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
		$8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bytea[])`
	addContacts = `INSERT INTO contacts (id, instance, session, initiated_at, enqueued_at, connected_at, disconnected_at,
		queue, agent, method, customer, association, record) SELECT * FROM ` + contactRows + ` ORDER BY 1`
	setContacts = `UPDATE contacts c SET initiated_at = k.initiated_at, enqueued_at = k.enqueued_at, connected_at = k.connected_at,
		disconnected_at = k.disconnected_at, queue = k.queue, agent = k.agent, method = k.method, customer = k.customer,
		association = k.association, record = k.record FROM ` + contactRows + ` k (id, instance, session, initiated_at, enqueued_at,
		connected_at, disconnected_at, queue, agent, method, customer, association, record) WHERE c.id = k.id`
)

func (l *lane) queueContacts(b *pgx.Batch) {
	standing, created := split(l.rows.Contacts, func(c *batch.ContactRow) bool { return c.Stands })
	queueContactRows(b, addContacts, created)
	queueContactRows(b, setContacts, standing)
}

func queueContactRows(b *pgx.Batch, text string, rows []batch.ContactRow) {
	if len(rows) == 0 {
		return
	}
	b.Queue(text, column(rows, func(c *batch.ContactRow) string { return c.ID }),
		column(rows, func(c *batch.ContactRow) string { return c.Instance }),
		column(rows, func(c *batch.ContactRow) string { return c.Session }),
		column(rows, func(c *batch.ContactRow) int64 { return c.Initiated }),
		column(rows, func(c *batch.ContactRow) int64 { return c.Enqueued }),
		column(rows, func(c *batch.ContactRow) int64 { return c.Connected }),
		column(rows, func(c *batch.ContactRow) int64 { return c.Disconnected }),
		column(rows, func(c *batch.ContactRow) string { return c.Queue }),
		column(rows, func(c *batch.ContactRow) string { return c.Agent }),
		column(rows, func(c *batch.ContactRow) string { return c.Method }),
		column(rows, func(c *batch.ContactRow) string { return c.Customer }),
		column(rows, func(c *batch.ContactRow) string { return c.Association }),
		column(rows, func(c *batch.ContactRow) []byte { return c.Record }))
}

// Contacts returns the records that a query asks for.
func (s *Store) Contacts(ctx context.Context, q store.ContactQuery) (found []record.Record, err error) {
	err = s.search(ctx, batch.FindContacts(dialect{}, &q), func(row pgx.Rows) error {
		var doc []byte
		if err := row.Scan(&doc); err != nil {
			return err
		}
		found, err = batch.DecodeRecords(found, doc)
		return err
	})
	return found, err
}

// CountContacts counts them, up to most.
func (s *Store) CountContacts(ctx context.Context, q store.ContactQuery, most int) (n int, err error) {
	err = s.search(ctx, batch.CountContacts(dialect{}, &q, most), func(row pgx.Rows) error { return row.Scan(&n) })
	return n, err
}

// search has the server plan a statement for the parameters that it comes with: what is best depends on them.
func (s *Store) search(ctx context.Context, st batch.Statement, scan func(pgx.Rows) error) error {
	return s.query(ctx, scan, st.Text, append([]any{pgx.QueryExecModeCacheDescribe}, st.Args...)...)
}

// dialect is PostgreSQL's.
type dialect struct{}

func (dialect) Param(n int) string { return "$" + strconv.Itoa(n) }

func (dialect) Among(column, param string) string { return column + " = ANY (" + param + "::text[])" }

func (dialect) List(values []string) any { return values }

func (dialect) Through(string) string { return "contacts" }
