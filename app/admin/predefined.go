package admin

import (
	"context"
	"slices"

	"parley/internal/fault"
)

// PredefinedAttribute is something that users can be more or less proficient in.
// Its id is its name.
type PredefinedAttribute struct {
	Stored
	Values   []string `json:"values,omitempty"`
	Purposes []string `json:"purposes,omitempty"` // without effect
	Open     bool     `json:"open,omitempty"`     // users may have values that are not listed
}

// maxAttributes is how many an instance may have (Amazon Connect, default quota).
const maxAttributes = 150

func attributes() kind[PredefinedAttribute, *PredefinedAttribute] {
	return kind[PredefinedAttribute, *PredefinedAttribute]{kindAttribute, "Name", "predefined attribute"}
}

// CreatePredefinedAttribute makes a predefined attribute.
func (s *Service) CreatePredefinedAttribute(ctx context.Context, a PredefinedAttribute) error {
	a.ID = a.Name
	for range decisions {
		row, err := s.still(ctx, a.InstanceID)
		if err != nil {
			return err
		}
		if _, err := attributes().get(ctx, s, a.InstanceID, a.ID); err == nil {
			return attributes().named(fault.New(fault.Duplicate, "taken"))
		}
		if err := attributes().room(ctx, s, a.InstanceID, maxAttributes); err != nil {
			return err
		}
		if _, err = attributes().create(ctx, s, &a, Token{}, row...); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Throttled, "The instance is being changed by many: try again")
}

// PredefinedAttribute returns a predefined attribute; fault.NotFound.
func (s *Service) PredefinedAttribute(ctx context.Context, instance, name string) (PredefinedAttribute, error) {
	return attributes().get(ctx, s, instance, name)
}

// PredefinedAttributes lists the predefined attributes of an instance, by name.
func (s *Service) PredefinedAttributes(ctx context.Context, instance string, page Page) (_ []PredefinedAttribute, next string, err error) {
	return attributes().list(ctx, s, instance, page, nil)
}

// SearchPredefinedAttributes lists those that meet a condition, and counts them.
func (s *Service) SearchPredefinedAttributes(ctx context.Context, instance string, c Condition, page Page) (Found[PredefinedAttribute], error) {
	return search(ctx, s, attributes(), instance, c, page)
}

func (a *PredefinedAttribute) fields() map[string]string {
	return map[string]string{"name": a.Name, "attributename": a.Name}
}

// UpdatePredefinedAttribute changes an attribute; nil leaves a member. A value
// that a user has stays, unless the attribute is open (fault.Rule).
func (s *Service) UpdatePredefinedAttribute(ctx context.Context, instance, name string, values, purposes []string, open *bool) error {
	return attributes().updateOn(ctx, s, instance, name, func(a *PredefinedAttribute) error {
		if values != nil {
			a.Values = values
		}
		if purposes != nil {
			a.Purposes = purposes
		}
		set(&a.Open, open)
		by, err := users().first(ctx, s, instance, func(u *User) bool {
			return slices.ContainsFunc(u.Proficiencies, func(p Proficiency) bool { return p.Attribute == name && !a.takes(p.Value) })
		})
		if err == nil && by != nil {
			err = fault.New(fault.Rule, "Values: the user %s has a value that would be gone", by.Name)
		}
		return err
	})
}

func (a *PredefinedAttribute) takes(value string) bool {
	return a.Open || slices.Contains(a.Values, value)
}

// DeletePredefinedAttribute deletes an attribute that no user has (fault.InUse).
func (s *Service) DeletePredefinedAttribute(ctx context.Context, instance, name string) error {
	return attributes().deleteOn(ctx, s, instance, name, func(*PredefinedAttribute) error {
		by, err := users().first(ctx, s, instance, func(u *User) bool {
			return slices.ContainsFunc(u.Proficiencies, func(p Proficiency) bool { return p.Attribute == name })
		})
		return orElse(err, attributes().inUse("user", by))
	})
}
