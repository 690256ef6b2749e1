package sqlite

import (
	"context"
	"database/sql"
	"strings"
)

// statements prepares each text once on the writer's connection.
type statements struct {
	conn     *sql.Conn
	prepared map[statementKey]*sql.Stmt
}

// statementKey is a statement's text, or a bulk statement's two ends and how
// many rows it has.
type statementKey struct {
	head, tail string
	rows       int
}

func newStatements(conn *sql.Conn) statements {
	return statements{conn: conn, prepared: map[statementKey]*sql.Stmt{}}
}

// get returns the prepared statement of a key; text makes its text.
func (s *statements) get(key statementKey, text func() string) (*sql.Stmt, error) {
	if stmt := s.prepared[key]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), text())
	if err != nil {
		return nil, err
	}
	s.prepared[key] = stmt
	return stmt, nil
}

// run executes a single statement.
func (s *statements) run(text string, args ...any) error {
	stmt, err := s.get(statementKey{head: text}, func() string { return text })
	if err != nil {
		return err
	}
	_, err = stmt.Exec(args...)
	return err
}

func (s *statements) close() {
	for _, stmt := range s.prepared {
		stmt.Close()
	}
}

// bulk is a statement over many rows of parameters: head, then "(?,…)" for
// each row, then tail.
type bulk struct {
	head  string
	width int // parameters per row
	tail  string
}

// maxBulkRows is the most rows that one statement has; a run over any number
// of rows is put together from powers of two up to it.
const maxBulkRows = 256

// exec runs the statement over all rows of args.
func (b bulk) exec(s *statements, args []any) error {
	return b.pieces(s, args, func(stmt *sql.Stmt, args []any) error {
		_, err := stmt.Exec(args...)
		return err
	})
}

// query runs the statement over all rows of args and calls scan for each row
// that it returns.
func (b bulk) query(s *statements, args []any, scan func(*sql.Rows) error) error {
	return b.pieces(s, args, func(stmt *sql.Stmt, args []any) error {
		rows, err := stmt.Query(args...)
		if err != nil {
			return err
		}
		return scanAll(rows, scan)
	})
}

// pieces cuts args into runs of a power of two of rows, so that a handful of
// prepared statements serves every number of rows.
func (b bulk) pieces(s *statements, args []any, do func(*sql.Stmt, []any) error) error {
	for n := maxBulkRows; n > 0; n /= 2 {
		for size := n * b.width; len(args) >= size; args = args[size:] {
			stmt, err := s.get(statementKey{b.head, b.tail, n}, func() string { return b.text(n) })
			if err != nil {
				return err
			}
			if err := do(stmt, args[:size]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b bulk) text(rows int) string {
	row := "(?" + strings.Repeat(",?", b.width-1) + ")"
	return b.head + row + strings.Repeat(","+row, rows-1) + b.tail
}

// scanAll calls scan for each row and closes the rows.
func scanAll(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
