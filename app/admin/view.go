package admin

import (
	"context"
	"fmt"
	"time"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/internal/clock"
)

// viewAge is how old a snapshot of an instance's configuration may be where no
// hint of a change arrived (our choice).
const viewAge = time.Second

// loadWithin is how long the load of a snapshot may take (our choice: longer than a
// failover of the store).
const loadWithin = 15 * time.Second

// view is a snapshot of an instance's configuration; it is never changed.
type view struct {
	at        time.Time
	instance  Instance
	queues    map[string]Queue
	queueList []Queue // by id
	hours     map[string]Hours
	overrides map[string][]Override // by hours
	config    catalog.Config
}

// view returns the snapshot of an instance; fault.NotFound if there is no such instance.
func (s *Service) view(ctx context.Context, instance string) (*view, error) {
	s.mu.Lock()
	v, changes := s.views[instance], s.changes
	s.mu.Unlock()
	if v != nil && clock.Wall().Sub(v.at) < viewAge {
		return v, nil
	}
	loaded, err, _ := s.loads.Do(fmt.Sprint(instance, changes), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadWithin) // it is for all who wait, not only for the first
		defer cancel()
		return s.refresh(ctx, v, instance)
	})
	if err != nil {
		return nil, err
	}
	v = loaded.(*view)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes == changes { // otherwise what was read may be of before the change
		s.views[instance] = v
	}
	return v, nil
}

// current returns a snapshot that holds everything committed before the call, on whatever node: one row tells whether the one that this
// node has does. It is for what people read of what they have just changed, through a balancer too, and for names that the snapshot does not have.
func (s *Service) current(ctx context.Context, instance string) (*view, error) {
	for range looks {
		v, err := s.view(ctx, instance)
		if err != nil {
			return nil, err
		}
		row, err := s.docs.InstanceRow(ctx, instance)
		if err != nil || row.Version == v.instance.Version {
			return v, err
		}
		s.mu.Lock()
		if s.views[instance] == v { // else somebody else has seen that it is old
			s.changes++
			delete(s.views, instance)
		}
		s.mu.Unlock()
	}
	return s.view(ctx, instance) // somebody changes something all the time: see refresh
}

func (s *Service) forget(instance string) {
	s.mu.Lock()
	s.changes++
	delete(s.views, instance)
	s.mu.Unlock()
}

// looks is how often a snapshot is loaded anew because something was changed meanwhile (our choice).
const looks = 3

// refresh returns the snapshot as it is, if nothing was changed in the instance since: one row tells. Else it is loaded anew, until
// nothing was changed meanwhile, so that it is of one moment.
//
// Where somebody changes something all the time no reader is refused: the last load is good enough. It holds all that was there when
// it began, each thing as it was at some moment of the load, what flows name no older than the flows. It bears the instance's version of
// before the load, so the next look finds it old and loads anew.
func (s *Service) refresh(ctx context.Context, old *view, id string) (*view, error) {
	for range looks {
		at := clock.Wall()
		row, err := s.docs.InstanceRow(ctx, id)
		if err != nil {
			return nil, err
		}
		if old != nil && row.Version == old.instance.Version {
			same := *old
			same.at = at
			return &same, nil
		}
		if old, err = s.load(ctx, row); err != nil { // whole, if the row stays as it is
			return nil, err
		}
		old.at = at
	}
	return old, nil
}

func (s *Service) load(ctx context.Context, row *change.Resource) (v *view, err error) {
	v = &view{queues: map[string]Queue{}, hours: map[string]Hours{}, overrides: map[string][]Override{}}
	if v.instance, err = instances().Read(row); err != nil {
		return nil, err
	}
	if v.config, err = s.newConfig(ctx, row.ID); err != nil {
		return nil, err
	}
	if v.queueList, err = queues().All(ctx, s.docs, row.ID); err != nil {
		return nil, err
	}
	for _, q := range v.queueList {
		v.queues[q.ID] = q
	}
	all, err := allHours().All(ctx, s.docs, row.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		v.hours[h.ID] = h
	}
	more, err := overrides().All(ctx, s.docs, row.ID)
	if err != nil {
		return nil, err
	}
	for i := range more {
		v.overrides[more[i].HoursID] = append(v.overrides[more[i].HoursID], more[i])
	}
	v.config, err = s.complete(ctx, v)
	return v, err
}

// Settings returns what chats of an instance may do; fault.NotFound.
func (s *Service) Settings(ctx context.Context, instance string) (contact.Settings, error) {
	_, err := s.view(ctx, instance)
	return s.settings, err
}

// FlowConfig returns what a flow may read of its instance.
func (s *Service) FlowConfig(ctx context.Context, instance string) (catalog.Config, error) {
	v, err := s.view(ctx, instance)
	if err != nil {
		return catalog.Config{}, err
	}
	return v.config, nil
}
