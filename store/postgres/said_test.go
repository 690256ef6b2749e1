package postgres_test

import (
	"context"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/domain/change"
	"parley/domain/said"
	"parley/store"
	"parley/store/storetest"
)

// What a search finds does not depend on the way it takes, which the clock decides on.
func TestEachWayToSearch(t *testing.T) {
	for name, patience := range map[string]time.Duration{"all by the index of words": 0, "all one by one": math.MaxInt64} {
		t.Run(name, func(t *testing.T) {
			storetest.RunSaid(t, func(t testing.TB) func() store.Store {
				url := database(t)
				return func() store.Store {
					s := open(t, url)
					s.Searching(1, patience)
					return s
				}
			})
		})
	}
}

// A contact that nobody erases is found while later ones are erased and come.
func TestASearchDuringErasures(t *testing.T) {
	url := database(t)
	s := open(t, url)
	defer s.Close()
	s.Searching(1, math.MaxInt64)
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	early := said.Contact{ID: "early", SessionID: "0198c3c5-92b2-7000-8000-000000000001", InstanceID: "i", At: at, Words: []string{"word"}}
	late := said.Contact{ID: "late", SessionID: "0198c3c5-92b2-7000-8000-000000000002", InstanceID: "i", At: at.Add(time.Hour), Words: []string{"other"}}
	mustCommit(t, s, &change.Set{At: at, Said: []said.Contact{early}})
	ctx, stop := context.WithCancel(t.Context())
	var erasing sync.WaitGroup
	erasing.Go(func() { comesAndGoes(ctx, t, s, url, &late) })
	defer erasing.Wait()
	defer stop()
	for i := range 2_000 {
		found, err := s.Said(t.Context(), store.SaidQuery{Instance: "i", Terms: []said.Term{{Words: []string{"word"}}}, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Contact != "early" {
			t.Fatalf("search %d finds %v", i, found)
		}
	}
}

// comesAndGoes has a contact be over and be erased again and again.
func comesAndGoes(ctx context.Context, t *testing.T, s store.Store, url string, c *said.Contact) {
	ours, _, _ := strings.Cut(url, "?")
	conn, err := pgx.Connect(t.Context(), ours+"?sslmode=disable")
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(t.Context())
	for ctx.Err() == nil {
		if _, err := s.Commit(t.Context(), &change.Set{At: c.At, Said: []said.Contact{*c}}); err != nil {
			t.Error(err)
			return
		}
		if _, err := conn.Exec(t.Context(), `DELETE FROM said WHERE contact = 'late'`); err != nil {
			t.Error(err)
			return
		}
	}
}
