package privacy

import (
	"context"
	"strings"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// readAtOnce is how many items are read at a time.
const readAtOnce = 500

// find finds what is to be redacted.
func (s *Service) find(ctx context.Context, chat string, r *Redaction) (*redacted, error) {
	snap, err := s.Sessions.Current(ctx, chat)
	if err != nil {
		return nil, err
	}
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

// item returns the item with an id, nil if there is none. Most ids carry where it stands; the others, when it was begun.
func (s *Service) item(ctx context.Context, snap *session.Session, id string) (*transcript.Item, error) {
	is := func(i *transcript.Item) bool { return strings.EqualFold(i.ID, id) }
	if position, ok := transcript.PositionOf(snap.ID, id); ok {
		items, err := s.store.Items(ctx, snap.ID, store.Page{After: position - 1, Limit: 1})
		if err != nil || len(items) == 0 || !is(&items[0]) {
			return nil, err
		}
		return &items[0], nil
	}
	began, ok := transcript.StreamBegan(snap.ID, id)
	if !ok {
		return nil, nil
	}
	first, err := s.store.FirstAt(ctx, snap.ID, began)
	if err != nil {
		return nil, err
	}
	return s.among(ctx, snap.ID, first-1, is)
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
	return s.among(ctx, snap.ID, first-1, func(i *transcript.Item) bool {
		a, ok := i.Attached()
		return ok && a.AttachmentID == f.ID
	})
}

// among returns the first item after a position that is the one, nil if none is.
func (s *Service) among(ctx context.Context, chat string, after int64, is func(*transcript.Item) bool) (*transcript.Item, error) {
	for {
		items, err := s.store.Items(ctx, chat, store.Page{After: after, Limit: readAtOnce})
		if err != nil {
			return nil, err
		}
		for i := range items {
			if is(&items[i]) {
				return &items[i], nil
			}
		}
		if len(items) < readAtOnce {
			return nil, nil
		}
		after = items[len(items)-1].Position
	}
}
