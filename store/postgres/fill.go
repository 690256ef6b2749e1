package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"parley/store/batch"
)

// Filled is how many rows were written to each table, by its name.
type Filled map[string]int64

// Fill copies everything that dump reads into the database, which must hold
// nothing. It is one transaction, which nobody else's writes get into: all of it
// is there in the end, or none. Before it commits, every row is read back and
// compared, and each session's head with its items. tell is told what is being done.
func (s *Store) Fill(ctx context.Context, dump batch.Dump, tell func(string)) (Filled, error) {
	conn, err := s.settings.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	f := filling{tx, dump, tell, Filled{}}
	if err := f.all(ctx); err != nil {
		return nil, errors.Join(err, rolledBack(context.WithoutCancel(ctx), tx))
	}
	tell("committing")
	if err := tx.Commit(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("commit the copy: %w; run it again: it begins anew, or says that all is there already", err)
	}
	return f.filled, nil
}

// rolledBack ends a transaction; that its connection is gone ends it too.
func rolledBack(ctx context.Context, tx pgx.Tx) error {
	if err := tx.Rollback(ctx); !errors.Is(err, pgx.ErrTxClosed) && !tx.Conn().IsClosed() {
		return err
	}
	return nil
}

// filling is a Fill under way.
type filling struct {
	tx     pgx.Tx
	dump   batch.Dump
	tell   func(string)
	filled Filled
}

func (f *filling) all(ctx context.Context) error {
	tables := batch.Tables()
	if err := f.reserve(ctx, tables); err != nil {
		return err
	}
	sums := map[string][]byte{}
	for _, t := range tables {
		sum, err := f.write(ctx, t)
		if err != nil {
			return fmt.Errorf("write the table %s: %w", t.Name, err)
		}
		sums[t.Name] = sum
	}
	for _, t := range tables {
		if err := f.compare(ctx, t, sums[t.Name]); err != nil {
			return err
		}
	}
	if err := f.heads(ctx); err != nil {
		return err
	}
	return f.said(ctx)
}

// reserve keeps everybody else from writing, and refuses a database that holds something.
func (f *filling) reserve(ctx context.Context, tables []batch.Table) error {
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	_, err := f.tx.Exec(ctx, `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
		LOCK TABLE `+strings.Join(names, ", ")+` IN SHARE ROW EXCLUSIVE MODE`)
	if held(err) {
		return errors.New("the database is in use: stop every server on it, and other copies into it")
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		var used bool
		if err := f.tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+name+")").Scan(&used); err != nil {
			return err
		}
		if used {
			return fmt.Errorf("the database is not empty: it has rows in the table %s; make a new database, and start no server on it before the copy", name)
		}
	}
	return nil
}

// write copies a table and returns the checksum of what was read.
func (f *filling) write(ctx context.Context, t batch.Table) ([]byte, error) {
	sum := newSum(func(n int64) { f.tell(fmt.Sprintf("%s: %d rows written", t.Name, n)) })
	next, stop := iter.Pull2(f.dump(ctx, t))
	defer stop()
	n, err := f.tx.CopyFrom(ctx, pgx.Identifier{t.Name}, t.Columns, pgx.CopyFromFunc(func() ([]any, error) {
		row, err, more := next()
		if err != nil || !more {
			return nil, err
		}
		return row, sum.add(row)
	}))
	f.filled[t.Name] = n
	return sum.Sum(nil), err
}

// compare reads a table back.
func (f *filling) compare(ctx context.Context, t batch.Table, want []byte) error {
	rows, err := f.tx.Query(ctx, "SELECT "+strings.Join(t.Columns, ", ")+" FROM "+t.Name+" ORDER BY "+strings.Join(t.Columns[:t.Key], ", "))
	if err != nil {
		return err
	}
	defer rows.Close()
	sum := newSum(func(n int64) { f.tell(fmt.Sprintf("%s: %d rows read back", t.Name, n)) })
	for rows.Next() {
		row, err := rows.Values()
		if err == nil {
			err = sum.add(row)
		}
		if err != nil {
			return fmt.Errorf("read back the table %s: %w", t.Name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read back the table %s: %w", t.Name, err)
	}
	if string(sum.Sum(nil)) != string(want) {
		return fmt.Errorf("the table %s reads back different from what was written; nothing was kept", t.Name)
	}
	return nil
}

// heads holds each session's head against its items, which are numbered without a gap.
func (f *filling) heads(ctx context.Context) error {
	f.tell("comparing sessions with their items")
	var session string
	err := f.tx.QueryRow(ctx, `SELECT coalesce(s.id, i.session) FROM sessions s
		FULL JOIN (SELECT session, count(*) AS n, max(position) AS last FROM items GROUP BY session) i ON i.session = s.id
		WHERE s.id IS NULL OR s.head <> coalesce(i.n, 0) OR s.head <> coalesce(i.last, 0) LIMIT 1`).Scan(&session)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("the session %s does not have the items that its head tells of; nothing was kept", session)
	}
	return err
}

// sum is a checksum over the rows of a table, and counts them.
type sum struct {
	hash.Hash
	rows    int64
	tell    func(rows int64)
	scratch []byte
}

// tellEvery is how many rows lie between two words on progress.
const tellEvery = 10_000

func newSum(tell func(int64)) *sum { return &sum{Hash: sha256.New(), tell: tell} }

func (s *sum) add(row []any) error {
	s.scratch = s.scratch[:0]
	for _, value := range row {
		switch v := value.(type) {
		case string:
			s.scratch = append(binary.AppendUvarint(s.scratch, uint64(len(v))), v...)
		case []byte:
			s.scratch = append(binary.AppendUvarint(s.scratch, uint64(len(v))), v...)
		case int64:
			s.scratch = binary.AppendVarint(s.scratch, v)
		case int16:
			s.scratch = binary.AppendVarint(s.scratch, int64(v))
		default:
			return fmt.Errorf("a value of type %T", value)
		}
	}
	s.Write(s.scratch)
	if s.rows++; s.rows%tellEvery == 0 {
		s.tell(s.rows)
	}
	return nil
}
