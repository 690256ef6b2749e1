package deliver

import (
	"context"
	"encoding/json"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
)

// undelivered is something that could not be sent yet, or was given up, as the log shows it.
type undelivered struct {
	Tries int       `json:"tries"` // all of them
	Since time.Time `json:"since"` // of the first try
	Tried time.Time `json:"tried"` // of the last one
	Again time.Time `json:"again,omitzero"`
	Error string    `json:"error"`
	Lost  bool      `json:"lost,omitempty"`
	// What it is. Rows of earlier releases have none of it.
	ID       string    `json:"id,omitempty"`
	Type     string    `json:"type,omitempty"`
	Contact  string    `json:"contact,omitempty"`
	Happened time.Time `json:"happened,omitzero"`
	Sink     string    `json:"sink,omitempty"`
}

func undeliveredID(session string, seq int64, key string) string {
	return numbered(session, seq) + "/" + key
}

// delivered counts an entry as sent.
func (s *Service) delivered(ctx context.Context, snap *session.Session, f *feed, e *entry) error {
	tries := f.Tries + 1
	if f.Tries > 0 || len(f.Redo) > 0 || f.Owing {
		before, err := s.note(ctx, snap, f, e, nil)
		if err != nil {
			return err
		}
		tries += before - f.Tries
	}
	f.took(e.seq, tries, s.Clock.Now())
	f.pass(e.seq)
	return nil
}

// refused counts a try that failed, and says after which time the next one is; 0 = never, it is given up.
func (s *Service) refused(ctx context.Context, snap *session.Session, f *feed, e *entry, failed error, lost bool, now time.Time) (pause time.Duration, err error) {
	if f.Tries++; f.Since.IsZero() {
		f.Since = now
	}
	f.changed = true
	u := &undelivered{
		Tries: f.Tries, Since: f.Since, Tried: now, Error: failed.Error(), Lost: lost,
		ID: e.ID, Type: e.Type, Contact: e.Contact, Happened: e.At, Sink: f.lane,
	}
	if !lost {
		pause = pauseAfter(f.Tries, fault.Is(failed, fault.Unavailable))
		f.Again = now.Add(pause)
		u.Again = f.Again
	}
	if _, err := s.note(ctx, snap, f, e, u); err != nil {
		return 0, err
	}
	if lost {
		f.pass(e.seq)
	}
	return pause, nil
}

// pauseAfter doubles with each try that failed. A destination that is down is spared by its lane already: each chat tries
// so often that everything is sent soon after it is back.
func pauseAfter(tries int, down bool) time.Duration {
	most := mostPause
	if down {
		most = mostRest
	}
	return min(leastPause<<min(tries-1, 20), most)
}

// note keeps what is known of an entry that a destination does not have; nil = it has it now. It returns how many tries failed before.
func (s *Service) note(ctx context.Context, snap *session.Session, f *feed, e *entry, u *undelivered) (before int, err error) {
	r := change.Resource{Instance: snap.InstanceID, Kind: kindUndelivered, ID: undeliveredID(snap.ID, e.seq, f.key)}
	var known undelivered
	old, err := s.Sessions.Store.Resource(ctx, r.Instance, r.Kind, r.ID)
	switch {
	case err == nil:
		r.Version = old.Version
		if err := json.Unmarshal(old.Document, &known); err != nil {
			return 0, fault.Wrap(fault.Internal, err, "a row of what is undelivered cannot be read")
		}
	case !fault.Is(err, fault.NotFound):
		return 0, err
	case u == nil:
		return 0, nil
	}
	if r.Delete = u == nil; u != nil {
		if known.Tries > 0 {
			u.Tries, u.Since = known.Tries+1, known.Since
		}
		r.Document, _ = json.Marshal(u) // nothing in it can fail to encode
	}
	f.also = append(f.also, r)
	return known.Tries, nil
}
