package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"parley/blob/disk"
	"parley/internal/clock"
	"parley/node/datadir"
	"parley/store/sqlite"
)

// Restoration says what to restore, and where.
type Restoration struct {
	From  string // the backup's file
	Data  string // the data directory; no server may use it
	Force bool   // also if the directory holds something: what is in the way is moved aside, not deleted
	// Progress is told at each stage; it must return at once. Nil tells nobody.
	Progress func(stage string)
}

// Restore makes a data directory from a backup. The directory stays as it was
// unless the whole backup is sound. It returns where an older content was moved to, if any was.
func Restore(ctx context.Context, r Restoration) (m Manifest, moved string, err error) {
	if r.Progress == nil {
		r.Progress = func(string) {}
	}
	held, err := used(r)
	if err != nil {
		return m, "", err
	}
	lock, err := datadir.Lock(r.Data)
	if err != nil {
		return m, "", err
	}
	defer lock.Close()
	work, err := os.MkdirTemp(r.Data, ".restoring-*")
	if err != nil {
		return m, "", err
	}
	defer os.RemoveAll(work)
	r.Progress("unpacking")
	if m, err = extract(ctx, r.From, work); err != nil {
		return m, "", fmt.Errorf("%s: %w", r.From, err)
	}
	r.Progress("checking the database")
	if _, err := sqlite.Check(ctx, filepath.Join(work, datadir.Database)); err != nil {
		return m, "", err
	}
	if moved, err = aside(r.Data, held); err != nil {
		return m, moved, err
	}
	return m, moved, settle(work, r.Data, m)
}

// used returns what the directory holds, if that may be moved aside.
func used(r Restoration) ([]string, error) {
	held, err := datadir.Used(r.Data)
	if err != nil {
		return nil, err
	}
	if len(held) > 0 && !r.Force {
		return nil, fmt.Errorf("%s is not empty (it holds %s): restore elsewhere, or use --force, which moves that aside", r.Data, held[0])
	}
	return held, nil
}

// extract unpacks a backup into a directory, durably.
func extract(ctx context.Context, from, into string) (Manifest, error) {
	f, err := os.Open(from)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close()
	blobs, err := disk.OpenAlone(filepath.Join(into, datadir.Attachments))
	if err != nil {
		return Manifest{}, err
	}
	return unpack(ctx, f, sink{
		file: func(name string) (io.WriteCloser, error) {
			to, err := os.OpenFile(filepath.Join(into, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			return synced{to}, err
		},
		blob: func(key string, r io.Reader, size int64) error {
			_, err := blobs.Put(ctx, key, r, size)
			return err
		},
	})
}

// synced is a file that is durable once it is closed.
type synced struct{ *os.File }

// Close syncs and closes.
func (s synced) Close() error { return errors.Join(s.Sync(), s.File.Close()) }

// aside moves what a data directory holds, the database first, into a directory within it.
func aside(data string, held []string) (string, error) {
	if len(held) == 0 {
		return "", nil
	}
	into := filepath.Join(data, "replaced-"+clock.Wall().Format("20060102T150405.000"))
	if err := os.Mkdir(into, 0o700); err != nil {
		return "", err
	}
	slices.SortFunc(held, func(a, b string) int { return len(a) - len(b) }) // parley.db before its WAL
	for _, name := range held {
		if err := os.Rename(filepath.Join(data, name), filepath.Join(into, name)); err != nil {
			return into, err
		}
	}
	return into, errors.Join(datadir.Sync(into), datadir.Sync(data))
}

// settle moves the files to their places, the database last: without it no
// server starts on half a restore with the old chats.
func settle(work, data string, m Manifest) error {
	for _, name := range []string{datadir.Attachments, datadir.MasterKey, datadir.Database} {
		if m.Files[name] == "" && (name != datadir.Attachments || !m.Attachments) {
			continue
		}
		if err := os.Rename(filepath.Join(work, name), filepath.Join(data, name)); err != nil {
			return err
		}
		if err := datadir.Sync(data); err != nil {
			return err
		}
	}
	return nil
}
