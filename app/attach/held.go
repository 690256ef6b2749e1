package attach

import (
	"context"
	"errors"
	"io"

	"parley/blob"
)

// Held calls do with everything that is held of the files of a session, also of such that nobody gets any more, by key and in its order.
// What goes meanwhile is left out.
func (s *Service) Held(ctx context.Context, session string, do func(key string, body io.Reader) error) error {
	if s.o.Blobs == nil {
		return nil
	}
	return blob.Each(ctx, s.o.Blobs, session+"/", func(i blob.Info) error {
		body, _, err := s.o.Blobs.Open(ctx, i.Key)
		if errors.Is(err, blob.ErrNone) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(do(i.Key, body), body.Close())
	})
}

// Clear deletes all bytes that ever came for a file.
func (s *Service) Clear(ctx context.Context, session, file string) error {
	if s.o.Blobs == nil {
		return nil
	}
	return s.delete(ctx, prefix(session, file), "")
}
