package metered_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
	"parley/store/metered"
	"parley/store/sqlite"
)

func open(t *testing.T, m *store.Meter) *sqlite.Store {
	t.Helper()
	st, err := sqlite.Open(filepath.Join(t.TempDir(), "parley.db"), sqlite.Options{Meter: m})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func row(id, name string, version int64) *change.Set {
	return &change.Set{ID: uuid.NewString(), At: time.UnixMilli(1), Resources: []change.Resource{{
		Kind: "k", ID: id, Name: name, Version: version, Document: []byte("{}"),
	}}}
}

func TestCommitsAreCountedByOutcome(t *testing.T) {
	m := store.NewMeter(nil)
	s := metered.New(open(t, m), nil)
	full := &change.Set{ID: uuid.NewString(), Usage: []change.Usage{{Key: "u", Delta: 2, Max: 1}}}
	once := row("o", "o", 0)
	once.Once = &change.Once{Scope: "s", Key: [32]byte{1}}
	again := *once
	for _, set := range []*change.Set{row("a", "a", 0), row("a", "a", 7), row("b", "a", 0), full, once, &again} {
		_, _ = s.Commit(context.Background(), set)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	_, _ = s.Commit(gone, row("c", "c", 0))
	want := map[string]int64{"applied": 2, "replayed": 1, "conflict": 1, "limit": 1, "duplicate": 1, "failed": 1}
	if diff := cmp.Diff(want, s.Stats().Commits); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	st := m.Stats()
	if st.Sets.Count == 0 || st.Sets.Sum != 6 || st.Took.Sum == 0 || st.Synced.Sum == 0 || st.Took.Sum < st.Synced.Sum || st.Waited.Count != st.Sets.Count || st.Failed != 0 {
		t.Errorf("the adapter counted %+v", st)
	}
}

// failing is a store that cannot be read.
type failing struct {
	store.Store
	err error
}

func (f failing) Session(context.Context, string) (*session.Session, error) { return nil, f.err }
func (f failing) Ping(context.Context) error                                { return f.err }

func TestReadsThatFailAreCounted(t *testing.T) {
	cause := errors.New("the disk is gone")
	s := metered.New(failing{err: cause}, nil)
	if _, err := s.Session(context.Background(), "x"); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	_ = s.Ping(context.Background())
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	_, _ = s.Session(gone, "x")
	missing := metered.New(failing{err: fault.New(fault.NotFound, "no")}, nil)
	_, _ = missing.Session(context.Background(), "x")
	if diff := cmp.Diff(map[string]int64{"Session": 1, "Ping": 1}, s.Stats().Errors); diff != "" || len(missing.Stats().Errors) > 0 {
		t.Errorf("%v, and of what is not there %v", diff, missing.Stats().Errors)
	}
}

func TestASlowCommitIsHeardOf(t *testing.T) {
	var heard []int
	m := store.NewMeter(func(took time.Duration, sets int) {
		if took < 500*time.Millisecond {
			t.Errorf("a commit of %v is called slow", took)
		}
		heard = append(heard, sets)
	})
	now := m.Read()
	m.Committed(3, now, now, now)
	m.Committed(4, now-2*time.Second, now-time.Second, now)
	if diff := cmp.Diff([]int{4}, heard); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
