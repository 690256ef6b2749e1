package rules

import (
	"context"
	"log/slog"
	"time"

	"parley/domain/change"
	"parley/domain/rule"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/work"
	"parley/work/resource"
)

// published are the published rules of an instance, as they stood at a time of the wall clock.
type published struct {
	read  time.Time
	rules map[rule.Trigger][]ready
}

// ready is a rule that is read and can look.
type ready struct {
	function rule.Function
	matched  rule.Matched
}

// freshFor is how long what was read holds without a hint (our choice: what chats read of an instance is as old at most).
const freshFor = time.Second

// Watch lets the rules look at what happens to sessions.
func (s *Service) Watch(sessions *work.Sessions) {
	s.sessions = sessions
	sessions.Before = append(sessions.Before, s.before)
}

func (s *Service) forget(instance string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, instance)
	s.changes++
}

// before sets the deadlines by which rules look. Where it cannot be read whether there are any, they do.
func (s *Service) before(ctx context.Context, was *session.Session, set *change.Set) {
	if set.Session == nil || was == nil && set.Session.Next == nil || len(set.Items) == 0 && set.Session.Next == nil {
		return
	}
	instance := ""
	if was != nil {
		instance = was.InstanceID
	} else {
		instance = set.Session.Next.InstanceID
	}
	p, err := s.published(ctx, instance)
	unknown := err != nil && !fault.Is(err, fault.NotFound)
	rule.Look(was, set, unknown || len(p.rules[rule.LiveChat]) > 0, unknown || len(p.rules[rule.PostChat]) > 0)
}

func (s *Service) published(ctx context.Context, instance string) (published, error) {
	now := clock.Wall()
	s.mu.Lock()
	p, ok := s.known[instance]
	changes := s.changes
	s.mu.Unlock()
	if ok && now.Sub(p.read) < freshFor {
		return p, nil
	}
	all, err := kind().All(ctx, s.docs, instance)
	if err != nil {
		return published{}, err
	}
	p = published{read: now, rules: map[rule.Trigger][]ready{}}
	for i := range all {
		if r := &all[i]; r.Published {
			f, err := rule.Parse(r.Trigger, r.Function)
			if err != nil { // a later version of the server has written it
				s.log.WarnContext(ctx, "a rule cannot be read", slog.String("rule", r.ID), slog.Any("error", err))
				continue
			}
			p.rules[r.Trigger] = append(p.rules[r.Trigger], ready{f, r.matched()})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes == changes { // else what was read may be old already
		s.known[instance] = p
	}
	return p, nil
}

func (r *Rule) matched() rule.Matched {
	m := rule.Matched{ID: r.ID, Name: r.Name}
	for _, a := range r.Actions {
		if a.Type == Categorize {
			m.Category = true
		} else {
			m.Events = append(m.Events, a.Event)
		}
	}
	return m
}

// HandleDue lets the rules look at a contact, or sends an event.
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	switch ref.Kind {
	case rule.DueEvent:
		return s.deliver(ctx, ref)
	case rule.DueLive:
		return s.look(ctx, ref, rule.LiveChat)
	}
	return s.look(ctx, ref, rule.PostChat)
}

func (s *Service) look(ctx context.Context, ref change.DueRef, t rule.Trigger) error {
	snap, err := s.sessions.Current(ctx, ref.Owner)
	if fault.Is(err, fault.NotFound) {
		return nil // erased, and its deadlines with it
	}
	if err != nil {
		return err
	}
	all, err := s.matching(ctx, snap, ref.Subject, t)
	if err != nil {
		return err
	}
	_, err = s.sessions.DecideDue(ctx, ref, func(now *session.Session) (*change.Set, error) {
		return rule.Fire(now, ref.Subject, t, all, ref, resource.NewID(), s.clock.Now()), nil
	})
	return err
}

// matching are the rules that match a contact and have not done so before.
func (s *Service) matching(ctx context.Context, snap *session.Session, contact string, t rule.Trigger) (all []rule.Matched, err error) {
	k := snap.Contact(contact)
	p, err := s.published(ctx, snap.InstanceID)
	if err != nil || k == nil {
		return nil, err
	}
	var open []ready
	for _, r := range p.rules[t] {
		if !k.Matched(r.matched.ID) {
			open = append(open, r)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	facts := &rule.Facts{Attributes: snap.Attributes, Contact: k}
	if facts.Items, err = s.said(ctx, snap.ID, contact); err != nil {
		return nil, err
	}
	for _, r := range open {
		if r.function.Matches(facts) {
			all = append(all, r.matched)
		}
	}
	return all, nil
}

// mostItems is how many of a contact's latest items rules look at (our choice).
const mostItems = 2_000

// said are the latest items of a contact, the latest first.
func (s *Service) said(ctx context.Context, session, contact string) (all []transcript.Item, err error) {
	const some = 200
	for before := int64(0); len(all) < mostItems; {
		items, err := s.sessions.Store.Items(ctx, session, store.Page{Before: before, Limit: some, Descending: true})
		if err != nil {
			return nil, err
		}
		for i := range items {
			if items[i].ContactID == contact {
				all = append(all, items[i])
			}
		}
		if len(items) < some {
			break
		}
		before = items[len(items)-1].Position
	}
	return all, nil
}
