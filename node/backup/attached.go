package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"parley/blob"
	"parley/blob/disk"
	"parley/node/datadir"
)

const (
	attachedPrefix = datadir.Attachments + "/"
	sumRecord      = "PARLEY.sha256" // in the header of an attachment: its SHA-256 in hexadecimal digits
)

// attached are the attachments that belong to a copy of the database: those that were
// there when it was done. Their bytes never change and come before the database names them, so the
// copy names no others, but for what was deleted since.
type attached struct {
	store blob.Store // nil = none are kept in the data directory
	until time.Time
}

func attachments(data string, copied time.Time) (a attached, err error) {
	dir := filepath.Join(data, datadir.Attachments)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	a.until = copied
	a.store, err = disk.Open(dir)
	return a, err
}

func (a attached) pack(ctx context.Context, archive *tar.Writer) error {
	if a.store == nil {
		return nil
	}
	return blob.Each(ctx, a.store, "", func(i blob.Info) error {
		if i.At.After(a.until) {
			return nil
		}
		err := a.packOne(ctx, archive, i)
		if errors.Is(err, blob.ErrNone) { // deleted meanwhile
			return nil
		}
		return err
	})
}

// packOne reads a file twice through one descriptor: for its checksum, and for its bytes.
func (a attached) packOne(ctx context.Context, archive *tar.Writer, i blob.Info) error {
	body, size, err := a.store.Open(ctx, i.Key)
	if err != nil {
		return err
	}
	defer body.Close()
	file, ok := body.(io.ReadSeeker)
	if !ok {
		return errors.New("attachments on disk are files")
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, stoppable(ctx, file)); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	head := &tar.Header{
		Format: tar.FormatPAX, Name: attachedPrefix + i.Key, Mode: 0o600, Size: size, ModTime: i.At,
		PAXRecords: map[string]string{sumRecord: hex.EncodeToString(sum.Sum(nil))},
	}
	if err := archive.WriteHeader(head); err != nil {
		return err
	}
	_, err = io.Copy(archive, stoppable(ctx, file))
	return err
}

func unpackBlob(archive io.Reader, head *tar.Header, key string, to sink) error {
	if err := blob.CheckKey(key); err != nil {
		return fmt.Errorf("it holds an attachment under a name that is none: %w", err)
	}
	sum := sha256.New()
	if err := to.blob(key, io.TeeReader(archive, sum), head.Size); err != nil {
		return fmt.Errorf("%s in it: %w", head.Name, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != head.PAXRecords[sumRecord] {
		return fmt.Errorf("%s in it is damaged: its checksum differs from the one it has with it", head.Name)
	}
	return nil
}
