package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parley/internal/seal"
)

var (
	keyA = seal.Key(bytes.Repeat([]byte{1}, 32))
	keyB = seal.Key(bytes.Repeat([]byte{2}, 32))
)

func sealer(t *testing.T, current seal.Key, old ...seal.Key) *seal.Sealer {
	t.Helper()
	s, err := seal.New(current, old...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRoundTrip(t *testing.T) {
	s := sealer(t, keyA)
	for _, secret := range []string{"", "s", strings.Repeat("secret", 1000)} {
		sealed := s.Seal("access-key/AK1", []byte(secret))
		got, err := s.Open("access-key/AK1", sealed)
		if err != nil || string(got) != secret {
			t.Errorf("got %q, %v", got, err)
		}
		if secret != "" && len(secret) > 4 && bytes.Contains(sealed, []byte(secret)) {
			t.Error("the sealed value holds the secret")
		}
	}
}

func TestSealingTwiceDiffers(t *testing.T) {
	s := sealer(t, keyA)
	if bytes.Equal(s.Seal("n", []byte("x")), s.Seal("n", []byte("x"))) {
		t.Error("a nonce was used twice")
	}
}

func TestOpenRefusesAnythingElse(t *testing.T) {
	s := sealer(t, keyA)
	sealed := s.Seal("name", []byte("secret"))
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		wantSealed(t, s, "name", changed)
		wantSealed(t, s, "name", sealed[:i])
	}
	wantSealed(t, s, "name", append(bytes.Clone(sealed), 0))
	for _, name := range []string{"", "nam", "name2", "Name", "name\x00"} {
		wantSealed(t, s, name, sealed)
	}
	wantSealed(t, sealer(t, keyB), "name", sealed)
}

func wantSealed(t *testing.T, s *seal.Sealer, name string, sealed []byte) {
	t.Helper()
	if secret, err := s.Open(name, sealed); !errors.Is(err, seal.ErrSealed) || secret != nil {
		t.Errorf("Open(%q, %x) = %q, %v, want ErrSealed", name, sealed, secret, err)
	}
}

func TestRotation(t *testing.T) {
	old := sealer(t, keyA).Seal("n", []byte("x"))
	s := sealer(t, keyB, keyA)
	if got, err := s.Open("n", old); err != nil || string(got) != "x" {
		t.Errorf("old value: got %q, %v", got, err)
	}
	fresh := s.Seal("n", []byte("x"))
	if s.Current(old) || !s.Current(fresh) || s.Current(nil) {
		t.Errorf("Current: old %v, fresh %v, empty %v; want only fresh", s.Current(old), s.Current(fresh), s.Current(nil))
	}
	wantSealed(t, sealer(t, keyA), "n", fresh)
}

func TestMasterKeyFileIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	keys := make([]seal.Key, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			k, err := seal.LoadOrCreateMasterKey(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = k
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] || k == (seal.Key{}) {
			t.Error("callers got different or empty keys")
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want 0600", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("files left: %v, %v, want only the key", left, err)
	}
}

func TestMasterKeyFileRefused(t *testing.T) {
	good := strings.Repeat("ab", 32)
	for name, file := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"readable by others": {good, 0o644}, "readable by the group": {good, 0o640},
		"empty": {"", 0o600}, "short": {good[2:], 0o600}, "not hexadecimal": {"zz" + good[2:], 0o600},
	} {
		path := filepath.Join(t.TempDir(), "master.key")
		if err := os.WriteFile(path, []byte(file.text), file.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.LoadOrCreateMasterKey(path); err == nil || strings.Contains(err.Error(), good[2:]) {
			t.Errorf("%s: got error %v, want one that does not show the key", name, err)
		}
		if after, _ := os.ReadFile(path); string(after) != file.text {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := seal.LoadOrCreateMasterKey(filepath.Join(t.TempDir(), "none", "master.key")); err == nil {
		t.Error("made a key in a directory that does not exist")
	}
}

func TestParseKey(t *testing.T) {
	k, err := seal.ParseKey(" " + strings.Repeat("01", 32) + "\n")
	if err != nil || k != keyA {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{"", "01", strings.Repeat("01", 33), strings.Repeat("g", 64)} {
		if _, err := seal.ParseKey(bad); err == nil {
			t.Errorf("accepted %q", bad)
		}
	}
}

func TestKeyDoesNotPrint(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(verb, keyA); got != "[master key]" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	if got, err := json.Marshal(keyA); err != nil || string(got) != `"[master key]"` {
		t.Errorf("JSON is %s, %v", got, err)
	}
}
