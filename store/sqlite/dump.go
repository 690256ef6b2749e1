package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"parley/store/batch"
)

// Dump reads a whole table, as batch.Dump has it. What lies in the journal is
// moved to the tables first. Nobody may write meanwhile.
func (s *Store) Dump(ctx context.Context, t batch.Table) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		if err := s.dump(ctx, t, yield); err != nil {
			yield(nil, fmt.Errorf("read the table %s: %w", t.Name, err))
		}
	}
}

func (s *Store) dump(ctx context.Context, t batch.Table, yield func([]any, error) bool) error {
	nothing := func(*sql.Conn) error { return nil }
	if err := s.writer.exclusive(ctx, everything(), nothing); err != nil {
		return err
	}
	rows, err := s.read.QueryContext(ctx, selection(t))
	if err != nil {
		return err
	}
	defer rows.Close()
	row, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i := range row {
			if b, blob := row[i].([]byte); blob && b == nil { // the driver's form of an empty one
				row[i] = []byte{}
			}
		}
		if !yield(row, nil) {
			return nil
		}
	}
	return rows.Err()
}

// selection is the statement that reads a table. A token without an end has
// NULL here, and 0 elsewhere.
func selection(t batch.Table) string {
	columns := strings.ReplaceAll(strings.Join(t.Columns, ", "), "expires", "coalesce(expires, 0)")
	return "SELECT " + columns + " FROM " + t.Name + " ORDER BY " + strings.Join(t.Columns[:t.Key], ", ")
}
