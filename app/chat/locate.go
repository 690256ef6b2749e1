package chat

import (
	"context"
	"strings"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// locate returns the position of the item with that Id, 0 if the chat has none. Most Ids
// carry it; one under which a message was streamed carries when that began.
func (s *Service) locate(ctx context.Context, snap *session.Session, id string) (int64, error) {
	if position, ok := transcript.PositionOf(snap.ID, id); ok && position <= snap.Head {
		return position, nil
	}
	position, _, err := s.streamed(ctx, snap, id)
	return position, err
}

// reached is locate for who says to have got that far: of a message that is still being
// made, a client has all that came before it.
func (s *Service) reached(ctx context.Context, snap *session.Session, id string) (int64, error) {
	position, err := s.locate(ctx, snap, id)
	if err != nil || position > 0 {
		return position, err
	}
	_, before, err := s.streamed(ctx, snap, id)
	return before, err
}

// streamed looks for a streamed message among the items that were committed while it
// was made. before is the last position before it began, 0 if the Id is of no such message.
func (s *Service) streamed(ctx context.Context, snap *session.Session, id string) (position, before int64, err error) {
	began, ok := transcript.StreamBegan(snap.ID, id)
	if !ok || began.Before(snap.State.CreatedAt) || began.After(s.clock.Now()) {
		return 0, 0, nil
	}
	first, err := s.store.FirstAt(ctx, snap.ID, began)
	if err != nil {
		return 0, 0, err
	}
	for after := first - 1; ; {
		items, err := s.store.Items(ctx, snap.ID, store.Page{After: after, Limit: leastRead})
		if err != nil {
			return 0, 0, err
		}
		for i := range items {
			switch {
			case strings.EqualFold(items[i].ID, id):
				return items[i].Position, first - 1, nil
			case items[i].Time.After(began.Add(transcript.StreamWithin)):
				return 0, first - 1, nil
			}
		}
		if len(items) < leastRead {
			return 0, first - 1, nil
		}
		after = items[len(items)-1].Position
	}
}
