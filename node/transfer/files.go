package transfer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"parley/blob"
	"parley/blob/disk"
	"parley/node/datadir"
)

// files moves what is attached to chats, before the database that names it. What is there
// already and is the same stays, so that a copy that was interrupted can be made again.
func files(ctx context.Context, o Options) error {
	dir := filepath.Join(o.Data, datadir.Attachments)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	from, err := disk.OpenAlone(dir)
	if err != nil {
		return err
	}
	if o.Attachments == nil {
		return nobodySaid(ctx, from)
	}
	to, err := o.Attachments()
	if err != nil {
		return fmt.Errorf("--attachments: %w", err)
	}
	moved := 0
	return blob.Each(ctx, from, "", func(i blob.Info) error {
		moved++
		o.Progress(fmt.Sprintf("copying attachments, %d so far", moved))
		if err := move(ctx, from, to, i); err != nil {
			return fmt.Errorf("copy the attachment %s: %w", i.Key, err)
		}
		return nil
	})
}

// nobodySaid refuses to leave files behind. The mark of the place alone is no file.
func nobodySaid(ctx context.Context, from blob.Store) error {
	return blob.Each(ctx, from, "", func(i blob.Info) error {
		if i.Key == blob.Mark {
			return nil
		}
		return errors.New("files are attached to chats: say with --attachments where the new servers keep them, a directory that they share or s3://…")
	})
}

func move(ctx context.Context, from, to blob.Store, i blob.Info) error {
	body, size, err := from.Open(ctx, i.Key)
	if err != nil {
		return err
	}
	defer body.Close()
	if _, err := to.Put(ctx, i.Key, body, size); err != nil && !errors.Is(err, blob.ErrTaken) {
		return err
	}
	want, err := sum(ctx, from, i.Key)
	if err != nil {
		return err
	}
	got, err := sum(ctx, to, i.Key)
	if err == nil && got != want {
		err = errors.New("another file is there: the place belongs to another installation")
	}
	return err
}

func sum(ctx context.Context, s blob.Store, key string) (sum [sha256.Size]byte, err error) {
	body, _, err := s.Open(ctx, key)
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	_, err = io.Copy(h, body)
	h.Sum(sum[:0])
	return sum, errors.Join(err, body.Close())
}
