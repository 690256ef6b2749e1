package alert

import (
	"context"
	"slices"
	"sync"
	"time"

	"parley/domain/alert"
	"parley/domain/metric"
	"parley/work/practice"
)

// How contacts are read (our choice). One may be written some time after the moment that it tells of: for so long it is looked for again, and
// all are read anew now and then, for whatever took longer.
const (
	settled  = time.Minute
	allAnew  = 5 * time.Minute
	memoryOf = practice.MaxLevelMinutes * time.Minute // the longest time that a service level may be about
)

// recents remembers which contacts left queues lately, by instance: a look reads only what is new. The zero recents remembers none.
type recents struct {
	mu  sync.Mutex
	all map[string]*recent
}

// recent are the contacts of one instance.
type recent struct {
	look            sync.Mutex // one at a time
	whole, until    time.Time  // when all were read, and when the latest
	answered, ended []*metric.Contact
}

func (r *recents) of(instance string) *recent {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]*recent{}
	}
	if r.all[instance] == nil {
		r.all[instance] = &recent{}
	}
	return r.all[instance]
}

// forget forgets an instance, of which no service level is asked.
func (r *recents) forget(instance string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, instance)
}

// left are the contacts that left queues within the longest time that a service level may be about.
func (s *Service) left(ctx context.Context, instance string, now time.Time) (*alert.Left, error) {
	r := s.recents.of(instance)
	r.look.Lock()
	defer r.look.Unlock()
	oldest := now.Add(-memoryOf)
	from := r.until.Add(-settled)
	if whole := now.Sub(r.whole) >= allAnew || now.Before(r.until); whole || from.Before(oldest) {
		from = oldest
	}
	answered, err := s.moved(ctx, instance, metric.AtAnswer, r.answered, oldest, from, now)
	if err != nil {
		return nil, err
	}
	ended, err := s.moved(ctx, instance, metric.AtEnd, r.ended, oldest, from, now)
	if err != nil {
		return nil, err
	}
	r.answered, r.ended, r.until = answered, ended, now
	if from.Equal(oldest) {
		r.whole = now
	}
	return &alert.Left{Answered: slices.Values(answered), Ended: slices.Values(ended)}, nil
}

// moved are the contacts from oldest until now by a stamp: those before from are known.
func (s *Service) moved(ctx context.Context, instance string, stamp metric.Stamp, known []*metric.Contact, oldest, from, now time.Time) (all []*metric.Contact, err error) {
	for _, c := range known {
		if at := stamp.Of(c); !at.Before(oldest) && at.Before(from) {
			all = append(all, c)
		}
	}
	for c, err := range s.o.Queues.Contacts(ctx, instance, stamp, metric.Interval{Start: from, End: now.Add(time.Nanosecond)}) {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
