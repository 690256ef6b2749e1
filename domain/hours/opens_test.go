package hours_test

import (
	"testing"
	"time"

	"parley/domain/hours"
)

// walked finds the next opening by looking at every minute.
func walked(h hours.Hours, at time.Time) (time.Time, bool) {
	for m := at.Truncate(time.Minute).Add(time.Minute); !m.After(at.Add(hours.Within)); m = m.Add(time.Minute) {
		if h.Open(m) {
			return m, true
		}
	}
	return time.Time{}, false
}

// What is told as the next opening is the first minute that is open, whatever clocks and overrides do.
func TestOpens(t *testing.T) {
	on := func(kind hours.Type, day string, slots ...hours.Slot) hours.Override {
		return hours.Override{Type: kind, From: date(t, day), Till: date(t, day), Slots: slots}
	}
	for name, c := range map[string]struct {
		zone string
		h    hours.Hours
		at   string
	}{
		"later today":              {"UTC", hours.Hours{Slots: daily(540, 1020)}, "2026-05-04T07:30:10Z"},
		"tomorrow":                 {"UTC", hours.Hours{Slots: daily(540, 1020)}, "2026-05-04T17:00:00Z"},
		"the second half":          {"UTC", hours.Hours{Slots: append(daily(480, 720), daily(780, 1080)...)}, "2026-05-04T12:30:00Z"},
		"next week":                {"Asia/Tokyo", hours.Hours{Slots: []hours.Slot{{time.Monday, 540, 1020}}}, "2026-05-04T08:00:00Z"},
		"never":                    {"UTC", hours.Hours{}, "2026-05-04T08:00:00Z"},
		"a day of another kind":    {"UTC", hours.Hours{Slots: daily(540, 1020), Overrides: []hours.Override{on(hours.Closed, "2026-05-05"), on(hours.Opened, "2026-05-05", daily(60, 120)...)}}, "2026-05-04T17:00:00Z"},
		"in more than two weeks":   {"UTC", hours.Hours{Overrides: []hours.Override{on(hours.Opened, "2026-05-19", daily(540, 600)...)}}, "2026-05-04T17:00:00Z"},
		"in just two weeks":        {"UTC", hours.Hours{Overrides: []hours.Override{on(hours.Opened, "2026-05-18", daily(540, 600)...)}}, "2026-05-04T09:00:00Z"},
		"an hour after two weeks":  {"UTC", hours.Hours{Overrides: []hours.Override{on(hours.Opened, "2026-05-18", daily(600, 660)...)}}, "2026-05-04T09:00:00Z"},
		"an hour that is skipped":  {"Europe/Berlin", hours.Hours{Slots: []hours.Slot{{time.Sunday, 150, 240}}}, "2026-03-28T12:00:00Z"},
		"only in what is skipped":  {"Europe/Berlin", hours.Hours{Slots: []hours.Slot{{time.Sunday, 130, 150}, {time.Tuesday, 0, 0}}}, "2026-03-28T12:00:00Z"},
		"an hour that comes twice": {"Europe/Berlin", hours.Hours{Slots: []hours.Slot{{time.Sunday, 120, 150}}}, "2026-10-25T00:40:00Z"},
		"midnight that is skipped": {"America/Santiago", hours.Hours{Slots: daily(0, 300)}, "2026-09-05T18:00:00Z"},
		"half an hour forward":     {"Australia/Lord_Howe", hours.Hours{Slots: []hours.Slot{{time.Sunday, 125, 240}}}, "2026-10-03T12:00:00Z"},
		"over midnight":            {"America/New_York", hours.Hours{Slots: []hours.Slot{{time.Saturday, 1320, 120}}}, "2026-11-01T07:30:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		c.h.Zone = zone(t, c.zone)
		if c.h.Open(at) {
			t.Fatalf("%s: it is open already", name)
		}
		want, will := walked(c.h, at)
		if got, ok := c.h.Opens(at); ok != will || ok && !got.Equal(want) {
			t.Errorf("%s: %v %v, want %v %v", name, got, ok, want, will)
		}
	}
}
