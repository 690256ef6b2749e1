package deliver

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

// Once is one thing that is tried again: an entry of the chat of a contact, or all that its sink has not taken.
type Once struct {
	Instance string
	Sink     string
	Contact  string
	Number   int64  // in the log, or of a stream in the transcript; 0 = all
	Stream   string // of which stream, "" = the log, or all streams
}

// Retry has a sink tried at once with what it has not taken of a chat: what waits, and what was given up. It returns how many that were given up are
// tried again; fault.NotFound where nothing is undelivered.
func (s *Service) Retry(ctx context.Context, r Once) (n int, err error) {
	if err := s.known(r.Sink); err != nil {
		return 0, err
	}
	snap, err := s.Sessions.Of(ctx, r.Instance, r.Contact)
	if err != nil {
		return 0, err
	}
	found := false
	for _, key := range s.keysOf(snap, r.Sink) {
		if r.Stream != "" && key != streamPrefix+r.Stream {
			continue
		}
		given, ok, err := s.retry(ctx, snap, key, r.Number)
		if err != nil {
			return n, err
		}
		n, found = n+given, found || ok
	}
	if !found {
		return 0, fault.New(fault.NotFound, "Nothing of this chat is undelivered there")
	}
	s.lanes.wake(r.Sink)
	return n, nil
}

// known refuses a sink that this node does not have.
func (s *Service) known(sink string) error {
	if s.to[sink] == nil {
		return fault.New(fault.NotFound, "There is no such sink; sinks are named KIND/NAME, as events/crm")
	}
	return nil
}

// keysOf are the keys of the feeds of a chat that lead to a sink.
func (s *Service) keysOf(snap *session.Session, sink string) []string {
	if s.to[sink].What != Messages {
		return []string{sink}
	}
	var keys []string
	for i := range snap.State.Streams {
		if key := streamPrefix + snap.State.Streams[i].ID; s.laneOf(snap, key) == sink {
			keys = append(keys, key)
		}
	}
	return keys
}

// mostRetried is how many deliveries that were given up one change takes up again (our choice).
const mostRetried = 200

// retry has a feed tried at once. given is how many that were given up it tries again; ok is false where it has nothing undelivered.
func (s *Service) retry(ctx context.Context, snap *session.Session, key string, number int64) (given int, ok bool, err error) {
	for {
		n := 0
		err := s.change(ctx, snap, key, func(f *feed, now time.Time) (rows []change.Resource, err error) {
			spans, rows, waits, err := s.givenUp(ctx, snap, f, number, now)
			ok = ok || waits || len(rows) > 0
			if n = len(spans); err == nil && (n > 0 || waits) {
				f.again(spans, now)
			}
			return rows, err
		})
		if err != nil {
			return given, ok, err
		}
		if given += n; n < mostRetried {
			return given, ok, nil
		}
	}
}

// givenUp are the entries of a feed that were given up, and their rows as they are once they are tried again. waits: something is noted that is not given up.
func (s *Service) givenUp(ctx context.Context, snap *session.Session, f *feed, number int64, now time.Time) (list []span, rows []change.Resource, waits bool, err error) {
	after := snap.ID + "/"
	if number > 0 {
		after = numbered(snap.ID, number)
	}
	err = s.each(ctx, snap.InstanceID, kindUndelivered, after, func(r *change.Resource) (bool, error) {
		if !strings.HasPrefix(r.ID, after) || len(list) == mostRetried {
			return false, nil
		}
		if !strings.HasSuffix(r.ID, "/"+f.key) {
			return true, nil
		}
		n, err := readNoted(r)
		if err != nil {
			return false, err
		}
		if !n.Lost {
			waits = true
			return true, nil
		}
		n.Lost, n.Again = false, now
		document, err := json.Marshal(n.undelivered)
		rows = append(rows, change.Resource{Instance: r.Instance, Kind: r.Kind, ID: r.ID, Version: r.Version, Document: document})
		list = append(list, span{From: n.number, To: n.number})
		return true, err
	})
	return list, rows, waits, err
}

// attempts is how often a change of a feed is tried that others overtake.
const attempts = 20

// change changes a feed and has it look at once; what nobody changed is left alone. The chat is a guard: of one that is erased nothing is written.
func (s *Service) change(ctx context.Context, snap *session.Session, key string, do func(*feed, time.Time) ([]change.Resource, error)) error {
	for range attempts {
		f, err := s.feed(ctx, snap, key)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		rows, err := do(f, now)
		if err != nil || !f.changed {
			return err
		}
		set := &change.Set{
			ID: resource.NewID(), At: now, Session: &change.Session{ID: snap.ID, Version: snap.Version}, Resources: append(rows, f.rows()...),
			Due: []change.Due{{DueKey: change.DueKey{Owner: snap.ID, Kind: DueDeliver, Subject: key}, At: now}},
		}
		if snap.Status == session.Ended {
			set.Due = append(set.Due, forgetting(snap.ID, now))
		}
		if _, err = s.Sessions.Commit(ctx, set); !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
		if snap, err = s.Sessions.Current(ctx, snap.ID); err != nil {
			return err
		}
	}
	return fault.New(fault.Unavailable, "The chat is too busy; try again")
}
