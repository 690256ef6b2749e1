package postgres

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"parley/domain/transcript"
	"parley/store"
	"parley/store/batch"
	"parley/store/codec"
)

// Items returns a page of a session's transcript.
func (s *Store) Items(ctx context.Context, session string, page store.Page) ([]transcript.Item, error) {
	before := page.Before
	if before == 0 {
		before = math.MaxInt64
	}
	text := `SELECT position, at, body FROM items WHERE session = $1 AND position > $2 AND position < $3
		ORDER BY position LIMIT $4`
	if page.Descending {
		text = `SELECT position, at, body FROM items WHERE session = $1 AND position > $2 AND position < $3
		ORDER BY position DESC LIMIT $4`
	}
	var items []transcript.Item
	err := s.query(ctx, func(row pgx.Rows) error {
		i, err := scanItem(row, session)
		items = append(items, i)
		return err
	}, text, session, page.After, before, max(page.Limit, 0))
	return items, err
}

func scanItem(row pgx.Rows, session string) (i transcript.Item, err error) {
	var position, at int64
	var body []byte
	if err := row.Scan(&position, &at, (*pgtype.DriverBytes)(&body)); err != nil {
		return i, err
	}
	i.Place(session, position, batch.FromMillis(at))
	return i, codec.DecodeItem(body, &i)
}

// FirstAt finds the first item at or after a time.
func (s *Store) FirstAt(ctx context.Context, session string, t time.Time) (int64, error) {
	var head int64
	err := s.row(ctx, []any{&head}, `SELECT head FROM sessions WHERE id = $1`, session)
	if errors.Is(err, pgx.ErrNoRows) {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	return batch.FirstAt(head, t, func(position int64) (at int64, err error) {
		err = s.row(ctx, []any{&at}, `SELECT at FROM items WHERE session = $1 AND position = $2`, session, position)
		return at, err
	})
}
