package admin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/domain/hours"
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
	_, err := allHours().create(ctx, s, &h, Token{})
	return h, err
}

func allHours() kind[Hours, *Hours] {
	return kind[Hours, *Hours]{kindHours, "HoursOfOperationId", "hours of operation"}
}

// open returns the hours as flows ask them.
func (h *Hours) open(arn string) (hours.Hours, error) {
	zone, err := time.LoadLocation(h.TimeZone)
	if err != nil {
		return hours.Hours{}, fmt.Errorf("hours of operation %s: %w", h.ID, err)
	}
	out := hours.Hours{ID: h.ID, ARN: arn, Name: h.Name, Zone: zone}
	for _, slot := range h.Slots {
		day := slices.Index(days(), slot.Day)
		out.Slots = append(out.Slots, hours.Slot{Day: time.Weekday(day), From: slot.From, To: slot.To})
	}
	return out, nil
}

// days are the days of the week, as Amazon Connect writes them.
func days() []string {
	return []string{"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"}
}
