package admin

import (
	"context"
	"slices"

	"parley/domain/change"
	"parley/internal/fault"
)

// still returns the stored form of an instance to be written with what is
// decided after it: if anything is changed in the instance meanwhile, the change
// conflicts and is decided anew. So what a thing refers to is there when the
// thing is written, and what is deleted is in use by nothing.
func (s *Service) still(ctx context.Context, instance string) ([]change.Resource, error) {
	row, err := s.instanceRow(ctx, instance)
	if err != nil {
		return nil, err
	}
	return []change.Resource{*row}, nil
}

// holdsStill tells whether a change was decided on an instance that stood still.
func holdsStill(resources []change.Resource) bool {
	return slices.ContainsFunc(resources, func(r change.Resource) bool { return r.Kind == kindInstance })
}

// createOn creates one on an instance that stands still while check looks at
// what the new one refers to.
func (k kind[T, P]) createOn(ctx context.Context, s *Service, doc *T, check func() error) error {
	for range decisions {
		row, err := s.still(ctx, P(doc).head().InstanceID)
		if err != nil {
			return err
		}
		if err := check(); err != nil {
			return err
		}
		if _, err = k.create(ctx, s, doc, Token{}, row...); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Throttled, "The instance is being changed by many: try again")
}

// updateOn is update on an instance that stands still while decide looks at
// what the changed one refers to.
func (k kind[T, P]) updateOn(ctx context.Context, s *Service, instance, id string, decide func(*T) error) error {
	_, err := k.update(ctx, s, instance, id, func(doc *T) ([]change.Resource, error) {
		row, err := s.still(ctx, instance)
		if err != nil {
			return nil, err
		}
		return row, decide(doc)
	})
	return err
}

// edit is update where nothing else is looked at.
func (k kind[T, P]) edit(ctx context.Context, s *Service, instance, id string, decide func(*T)) error {
	_, err := k.update(ctx, s, instance, id, func(doc *T) ([]change.Resource, error) {
		decide(doc)
		return nil, nil
	})
	return err
}

// deleteOn is delete on an instance that stands still while allow looks for
// what uses the thing.
func (k kind[T, P]) deleteOn(ctx context.Context, s *Service, instance, id string, allow func(*T) error) error {
	return k.delete(ctx, s, instance, id, func(doc *T) ([]change.Resource, error) {
		row, err := s.still(ctx, instance)
		if err != nil {
			return nil, err
		}
		return row, allow(doc)
	})
}

// room refuses one more than an instance may have.
func (k kind[T, P]) room(ctx context.Context, s *Service, instance string, most int) error {
	rows, err := s.store.Resources(ctx, instance, k.name, "", most)
	if err == nil && len(rows) >= most {
		err = fault.New(fault.LimitExceeded, "An instance has at most %d of this kind: %s", most, k.noun)
	}
	return err
}

// inUse refuses to delete a thing that another has; by is nil for none.
func (k kind[T, P]) inUse(noun string, by *Stored) error {
	if by == nil {
		return nil
	}
	return fault.New(fault.InUse, "%s: the %s is in use by the %s %s", k.member, k.noun, noun, by.Name)
}

// first returns what the first that has a property carries, nil if none has.
func (k kind[T, P]) first(ctx context.Context, s *Service, instance string, has func(*T) bool) (*Stored, error) {
	all, err := k.all(ctx, s, instance)
	for i := range all {
		if has(&all[i]) {
			return P(&all[i]).head(), err
		}
	}
	return nil, err
}
