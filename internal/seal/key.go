package seal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const placeholder = "[master key]"

// Key is a master key. It prints as a placeholder under every verb and in JSON.
type Key [32]byte

// Format writes a placeholder, so that no log holds a key by mistake.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, placeholder) }

// MarshalText returns the placeholder, for the same reason.
func (k Key) MarshalText() ([]byte, error) { return []byte(placeholder), nil }

// ParseKey reads a master key from 64 hexadecimal digits; white space around
// them is ignored. The error does not repeat the text.
func ParseKey(text string) (Key, error) {
	var k Key
	raw, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != len(k) {
		return Key{}, errors.New("a master key is 64 hexadecimal digits")
	}
	copy(k[:], raw)
	return k, nil
}

// LoadOrCreateMasterKey returns the master key in the file at path, made there
// (mode 0600) if there is no such file. When it returns, the key is durable. Of
// two callers that create at once one wins and both get its key. A file that
// others than its owner may read is refused, except on Windows.
func LoadOrCreateMasterKey(path string) (Key, error) {
	k, err := loadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := createKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
			return Key{}, fmt.Errorf("create the master key: %w", err)
		}
		k, err = loadKey(path)
	}
	if err != nil {
		return Key{}, err
	}
	// Also for a file that was found: whoever made it may have died before this.
	if err := syncDir(filepath.Dir(path)); err != nil {
		return Key{}, fmt.Errorf("make the master key durable: %w", err)
	}
	return k, nil
}

func loadKey(path string) (Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Key{}, fmt.Errorf("load the master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return Key{}, fmt.Errorf("the master key %s may be read by others (mode %o); chmod 600 it", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("load the master key: %w", err)
	}
	k, err := ParseKey(string(text))
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// createKey writes a new key beside path, then gives it its name by a link,
// which, unlike a rename, never replaces a key that somebody else just made.
func createKey(path string) error {
	var k Key
	rand.Read(k[:]) // never fails: crypto/rand ends the program instead
	tmp, err := writeTemp(path, hex.EncodeToString(k[:])+"\n")
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	return os.Link(tmp, path)
}

// writeTemp writes a durable file, readable by its owner only, next to path.
func writeTemp(path, text string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncDir makes the names in a directory durable. Windows cannot, and need not.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
