// Package disk keeps blobs as files in a directory, which may be one that
// several machines share.
//
// It guarantees: bytes are written beside their place and synced, then get their name without
// replacing anything, and the name is synced too; only then is Put done. Files are readable by
// their owner alone. A key is a path below the directory and never leads out of it.
package disk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/blob"
	"parley/internal/clock"
)

// partial is where bytes are written before they have their name. No key begins with a dot.
const partial = ".partial"

// stale is after what time something half written belongs to no upload of another machine that goes on (our choice).
const stale = 24 * time.Hour

// Store is a directory. Use Open.
type Store struct{ dir string }

// Open opens a directory that several machines may use, and makes it if there is none.
func Open(dir string) (*Store, error) { return open(dir, stale) }

// OpenAlone opens a directory that nobody else uses: what a process that died left half written goes at once.
func OpenAlone(dir string) (*Store, error) { return open(dir, 0) }

func open(dir string, stale time.Duration) (*Store, error) {
	s := &Store{filepath.Clean(dir)}
	if err := os.MkdirAll(s.path(partial), 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of attachments: %w", err)
	}
	if err := sync(filepath.Dir(s.dir)); err != nil {
		return nil, err
	}
	return s, s.clean(stale)
}

func (s *Store) clean(stale time.Duration) error {
	left, err := os.ReadDir(s.path(partial))
	if err != nil {
		return err
	}
	for _, e := range left {
		info, err := e.Info()
		if err == nil && clock.Wall().Sub(info.ModTime()) >= stale {
			err = os.Remove(s.path(partial, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // another node was faster
			return err
		}
	}
	return nil
}

func (s *Store) path(names ...string) string {
	return filepath.Join(append([]string{s.dir}, names...)...)
}

// Put stores bytes.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64) (sum [sha256.Size]byte, err error) {
	if err := blob.CheckKey(key); err != nil {
		return sum, err
	}
	f, err := os.CreateTemp(s.path(partial), "*") // 0600
	if err != nil {
		return sum, err
	}
	defer os.Remove(f.Name())
	exact := blob.NewExact(stoppable(ctx, r), size)
	_, err = io.Copy(f, exact)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return sum, err
	}
	return exact.Sum(), s.name(f.Name(), key)
}

// name gives a synced file its key, and makes that durable. Its directory may be
// deleted by another node's Delete just then; so it is made again.
func (s *Store) name(file, key string) error {
	to := s.path(filepath.FromSlash(key))
	for try := 0; ; try++ {
		err := os.MkdirAll(filepath.Dir(to), 0o700)
		if err == nil {
			err = os.Link(file, to)
		}
		switch {
		case errors.Is(err, fs.ErrExist):
			return blob.ErrTaken
		case errors.Is(err, fs.ErrNotExist) && try < 10:
			continue
		case err != nil:
			return err
		}
		return s.settle(filepath.Dir(to))
	}
}

// settle makes the names of a directory and of those above it durable: whoever
// made them, before or just now, may not have got that far.
func (s *Store) settle(dir string) error {
	for ; ; dir = filepath.Dir(dir) {
		if err := sync(dir); err != nil || dir == s.dir {
			return err
		}
	}
}

func sync(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open reads bytes.
func (s *Store) Open(_ context.Context, key string) (io.ReadCloser, int64, error) {
	if err := blob.CheckKey(key); err != nil {
		return nil, 0, err
	}
	f, err := os.Open(s.path(filepath.FromSlash(key)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, blob.ErrNone
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = blob.ErrNone
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// Delete takes bytes away, and the directories that held nothing else.
func (s *Store) Delete(_ context.Context, key string) error {
	if err := blob.CheckKey(key); err != nil {
		return err
	}
	file := s.path(filepath.FromSlash(key))
	err := os.Remove(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.prune(filepath.Dir(file))
}

// prune deletes a directory and those above it as far as they are empty, and syncs the first that stays.
func (s *Store) prune(dir string) error {
	for dir != s.dir && emptied(os.Remove(dir)) {
		dir = filepath.Dir(dir)
	}
	err := sync(dir)
	if errors.Is(err, fs.ErrNotExist) && dir != s.dir { // another one deleted it just now
		return s.prune(filepath.Dir(dir))
	}
	return err
}

func emptied(err error) bool { return err == nil || errors.Is(err, fs.ErrNotExist) }

// List lists keys. It reads the directories that may hold some of these, and no others.
func (s *Store) List(ctx context.Context, prefix, after string, limit int) (found []blob.Info, err error) {
	err = s.walk(ctx, "", prefix, after, func(key string) (bool, error) {
		if len(found) >= limit {
			return false, nil
		}
		info, err := os.Stat(s.path(filepath.FromSlash(key)))
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
			return true, nil
		case err != nil:
			return false, err
		}
		found = append(found, blob.Info{Key: key, Size: info.Size(), At: info.ModTime()})
		return len(found) < limit, nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return found, err
}

// errEnough ends a walk.
var errEnough = errors.New("enough")

// walk tells of the keys below a directory ("" or with a slash behind it) that begin with prefix and come after a key, in order, until it
// hears that it is enough.
func (s *Store) walk(ctx context.Context, dir, prefix, after string, tell func(key string) (goOn bool, err error)) error {
	entries, err := os.ReadDir(s.path(filepath.FromSlash(dir)))
	if errors.Is(err, fs.ErrNotExist) { // deleted meanwhile
		return nil
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if name := e.Name(); e.IsDir() && name != partial {
			names = append(names, name+"/") // which is its place in the order of keys
		} else if !e.IsDir() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		key, goOn := dir+name, true
		switch {
		case strings.HasSuffix(key, "/"):
			if !apart(key, prefix) && !before(key, after) {
				err = s.walk(ctx, key, prefix, after, tell)
			}
		case strings.HasPrefix(key, prefix) && key > after && blob.CheckKey(key) == nil:
			goOn, err = tell(key)
		}
		if err != nil {
			return err
		}
		if !goOn {
			return errEnough
		}
	}
	return nil
}

// before: nothing below the directory comes after the key.
func before(dir, key string) bool { return dir < key && !strings.HasPrefix(key, dir) }

// apart: nothing below the directory can begin with the prefix.
func apart(dir, prefix string) bool {
	return !strings.HasPrefix(dir, prefix) && !strings.HasPrefix(prefix, dir)
}

// stoppable is a reader that fails once ctx is done.
func stoppable(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	})
}

type readerFunc func(p []byte) (int, error)

// Read calls f.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
