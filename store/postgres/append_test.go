package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
	"parley/store/postgres"
)

// TestAPlainBatch appends to several sessions in one statement, among them one that
// has changed, one that does not exist, one whose last item is of a later time, and one with a client
// token that was used before or not: each caller learns what became of its own Set, also
// when the answer is lost.
func TestAPlainBatch(t *testing.T) {
	const all = "changed: conflict, later: 2, none: conflict, plain: 1, token: "
	for name, c := range map[string]struct {
		used  bool // the token
		where cut
		want  string
	}{
		"the token is new":                 {false, nowhere, all + "1"},
		"the token was used":               {true, nowhere, all + "replay of 1"},
		"the token is new, answer lost":    {false, unheard, all + "1"},
		"the token was used, answer lost":  {true, unheard, all + "replay of 1"},
		"the token is new, request lost":   {false, beforeRequest, all + "1"},
		"the token was used, request lost": {true, beforeRequest, all + "replay of 1"},
	} {
		t.Run(name, func(t *testing.T) {
			p, url := newProxy(t, database(t))
			s := open(t, url+"&lanes=1")
			defer s.Close()
			await(t, "batch of five", func() bool { return oneBatch(t, s, p, url, c.used, c.where, c.want) })
		})
	}
}

// oneBatch has the lane wait for a session that is locked while five Sets gather, and checks
// what they came to. It reports whether they came together.
func oneBatch(t *testing.T, s *postgres.Store, p *proxy, url string, used bool, where cut, want string) bool {
	sets, locked := plainSets(t, s, used)
	unlock := lock(t, url, locked)
	var blocker, group sync.WaitGroup
	blocker.Go(func() { mustCommit(t, s, say(locked, "x")) })
	await(t, "commit that waits", func() bool { return waitsForLock(t, url) })
	p.arm(where)
	var mu sync.Mutex
	became, together := map[string]store.Result{}, 0
	refused := map[string]string{}
	for name, set := range sets {
		group.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 6*time.Second) // less than the store's patience
			defer cancel()
			res, err := s.Commit(ctx, set)
			mu.Lock()
			defer mu.Unlock()
			became[name], refused[name] = res, outcome(res, err)
			together = max(together, res.Batch)
		})
	}
	<-time.After(30 * time.Millisecond) // for them to be queued; if they are not, they do not come together
	unlock()
	blocker.Wait()
	group.Wait()
	if where != nowhere {
		<-p.fired
	}
	var got []string
	for _, name := range []string{"changed", "later", "none", "plain", "token"} {
		got = append(got, name+": "+refused[name])
	}
	if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
		t.Errorf("outcomes:\n%s", diff)
	}
	for name, res := range became {
		if len(res.Items) == 1 {
			reads(t, s, sets[name].Session.ID, name, res)
		}
	}
	return together == len(sets)
}

// reads compares what the caller was told with what is stored, which is later than all before.
func reads(t *testing.T, s store.Store, id, name string, res store.Result) {
	t.Helper()
	items, err := s.Items(t.Context(), id, store.Page{Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	last := len(items) - 1
	if diff := cmp.Diff(items[last:], res.Items); diff != "" {
		t.Errorf("%s: stored and told differ:\n%s", name, diff)
	}
	if last > 0 && !items[last].Time.After(items[last-1].Time) {
		t.Errorf("%s: the item's time is not later than that of the item before it", name)
	}
}

// plainSets makes new sessions and a Set for each but one, which is to be locked.
func plainSets(t *testing.T, s store.Store, used bool) (sets map[string]*change.Set, locked string) {
	at := time.Now()
	id := func(kind int) string {
		return fmt.Sprintf("0198c3c5-92b2-7000-%04d-%012x", kind, at.UnixNano()&0xffffffffff)
	}
	for kind := range 5 {
		mustCommit(t, s, create(id(kind)))
	}
	later := say(id(1), "first")
	later.At = at.Add(time.Hour)
	mustCommit(t, s, later)
	sets = map[string]*change.Set{
		"changed": say(id(0), "x"), "later": say(id(1), "x"), "none": say(id(8), "x"), "plain": say(id(2), "x"), "token": say(id(3), "x"),
	}
	sets["changed"].Session.Version = 7
	sets["token"].Once = &change.Once{Scope: "i", Key: change.OnceKey("op", id(3), "t"), Answer: []byte("first"), Expires: at.Add(time.Hour)}
	if used {
		mustCommit(t, s, sets["token"])
	}
	return sets, id(4)
}

// The meter counts the Sets that were applied, not those that came along.
func TestTheMeterCountsWhatWasApplied(t *testing.T) {
	meter := store.NewMeter(nil)
	s, err := postgres.Open(t.Context(), database(t), postgres.Options{Meter: meter})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const id = "0198c3c5-92b2-7000-0000-0000000000aa"
	mustCommit(t, s, create(id))
	mustCommit(t, s, say(id, "x"))
	stale := say(id, "y")
	stale.Session.Version = 7
	if _, err := s.Commit(t.Context(), stale); !fault.Is(err, fault.Conflict) {
		t.Errorf("what was decided on something else: %v", err)
	}
	if got := meter.Stats().Sets.Sum; got != 2 {
		t.Errorf("the meter counts %d, applied were 2", got)
	}
}

func outcome(res store.Result, err error) string {
	switch {
	case fault.Is(err, fault.Conflict):
		return "conflict"
	case err != nil:
		return err.Error()
	case res.Replay != nil:
		return fmt.Sprint("replay of ", res.Replay.Position)
	}
	return fmt.Sprint(res.Items[0].Position)
}

// lock holds a session's row until unlock is called.
func lock(t *testing.T, url, id string) (unlock func()) {
	t.Helper()
	ours, _, _ := strings.Cut(url, "?")
	conn, err := pgx.Connect(t.Context(), ours+"?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `BEGIN; SELECT FROM sessions WHERE id = '`+id+`' FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	return func() { conn.Close(context.Background()) }
}

func waitsForLock(t *testing.T, url string) (waits bool) {
	t.Helper()
	ours, _, _ := strings.Cut(url, "?")
	conn, err := pgx.Connect(t.Context(), ours+"?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	err = conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'parley' AND wait_event_type = 'Lock')`).Scan(&waits)
	if err != nil {
		t.Fatal(err)
	}
	return waits
}
