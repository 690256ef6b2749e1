package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/domain/change"
	"parley/internal/postgrestest"
	"parley/store"
	"parley/store/postgres"
)

// TestManyOpenAnEmptyDatabase lets nodes start at once before there is a schema.
func TestManyOpenAnEmptyDatabase(t *testing.T) {
	url := shared(t).Database(t, "") + unsafe
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			s, err := postgres.Open(context.Background(), url, postgres.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			mustCommit(t, s, create(sessionID(i)))
		})
	}
	all.Wait()
}

// TestAnOlderSchema is brought up to date while an older node works on it.
func TestAnOlderSchema(t *testing.T) {
	url := database(t)
	administer(t, strings.TrimSuffix(url, unsafe), `DROP TABLE said; ALTER TABLE commits DROP COLUMN placed;
		ALTER TABLE contacts DROP COLUMN initiated_at, DROP COLUMN enqueued_at, DROP COLUMN connected_at, DROP COLUMN disconnected_at,
		DROP COLUMN queue, DROP COLUMN agent, DROP COLUMN method, DROP COLUMN customer, DROP COLUMN association, DROP COLUMN record;
		INSERT INTO contacts (id, instance, session) VALUES ('old', 'i', 's'); UPDATE parley_schema SET version = 1`)
	s := open(t, url)
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	mustCommit(t, s, say(sessionID(1), "x"))
	// As an older node does.
	administer(t, strings.TrimSuffix(url, unsafe), "INSERT INTO commits (id) VALUES (gen_random_uuid()); INSERT INTO contacts (id, instance, session) VALUES ('new', 'i', 's')")
	for _, contact := range []string{"old", "new"} {
		if session, err := s.SessionOf(t.Context(), "i", contact); err != nil || session != "s" {
			t.Errorf("the contact %s: %q, %v", contact, session, err)
		}
	}
	if found, err := s.Contacts(t.Context(), store.ContactQuery{Instance: "i", Limit: 9}); err != nil || len(found) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestOpenWaits starts the server after the store.
func TestOpenWaits(t *testing.T) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		s, err := postgres.Open(context.Background(), server.URL("postgres")+unsafe, postgres.Options{})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	boot(t, server)
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

// TestOpenRefuses shows what an operator is told.
func TestOpenRefuses(t *testing.T) {
	newer := database(t)
	administer(t, strings.TrimSuffix(newer, unsafe), "UPDATE parley_schema SET version = 99")
	server := shared(t)
	administer(t, server.URL("postgres"), "CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1")
	const patient, hasty = 20 * time.Second, 100 * time.Millisecond
	for name, c := range map[string]struct {
		url, want string
		wait      time.Duration
	}{
		"a newer schema":         {newer, "newer release", patient},
		"a server that may lose": {strings.TrimSuffix(newer, unsafe), "fsync=off", patient},
		"another encoding":       {server.URL("latin") + unsafe, "UTF8", patient},
		"no such database":       {server.URL("nowhere"), "nowhere", patient},
		"no server":              {"postgres://127.0.0.1:1/x", "127.0.0.1:1", hasty},
		"not a string":           {"postgres://[", "connection string", patient},
		"lanes":                  {newer + "&lanes=0", "lanes", patient},
		"a misspelt unsafe":      {strings.TrimSuffix(newer, unsafe) + "?unsafe=1", "unsafe", patient},
	} {
		began := time.Now()
		s, err := postgres.Open(t.Context(), c.url, postgres.Options{Wait: c.wait})
		if took := time.Since(began); took > patient/2 {
			t.Errorf("%s: it was said after %v, want at once", name, took)
		}
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error that says %q", name, err, c.want)
		}
	}
}

// TestSeveralHosts names a host that does not answer before the one that does.
func TestSeveralHosts(t *testing.T) {
	u, err := url.Parse(database(t))
	if err != nil {
		t.Fatal(err)
	}
	u.Host = "127.0.0.1:1," + u.Host
	s := open(t, u.String())
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	mustCommit(t, s, say(sessionID(1), "x"))
	if got := fmt.Sprint(contents(t, s, sessionID(1))); got != "[x]" {
		t.Errorf("the transcript is %s", got)
	}
}

// TestAClaimIsLost shows that what a node that stalls has claimed goes to
// another one, and that it cannot handle it any more.
func TestAClaimIsLost(t *testing.T) {
	url := database(t)
	claim := func(s store.Store) []store.Due {
		t.Helper()
		rows, err := s.Claim(t.Context(), time.Now(), 10)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	var nodes [2]*postgres.Store
	for i := range nodes {
		s, err := postgres.Open(t.Context(), url, postgres.Options{ClaimLife: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		nodes[i] = s
	}
	mustCommit(t, nodes[0], &change.Set{Due: []change.Due{{DueKey: change.DueKey{Owner: sessionID(1), Kind: "k"}, At: time.Now().Add(-time.Hour)}}})
	stalled := claim(nodes[0])
	if other := claim(nodes[1]); len(stalled) != 1 || len(other) != 0 {
		t.Fatalf("claimed by both: %v and %v", stalled, other)
	}
	var rows []store.Due
	await(t, "lost claim", func() bool { rows = claim(nodes[1]); return len(rows) == 1 })
	handle := &change.Set{Done: []change.DueRef{rows[0].DueRef}}
	mustCommit(t, nodes[1], handle)
	if _, err := nodes[0].Commit(t.Context(), &change.Set{Done: []change.DueRef{stalled[0].DueRef}}); err == nil {
		t.Error("the deadline was handled twice")
	}
}
