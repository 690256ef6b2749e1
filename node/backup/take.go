package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"parley/internal/clock"
	"parley/internal/seal"
	"parley/node/datadir"
	"parley/store/sqlite"
)

// Options say what to back up.
type Options struct {
	Data       string // the data directory; its server may run
	To         string // the backup's file
	WithoutKey bool   // leaves the master key out: without it the backup's secrets stay sealed
	Version    string // of this program
	// Progress is told at each stage; it must return at once. Nil tells nobody.
	Progress func(stage string)
}

// Take backs a data directory up. Nothing is left under the name, or anywhere, when it fails; if the
// process is killed, a directory .parley-backup-* beside it may be left, readable by its owner only.
func Take(ctx context.Context, o Options) (Manifest, error) {
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if _, err := os.Stat(filepath.Join(o.Data, datadir.Database)); err != nil {
		return Manifest{}, fmt.Errorf("there is no SQLite database in %s (PostgreSQL is backed up by its own tools): %w", o.Data, err)
	}
	if _, err := os.Lstat(o.To); !errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, errors.Join(fmt.Errorf("%s is there already", o.To), err)
	}
	work, err := os.MkdirTemp(filepath.Dir(o.To), ".parley-backup-*") // 0700, on the disk that the backup goes to
	if err != nil {
		return Manifest{}, err
	}
	defer os.RemoveAll(work)
	m, err := gather(ctx, o, work)
	if err != nil {
		return m, err
	}
	attached, err := attachments(o.Data, clock.Wall())
	if err != nil {
		return m, err
	}
	if attached.store != nil {
		m.Format, m.Attachments = format, true
	}
	o.Progress("packing")
	packed := filepath.Join(work, "packed")
	if err := writeArchive(ctx, packed, work, m, attached); err != nil {
		return m, fmt.Errorf("write the backup: %w", err)
	}
	o.Progress("reading the backup back")
	if err := verify(ctx, packed); err != nil {
		return m, fmt.Errorf("the backup that was written: %w", err)
	}
	return m, publish(packed, o.To)
}

// gather copies what is backed up into a directory.
func gather(ctx context.Context, o Options, work string) (m Manifest, err error) {
	m = Manifest{Format: formatPlain, Version: o.Version, Taken: clock.Wall(), Files: map[string]string{}}
	o.Progress("copying the database")
	database := filepath.Join(work, datadir.Database)
	if err := sqlite.Snapshot(ctx, filepath.Join(o.Data, datadir.Database), database); err != nil {
		return m, err
	}
	o.Progress("checking the copy")
	if m.Schema, err = sqlite.Check(ctx, database); err != nil {
		return m, err
	}
	if m.Files[datadir.Database], err = checksum(database); err != nil || o.WithoutKey {
		return m, err
	}
	if err := copyKey(filepath.Join(o.Data, datadir.MasterKey), filepath.Join(work, datadir.MasterKey)); err != nil {
		return m, fmt.Errorf("the master key: %w", err)
	}
	m.Files[datadir.MasterKey], err = checksum(filepath.Join(work, datadir.MasterKey))
	return m, err
}

// copyKey copies a master key that is one.
func copyKey(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if _, err := seal.ParseKey(string(text)); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

func writeArchive(ctx context.Context, path, dir string, m Manifest, a attached) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(pack(ctx, f, dir, m, a), f.Sync(), f.Close())
}

// verify reads an archive to its end and keeps nothing.
func verify(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = unpack(ctx, f, sink{
		file: func(string) (io.WriteCloser, error) { return nowhere{}, nil },
		blob: func(_ string, r io.Reader, _ int64) error {
			_, err := io.Copy(io.Discard, r)
			return err
		},
	})
	return err
}

type nowhere struct{}

// Write drops p.
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// Close does nothing.
func (nowhere) Close() error { return nil }

// publish gives a file its name unless something else has it, and makes that durable.
func publish(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return err
	}
	return datadir.Sync(filepath.Dir(to))
}
