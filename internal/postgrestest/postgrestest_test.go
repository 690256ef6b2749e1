package postgrestest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/postgrestest"
)

// TestLife takes one server through everything that tests do to it.
func TestLife(t *testing.T) {
	s, err := postgrestest.Start(postgrestest.Options{Settings: map[string]string{"max_connections": "23"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("Databases", func(t *testing.T) { testDatabases(t, s) })
	for name, end := range map[string]func(){
		"Stop": func() {
			if err := s.Stop(); err != nil {
				t.Error(err)
			}
		},
		"Kill": s.Kill,
	} {
		end()
		if answers(t, s, 5*time.Second) {
			t.Errorf("after %s the server still answers", name)
		}
		if err := s.Boot(); err != nil {
			t.Fatalf("boot after %s: %v", name, err)
		}
	}
	s.Pause()
	if answers(t, s, 100*time.Millisecond) {
		t.Error("the paused server answers")
	}
	s.Resume()
	if !answers(t, s, 5*time.Second) {
		t.Error("the server does not go on")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Dir(s.Dir)); !os.IsNotExist(err) {
		t.Errorf("the temporary directory is left: %v", err)
	}
}

// TestKillLeavesNothing: when a server is killed, what works in its data
// directory is gone, the server's own children or not (a backend outlives its
// parent for a moment), so that it starts again at once and on the same port.
func TestKillLeavesNothing(t *testing.T) {
	s, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	orphan := exec.Command("sleep", "60")
	orphan.Dir = s.Dir
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- orphan.Wait() }()
	port := s.Port
	s.Kill()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("a process is left")
		_ = orphan.Process.Kill()
	}
	if err := s.Boot(); err != nil || s.Port != port {
		t.Errorf("port %d after %d: %v", s.Port, port, err)
	}
}

// testDatabases shows that databases are copies of their template and know nothing of one another.
func testDatabases(t *testing.T, s *postgrestest.Server) {
	if err := s.Create("pattern", ""); err != nil {
		t.Fatal(err)
	}
	query[int](t, s.URL("pattern"), "WITH x AS (SELECT 1) SELECT * INTO marks FROM x", "SELECT * FROM marks")
	for range 2 {
		url := s.Database(t, "pattern")
		if n := query[int](t, url, "INSERT INTO marks VALUES (2)", "SELECT count(*) FROM marks"); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
		if got := query[string](t, url, "", "SHOW max_connections"); got != "23" {
			t.Errorf("max_connections %s, want 23", got)
		}
		if got := query[string](t, url, "", "SHOW fsync"); got != "off" {
			t.Errorf("fsync %s, want off", got)
		}
	}
}

// query runs a statement, if any, and returns what another one finds.
func query[T any](t *testing.T, url, statement, question string) (out T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	if err := conn.QueryRow(t.Context(), question).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func answers(t *testing.T, s *postgrestest.Server, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return false
	}
	conn.Close(ctx)
	return true
}
