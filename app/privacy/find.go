package privacy

import (
	"context"
	"strings"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/work"
)

// readAtOnce is how many items are read at a time.
const readAtOnce = 500

// find finds what is to be redacted.
func (s *Service) find(ctx context.Context, snap *session.Session, r *Redaction) (*redacted, error) {
	if f := snap.File(strings.ToLower(r.ID)); f != nil && f.ContactID == r.Contact && f.Status != session.FileDiscarded {
		item, err := s.showing(ctx, snap, f)
		return &redacted{item, f.ID, r.Name}, err
	}
	item, err := s.item(ctx, snap, r.ID)
	if err != nil {
		return nil, err
	}
	if item == nil || item.ContactID != r.Contact || item.Type != transcript.Message && item.Type != transcript.Attachment {
		return nil, fault.New(fault.NotFound, "The message was not found")
	}
	found := &redacted{item: item}
	if a, ok := item.Attached(); ok {
		found.file, found.renamed = a.AttachmentID, r.Name
	}
	return found, nil
}

// item returns the item with an id, nil if there is none.
func (s *Service) item(ctx context.Context, snap *session.Session, id string) (*transcript.Item, error) {
	at, err := work.Locate(ctx, s.store, snap, id, s.Clock.Now())
	if err != nil || at.Position == 0 {
		return nil, err
	}
	items, err := s.store.Items(ctx, snap.ID, store.Page{After: at.Position - 1, Limit: 1})
	if err != nil || len(items) == 0 || !strings.EqualFold(items[0].ID, id) {
		return nil, err
	}
	return &items[0], nil
}

// showing returns the item that shows a file, nil if none does.
func (s *Service) showing(ctx context.Context, snap *session.Session, f *session.File) (*transcript.Item, error) {
	if f.CompletedAt.IsZero() {
		return nil, nil
	}
	first, err := s.store.FirstAt(ctx, snap.ID, f.CompletedAt)
	if err != nil {
		return nil, err
	}
	for after := first - 1; ; {
		items, err := s.store.Items(ctx, snap.ID, store.Page{After: after, Limit: readAtOnce})
		if err != nil {
			return nil, err
		}
		for i := range items {
			if a, ok := items[i].Attached(); ok && a.AttachmentID == f.ID {
				return &items[i], nil
			}
		}
		if len(items) < readAtOnce {
			return nil, nil
		}
		after = items[len(items)-1].Position
	}
}
