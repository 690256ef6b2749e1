package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"parley/store/batch"
)

// recovery reads the journal of a database that is being opened.
type recovery struct {
	conn   *sql.Conn
	stored map[string]int64            // the heads of sessions in the tables
	stands map[string]batch.SessionRow // the sessions as the entries so far leave them; Version 0 = erased
}

// load fills the journal with what its entries have and the tables have not.
func (j *journal) load(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := recovery{conn: conn, stored: map[string]int64{}, stands: map[string]batch.SessionRow{}}
	stored, err := r.entries(ctx)
	if err != nil {
		return err
	}
	for i, s := range stored {
		if i == 0 {
			j.kept = s.seq
		}
		e, err := r.entry(ctx, s.body)
		if err != nil {
			return err
		}
		j.next = s.seq
		j.add(&e, int64(len(s.body)))
	}
	return nil
}

// storedEntry is a row of the journal's table.
type storedEntry struct {
	seq  int64
	body []byte
}

func (r *recovery) entries(ctx context.Context) (list []storedEntry, err error) {
	rows, err := r.conn.QueryContext(ctx, `SELECT seq, body FROM journal ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	err = scanAll(rows, func(rows *sql.Rows) error {
		var s storedEntry
		err := rows.Scan(&s.seq, &s.body)
		list = append(list, s)
		return err
	})
	return list, err
}

// entry decodes an entry, without what the tables have and what was erased.
func (r *recovery) entry(ctx context.Context, body []byte) (entry, error) {
	e, err := decodeEntry(body)
	if err != nil {
		return e, err
	}
	left := newEntry()
	for i := range e.sessions {
		if err := r.learn(ctx, e.sessions[i].ID); err != nil {
			return e, err
		}
	}
	for _, item := range e.items {
		if row := r.stands[item.Session]; row.Version > 0 && item.Position > r.stored[item.Session] {
			row.Head, row.Last = item.Position, item.At
			r.stands[item.Session] = row
			left.items = append(left.items, item)
		}
	}
	for _, o := range e.once {
		if r.stands[o.Scope].Version > 0 && o.Position > r.stored[o.Scope] {
			left.once = append(left.once, o)
		}
	}
	for i := range e.sessions {
		id := e.sessions[i].ID
		if row := r.stands[id]; row.Version > 0 && row.Head > r.stored[id] {
			left.sessions = append(left.sessions, row)
		}
	}
	return left, nil
}

// learn reads how a session stands in the tables.
func (r *recovery) learn(ctx context.Context, id string) error {
	if _, known := r.stands[id]; known {
		return nil
	}
	row := batch.SessionRow{ID: id}
	err := r.conn.QueryRowContext(ctx, `SELECT instance, version, head, last_at, status FROM sessions WHERE id = ?`, id).
		Scan(&row.Instance, &row.Version, &row.Head, &row.Last, &row.Status)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	r.stored[id], r.stands[id] = row.Head, row
	return nil
}
