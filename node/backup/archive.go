// Package backup takes and restores backups of a SQLite data directory.
//
// It guarantees: a backup holds everything that was acknowledged before it
// began and is one state of the database that existed; it has its name only
// when it is whole, was read back and is durable; it is readable by its owner
// alone. A restore changes nothing before the whole backup was read and found sound.
//
// A backup is a gzipped tar of manifest.json, which has the SHA-256 of each
// other file, parley.db and, unless it was left out, master.key. The files that
// were attached to chats follow, each with its SHA-256 in its header.
package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/node/datadir"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format  int               `json:"format"`  // of the backup: 2, or 1 without attachments
	Version string            `json:"version"` // of the program that took it
	Taken   time.Time         `json:"taken"`   // when it began
	Schema  int64             `json:"schema"`  // version of the database's schema
	Files   map[string]string `json:"files"`   // SHA-256 in hexadecimal digits, by name

	// Attachments: what was attached to chats is in it. Not where that is kept outside of the data directory.
	Attachments bool `json:"attachments,omitempty"`
}

const (
	format       = 2
	formatPlain  = 1 // without attachments, as releases before them know it
	manifestName = "manifest.json"
	maxManifest  = 64 << 10
)

// HasKey reports whether the backup holds the master key.
func (m Manifest) HasKey() bool { return m.Files[datadir.MasterKey] != "" }

// pack writes a directory's files, and the attachments, as an archive.
func pack(ctx context.Context, w io.Writer, dir string, m Manifest, a attached) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	zipped, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(zipped)
	head := &tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text)), ModTime: m.Taken}
	if err := archive.WriteHeader(head); err != nil {
		return err
	}
	if _, err := archive.Write(text); err != nil {
		return err
	}
	for _, name := range []string{datadir.MasterKey, datadir.Database} {
		if m.Files[name] == "" {
			continue
		}
		if err := packFile(ctx, archive, filepath.Join(dir, name), m.Taken); err != nil {
			return err
		}
	}
	if err := a.pack(ctx, archive); err != nil {
		return err
	}
	return errors.Join(archive.Close(), zipped.Close())
}

func packFile(ctx context.Context, archive *tar.Writer, path string, at time.Time) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	head := &tar.Header{Name: filepath.Base(path), Mode: 0o600, Size: info.Size(), ModTime: at}
	if err := archive.WriteHeader(head); err != nil {
		return err
	}
	_, err = io.Copy(archive, stoppable(ctx, f))
	return err
}

// sink takes what an archive holds.
type sink struct {
	file func(name string) (io.WriteCloser, error)
	blob func(key string, r io.Reader, size int64) error // reads all of r
}

// unpack reads an archive to its end, holds everything against its checksum, and hands it to a sink.
func unpack(ctx context.Context, r io.Reader, to sink) (Manifest, error) {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return Manifest{}, fmt.Errorf("it is no backup: %w", err)
	}
	archive := tar.NewReader(stoppable(ctx, zipped))
	m, err := readManifest(archive)
	if err != nil {
		return m, err
	}
	found := map[string]bool{}
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, fmt.Errorf("it is cut off or damaged: %w", err)
		}
		if key, is := strings.CutPrefix(head.Name, attachedPrefix); is && m.Attachments {
			if err := unpackBlob(archive, head, key, to); err != nil {
				return m, err
			}
			continue
		}
		if m.Files[head.Name] == "" || found[head.Name] {
			return m, fmt.Errorf("it holds %q, which its manifest does not name", head.Name)
		}
		found[head.Name] = true
		if err := unpackFile(archive, head.Name, m.Files[head.Name], to.file); err != nil {
			return m, err
		}
	}
	if _, err := io.Copy(io.Discard, zipped); err != nil { // the checksum of the whole
		return m, fmt.Errorf("it is cut off or damaged: %w", err)
	}
	if len(found) != len(m.Files) {
		return m, errors.New("it lacks files that its manifest names")
	}
	return m, nil
}

func readManifest(archive *tar.Reader) (m Manifest, err error) {
	head, err := archive.Next()
	if err != nil || head.Name != manifestName {
		return m, errors.Join(errors.New("it is no backup of this program"), err)
	}
	if err := json.NewDecoder(io.LimitReader(archive, maxManifest)).Decode(&m); err != nil {
		return m, fmt.Errorf("its manifest is damaged: %w", err)
	}
	for name := range m.Files {
		if name != datadir.Database && name != datadir.MasterKey {
			return m, fmt.Errorf("its manifest names %q", name)
		}
	}
	switch {
	case m.Format != format && m.Format != formatPlain || m.Attachments != (m.Format == format):
		return m, fmt.Errorf("it has format %d, which this release does not know", m.Format)
	case m.Files[datadir.Database] == "":
		return m, errors.New("it holds no database")
	}
	return m, nil
}

func unpackFile(archive io.Reader, name, want string, put func(string) (io.WriteCloser, error)) error {
	to, err := put(name)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(to, sum), archive)
	if err := errors.Join(err, to.Close()); err != nil {
		return fmt.Errorf("%s in it: %w", name, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("%s in it is damaged: its checksum differs from the manifest's", name)
	}
	return nil
}

// checksum returns the SHA-256 of a file.
func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
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
