package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"sort"
	"time"

	"parley/domain/transcript"
	"parley/store"
	"parley/store/batch"
	"parley/store/codec"
)

// Items returns a page of a session's transcript.
func (s *Store) Items(ctx context.Context, session string, page store.Page) ([]transcript.Item, error) {
	if page.Before == 0 {
		page.Before = math.MaxInt64
	}
	_, recent := s.journal.tail(session)
	items, err := s.stored(ctx, session, page)
	if err != nil || len(recent) == 0 || len(items) == page.Limit && !page.Descending {
		return items, err
	}
	return withRecent(items, recent, page)
}

// stored returns what the tables have of a page.
func (s *Store) stored(ctx context.Context, session string, page store.Page) (items []transcript.Item, err error) {
	text := `SELECT position, at, body FROM items WHERE session = ? AND position > ? AND position < ?
		ORDER BY position LIMIT ?`
	if page.Descending {
		text = `SELECT position, at, body FROM items WHERE session = ? AND position > ? AND position < ?
		ORDER BY position DESC LIMIT ?`
	}
	err = s.query(ctx, func(rows *sql.Rows) error {
		i, err := scanItem(rows, session)
		items = append(items, i)
		return err
	}, text, session, page.After, page.Before, max(page.Limit, 0))
	return items, err
}

// withRecent completes a page of the tables with the journal's items, which are later than all of
// the tables but for those that have moved there meanwhile.
func withRecent(items []transcript.Item, recent []batch.ItemRow, page store.Page) ([]transcript.Item, error) {
	last := page.After
	for i := range items {
		last = max(last, items[i].Position)
	}
	first := recent[0].Position
	from := min(max(last+1-first, 0), int64(len(recent)))
	to := max(min(page.Before-first, int64(len(recent))), from)
	room := int64(max(page.Limit, 0))
	if page.Descending {
		late, err := itemsOf(recent[max(from, to-room):to])
		slices.Reverse(late)
		late = append(late, items...)
		return late[:min(len(late), int(room))], err
	}
	late, err := itemsOf(recent[from:min(to, from+room-int64(len(items)))])
	return append(items, late...), err
}

func itemsOf(rows []batch.ItemRow) ([]transcript.Item, error) {
	items := make([]transcript.Item, len(rows))
	for i := range rows {
		var err error
		if items[i], err = itemOf(&rows[i]); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func itemOf(r *batch.ItemRow) (i transcript.Item, err error) {
	i.Place(r.Session, r.Position, batch.FromMillis(r.At))
	return i, codec.DecodeItem(r.Body, &i)
}

func scanItem(rows *sql.Rows, session string) (i transcript.Item, err error) {
	var position, at int64
	var body sql.RawBytes
	if err := rows.Scan(&position, &at, &body); err != nil {
		return i, err
	}
	i.Place(session, position, batch.FromMillis(at))
	return i, codec.DecodeItem(body, &i)
}

// FirstAt finds the first item at or after a time.
func (s *Store) FirstAt(ctx context.Context, session string, t time.Time) (int64, error) {
	_, recent := s.journal.tail(session)
	if len(recent) == 0 {
		head, err := s.storedHead(ctx, session)
		if err != nil {
			return 0, err
		}
		return s.firstStored(ctx, session, t, head)
	}
	first := recent[0]
	if batch.FromMillis(first.At).Before(t) {
		later := func(i int) bool { return !batch.FromMillis(recent[i].At).Before(t) }
		return first.Position + int64(sort.Search(len(recent), later)), nil
	}
	return s.firstStored(ctx, session, t, first.Position-1)
}

// storedHead is the last position that the tables have, 0 if there is none.
func (s *Store) storedHead(ctx context.Context, session string) (head int64, err error) {
	err = s.row(ctx, []any{&head}, `SELECT head FROM sessions WHERE id = ?`, session)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return head, err
}

// firstStored is FirstAt among the first head items; head + 1 if there is none.
func (s *Store) firstStored(ctx context.Context, session string, t time.Time, head int64) (int64, error) {
	return batch.FirstAt(head, t, func(position int64) (at int64, err error) {
		err = s.row(ctx, []any{&at}, `SELECT at FROM items WHERE session = ? AND position = ?`, session, position)
		return at, err
	})
}
