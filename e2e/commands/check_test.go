package commands_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestCheck: parley check finds nothing in a database in use, and a changed letter of a message afterwards, in which session.
func TestCheck(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Env("PARLEY_STORE=sqlite"))
	chat := s.Join()
	chat.Send("a canary sings here")
	if text, err := harness.Tool(t, "check", "--data", s.DataDir()).CombinedOutput(); err != nil || !strings.Contains(string(text), "is sound") {
		t.Errorf("a server that runs: %v, %q", err, text)
	}
	s.Stop()
	copied := t.TempDir()
	damage(t, s.DataDir(), copied, "a canary sings")
	text, err := harness.Tool(t, "check", "--data", copied).CombinedOutput()
	if err == nil || !strings.Contains(string(text), chat.ContactID) && !strings.Contains(string(text), "journal") {
		t.Errorf("a changed letter: %v, %q", err, text)
	}
}

// damage copies a stopped server's database and changes a letter of a text in it.
func damage(t *testing.T, from, to, text string) {
	t.Helper()
	changed := false
	for _, name := range []string{"parley.db", "parley.db-wal"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; ; at++ {
			i := bytes.Index(b[at:], []byte(text))
			if i < 0 {
				break
			}
			at += i
			b[at] ^= 1
			changed = true
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !changed {
		t.Fatalf("%q is not in the database", text)
	}
}
