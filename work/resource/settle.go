package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
)

// decisions is how often a change is decided anew because another was faster (our choice).
const decisions = 20

// apart bounds the wait between two decisions (our choice).
const apart = 50 * time.Millisecond

// Decided tries a change, anew as long as another one is faster (fault.Conflict);
// what says what was to be changed, where that does not end.
//
// The waits between the tries are random and grow, so that of several nodes that
// change the same thing none is always the slower one.
func Decided(ctx context.Context, what string, try func() error) error {
	for n := range decisions {
		if err := try(); !fault.Is(err, fault.Conflict) {
			return err
		}
		select {
		case <-time.After(rand.N(min(apart, time.Millisecond<<n))):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fault.New(fault.Throttled, "%s is being changed by many: try again", what)
}

// Still returns the stored form of an instance to be written with what is
// decided after it: if anything is changed in the instance meanwhile, the change
// conflicts and is decided anew. So what a thing refers to is there when the
// thing is written, and what is deleted is in use by nothing.
func (s *Store) Still(ctx context.Context, instance string) ([]change.Resource, error) {
	row, err := s.InstanceRow(ctx, instance)
	if err != nil {
		return nil, err
	}
	return []change.Resource{*row}, nil
}

// holdsStill tells whether a change was decided on an instance that stood still.
func holdsStill(resources []change.Resource) bool {
	return slices.ContainsFunc(resources, func(r change.Resource) bool { return r.Kind == KindInstance })
}

// CreateOn creates one on an instance that stands still while check looks at
// what the new one refers to.
func (k Kind[T, P]) CreateOn(ctx context.Context, s *Store, doc *T, check func() error) error {
	return Decided(ctx, "The instance", func() error {
		row, err := s.Still(ctx, P(doc).head().InstanceID)
		if err != nil {
			return err
		}
		if err := check(); err != nil {
			return err
		}
		_, err = k.Create(ctx, s, doc, Token{}, row...)
		return err
	})
}

// UpdateOn is Update on an instance that stands still while decide looks at
// what the changed one refers to.
func (k Kind[T, P]) UpdateOn(ctx context.Context, s *Store, instance, id string, decide func(*T) error) error {
	_, err := k.Update(ctx, s, instance, id, func(doc *T) ([]change.Resource, error) {
		row, err := s.Still(ctx, instance)
		if err != nil {
			return nil, err
		}
		return row, decide(doc)
	})
	return err
}

// DeleteOn is Delete on an instance that stands still while allow looks for
// what uses the thing.
func (k Kind[T, P]) DeleteOn(ctx context.Context, s *Store, instance, id string, allow func(*T) error) error {
	return k.Delete(ctx, s, instance, id, func(doc *T) ([]change.Resource, error) {
		row, err := s.Still(ctx, instance)
		if err != nil {
			return nil, err
		}
		return row, allow(doc)
	})
}

// Room refuses one more than an instance may have (fault.LimitExceeded).
func (k Kind[T, P]) Room(ctx context.Context, s *Store, instance string, most int) error {
	rows, err := s.Rows.Resources(ctx, instance, k.Name, "", most)
	if err == nil && len(rows) >= most {
		err = fault.New(fault.LimitExceeded, "An instance has at most %d of this kind: %s", most, k.Noun)
	}
	return err
}

// Need refuses a thing of a kind that is not there (fault.NotFound); member names it.
func (s *Store) Need(ctx context.Context, instance, kind, id, member string) error {
	_, err := s.Rows.Resource(ctx, instance, kind, id)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "%s: the %s was not found", member, noun(kind))
	}
	return err
}

// Free refuses to let a thing go that one of some kinds names (fault.InUse).
func (k Kind[T, P]) Free(ctx context.Context, s *Store, instance, id string, by ...string) error {
	for _, kind := range by {
		rows, err := s.All(ctx, instance, kind)
		if err != nil {
			return err
		}
		for i := range rows {
			var head Stored
			if err := json.Unmarshal(rows[i].Document, &head); err != nil {
				return fmt.Errorf("decode %s %s: %w", kind, rows[i].ID, err)
			}
			if rows[i].ID != id && slices.Contains(head.Uses, id) {
				return fault.New(fault.InUse, "%s: the %s is in use by the %s %s", k.Member, k.Noun, noun(kind), rows[i].Name)
			}
		}
	}
	return nil
}

// noun is a kind in messages.
func noun(kind string) string {
	if kind == KindHours {
		return "hours of operation"
	}
	return strings.ReplaceAll(kind, "-", " ")
}
