package pgtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"parley/store/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestUse is run by the others.
func TestUse(t *testing.T) { pgtest.Open(t, pgtest.Database(t)) }

// Tests that use no PostgreSQL need none.
func TestNoUse(t *testing.T) {
	if text, err := alone(t, "TestNothingOfThisName", filepath.Join(t.TempDir(), "none")); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if _, err := alone(t, "TestUse", filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a PostgreSQL starts without a place for its data")
	}
}

// Main leaves nothing of a server that was used.
func TestNothingIsLeft(t *testing.T) {
	dir := t.TempDir()
	for at := dir; at != "/" && at != os.TempDir(); at = filepath.Dir(at) { // PostgreSQL runs as another user
		if err := os.Chmod(at, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := alone(t, "TestUse", dir); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left; %v", left, err)
	}
}

// alone runs one test in a process of its own, which has another directory for what is temporary.
func alone(t *testing.T, test, temp string) (text []byte, err error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+test+"$")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	return cmd.CombinedOutput()
}
