package sqlite_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
	"parley/store/sqlite"
)

// said is say with a client token.
func said(id, content string) *change.Set {
	set := say(id, content)
	set.Once = &change.Once{Scope: id, Key: change.OnceKey("SendMessage", "p", content), Answer: []byte(content)}
	return set
}

// crash opens a copy of the files as they are, as after the end of the process.
func crash(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "parley.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err == nil {
			err = os.WriteFile(copied+suffix, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, copied, sqlite.Options{})
	t.Cleanup(func() { s.Close() })
	return s
}

// number runs a query for one number behind the store's back.
func number(t testing.TB, path, query string) (n int64) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// seen is everything that a store tells of a session that said so many things.
func seen(t *testing.T, s store.Store, id string, texts int) (all []any) {
	t.Helper()
	ctx := t.Context()
	add := func(v any, err error) {
		if err != nil {
			t.Fatalf("%T: %v", v, err)
		}
		all = append(all, v)
	}
	value, err := s.Session(ctx, id)
	add(value, err)
	heads, err := s.Heads(ctx, []string{id, "unknown"})
	add(heads, err)
	for _, page := range []store.Page{
		{Limit: 1000}, {Limit: 1000, Descending: true}, {Limit: 7, After: 3}, {Limit: 7, Before: 9, Descending: true},
		{Limit: 7, After: int64(texts) - 3}, {Limit: 7, Descending: true}, {After: 2, Before: 5, Limit: 9}, {},
	} {
		items, err := s.Items(ctx, id, page)
		add(append([]transcript.Item{}, items...), err)
	}
	for i := range texts {
		replay, err := s.Answer(ctx, id, said(id, fmt.Sprint(i)).Once.Key, time.Now())
		add(replay, err)
		if replay == nil {
			t.Fatalf("the token of text %d is not known", i)
		}
		for _, d := range []time.Duration{0, 1} {
			first, err := s.FirstAt(ctx, id, replay.Time.Add(d))
			add(first, err)
		}
	}
	return all
}

// TestJournalMakesNoDifference shows that nobody can tell whether something is
// in the journal, partly in the tables, all there, or read again after a crash.
func TestJournalMakesNoDifference(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s := open(t, path, sqlite.Options{})
	defer s.Close()
	id := sessionID(1)
	mustCommit(t, s, create(id))
	for i := range 10 {
		mustCommit(t, s, said(id, fmt.Sprint(i)))
	}
	if n := number(t, path, `SELECT count(*) FROM items`); n != 0 {
		t.Fatalf("%d items are in the tables already", n)
	}
	first := seen(t, s, id, 10)
	if diff := cmp.Diff(first, seen(t, crash(t, path), id, 10)); diff != "" {
		t.Errorf("after a crash (-before +after):\n%s", diff)
	}
	moveAll(t, s)
	if n := number(t, path, `SELECT count(*) FROM items`); n != 10 {
		t.Fatalf("%d items are in the tables, want 10", n)
	}
	if diff := cmp.Diff(first, seen(t, s, id, 10)); diff != "" {
		t.Errorf("in the tables (-journal +tables):\n%s", diff)
	}
	for i := range 10 {
		mustCommit(t, s, said(id, fmt.Sprint(10+i)))
	}
	parted := seen(t, s, id, 20)
	if diff := cmp.Diff(parted, seen(t, crash(t, path), id, 20)); diff != "" {
		t.Errorf("after a crash with a part in the tables (-before +after):\n%s", diff)
	}
	res, err := s.Commit(t.Context(), said(id, "3"))
	if err != nil || res.Replay == nil || res.Replay.Position != 4 {
		t.Errorf("a token of the tables again: %+v (%v)", res, err)
	}
	res, err = s.Commit(t.Context(), said(id, "13"))
	if err != nil || res.Replay == nil || res.Replay.Position != 14 {
		t.Errorf("a token of the journal again: %+v (%v)", res, err)
	}
}

