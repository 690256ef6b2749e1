package admin

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
)

// Hours are hours of operation: when a queue is open, in a time zone.
type Hours struct {
	Stored
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
	if _, err := time.LoadLocation(h.TimeZone); err != nil || h.TimeZone == "" || h.TimeZone == "Local" {
		return h, fault.New(fault.Invalid, "TimeZone %q is not a time zone of the IANA database", h.TimeZone)
	}
	row, err := s.newHours(&h)
	if err != nil {
		return h, err
	}
	err = s.put(ctx, h.InstanceID, row)
	if fault.Is(err, fault.Duplicate) {
		return h, fault.New(fault.Duplicate, "Name: hours of operation with this name exist")
	}
	return h, err
}

func (s *Service) newHours(h *Hours) (change.Resource, error) {
	h.ID, h.Modified = orNew(h.ID), s.clock.Now()
	return resource(h.InstanceID, kindHours, h.ID, h.Name, h)
}

func readHours(r *change.Resource) (Hours, error) {
	var h Hours
	if err := decode(r, &h); err != nil {
		return h, err
	}
	h.Stored = stored(r, h.Stored)
	return h, nil
}
