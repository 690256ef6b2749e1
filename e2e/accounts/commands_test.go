package accounts_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

// parley runs a command of the program and returns what it prints, and whether it succeeded.
func parley(t *testing.T, s *harness.Server, args ...string) (string, bool) {
	t.Helper()
	out, err := s.Command(args...).CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out)), err == nil
}

func TestAuditCommand(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	before, ok := parley(t, s, "audit", "verify")
	if !ok {
		t.Fatal(before)
	}
	admin(t, s)
	if text, ok := parley(t, s, "audit", "--most", "1"); !ok || !strings.Contains(text, "user "+s.Admin.UserID) || !strings.Contains(text, "signed in") || strings.Count(text, "\n") != 1 {
		t.Errorf("%v: %s", ok, text)
	}
	if text, ok := parley(t, s, "audit", "verify", "--known", before); !ok || text == before {
		t.Errorf("a log that goes on: %v %s", ok, text)
	}
	if text, ok := parley(t, s, "audit", "verify", "--known", "1:00"); ok || !strings.Contains(text, "taken away or replaced") {
		t.Errorf("a log that does not hold the known entry: %v %s", ok, text)
	}
	limited := s.Signed("POST", "/parley/keys", map[string]any{"operations": []string{"StartChatContact"}}).Want(t, 200, "").Members(t)
	s.WithKey(limited["access_key_id"].(string), limited["secret_access_key"].(string)).Signed("POST", "/parley/audit", "{}").Want(t, 403, "AccessDeniedException")
}

// TestMasterKeyRotation (D7): after a change of the master key everything that is sealed works, the old
// key opens nothing, and a start that died on the way is gone on with.
func TestMasterKeyRotation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags := harness.Flags("--data", dir)
	s := harness.Start(t, flags)
	b := admin(t, s)
	chat := s.Signed("PUT", "/contact/chat", map[string]any{
		"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID, "ParticipantDetails": map[string]string{"DisplayName": "Ada"},
	}).Want(t, 200, "").Members(t)
	first := s.Ready
	key := readKey(t, dir)
	text, err := exec.Command(harness.Binary(t), "secret", "rotate", "--data", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	s.Restart()
	if now := readKey(t, dir); now == key {
		t.Error("the master key is the old one")
	}
	if _, err := os.Stat(filepath.Join(dir, "master.key.next")); err == nil {
		t.Error("the next master key is still there")
	}
	if s.SecretAccessKey != first.SecretAccessKey || s.Admin != first.Admin {
		t.Errorf("the server came back with %+v, was %+v", s.Ready, first)
	}
	s.Signed("GET", "/users-summary/"+s.InstanceID, "").Want(t, 200, "")
	s.Bearer(chat["ParticipantToken"].(string), "/participant/connection", `{"Type":["CONNECTION_CREDENTIALS"]}`).Want(t, 200, "")
	b.want(200, "GET", "/api/me", nil)
	if text, ok := parley(t, s, "audit", "verify"); !ok {
		t.Error(text)
	}
	s.Stop()
	wantKeyRefused(t, s, key)
	// A start that died between sealing and renaming: both keys are there, the next one is the one that seals.
	now := readKey(t, dir)
	for name, text := range map[string]string{"master.key": key, "master.key.next": now} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.Boot()
	if readKey(t, dir) != now || s.SecretAccessKey != first.SecretAccessKey {
		t.Error("a change that was begun is not gone on with")
	}
}

func readKey(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wantKeyRefused starts a stopped server again with a key that opens nothing there.
func wantKeyRefused(t *testing.T, s *harness.Server, key string) {
	t.Helper()
	var text bytes.Buffer
	cmd := s.Serve("PARLEY_MASTER_KEY=" + strings.TrimSpace(key))
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(time.Minute, func() { cmd.Process.Kill() }).Stop() // one that serves would never end
	if err := cmd.Wait(); err == nil || !strings.Contains(text.String(), "master key") {
		t.Errorf("with the old key: %v %s", err, text.String())
	}
}

// TestMasterKeyOfSeveral changes the key as servers do that get it by their environment.
func TestMasterKeyOfSeveral(t *testing.T) {
	t.Parallel()
	one, two := strings.Repeat("01", 32), strings.Repeat("02", 32)
	s := harness.Start(t, harness.Env("PARLEY_MASTER_KEY="+one))
	first := s.Ready
	admin(t, s)
	for _, keys := range [][2]string{{one, two}, {two, one}, {two, ""}} {
		s.Stop()
		harness.Env("PARLEY_MASTER_KEY="+keys[0], "PARLEY_OTHER_MASTER_KEYS="+keys[1])(s)
		s.Boot()
		admin(t, s)
		if s.SecretAccessKey != first.SecretAccessKey || s.Admin != first.Admin {
			t.Error("the secrets are not the same in every round")
		}
	}
	s.Stop()
	wantKeyRefused(t, s, one)
}