// TestStateLeavesTheJournal shows that a change of state finds the head of the
// appends before it, and that those are not entered again after a crash.
func TestStateLeavesTheJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s := open(t, path, sqlite.Options{})
	defer s.Close()
	id, other := sessionID(1), sessionID(2)
	mustCommit(t, s, create(id))
	mustCommit(t, s, create(other))
	for version := range int64(5) {
		mustCommit(t, s, said(other, fmt.Sprint(version)))
		set := said(id, fmt.Sprint(2*version))
		set.Session.Version = 1 + version
		mustCommit(t, s, set)
		set = said(id, fmt.Sprint(2*version+1))
		set.Session.Version, set.Session.Parts = 1+version, change.State
		set.Session.Next = &session.Session{InstanceID: "i", Status: session.Active}
		mustCommit(t, s, set)
	}
	want := seen(t, s, id, 10)
	if head := want[0].(*session.Session).Head; head != 10 {
		t.Errorf("the head is %d, want 10", head)
	}
	for name, again := range map[string]*sqlite.Store{"a crash": crash(t, path)} {
		if diff := cmp.Diff(want, seen(t, again, id, 10)); diff != "" {
			t.Errorf("after %s (-before +after):\n%s", name, diff)
		}
		set := say(id, "more")
		set.Session.Version = 6
		res, err := again.Commit(t.Context(), set)
		if err != nil || res.Items[0].Position != 11 {
			t.Errorf("after %s the next item is %+v (%v), want position 11", name, res.Items, err)
		}
	}
}

// TestJournalIsBounded shows that the journal stays small whoever writes, and
// that a silent session does not hold it.
func TestJournalIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	const limit = 64 << 10
	s := open(t, path, sqlite.Options{JournalBytes: limit})
	defer s.Close()
	for i := range 9 {
		mustCommit(t, s, create(sessionID(i)))
	}
	mustCommit(t, s, say(sessionID(8), "then silent"))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 200 {
				if _, err := s.Commit(t.Context(), say(sessionID(i), strings.Repeat("x", 500))); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if n := number(t, path, `SELECT sum(length(body)) FROM journal`); n > 2*limit {
		t.Errorf("the journal has %d bytes, want at most %d", n, 2*limit)
	}
	if n := number(t, path, `SELECT count(*) FROM items`); n < 1400 {
		t.Errorf("%d items are in the tables after 1,601", n)
	}
}

// TestForgettingReachesTheJournal shows that no entry keeps what was erased.
func TestForgettingReachesTheJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s := open(t, path, sqlite.Options{})
	defer s.Close()
	gone, stays := sessionID(1), sessionID(2)
	for _, id := range []string{gone, stays} {
		mustCommit(t, s, create(id))
		mustCommit(t, s, said(id, "canary"))
	}
	mustCommit(t, s, &change.Set{At: time.Now(), Session: &change.Session{
		ID: gone, Version: 1, Next: &session.Session{InstanceID: "i", Status: session.Ended}, Parts: change.State,
	}})
	if err := s.Forget(t.Context(), []string{gone}); err != nil {
		t.Fatal(err)
	}
	if n := number(t, path, `SELECT count(*) FROM journal`); n != 0 {
		t.Errorf("%d entries are left", n)
	}
	again := crash(t, path)
	if items, err := again.Items(t.Context(), gone, store.Page{Limit: 9}); err != nil || len(items) != 0 {
		t.Errorf("after a crash: %v (%v), want nothing", items, err)
	}
	if items, err := again.Items(t.Context(), stays, store.Page{Limit: 9}); err != nil || len(items) != 1 {
		t.Errorf("the other session has %d items (%v), want 1", len(items), err)
	}
}

