package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/postgrestest"
	"parley/store"
	"parley/store/postgres"
)

func sessionID(i int) string { return fmt.Sprintf("0198c3c5-92b2-7000-8000-%012x", i) }

func create(id string) *change.Set {
	return &change.Set{At: time.Now(), Session: &change.Session{
		ID: id, Create: true, Next: &session.Session{InstanceID: "i", Status: session.Active},
	}}
}

func say(id, content string) *change.Set {
	return &change.Set{
		At: time.Now(), Session: &change.Session{ID: id, Version: 1},
		Items: []transcript.Item{{Type: transcript.Message, ContentType: transcript.Plain, Content: content}},
	}
}

func mustCommit(t testing.TB, s store.Store, set *change.Set) store.Result {
	t.Helper()
	res, err := s.Commit(context.Background(), set)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// contents are the texts of a session in their order.
func contents(t testing.TB, s store.Store, id string) (texts []string) {
	t.Helper()
	items, err := s.Items(t.Context(), id, store.Page{Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for i := range items {
		if items[i].Position != int64(i+1) {
			t.Fatalf("item %d has position %d", i, items[i].Position)
		}
		texts = append(texts, items[i].Content)
	}
	return texts
}

// administer runs a statement on a server beside the stores.
func administer(t testing.TB, url, text string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), text, args...); err != nil {
		t.Error(err)
	}
}

// await tries until it succeeds.
func await(t testing.TB, what string, try func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(20 * time.Second); !try(); {
		select {
		case <-timeout:
			t.Fatal("no " + what)
		case <-tick.C:
		}
	}
}

// TestUnknownOutcome cuts the connection before and after the server commits, for Sets
// that one statement appends and for others: either way the caller is told the truth, and the Set is
// applied once. A Set that would be applied twice is told from one that is not by its position.
func TestUnknownOutcome(t *testing.T) {
	counted := func(id, content string) *change.Set {
		set := say(id, content)
		set.Usage = []change.Usage{{Key: "k", Delta: 1}}
		return set
	}
	for name, c := range map[string]struct {
		where cut
		set   func(id, content string) *change.Set
	}{
		"request lost":           {beforeRequest, counted},
		"answer lost":            {beforeAnswer, counted},
		"request lost, appended": {beforeRequest, say},
		"answer lost, appended":  {beforeAnswer, say},
	} {
		t.Run(name, func(t *testing.T) {
			p, url := newProxy(t, database(t))
			s := open(t, url+"&lanes=1")
			defer s.Close()
			id := sessionID(1)
			mustCommit(t, s, create(id))
			mustCommit(t, s, c.set(id, "first"))
			for i := range 5 {
				p.arm(c.where)
				res := mustCommit(t, s, c.set(id, fmt.Sprint(i)))
				if res.Items[0].Position != int64(i+2) {
					t.Errorf("position %d, want %d", res.Items[0].Position, i+2)
				}
				select {
				case <-p.fired:
				default:
					t.Error("no connection was cut")
				}
			}
			if got := fmt.Sprint(contents(t, s, id)); got != "[first 0 1 2 3 4]" {
				t.Errorf("the transcript is %s", got)
			}
		})
	}
}

// TestUnknownOutcomeWithoutSession is the same for a Set that changes no session.
func TestUnknownOutcomeWithoutSession(t *testing.T) {
	p, url := newProxy(t, database(t))
	s := open(t, url+"&lanes=1")
	defer s.Close()
	for i := range 4 {
		mustCommit(t, s, &change.Set{Usage: []change.Usage{{Key: "k", Delta: 1, Max: 100}}})
		p.arm([...]cut{beforeAnswer, beforeRequest}[i%2])
	}
	if n, err := s.Usage(t.Context(), "k"); n != 4 || err != nil {
		t.Errorf("usage %d (%v), want 4", n, err)
	}
}

// TestTheConnectionBreaksBetweenTwoLooks: a client token that was used before is looked for in a second
// transaction, and the end of the first one costs the connection.
func TestTheConnectionBreaksBetweenTwoLooks(t *testing.T) {
	p, url := newProxy(t, database(t))
	s := open(t, url+"&lanes=1")
	defer s.Close()
	set := func() *change.Set {
		return &change.Set{
			Usage: []change.Usage{{Key: "k", Delta: 1, Max: 100}},
			Once:  &change.Once{Scope: "i", Key: change.OnceKey("op", "", "t"), Answer: []byte("first")},
		}
	}
	mustCommit(t, s, set())
	p.arm(beforeRollback)
	if res := mustCommit(t, s, set()); res.Replay == nil || string(res.Replay.Answer) != "first" {
		t.Errorf("the token again: %+v", res)
	}
	select {
	case <-p.fired:
	default:
		t.Error("no connection was cut")
	}
	if n, err := s.Usage(t.Context(), "k"); n != 1 || err != nil {
		t.Errorf("usage %d (%v), want 1", n, err)
	}
}

// TestAProbeWhoseAnswerIsLost is sent again and does not stumble over itself.
func TestAProbeWhoseAnswerIsLost(t *testing.T) {
	p, url := newProxy(t, database(t))
	s := open(t, url)
	defer s.Close()
	for range 3 {
		p.arm(anyAnswer)
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		select {
		case <-p.fired:
		default:
			t.Error("no connection was cut")
		}
	}
}

// TestALateCommitFails delivers a commit to the server after the store has
// asked for it, decided again and gone on: it must not happen any more.
func TestALateCommitFails(t *testing.T) {
	p, url := newProxy(t, database(t))
	s := open(t, url+"&lanes=1")
	defer s.Close()
	due := func(owner string, at time.Duration) *change.Set { // it locks nothing
		return &change.Set{Due: []change.Due{{DueKey: change.DueKey{Owner: owner, Kind: "k"}, At: time.Now().Add(at)}}}
	}
	mustCommit(t, s, due("warm", 0))
	p.arm(late)
	mustCommit(t, s, due("o", -2*time.Hour))
	mustCommit(t, s, due("o", -time.Hour))
	before, err := s.Due(t.Context(), time.Now().Add(-time.Minute), 9)
	if err != nil || len(before) != 1 {
		t.Fatalf("%v, %v", before, err)
	}
	close(p.release)
	<-p.fired
	after, err := s.Due(t.Context(), time.Now().Add(-time.Minute), 9)
	if err != nil || len(after) != 1 || after[0] != before[0] {
		t.Errorf("after the late commit %v stands (%v), before it %v", after, err, before)
	}
}

// TestNobodyIsAnsweredBeforeItIsKnown loses the answer to a commit and keeps
// the server out of reach: the caller waits until it is known.
func TestNobodyIsAnsweredBeforeItIsKnown(t *testing.T) {
	p, url := newProxy(t, database(t))
	s := open(t, url+"&lanes=1")
	defer s.Close()
	id := sessionID(1)
	mustCommit(t, s, create(id))
	mustCommit(t, s, say(id, "warm"))
	p.refuse(true)
	p.arm(beforeAnswer)
	answered := make(chan error, 1)
	go func() {
		_, err := s.Commit(context.Background(), say(id, "x"))
		answered <- err
	}()
	<-p.fired
	select {
	case err := <-answered:
		t.Fatalf("the caller was answered (%v) while nobody could know", err)
	case <-time.After(300 * time.Millisecond):
	}
	p.refuse(false)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(contents(t, s, id)); got != "[warm x]" {
		t.Errorf("the transcript is %s", got)
	}
}

// TestPatienceEnds shows that a caller is told at last that nothing is known,
// and that a store without a server closes.
func TestPatienceEnds(t *testing.T) {
	p, url := newProxy(t, database(t))
	s, err := postgres.Open(t.Context(), url+"&lanes=1", postgres.Options{Patience: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	p.refuse(true)
	p.arm(beforeAnswer)
	for range 2 { // once the answer is lost, once there is no connection
		if _, err := s.Commit(t.Context(), say(sessionID(1), "x")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v, want Unavailable", err)
		}
	}
}

// TestFaults appends from several stores while connections and the server
// itself fail: every append succeeds in the end, and is there exactly once.
func TestFaults(t *testing.T) {
	for name, strike := range map[string]func(*testing.T, *postgrestest.Server){
		"backends are terminated": func(t *testing.T, s *postgrestest.Server) {
			administer(t, s.URL("postgres"), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley'`)
		},
		"the server is killed": func(t *testing.T, s *postgrestest.Server) {
			s.Kill()
			boot(t, s)
		},
		"the server is restarted": func(t *testing.T, s *postgrestest.Server) {
			if err := s.Stop(); err != nil {
				t.Error(err)
			}
			boot(t, s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := postgrestest.Start(postgrestest.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			exactlyOnce(t, server, func() { strike(t, server) })
		})
	}
}

func boot(t *testing.T, s *postgrestest.Server) {
	if err := s.Boot(); err != nil {
		t.Error(err)
	}
}

// exactlyOnce appends from three stores to the same sessions while strike
// strikes, and checks what is there afterwards.
func exactlyOnce(t *testing.T, server *postgrestest.Server, strike func()) {
	const sessions, senders, strikes = 4, 24, 4
	url := server.URL("postgres") + unsafe
	stores := []store.Store{open(t, url), open(t, url), open(t, url)}
	for _, s := range stores {
		defer s.Close()
	}
	for i := range sessions {
		mustCommit(t, stores[0], create(sessionID(i)))
	}
	stop, sent := make(chan struct{}), make([]int, senders)
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() {
			for ; ; sent[i]++ {
				select {
				case <-stop:
					return
				default:
				}
				_, err := stores[i%len(stores)].Commit(context.Background(), say(sessionID(i%sessions), fmt.Sprintf("%d/%d", i, sent[i])))
				if err != nil {
					t.Errorf("sender %d: %v", i, err)
					return
				}
			}
		})
	}
	for range strikes {
		strike()
		mustCommit(t, stores[0], say(sessionID(0), "between")) // the store works again
	}
	close(stop)
	all.Wait()
	checkSent(t, stores[1], sessions, sent)
}

func checkSent(t *testing.T, s store.Store, sessions int, sent []int) {
	t.Helper()
	count := map[string]int{}
	for i := range sessions {
		for _, text := range contents(t, s, sessionID(i)) {
			count[text]++
		}
	}
	for i, n := range sent {
		for k := range n {
			if got := count[fmt.Sprintf("%d/%d", i, k)]; got != 1 {
				t.Errorf("message %d of sender %d is there %d times", k, i, got)
			}
		}
	}
}

// TestAStandbyThatIsGone shows that an administrator who cancels a commit that
// waits for the synchronous standby does not make it an acknowledged one.
func TestAStandbyThatIsGone(t *testing.T) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s := open(t, server.URL("postgres")+unsafe+"&lanes=1")
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	mustCommit(t, s, say(sessionID(1), "warm"))
	admin := server.URL("postgres")
	administer(t, admin, `ALTER SYSTEM SET synchronous_standby_names = 'gone'`)
	administer(t, admin, `SELECT pg_reload_conf()`)
	await(t, "setting", func() bool { return setting(t, admin, "synchronous_standby_names") == "gone" })

	answered := make(chan error, 1)
	go func() {
		_, err := s.Commit(context.Background(), say(sessionID(1), "x"))
		answered <- err
	}()
	for range 2 { // the commit, then the question what became of it
		await(t, "commit that waits", func() bool { return cancelled(t, admin) })
	}
	select {
	case err := <-answered:
		t.Fatalf("the caller was answered: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	administer(t, admin, `ALTER SYSTEM SET synchronous_standby_names = ''`)
	administer(t, admin, `SELECT pg_reload_conf()`)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(contents(t, s, sessionID(1))); got != "[warm x]" {
		t.Errorf("the transcript is %s", got)
	}
}

func setting(t testing.TB, url, name string) (value string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// cancelled cancels a commit that waits for the standby, and reports whether there was one.
func cancelled(t testing.TB, url string) bool {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var done bool
	err = conn.QueryRow(t.Context(), `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley' AND wait_event = 'SyncRep'`).Scan(&done)
	return !errors.Is(err, pgx.ErrNoRows) && done
}

// TestOnlyTheCulpritFails commits Sets that the server refuses beside others.
func TestOnlyTheCulpritFails(t *testing.T) {
	s := open(t, database(t)+"&lanes=1")
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			set := say(sessionID(1), "x")
			if i%10 == 0 {
				set.Contacts = []change.Contact{{ID: "\x00", SessionID: "s", InstanceID: "i"}} // no text of PostgreSQL's
			}
			if _, err := s.Commit(context.Background(), set); (err != nil) != (i%10 == 0) {
				t.Errorf("Set %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if n := len(contents(t, s, sessionID(1))); n != 36 {
		t.Errorf("%d items, want 36", n)
	}
}

// TestAStalledNodeGivesBackItsLocks holds the lock of a session as a node does
// that was stopped in the middle of a commit.
func TestAStalledNodeGivesBackItsLocks(t *testing.T) {
	url := database(t)
	s := open(t, url+"&lanes=1")
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	mustCommit(t, s, create(sessionID(2)))
	stalled, err := pgx.Connect(t.Context(), url[:len(url)-len(unsafe)]+"?idle_in_transaction_session_timeout=3000")
	if err != nil {
		t.Fatal(err)
	}
	defer stalled.Close(context.Background())
	if _, err := stalled.Exec(t.Context(), `BEGIN; SELECT FROM sessions WHERE id = '`+sessionID(1)+`' FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { mustCommit(t, s, say(sessionID(1+i%2), "x")) })
	}
	all.Wait()
}

// TestAFullPoolIsNoLostConnection: reads that wait for a connection behind slow
// ones for longer than a statement may take are served in the end, and nobody's
// connection is given up for it.
func TestAFullPoolIsNoLostConnection(t *testing.T) {
	t.Parallel()
	url := database(t)
	s := open(t, url+"&pool_max_conns=1&lock_timeout=3500")
	defer s.Close()
	if _, err := s.Usage(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	before := backends(t, url)
	slow, err := pgx.Connect(t.Context(), url[:len(url)-len(unsafe)])
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close(context.Background())
	if _, err := slow.Exec(t.Context(), `BEGIN; LOCK TABLE usage`); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 3)
	for range cap(answered) {
		go func() {
			_, err := s.Usage(context.Background(), "k")
			answered <- err
		}()
	}
	for range 2 {
		if err := <-answered; err == nil {
			t.Error("a read did not wait for the lock")
		}
	}
	if err := slow.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("the read that waited: %v", err)
	}
	if after := backends(t, url); after != before {
		t.Errorf("the server's processes for the store were %s and are %s", before, after)
	}
}

// backends are the server's processes for the stores on a database.
func backends(t *testing.T, url string) (pids string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url[:len(url)-len(unsafe)])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	err = conn.QueryRow(t.Context(), `SELECT coalesce(string_agg(pid::text, ' ' ORDER BY pid), '') FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'parley'`).Scan(&pids)
	if err != nil {
		t.Fatal(err)
	}
	return pids
}

// TestCloseDoesNotWaitForALock: what another one holds up fails when the store
// closes, and is not tried again until the patience is over.
func TestCloseDoesNotWaitForALock(t *testing.T) {
	url := database(t)
	s := open(t, url+"&lanes=1")
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	holder, err := pgx.Connect(t.Context(), url[:len(url)-len(unsafe)])
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close(context.Background())
	if _, err := holder.Exec(t.Context(), `BEGIN; SELECT FROM sessions FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := s.Commit(context.Background(), say(sessionID(1), "x"))
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Fatalf("the caller was answered: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	began := time.Now()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it closed after %v", took)
	}
	if err := <-answered; !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v, want Unavailable", err)
	}
}
