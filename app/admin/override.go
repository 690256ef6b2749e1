package admin

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/hours"
	"parley/internal/fault"
	"parley/work/resource"
)

// Override changes hours of operation on some dates. Its name is unique among
// those of its hours.
type Override struct {
	resource.Stored
	HoursID     string            `json:"hours"`
	Title       string            `json:"title"` // its name; Stored.Name is the hours' id and this
	Description string            `json:"description,omitempty"`
	Type        string            `json:"type"`  // STANDARD, OPEN or CLOSED
	From        string            `json:"from"`  // a date, 2026-12-24
	Till        string            `json:"until"` // a date; it counts, too
	Slots       []Slot            `json:"slots"`
	Recurs      *hours.Recurrence `json:"recurs,omitempty"`
}

// maxOverrides is how many overrides hours of operation may have (Amazon Connect, "hours of operation overrides").
const maxOverrides = 50

func overrides() resource.Kind[Override, *Override] {
	return resource.Of[Override](resource.KindOverride, "HoursOfOperationOverrideId", "override")
}

// rule returns the override as hours of operation follow it; dates that are none are fault.Invalid.
func (o *Override) rule() (hours.Override, error) {
	out := hours.Override{Name: o.Title, Type: hours.Type(o.Type), Slots: slotsOf(o.Slots), Recurs: o.Recurs}
	var err error
	if out.From, err = Date(o.From, "EffectiveFrom"); err == nil {
		out.Till, err = Date(o.Till, "EffectiveTill")
	}
	return out, err
}

// Date reads a date; what is none is fault.Invalid.
func Date(text, member string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return at, fault.New(fault.Invalid, "%s: %q is not a date", member, text)
	}
	return at, nil
}

func (o *Override) check() error {
	r, err := o.rule()
	switch {
	case err != nil:
		return err
	case r.Till.Before(r.From):
		return fault.New(fault.Rule, "EffectiveTill is before EffectiveFrom")
	}
	return nil
}

// CreateOverride makes an override of hours that exist.
func (s *Service) CreateOverride(ctx context.Context, o Override) (Override, error) {
	o.ID, o.Modified, o.Name = resource.NewID(), s.clock.Now(), o.HoursID+"/"+o.Title
	if err := o.check(); err != nil {
		return o, err
	}
	// The hours are written with it, so that they are not deleted meanwhile.
	_, err := allHours().Update(ctx, s.docs, o.InstanceID, o.HoursID, func(*Hours) ([]change.Resource, error) {
		own, err := s.overridesOf(ctx, o.InstanceID, o.HoursID)
		if err != nil {
			return nil, err
		}
		if len(own) >= maxOverrides {
			return nil, fault.New(fault.LimitExceeded, "The hours of operation have %d overrides", maxOverrides)
		}
		row, err := overrides().Row(&o)
		return []change.Resource{row}, err
	})
	return o, overrides().Named(err)
}

// Override returns an override of hours of operation; fault.NotFound.
func (s *Service) Override(ctx context.Context, instance, hours, id string) (Override, error) {
	o, err := overrides().Get(ctx, s.docs, instance, id)
	if err == nil && o.HoursID != hours {
		err = overrides().Missing()
	}
	return o, err
}

// Overrides lists the overrides of hours of operation.
func (s *Service) Overrides(ctx context.Context, instance, hours string, page resource.Page) (_ []Override, next string, err error) {
	if _, err := s.Hours(ctx, instance, hours); err != nil {
		return nil, "", err
	}
	return overrides().List(ctx, s.docs, instance, page, func(o *Override) bool { return o.HoursID == hours })
}

func (s *Service) overridesOf(ctx context.Context, instance, hours string) (own []Override, err error) {
	all, err := overrides().All(ctx, s.docs, instance)
	for i := range all {
		if all[i].HoursID == hours {
			own = append(own, all[i])
		}
	}
	return own, err
}

// SearchOverrides lists the overrides of all hours that meet a condition, and counts them. Their tags are those of the hours.
func (s *Service) SearchOverrides(ctx context.Context, instance string, c resource.Condition, page resource.Page) (found resource.Found[Override], err error) {
	all, err := overrides().All(ctx, s.docs, instance)
	if err != nil {
		return found, err
	}
	whole, err := allHours().All(ctx, s.docs, instance)
	if err != nil {
		return found, err
	}
	for i := range all {
		for k := range whole {
			if whole[k].ID == all[i].HoursID {
				all[i].Tags = whole[k].Tags
			}
		}
	}
	return resource.Sift[Override](all, c, page, func(o Override) string { return o.ID })
}

// Fields are what searches compare.
func (o *Override) Fields() map[string]string {
	return map[string]string{
		"name": o.Title, "description": o.Description, "resourceid": o.ID, "hoursofoperationoverrideid": o.ID, "hoursofoperationid": o.HoursID,
		"effectivefrom": o.From, "effectivetill": o.Till, "overridetype": o.Type,
	}
}

// OverrideChange is what changes about an override; nil leaves it.
type OverrideChange struct {
	Title, Description, Type, From, Till *string
	Slots                                []Slot
	Recurs                               *hours.Recurrence
}

// UpdateOverride changes an override of hours of operation.
func (s *Service) UpdateOverride(ctx context.Context, instance, hours, id string, c OverrideChange) error {
	_, err := overrides().Update(ctx, s.docs, instance, id, func(o *Override) ([]change.Resource, error) {
		if o.HoursID != hours {
			return nil, overrides().Missing()
		}
		resource.Set(&o.Title, c.Title)
		resource.Set(&o.Description, c.Description)
		resource.Set(&o.Type, c.Type)
		resource.Set(&o.From, c.From)
		resource.Set(&o.Till, c.Till)
		if c.Slots != nil {
			o.Slots = c.Slots
		}
		if c.Recurs != nil {
			o.Recurs = c.Recurs
		}
		o.Name = o.HoursID + "/" + o.Title
		return nil, o.check()
	})
	return err
}

// DeleteOverride deletes an override of hours of operation.
func (s *Service) DeleteOverride(ctx context.Context, instance, hours, id string) error {
	return overrides().Delete(ctx, s.docs, instance, id, func(o *Override) ([]change.Resource, error) {
		if o.HoursID != hours {
			return nil, overrides().Missing()
		}
		return nil, nil
	})
}

// EffectiveHours returns the rule of hours of operation with their overrides, as it is stored now.
func (s *Service) EffectiveHours(ctx context.Context, instance, id string) (hours.Hours, error) {
	h, err := s.Hours(ctx, instance, id)
	if err != nil {
		return hours.Hours{}, err
	}
	own, err := s.overridesOf(ctx, instance, id)
	if err != nil {
		return hours.Hours{}, err
	}
	return h.open("", own)
}