// TestReadersWhileItemsMove shows that what was acknowledged is seen by every
// read that begins later, whichever way it is moving.
func TestReadersWhileItemsMove(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "parley.db"), sqlite.Options{JournalBytes: 1 << 10})
	defer s.Close()
	id := sessionID(1)
	mustCommit(t, s, create(id))
	acked := make(chan int64, 1)
	acked <- 0
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				n := <-acked
				acked <- n
				for _, page := range []store.Page{{Limit: 5000}, {Limit: 5000, Descending: true}} {
					checkPage(t, s, id, page, n)
				}
				heads, err := s.Heads(t.Context(), []string{id})
				if err != nil || heads[id].Head < n {
					t.Errorf("the head is %d (%v), %d were acknowledged", heads[id].Head, err, n)
				}
			}
		})
	}
	for range 300 {
		res, err := s.Commit(t.Context(), say(id, "x"))
		if err != nil {
			t.Fatal(err)
		}
		<-acked
		acked <- res.Items[0].Position
	}
	close(stop)
	readers.Wait()
}

// checkPage reads a page of all items: at least so many, without hole or double.
func checkPage(t *testing.T, s store.Store, id string, page store.Page, atLeast int64) {
	items, err := s.Items(t.Context(), id, page)
	if err != nil || int64(len(items)) < atLeast {
		t.Errorf("%d items (%v), %d were acknowledged", len(items), err, atLeast)
		return
	}
	for i := range items {
		want := int64(i) + 1
		if page.Descending {
			want = int64(len(items) - i)
		}
		if items[i].Position != want {
			t.Errorf("item %d has position %d, want %d", i, items[i].Position, want)
			return
		}
	}
}

// TestMovedItemsAreTheSame holds items of every kind against what the journal gave.
func TestMovedItemsAreTheSame(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "parley.db"), sqlite.Options{})
	defer s.Close()
	id := sessionID(1)
	mustCommit(t, s, create(id))
	set := say(id, strings.Repeat("naïve \u2028", 400))
	set.Items = append(set.Items, transcript.Item{Type: transcript.Event, ContentType: transcript.Joined, ContactID: id,
		Author: transcript.Author{ParticipantID: sessionID(7), DisplayName: "Ärzte", Role: transcript.Customer}})
	mustCommit(t, s, set)
	before, err := s.Items(t.Context(), id, store.Page{Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	moveAll(t, s)
	after, err := s.Items(t.Context(), id, store.Page{Limit: 9})
	if diff := cmp.Diff(before, after); diff != "" || err != nil || len(after) != 2 {
		t.Errorf("%d items (%v) (-journal +tables):\n%s", len(after), err, diff)
	}
	if !bytes.Equal([]byte(after[0].Content), []byte(set.Items[0].Content)) {
		t.Error("the text has changed")
	}
}

// TestForgettingAnswersLeavesOthersAlone shows that only the session whose tokens
// are forgotten leaves the journal: this happens at the end of every chat.
func TestForgettingAnswersLeavesOthersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s := open(t, path, sqlite.Options{})
	defer s.Close()
	gone, stays := sessionID(1), sessionID(2)
	for _, id := range []string{gone, stays} {
		mustCommit(t, s, create(id))
		mustCommit(t, s, said(id, "x"))
	}
	if err := s.ForgetAnswers(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if n := number(t, path, `SELECT count(*) FROM items`); n != 1 {
		t.Errorf("%d items have moved, want 1", n)
	}
	for _, again := range []*sqlite.Store{s, crash(t, path)} {
		for id, want := range map[string]bool{gone: false, stays: true} {
			replay, err := again.Answer(t.Context(), id, said(id, "x").Once.Key, time.Now())
			if err != nil || (replay != nil) != want {
				t.Errorf("%s: the answer is %+v (%v), want one: %v", id, replay, err, want)
			}
			if items, err := again.Items(t.Context(), id, store.Page{Limit: 9}); err != nil || len(items) != 1 {
				t.Errorf("%s: %d items (%v), want 1", id, len(items), err)
			}
		}
	}
}
