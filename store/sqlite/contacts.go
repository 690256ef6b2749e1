package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"parley/domain/record"
	"parley/internal/fault"
	"parley/store"
	"parley/store/batch"
)

// Contacts returns the records that a query asks for.
func (s *Store) Contacts(ctx context.Context, q store.ContactQuery) (found []record.Record, err error) {
	err = s.search(ctx, batch.FindContacts(dialect{}, &q), func(rows *sql.Rows) error {
		var doc sql.RawBytes
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		found, err = batch.DecodeRecords(found, doc)
		return err
	})
	return found, err
}

// CountContacts counts them, up to most.
func (s *Store) CountContacts(ctx context.Context, q store.ContactQuery, most int) (n int, err error) {
	err = s.search(ctx, batch.CountContacts(dialect{}, &q, most), func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

// search runs a statement that is not kept prepared: there are too many of them.
func (s *Store) search(ctx context.Context, st batch.Statement, scan func(*sql.Rows) error) error {
	rows, err := s.read.QueryContext(ctx, st.Text, st.Args...)
	if err == nil {
		err = scanAll(rows, scan)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the store cannot be read")
	}
	return nil
}

// dialect is SQLite's. The planner has no numbers of this table, so it is told which index to take.
type dialect struct{}

func (dialect) Param(int) string { return "?" }

func (dialect) Among(column, param string) string {
	return column + " IN (SELECT value FROM json_each(" + param + "))"
}

func (dialect) List(values []string) any {
	list, _ := json.Marshal(values) // strings can always be encoded
	return string(list)
}

func (dialect) Through(index string) string {
	if index == "" {
		return "contacts"
	}
	return "contacts INDEXED BY " + index
}
