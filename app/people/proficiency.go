package people

import (
	"cmp"
	"context"
	"slices"

	"parley/domain/change"
	"parley/internal/fault"
)

// Proficiency says how well a user knows a value of a predefined attribute.
type Proficiency struct {
	Attribute string  `json:"attribute"`
	Value     string  `json:"value"`
	Level     float64 `json:"level,omitempty"` // 1 to 5
}

// Key orders the proficiencies of a user, and tells them apart.
func (p Proficiency) Key() string { return p.Attribute + "\x00" + p.Value }

// is tells whether both are about the same value.
func (p Proficiency) is(other Proficiency) bool {
	return p.Key() == other.Key()
}

// maxProficiencies is how many a user may have (Amazon Connect, default quota).
const maxProficiencies = 10

// AssociateProficiencies gives a user proficiencies; one that the user has gets the new level.
func (s *Service) AssociateProficiencies(ctx context.Context, instance, user string, add []Proficiency) error {
	return users().UpdateOn(ctx, s.docs, instance, user, func(u *User) error {
		for _, p := range add {
			a, err := attributes().Get(ctx, s.docs, instance, p.Attribute)
			if fault.Is(err, fault.NotFound) {
				err = fault.New(fault.NotFound, "AttributeName: the predefined attribute was not found")
			}
			if err != nil {
				return err
			}
			if !a.takes(p.Value) {
				return fault.New(fault.Invalid, "AttributeValue: %s has no such value", p.Attribute)
			}
			u.Proficiencies = with(u.Proficiencies, p)
		}
		if len(u.Proficiencies) > maxProficiencies {
			return fault.New(fault.Rule, "UserProficiencies: a user has at most %d proficiencies", maxProficiencies)
		}
		return nil
	})
}

// UpdateProficiencies changes levels of proficiencies that a user has (fault.NotFound).
func (s *Service) UpdateProficiencies(ctx context.Context, instance, user string, levels []Proficiency) error {
	return s.onProficiencies(ctx, instance, user, levels, func(u *User, p Proficiency) {
		u.Proficiencies = with(u.Proficiencies, p)
	})
}

// DisassociateProficiencies takes proficiencies from a user who has them (fault.NotFound).
func (s *Service) DisassociateProficiencies(ctx context.Context, instance, user string, gone []Proficiency) error {
	return s.onProficiencies(ctx, instance, user, gone, func(u *User, p Proficiency) { u.Proficiencies = without(u.Proficiencies, p) })
}

func (s *Service) onProficiencies(ctx context.Context, instance, user string, all []Proficiency, apply func(*User, Proficiency)) error {
	_, err := users().Update(ctx, s.docs, instance, user, func(u *User) ([]change.Resource, error) {
		for _, p := range all {
			if !slices.ContainsFunc(u.Proficiencies, p.is) {
				return nil, fault.New(fault.NotFound, "UserProficiencies: the user does not have %s", p.Attribute)
			}
			apply(u, p)
		}
		return nil, nil
	})
	return err
}

func with(all []Proficiency, p Proficiency) []Proficiency {
	all = append(without(all, p), p)
	slices.SortFunc(all, func(a, b Proficiency) int { return cmp.Compare(a.Key(), b.Key()) })
	return all
}

func without(all []Proficiency, p Proficiency) []Proficiency {
	return slices.DeleteFunc(slices.Clone(all), p.is)
}
