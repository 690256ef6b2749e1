package deliver

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

// pageOf is how many entries are read at a time.
const pageOf = 500

// Replay sends a sink once more what it was told of a contact. It returns the name of the replay and how many deliveries it has; fault.NotFound
// where there are none. What was told of a chat is kept for a week after its end.
func (s *Service) Replay(ctx context.Context, instance, sink, contact string) (name string, n int, err error) {
	if err := s.known(sink); err != nil {
		return "", 0, err
	}
	snap, err := s.Sessions.Of(ctx, instance, contact)
	if err != nil {
		return "", 0, err
	}
	name = resource.NewID()
	n, err = s.replayContact(ctx, snap, sink, contact, name)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "Nothing that this sink was told of the contact is kept")
	}
	return name, n, err
}

// replayContact has a sink sent once more what it was told of a contact, under a name. It returns how many.
func (s *Service) replayContact(ctx context.Context, snap *session.Session, sink, contact, name string) (n int, err error) {
	for _, key := range s.keysOf(snap, sink) {
		spans, err := s.entriesWhere(ctx, snap, key, name, func(e *entry) bool { return e.Contact == contact && s.to[sink].wants(e) })
		if err != nil {
			return n, err
		}
		queued, err := s.replay(ctx, snap, key, spans)
		if n += queued; err != nil {
			return n, err
		}
	}
	return n, nil
}

// replay has entries of a feed sent once more. It returns how many of them were dealt with before: the others are sent anyway.
func (s *Service) replay(ctx context.Context, snap *session.Session, key string, spans []span) (n int, err error) {
	if len(spans) == 0 {
		return 0, nil
	}
	err = s.change(ctx, snap, key, func(f *feed, now time.Time) ([]change.Resource, error) {
		n = count(clamped(spans, f.Next-1))
		f.again(spans, now)
		return nil, nil
	})
	return n, err
}

func count(spans []span) (n int) {
	for _, s := range spans {
		n += int(s.To - s.From + 1)
	}
	return n
}

// entriesWhere are the entries of a feed of which something holds, from the first one on.
func (s *Service) entriesWhere(ctx context.Context, snap *session.Session, key, name string, holds func(*entry) bool) (all []span, err error) {
	whole := &feed{Next: 1, key: key}
	s.direct(snap, whole)
	for {
		list, err := s.entries(ctx, snap, whole, pageOf)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if whole.Next = e.seq + 1; holds(e) {
				all = append(all, span{From: e.seq, To: e.seq, Replay: name})
			}
		}
		all = joined(all)
		if len(list) < pageOf {
			return all, nil
		}
	}
}

// streamedWithin are the positions of a stream's items of a time.
func (s *Service) streamedWithin(ctx context.Context, snap *session.Session, stream *session.Stream, name string, from, until time.Time) ([]span, error) {
	first, err := s.Sessions.Store.FirstAt(ctx, snap.ID, from)
	if err != nil {
		return nil, err
	}
	end, err := s.Sessions.Store.FirstAt(ctx, snap.ID, until)
	if err != nil {
		return nil, err
	}
	one := span{From: max(first, stream.After+1), To: end - 1, Replay: name}
	if stream.Stopped {
		one.To = min(one.To, stream.Until)
	}
	if one.From > one.To {
		return nil, nil
	}
	return []span{one}, nil
}
