package people

import (
	"context"
	"slices"

	"parley/internal/fault"
	"parley/work/resource"
)

// PredefinedAttribute is something that users can be more or less proficient in.
// Its id is its name.
type PredefinedAttribute struct {
	resource.Stored
	Values   []string `json:"values,omitempty"`
	Purposes []string `json:"purposes,omitempty"` // without effect
	Open     bool     `json:"open,omitempty"`     // users may have values that are not listed
}

// maxAttributes is how many an instance may have (Amazon Connect, default quota).
const maxAttributes = 150

func attributes() resource.Kind[PredefinedAttribute, *PredefinedAttribute] {
	return resource.Of[PredefinedAttribute](resource.KindAttribute, "Name", "predefined attribute")
}

// CreatePredefinedAttribute makes a predefined attribute.
func (s *Service) CreatePredefinedAttribute(ctx context.Context, a PredefinedAttribute) error {
	a.ID = a.Name
	return attributes().CreateOn(ctx, s.docs, &a, func() error {
		_, err := attributes().Get(ctx, s.docs, a.InstanceID, a.ID)
		if err == nil {
			return attributes().Named(fault.New(fault.Duplicate, "taken"))
		}
		if fault.Is(err, fault.NotFound) {
			err = attributes().Room(ctx, s.docs, a.InstanceID, maxAttributes)
		}
		return err
	})
}

// PredefinedAttribute returns a predefined attribute; fault.NotFound.
func (s *Service) PredefinedAttribute(ctx context.Context, instance, name string) (PredefinedAttribute, error) {
	return attributes().Get(ctx, s.docs, instance, name)
}

// PredefinedAttributes lists the predefined attributes of an instance, by name.
func (s *Service) PredefinedAttributes(ctx context.Context, instance string, page resource.Page) (_ []PredefinedAttribute, next string, err error) {
	return attributes().List(ctx, s.docs, instance, page, nil)
}

// SearchPredefinedAttributes lists those that meet a condition, and counts them.
func (s *Service) SearchPredefinedAttributes(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[PredefinedAttribute], error) {
	return resource.Search(ctx, s.docs, attributes(), instance, c, page)
}

// Fields are what searches compare.
func (a *PredefinedAttribute) Fields() map[string]string {
	return map[string]string{"name": a.Name, "attributename": a.Name}
}

// AttributeChange is what changes about a predefined attribute; nil leaves it.
type AttributeChange struct {
	Values, Purposes []string
	Open             *bool
}

// UpdatePredefinedAttribute changes an attribute. A value that a user has stays,
// unless the attribute is open (fault.Rule).
func (s *Service) UpdatePredefinedAttribute(ctx context.Context, instance, name string, c AttributeChange) error {
	return attributes().UpdateOn(ctx, s.docs, instance, name, func(a *PredefinedAttribute) error {
		if c.Values != nil {
			a.Values = c.Values
		}
		if c.Purposes != nil {
			a.Purposes = c.Purposes
		}
		resource.Set(&a.Open, c.Open)
		by, err := users().First(ctx, s.docs, instance, func(u *User) bool {
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
	return attributes().DeleteOn(ctx, s.docs, instance, name, func(*PredefinedAttribute) error {
		by, err := users().First(ctx, s.docs, instance, func(u *User) bool {
			return slices.ContainsFunc(u.Proficiencies, func(p Proficiency) bool { return p.Attribute == name })
		})
		if err == nil && by != nil {
			err = fault.New(fault.InUse, "Name: the predefined attribute is in use by the user %s", by.Name)
		}
		return err
	})
}
