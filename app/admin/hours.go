package admin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/domain/change"
	"parley/domain/hours"
	"parley/internal/fault"
	"parley/work/resource"
)

// Hours are hours of operation: when a queue is open, in a time zone.
type Hours struct {
	resource.Stored
	Description string `json:"description,omitempty"`
	TimeZone    string `json:"zone"`
	Slots       []Slot `json:"slots"`
}

// Slot is one opening on a day of the week, in minutes after midnight.
type Slot struct {
	Day  string `json:"day"` // SUNDAY … SATURDAY
	From int    `json:"from"`
	To   int    `json:"to"`
}

// CreateHours makes hours of operation. The time zone must be one of the IANA database.
func (s *Service) CreateHours(ctx context.Context, h Hours) (Hours, error) {
	if _, err := s.view(ctx, h.InstanceID); err != nil {
		return h, err
	}
	if err := h.check(); err != nil {
		return h, err
	}
	_, err := allHours().Create(ctx, s.docs, &h, resource.Token{})
	return h, err
}

func (h *Hours) check() error {
	if _, err := time.LoadLocation(h.TimeZone); err != nil || h.TimeZone == "" || h.TimeZone == "Local" {
		return fault.New(fault.Invalid, "TimeZone %q is not a time zone of the IANA database", h.TimeZone)
	}
	return nil
}

func allHours() resource.Kind[Hours, *Hours] {
	return resource.Of[Hours](resource.KindHours, "HoursOfOperationId", "hours of operation")
}

// Hours returns hours of operation; fault.NotFound.
func (s *Service) Hours(ctx context.Context, instance, id string) (Hours, error) {
	return allHours().Get(ctx, s.docs, instance, id)
}

// AllHours lists the hours of operation of an instance.
func (s *Service) AllHours(ctx context.Context, instance string, page resource.Page) (_ []Hours, next string, err error) {
	return allHours().List(ctx, s.docs, instance, page, nil)
}

// SearchHours lists the hours of operation that meet a condition, and counts them.
func (s *Service) SearchHours(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[Hours], error) {
	return resource.Search(ctx, s.docs, allHours(), instance, c, page)
}

// Fields are what searches compare.
func (h *Hours) Fields() map[string]string {
	return map[string]string{"name": h.Name, "description": h.Description, "timezone": h.TimeZone, "resourceid": h.ID}
}

// HoursChange is what changes about hours of operation; nil leaves it.
type HoursChange struct {
	Name, Description, TimeZone *string
	Slots                       []Slot
}

// UpdateHours changes hours of operation.
func (s *Service) UpdateHours(ctx context.Context, instance, id string, c HoursChange) error {
	_, err := allHours().Update(ctx, s.docs, instance, id, func(h *Hours) ([]change.Resource, error) {
		resource.Set(&h.Name, c.Name)
		resource.Set(&h.Description, c.Description)
		resource.Set(&h.TimeZone, c.TimeZone)
		if c.Slots != nil {
			h.Slots = c.Slots
		}
		return nil, h.check()
	})
	return err
}

// DeleteHours deletes hours of operation with their overrides, unless a queue
// or a flow names them (fault.Rule).
func (s *Service) DeleteHours(ctx context.Context, instance, id string) error {
	return allHours().Delete(ctx, s.docs, instance, id, func(*Hours) ([]change.Resource, error) {
		gone, err := s.docs.Still(ctx, instance)
		if err != nil {
			return nil, err
		}
		if err := s.hoursUnused(ctx, instance, id); err != nil {
			return nil, err
		}
		own, err := s.overridesOf(ctx, instance, id)
		for _, o := range own {
			gone = append(gone, change.Resource{Instance: instance, Kind: resource.KindOverride, ID: o.ID, Version: o.Version, Delete: true})
		}
		return gone, err
	})
}

func (s *Service) hoursUnused(ctx context.Context, instance, id string) error {
	all, err := queues().All(ctx, s.docs, instance)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].HoursID == id {
			return fault.New(fault.Rule, "%s: the hours of operation are in use by the queue %s", allHours().Member, all[i].Name)
		}
	}
	return s.unused(ctx, instance, id, allHours().Member, allHours().Noun)
}

// open returns the hours as flows ask them.
func (h *Hours) open(arn string, overrides []Override) (hours.Hours, error) {
	zone, err := time.LoadLocation(h.TimeZone)
	if err != nil {
		return hours.Hours{}, fmt.Errorf("hours of operation %s: %w", h.ID, err)
	}
	out := hours.Hours{ID: h.ID, ARN: arn, Name: h.Name, Zone: zone, Slots: slotsOf(h.Slots)}
	for i := range overrides {
		o, err := overrides[i].rule()
		if err != nil {
			return out, err
		}
		out.Overrides = append(out.Overrides, o)
	}
	return out, nil
}

func slotsOf(in []Slot) []hours.Slot {
	var out []hours.Slot
	for _, slot := range in {
		out = append(out, hours.Slot{Day: time.Weekday(slices.Index(days(), slot.Day)), From: slot.From, To: slot.To})
	}
	return out
}

// days are the days of the week, as Amazon Connect writes them.
func days() []string {
	return []string{"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"}
}
