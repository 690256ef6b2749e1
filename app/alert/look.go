package alert

import (
	"context"
	"time"

	"parley/domain/alert"
	"parley/work/practice"
)

// findings holds the queues of an instance against the settings.
func (s *Service) findings(ctx context.Context, instance string, settings *practice.Settings) (all []alert.Finding, err error) {
	queues, err := s.o.Queues.Queues(ctx, instance)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	waits, err := s.waits(ctx, instance, now)
	if err != nil {
		return nil, err
	}
	var left *alert.Left
	for _, queue := range queues {
		limits := settings.LimitsOf(queue)
		if limits.WaitSeconds != nil {
			all = append(all, limits.Longest(queue, waits[queue]))
		}
		if limits.Level == nil {
			continue
		}
		if left == nil { // once for all queues
			if left, err = s.left(ctx, instance, now); err != nil {
				return nil, err
			}
		}
		all = append(all, limits.Hold(queue, now, *left, waits[queue]))
	}
	if left == nil {
		s.recents.forget(instance)
	}
	return all, nil
}

// waits are how long the customers in each queue have waited: also those who are offered to somebody.
func (s *Service) waits(ctx context.Context, instance string, now time.Time) (map[string][]time.Duration, error) {
	waiting, err := s.o.Queues.Waiting(ctx, instance)
	waits := map[string][]time.Duration{}
	for i := range waiting {
		if w := &waiting[i]; w.AgentQueue == "" && !w.Beside {
			waits[w.Queue] = append(waits[w.Queue], now.Sub(w.EnqueuedAt))
		}
	}
	return waits, err
}
