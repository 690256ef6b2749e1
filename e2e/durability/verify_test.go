package durability_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"time"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/store"
	"parley/store/sqlite"
)

// verify opens what a loss left. It returns how many acknowledged Sets are
// missing, and an error if anything else is wrong.
func (e *episode) verify(l loss) (missing int, err error) {
	path := filepath.Join(l.dir, "parley.db")
	s, err := sqlite.Open(path, sqlite.Options{})
	if err != nil {
		return len(l.acked), err
	}
	defer s.Close()
	if err := integrity(path); err != nil {
		return len(l.acked), err
	}
	f, err := read(s)
	if err != nil {
		return len(l.acked), err
	}
	for token, res := range l.acked {
		if !f.holds(token, res) {
			missing++
		}
	}
	return missing, f.whole()
}

// found is what the store holds after a loss.
type found struct {
	items  map[string][]transcript.Item // by content, which is the token of the Set
	dues   map[string]bool              // by subject, likewise
	tokens map[string]*store.Replay
	sent   int64
}

func read(s *sqlite.Store) (*found, error) {
	ctx := context.Background()
	f := &found{items: map[string][]transcript.Item{}, dues: map[string]bool{}, tokens: map[string]*store.Replay{}}
	var err error
	if f.sent, err = s.Usage(ctx, "sent"); err != nil {
		return nil, err
	}
	dues, err := s.Due(ctx, time.Now(), 1<<20)
	if err != nil {
		return nil, err
	}
	for _, d := range dues {
		f.dues[d.Subject] = true
	}
	for i := range sessions {
		if err := f.readSession(ctx, s, sessionID(i)); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// readSession reads a transcript and checks that it has no hole.
func (f *found) readSession(ctx context.Context, s *sqlite.Store, id string) error {
	items, err := s.Items(ctx, id, store.Page{Limit: 1 << 20})
	if err != nil {
		return err
	}
	var last time.Time
	for i, item := range items {
		if item.Position != int64(i+1) || !item.Time.After(last) {
			return fmt.Errorf("item %d has position %d and time %v after %v", i, item.Position, item.Time, last)
		}
		last = item.Time
		f.items[item.Content] = append(f.items[item.Content], item)
		if f.tokens[item.Content] != nil {
			continue
		}
		f.tokens[item.Content], err = s.Answer(ctx, id, change.OnceKey("send", "", item.Content), time.Now())
		if err != nil {
			return err
		}
	}
	heads, err := s.Heads(ctx, []string{id})
	if err == nil && heads[id].Head != int64(len(items)) {
		err = fmt.Errorf("head %d, but %d items", heads[id].Head, len(items))
	}
	return err
}

// holds reports whether an acknowledged Set is there as it was told.
func (f *found) holds(token string, res store.Result) bool {
	items := f.items[token]
	if len(items) != len(res.Items) {
		return false
	}
	for i := range items {
		if items[i] != res.Items[i] {
			return false
		}
	}
	return f.tokens[token] != nil && f.dues[token]
}

// whole checks that every Set which left something left all of it.
func (f *found) whole() error {
	for token, items := range f.items {
		replay := f.tokens[token]
		if len(items) != 2 || replay == nil || !f.dues[token] || replay.Position != items[0].Position {
			return fmt.Errorf("half a Set %s: %d items, token %v, deadline %v", token, len(items), replay, f.dues[token])
		}
	}
	if n := int64(len(f.items)); f.sent != n || int64(len(f.dues)) != n {
		return fmt.Errorf("%d Sets, but a count of %d and %d deadlines", n, f.sent, len(f.dues))
	}
	return nil
}

// integrity asks SQLite itself.
func integrity(path string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("integrity_check: %s", verdict)
	}
	return nil
}
