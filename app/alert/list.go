package alert

import (
	"context"
	"slices"
	"strings"

	"parley/domain/alert"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
	"parley/work/resource"
)

// Alerts returns the alerts of an instance, those that stand first, each the latest first. Of those that are over the latest are kept.
func (s *Service) Alerts(ctx context.Context, instance string) (all []alert.Alert, err error) {
	for row, err := range store.All(ctx, s.o.Resources.Rows, instance, alert.RowKind, "") {
		if err != nil {
			return nil, err
		}
		a, err := alert.Parse(instance, row)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b alert.Alert) int {
		if a.Stands() != b.Stands() {
			if a.Stands() {
				return -1
			}
			return 1
		}
		return b.RaisedAt.Compare(a.RaisedAt)
	})
	return all, nil
}

// Standing returns the alerts of an instance that stand.
func (s *Service) Standing(ctx context.Context, instance string) ([]alert.Alert, error) {
	all, err := s.Alerts(ctx, instance)
	over := slices.IndexFunc(all, func(a alert.Alert) bool { return !a.Stands() })
	if over >= 0 {
		all = all[:over]
	}
	return all, err
}

// forget deletes the oldest alerts that are over, where there are more than are kept.
func (s *Service) forget(ctx context.Context, instance string) error {
	all, err := s.Alerts(ctx, instance)
	if err != nil || len(all) <= maxKept {
		return err
	}
	for _, a := range all[maxKept:] {
		if a.Stands() {
			continue
		}
		set := &change.Set{ID: resource.NewID(), At: s.clock.Now(), Resources: []change.Resource{{Instance: instance, Kind: alert.RowKind, ID: a.ID, Version: a.Version, Delete: true}}}
		if _, err := s.o.Commit(ctx, set); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

// Watch has changed called whenever alerts of an instance may have been raised or cleared, on whatever node; it must return at once.
func (s *Service) Watch(instance string, changed func()) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watchers[instance] == nil {
		s.watchers[instance] = map[*func()]struct{}{}
	}
	s.watchers[instance][&changed] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if delete(s.watchers[instance], &changed); len(s.watchers[instance]) == 0 {
			delete(s.watchers, instance)
		}
	}
}

func (s *Service) tell(instance string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for changed := range s.watchers[instance] {
		(*changed)()
	}
}

// rested reports whether a look found nothing to do, and nothing was asked of the queues since. What a node raises that does not know of that yet it
// clears itself.
func (s *Service) rested(instance string, watched bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if watched {
		delete(s.resting, instance)
	}
	return s.resting[instance]
}

func (s *Service) rest(instance string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resting[instance] = true
}

// compare tells who watches of what a lost hint did not: something else stands than at the last look.
func (s *Service) compare(instance string, standing []alert.Alert) {
	ids := make([]string, len(standing))
	for i := range standing {
		ids[i] = standing[i].ID
	}
	now := strings.Join(ids, " ")
	s.mu.Lock()
	changed := s.told[instance] != now
	s.told[instance] = now
	s.mu.Unlock()
	if changed {
		s.tell(instance)
	}
}
