package audit_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/actor"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/store"
	"parley/store/bothtest"
	"parley/store/sqlite/sqlitetest"
	"parley/work/audit"
)

func TestMain(m *testing.M) { os.Exit(bothtest.Main(m)) }

// onBoth runs a test on an empty store of each adapter; node opens another node's record on it.
func onBoth(t *testing.T, test func(t *testing.T, st store.Store, node func() *audit.Log)) {
	t.Helper()
	bothtest.Each(t, func(t *testing.T, open func() store.Store) {
		st := open()
		test(t, st, func() *audit.Log { return record(t, st) })
	})
}

func record(t *testing.T, st store.Store) *audit.Log {
	t.Helper()
	sealer, err := seal.New(seal.Key{1})
	must(t, err)
	l, err := audit.Open(t.Context(), st, sealer, &clock.Clock{})
	must(t, err)
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func row(id, name string, version int64) *change.Set {
	return &change.Set{ID: uuid.NewString(), Resources: []change.Resource{{Instance: "i", Kind: "queue", ID: id, Name: name, Version: version, Document: []byte("{}")}}}
}

func TestAnEntryIsThereWithWhatItTells(t *testing.T) {
	onBoth(t, func(t *testing.T, st store.Store, node func() *audit.Log) {
		l := node()
		ctx := actor.With(t.Context(), actor.Actor{Kind: actor.Key, ID: "AKIA1", Operation: "CreateQueue", Address: "192.0.2.1"})
		_, err := l.Audited().Commit(ctx, row("q", "sales", 0))
		must(t, err)
		if _, err := l.Audited().Commit(ctx, row("q2", "sales", 0)); !fault.Is(err, fault.Duplicate) {
			t.Errorf("a taken name: %v", err)
		}
		if _, err := l.Audited().Commit(ctx, row("q", "sales", 7)); !fault.Is(err, fault.Conflict) {
			t.Errorf("a version that does not hold: %v", err)
		}
		list, _, err := l.Page(ctx, "i", 0, 10)
		must(t, err)
		if len(list) != 1 {
			t.Fatalf("%d entries, want one: what was refused is not told", len(list))
		}
		got := list[0]
		want := audit.Change{Kind: "queue", ID: "q", What: "created"}
		if got.Seq != 1 || got.Actor != actor.Key || got.ActorID != "AKIA1" || got.Operation != "CreateQueue" || got.Address != "192.0.2.1" ||
			got.Instance != "i" || got.Event != audit.Changed || len(got.Changes) != 1 || got.Changes[0] != want {
			t.Errorf("got %+v", got)
		}
		if other, _, err := l.Page(ctx, "j", 0, 10); err != nil || len(other) != 0 {
			t.Errorf("another instance sees %v, %v", other, err)
		}
	})
}

// Several nodes write at once: every change has its entry, numbers have no holes, the chain holds.
func TestNodesWriteOneChain(t *testing.T) {
	const nodes, each = 3, 15
	onBoth(t, func(t *testing.T, _ store.Store, node func() *audit.Log) {
		var group sync.WaitGroup
		for n := range nodes {
			l := node()
			group.Go(func() {
				for i := range each {
					if _, err := l.Audited().Commit(context.Background(), row(fmt.Sprintf("%d-%d", n, i), "", 0)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		l := node()
		head, err := l.Verify(t.Context(), audit.Head{})
		must(t, err)
		list, _, err := l.Page(t.Context(), "", 0, 1_000)
		must(t, err)
		if head.Seq != nodes*each || len(list) != nodes*each || list[0].Seq != head.Seq {
			t.Errorf("%d entries, the head is %d, want %d", len(list), head.Seq, nodes*each)
		}
	})
}

// Whoever can write into the database but has no master key changes nothing unnoticed.
func TestTamperingIsNoticed(t *testing.T) {
	for name, tamper := range map[string]func(entries []change.Resource, head *change.Resource) []change.Resource{
		"a changed word": func(e []change.Resource, _ *change.Resource) []change.Resource {
			e[1].Document = []byte(strings.Replace(string(e[1].Document), `"subject":"s2"`, `"subject":"s9"`, 1))
			return e[1:2]
		},
		"a changed word and no hash": func(e []change.Resource, _ *change.Resource) []change.Resource {
			e[1].Document = []byte(strings.Replace(string(e[1].Document), `"hash":"`, `"hash":"00`, 1))
			return e[1:2]
		},
		"one taken away": func(e []change.Resource, _ *change.Resource) []change.Resource {
			e[1].Delete = true
			return e[1:2]
		},
		"two swapped": func(e []change.Resource, _ *change.Resource) []change.Resource {
			e[1].Document, e[2].Document = e[2].Document, e[1].Document
			return e[1:3]
		},
		"the newest taken away": func(e []change.Resource, _ *change.Resource) []change.Resource {
			e[3].Delete = true
			return e[3:4]
		},
		"the newest taken away, and the head set back to a made-up one": func(e []change.Resource, h *change.Resource) []change.Resource {
			e[3].Delete = true
			h.Document = []byte(`{"seq":3,"hash":"00"}`)
			return []change.Resource{e[3], *h}
		},
	} {
		t.Run(name, func(t *testing.T) {
			st := sqlitetest.Open(t)
			l := record(t, st)
			for i := range 4 {
				must(t, l.Note(t.Context(), "i", audit.Note{Event: "signed in", Subject: fmt.Sprint("s", i+1)}))
			}
			if head, err := l.Verify(t.Context(), audit.Head{}); err != nil || head.Seq != 4 {
				t.Fatalf("untouched: %+v, %v", head, err)
			}
			entries, err := st.Resources(t.Context(), "", "audit", "", 10)
			must(t, err)
			head, err := st.Resource(t.Context(), "", "audit-head", "1")
			must(t, err)
			_, err = st.Commit(t.Context(), &change.Set{ID: uuid.NewString(), Resources: tamper(entries, head)})
			must(t, err)
			if got, err := record(t, st).Verify(t.Context(), audit.Head{}); !fault.Is(err, fault.Rule) {
				t.Errorf("nobody notices: %+v, %v", got, err)
			}
		})
	}
}

// An older copy of the newest entries and the head is only noticed by a head that was kept elsewhere.
func TestAKnownHeadShowsWhatIsGone(t *testing.T) {
	onBoth(t, func(t *testing.T, st store.Store, node func() *audit.Log) {
		l := node()
		must(t, l.Note(t.Context(), "i", audit.Note{Event: "one"}))
		old, err := st.Resource(t.Context(), "", "audit-head", "1")
		must(t, err)
		must(t, l.Note(t.Context(), "i", audit.Note{Event: "two"}))
		known, err := l.Verify(t.Context(), audit.Head{})
		must(t, err)
		must(t, l.Note(t.Context(), "i", audit.Note{Event: "three"}))
		if _, err := l.Verify(t.Context(), known); err != nil {
			t.Errorf("a record that goes on: %v", err)
		}
		old.Version += 2
		_, err = st.Commit(t.Context(), &change.Set{ID: uuid.NewString(), Resources: []change.Resource{*old,
			{Kind: "audit", ID: fmt.Sprintf("%016d", 2), Version: 1, Delete: true}, {Kind: "audit", ID: fmt.Sprintf("%016d", 3), Version: 1, Delete: true}}})
		must(t, err)
		if _, err := node().Verify(t.Context(), known); !fault.Is(err, fault.Rule) {
			t.Errorf("entries were taken away: %v", err)
		}
	})
}

// An entry that was written once, with the right hash, is no good in another history.
func TestAnEntryOfAnotherHistoryIsNoticed(t *testing.T) {
	onBoth(t, func(t *testing.T, st store.Store, node func() *audit.Log) {
		l := node()
		must(t, l.Note(t.Context(), "i", audit.Note{Event: "one"}))
		head, err := st.Resource(t.Context(), "", "audit-head", "1")
		must(t, err)
		must(t, l.Note(t.Context(), "i", audit.Note{Event: "two"}))
		second := fmt.Sprintf("%016d", 2)
		old, err := st.Resource(t.Context(), "", "audit", second)
		must(t, err)
		head.Version++
		_, err = st.Commit(t.Context(), &change.Set{ID: uuid.NewString(), Resources: []change.Resource{*head, {Kind: "audit", ID: second, Version: 1, Delete: true}}})
		must(t, err)
		l = node() // which begins from the older copy
		must(t, l.Note(t.Context(), "i", audit.Note{Event: "another two"}))
		must(t, l.Note(t.Context(), "i", audit.Note{Event: "three"}))
		_, err = l.Verify(t.Context(), audit.Head{})
		must(t, err)
		_, err = st.Commit(t.Context(), &change.Set{ID: uuid.NewString(), Resources: []change.Resource{{Kind: "audit", ID: second, Version: 1, Document: old.Document}}})
		must(t, err)
		if _, err := l.Verify(t.Context(), audit.Head{}); !fault.Is(err, fault.Rule) {
			t.Errorf("nobody notices: %v", err)
		}
	})
}
