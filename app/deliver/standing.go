package deliver

import (
	"context"
	"slices"
	"strings"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
)

// Standing is how it goes with a sink.
type Standing struct {
	Sink    string `json:"sink"`
	Down    bool   `json:"down"`           // this node finds that it takes nothing
	Waiting int    `json:"waiting_chats"`  // chats of which it is to be told something now or soon
	GivenUp int    `json:"given_up"`       // deliveries
	Gone    bool   `json:"gone,omitempty"` // this node knows no such sink any more
}

// Bounds of counting (our choice).
const (
	mostCounted = 10_000 // rows and deadlines
	mostChats   = 1_000  // that wait
)

// Standings are the sinks, sorted by name, with what of an instance waits for them and was given up. more: there was more than is counted.
func (s *Service) Standings(ctx context.Context, instance string) (list []Standing, more bool, err error) {
	all := map[string]*Standing{}
	for key := range s.to {
		all[key] = &Standing{Sink: key}
	}
	of := func(sink string) *Standing {
		if all[sink] == nil {
			all[sink] = &Standing{Sink: sink, Gone: true}
		}
		return all[sink]
	}
	if more, err = s.countGivenUp(ctx, instance, of); err != nil {
		return nil, false, err
	}
	also, err := s.countWaiting(ctx, instance, of)
	if err != nil {
		return nil, false, err
	}
	down := s.lanes.down(s.Clock.Now())
	for _, one := range all {
		one.Down = slices.Contains(down, one.Sink)
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b Standing) int { return strings.Compare(a.Sink, b.Sink) })
	return list, more || also, nil
}

func (s *Service) countGivenUp(ctx context.Context, instance string, of func(string) *Standing) (more bool, err error) {
	counted := 0
	return more, s.each(ctx, instance, kindUndelivered, "", func(r *change.Resource) (bool, error) {
		if counted++; counted > mostCounted {
			more = true
			return false, nil
		}
		n, err := readNoted(r)
		if err == nil && n.Lost {
			of(n.Sink).GivenUp++
		}
		return true, err
	})
}

// countWaiting counts the chats with something to send by their deadlines.
func (s *Service) countWaiting(ctx context.Context, instance string, of func(string) *Standing) (more bool, err error) {
	due, err := s.Sessions.Store.Due(ctx, s.Clock.Now().Add(mostPause), mostCounted)
	if err != nil {
		return false, err
	}
	more = len(due) == mostCounted
	looked := 0
	for _, d := range due {
		if d.Kind != DueDeliver {
			continue
		}
		if looked++; looked > mostChats {
			return true, nil
		}
		snap, err := s.Sessions.Current(ctx, d.Owner)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return more, err
		}
		if snap.InstanceID == instance {
			of(s.laneOf(snap, d.Subject)).Waiting++
		}
	}
	return more, nil
}

// laneOf is the key of the destination of a feed.
func (s *Service) laneOf(snap *session.Session, key string) string {
	f := &feed{key: key}
	s.direct(snap, f)
	return f.lane
}
