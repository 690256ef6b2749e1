package deliver

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
)

// feed is how far a destination is with the log of a chat.
type feed struct {
	Next     int64     `json:"next"`              // number of the first entry that is not dealt with
	Tries    int       `json:"tries,omitempty"`   // that failed, of what is sent next
	Since    time.Time `json:"since,omitzero"`    // when the first of them was
	Again    time.Time `json:"again,omitzero"`    // when the next one is: what the chat does meanwhile does not hasten it
	Redo     []span    `json:"redo,omitempty"`    // before Next, in order: what is sent once more, before all else
	Took     []taken   `json:"took,omitempty"`    // what was taken lately, the latest last
	Replayed time.Time `json:"replayed,omitzero"` // when somebody had it tried again or sent once more
	// Owing: somebody had it tried again, and what comes first of Next may be noted as undelivered.
	Owing bool `json:"owing,omitempty"`

	key          string
	stream       *session.Stream // whose items it has, nil = the chat's log
	to           *Destination    // nil = there is none on this node
	lane         string
	instance, id string
	version      int64
	changed      bool
	also         []change.Resource // what is undelivered, as it has changed
}

// feed reads how far a destination is.
func (s *Service) feed(ctx context.Context, snap *session.Session, key string) (*feed, error) {
	f := &feed{Next: 1, key: key, instance: snap.InstanceID, id: snap.ID + "/" + key}
	s.direct(snap, f)
	r, err := s.Sessions.Store.Resource(ctx, snap.InstanceID, kindFeed, f.id)
	if fault.Is(err, fault.NotFound) {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	f.version = r.Version
	return f, json.Unmarshal(r.Document, f)
}

// rows are what has changed.
func (f *feed) rows() []change.Resource {
	if !f.changed {
		return f.also
	}
	document, _ := json.Marshal(f) // nothing in it can fail to encode
	return append(f.also, change.Resource{Instance: f.instance, Kind: kindFeed, ID: f.id, Version: f.version, Document: document})
}

// pauses reports whether what comes next was tried lately.
func (f *feed) pauses(now time.Time) bool {
	return now.Before(f.Again) && f.Again.Sub(now) <= mostPause // else a test has moved the clock back
}

// span is a run of numbers of a log.
type span struct {
	From   int64  `json:"from"`
	To     int64  `json:"to"`               // the last one
	Replay string `json:"replay,omitempty"` // name of the replay; "" = it was never taken, and is tried again
}

// mostSpans bounds a feed (our choice). What is asked for beyond is joined: more is sent again than was asked for.
const mostSpans = 50

// ahead is what comes next: the numbers after the first, up to the last one, 0 = no bound.
func (f *feed) ahead() (after, last int64) {
	if len(f.Redo) > 0 {
		return f.Redo[0].From - 1, f.Redo[0].To
	}
	return f.Next - 1, 0
}

// pass counts an entry as dealt with.
func (f *feed) pass(n int64) {
	f.Tries, f.Since, f.Again, f.changed = 0, time.Time{}, time.Time{}, true
	if len(f.Redo) == 0 {
		f.Next, f.Owing = n+1, false
		return
	}
	if f.Redo[0].From = n + 1; n >= f.Redo[0].To {
		f.Redo = f.Redo[1:]
	}
}

// again has entries that were dealt with sent once more.
func (f *feed) again(more []span, now time.Time) {
	f.Redo = joined(append(f.Redo, clamped(more, f.Next-1)...))
	if len(f.Redo) > mostSpans {
		last := len(f.Redo) - 1
		f.Redo = []span{{f.Redo[0].From, f.Redo[last].To, more[0].Replay}}
	}
	f.Tries, f.Since, f.Again, f.Replayed, f.Owing, f.changed = 0, time.Time{}, time.Time{}, now, true, true
}

// clamped leaves out what is after the last number: it is sent anyway.
func clamped(list []span, last int64) (all []span) {
	for _, s := range list {
		if s.To = min(s.To, last); s.From <= s.To {
			all = append(all, s)
		}
	}
	return all
}

// joined sorts runs, and makes one of those that overlap or are beside each other and alike.
func joined(list []span) (all []span) {
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.From, b.From) })
	for _, s := range list {
		last := len(all) - 1
		switch {
		case last >= 0 && (s.From <= all[last].To || s.From == all[last].To+1 && s.Replay == all[last].Replay):
			all[last].To, all[last].Replay = max(all[last].To, s.To), cmp.Or(all[last].Replay, s.Replay)
		default:
			all = append(all, s)
		}
	}
	return all
}

// waits reports whether an entry is still to be sent.
func (f *feed) waits(n int64) bool {
	return n >= f.Next || slices.ContainsFunc(f.Redo, func(s span) bool { return s.From <= n && n <= s.To })
}

// taken is a run of entries that a sink took in the same second.
type taken struct {
	From  int64     `json:"from"`
	To    int64     `json:"to"`
	At    time.Time `json:"at"`              // of the last one: nothing was taken before it happened
	Tries int       `json:"tries,omitempty"` // of each, where it was more than one
}

// How many runs are remembered of a chat's log and of a stream, which moves with every message (our choice).
const (
	mostTaken         = 30
	mostTakenOfStream = 5
)

// took remembers when an entry was taken.
func (f *feed) took(n int64, tries int, now time.Time) {
	t := taken{From: n, To: n, At: now.Truncate(time.Millisecond)}
	if tries > 1 {
		t.Tries = tries
	}
	if last := len(f.Took) - 1; last >= 0 && f.Took[last].To == n-1 && f.Took[last].At.Truncate(time.Second).Equal(t.At.Truncate(time.Second)) && f.Took[last].Tries == t.Tries && t.Tries == 0 {
		f.Took[last].To, f.Took[last].At = n, t.At
		return
	}
	most := mostTaken
	if f.stream != nil {
		most = mostTakenOfStream
	}
	f.Took = append(f.Took, t)
	f.Took = f.Took[max(0, len(f.Took)-most):]
}

// tookAt is when an entry was taken last, and at which try; zero where it is too long ago.
func (f *feed) tookAt(n int64) (t taken, ok bool) {
	for i := len(f.Took) - 1; i >= 0; i-- {
		if t = f.Took[i]; t.From <= n && n <= t.To {
			t.Tries = max(t.Tries, 1)
			return t, true
		}
	}
	return taken{}, false
}
