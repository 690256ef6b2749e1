package admin

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/internal/arn"
	"parley/internal/clock"
)

// viewAge is how old a snapshot of an instance's configuration may be where no
// hint of a change arrived (our choice).
const viewAge = time.Second

// view is a snapshot of an instance's configuration; it is never changed.
type view struct {
	at        time.Time
	instance  Instance
	flows     map[string]Flow
	flowList  []Flow // by id
	queues    map[string]Queue
	queueList []Queue
	hours     map[string]Hours
	config    contact.Config
}

// view returns the snapshot of an instance; fault.NotFound if there is no such instance.
func (s *Service) view(ctx context.Context, instance string) (*view, error) {
	s.mu.Lock()
	v, changes := s.views[instance], s.changes
	s.mu.Unlock()
	if v != nil && clock.Wall().Sub(v.at) < viewAge {
		return v, nil
	}
	loaded, err, _ := s.loads.Do(fmt.Sprint(instance, changes), func() (any, error) { return s.load(ctx, instance) })
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

func (s *Service) forget(instance string) {
	s.mu.Lock()
	s.changes++
	delete(s.views, instance)
	s.mu.Unlock()
}

func (s *Service) load(ctx context.Context, id string) (*view, error) {
	v := &view{at: clock.Wall(), flows: map[string]Flow{}, queues: map[string]Queue{}, hours: map[string]Hours{}}
	var err error
	if v.instance, err = s.readInstance(ctx, id); err != nil {
		return nil, err
	}
	if v.flowList, err = readAll(ctx, s, id, kindFlow, readFlow); err != nil {
		return nil, err
	}
	if v.queueList, err = readAll(ctx, s, id, kindQueue, readQueue); err != nil {
		return nil, err
	}
	hours, err := readAll(ctx, s, id, kindHours, readHours)
	if err != nil {
		return nil, err
	}
	index(v.flows, v.flowList, func(f Flow) string { return f.ID })
	index(v.queues, v.queueList, func(q Queue) string { return q.ID })
	index(v.hours, hours, func(h Hours) string { return h.ID })
	v.config = s.flowConfig(id, v.queueList)
	return v, nil
}

func readAll[T any](ctx context.Context, s *Service, instance, kind string, read func(*change.Resource) (T, error)) ([]T, error) {
	rows, err := s.all(ctx, instance, kind)
	if err != nil {
		return nil, err
	}
	things := make([]T, 0, len(rows))
	for i := range rows {
		thing, err := read(&rows[i])
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	return things, nil
}

func index[T any](to map[string]T, things []T, id func(T) string) {
	for _, t := range things {
		to[id(t)] = t
	}
}

func (s *Service) flowConfig(instance string, queues []Queue) contact.Config {
	scope := s.Scope(instance)
	cfg := contact.Config{InstanceARN: scope.InstanceARN(instance), Region: s.home.Region, Queues: map[string]contact.Queue{}}
	for _, q := range queues {
		cfg.Queues[q.ID] = contact.Queue{ID: q.ID, ARN: scope.ARN(arn.Queue, q.ID), Name: q.Name, MaxContacts: q.MaxContacts}
	}
	return cfg
}

// Settings returns what chats of an instance may do; fault.NotFound.
func (s *Service) Settings(ctx context.Context, instance string) (contact.Settings, error) {
	_, err := s.view(ctx, instance)
	return s.settings, err
}

// FlowConfig returns what a flow may read of its instance.
func (s *Service) FlowConfig(ctx context.Context, instance string) (contact.Config, error) {
	v, err := s.view(ctx, instance)
	if err != nil {
		return contact.Config{}, err
	}
	return v.config, nil
}

// cut takes the page of a list that is sorted by id.
func cut[T any](things []T, page Page, id func(T) string) (_ []T, next string) {
	from, found := slices.BinarySearchFunc(things, page.After, func(t T, after string) int { return cmp.Compare(id(t), after) })
	if found {
		from++
	}
	rest := things[from:]
	if len(rest) <= page.Limit {
		return rest, ""
	}
	return rest[:page.Limit], id(rest[page.Limit-1])
}
