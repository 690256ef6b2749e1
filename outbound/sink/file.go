package sink

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"parley/internal/fault"
)

// Bounds of files of messages (our choice).
const (
	maxFile = 64 << 20 // bytes, then a new one is begun
	kept    = 9        // files beside the current one; the oldest goes
)

// file gets each message as a line of JSON. A file that is full is renamed to PATH.1, which was renamed to PATH.2 before, and so on.
type file struct {
	path string

	mu   sync.Mutex
	f    *os.File
	size int64
}

func newFile(path string) (Sink, error) {
	if path == "" || strings.HasSuffix(path, "/") {
		return nil, errTarget
	}
	s := &file{path: path}
	return s, s.open()
}

// open opens the file. A line that was not finished when a server died is closed, so that no other one runs into it.
func (s *file) open() (err error) {
	if s.f, err = os.OpenFile(s.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
		return err
	}
	info, err := s.f.Stat()
	if err != nil {
		return errors.Join(err, s.f.Close())
	}
	s.size = info.Size()
	last := []byte{'\n'}
	if s.size > 0 {
		if _, err = s.f.ReadAt(last, s.size-1); err != nil {
			return errors.Join(err, s.f.Close())
		}
	}
	if last[0] != '\n' {
		_, err = s.f.Write([]byte{'\n'})
		s.size++
	}
	return err
}

func (s *file) Send(_ context.Context, m Message) error {
	line := append(append([]byte{}, m.Body...), '\n')
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.f == nil {
		if err := s.open(); err != nil {
			s.f = nil
			return unwritten(err)
		}
	}
	if s.size > 0 && s.size+int64(len(line)) > maxFile {
		if err := s.rotate(); err != nil {
			return unwritten(err)
		}
	}
	n, err := s.f.Write(line)
	s.size += int64(n)
	if err == nil {
		err = s.f.Sync()
	}
	if err != nil { // what was written of the line is closed when the file is opened again
		_ = s.f.Close()
		s.f = nil
		return unwritten(err)
	}
	return nil
}

func (s *file) rotate() error {
	for i := kept; i > 0; i-- {
		from := s.path
		if i > 1 {
			from = fmt.Sprintf("%s.%d", s.path, i-1)
		}
		if err := os.Rename(from, fmt.Sprintf("%s.%d", s.path, i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := s.f.Close(); err != nil {
		return err
	}
	s.f = nil
	return s.open()
}

func (s *file) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.f == nil {
		return nil
	}
	return s.f.Close()
}

// directory gets each message as a file of its own, under the message's path.
type directory struct{ root string }

func newDirectory(path string) (Sink, error) {
	if path == "" {
		return nil, errTarget
	}
	return directory{path}, os.MkdirAll(path, 0o700)
}

func (d directory) Send(_ context.Context, m Message) error {
	if !filepath.IsLocal(m.Path) {
		return fmt.Errorf("the message has no name for a file")
	}
	path := filepath.Join(d.root, m.Path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return unwritten(err)
	}
	if err := writeWhole(path, m.Body); err != nil {
		return unwritten(err)
	}
	return nil
}

func (directory) Close() error { return nil }

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".part-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// unwritten says that a file could not be written, without its name, which may be anything.
func unwritten(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fault.Wrap(fault.Unavailable, err, "it cannot be written")
}
