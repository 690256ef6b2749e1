package hours_test

import (
	"testing"
	"time"

	"parley/domain/hours"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func clock(h, m int) int { return h*60 + m }

func TestOpen(t *testing.T) {
	nineToFive := []hours.Slot{{time.Monday, clock(9, 0), clock(17, 0)}}
	night := []hours.Slot{{time.Saturday, clock(22, 0), clock(2, 0)}}
	for _, c := range []struct {
		zone  string
		slots []hours.Slot
		at    string // RFC 3339
		open  bool
	}{
		// May 4, 2026 is a Monday.
		{"UTC", nineToFive, "2026-05-04T08:59:59Z", false},
		{"UTC", nineToFive, "2026-05-04T09:00:00Z", true},
		{"UTC", nineToFive, "2026-05-04T16:59:59Z", true},
		{"UTC", nineToFive, "2026-05-04T17:00:00Z", false},
		{"UTC", nineToFive, "2026-05-05T12:00:00Z", false},
		{"UTC", nil, "2026-05-04T12:00:00Z", false},
		// The zone counts, not the time's own offset.
		{"Asia/Tokyo", nineToFive, "2026-05-04T00:00:00Z", true},
		{"Asia/Tokyo", nineToFive, "2026-05-04T08:00:00Z", false},
		{"UTC", nineToFive, "2026-05-04T18:00:00+09:00", true},
		// Over midnight: from Saturday evening into Sunday, not before.
		{"UTC", night, "2026-05-09T21:59:59Z", false},
		{"UTC", night, "2026-05-09T22:00:00Z", true},
		{"UTC", night, "2026-05-10T01:59:59Z", true},
		{"UTC", night, "2026-05-10T02:00:00Z", false},
		{"UTC", night, "2026-05-09T01:00:00Z", false},
		// The whole day, in both spellings, and no minute more.
		{"UTC", []hours.Slot{{time.Monday, 0, 0}}, "2026-05-04T00:00:00Z", true},
		{"UTC", []hours.Slot{{time.Monday, 0, 0}}, "2026-05-04T23:59:59Z", true},
		{"UTC", []hours.Slot{{time.Monday, 0, 0}}, "2026-05-05T00:00:00Z", false},
		{"UTC", []hours.Slot{{time.Monday, 0, clock(23, 59)}}, "2026-05-04T23:59:59Z", true},
		{"UTC", []hours.Slot{{time.Monday, 0, clock(23, 59)}}, "2026-05-05T00:00:00Z", false},
		// Two slots with a break.
		{"UTC", []hours.Slot{{time.Monday, 480, 720}, {time.Monday, 780, 1080}}, "2026-05-04T12:30:00Z", false},
		{"UTC", []hours.Slot{{time.Monday, 480, 720}, {time.Monday, 780, 1080}}, "2026-05-04T13:00:00Z", true},
		// Berlin, Sunday, March 29, 2026: 02:00 becomes 03:00. From 01:30 to 02:30 lasts half an hour.
		{"Europe/Berlin", []hours.Slot{{time.Sunday, 90, 150}}, "2026-03-29T00:59:59Z", true},
		{"Europe/Berlin", []hours.Slot{{time.Sunday, 90, 150}}, "2026-03-29T01:00:00Z", false},
		// Nine o'clock is nine o'clock on both sides of the change.
		{"Europe/Berlin", nineToFive, "2026-03-23T07:59:59Z", false},
		{"Europe/Berlin", nineToFive, "2026-03-23T08:00:00Z", true},
		{"Europe/Berlin", nineToFive, "2026-03-30T06:59:59Z", false},
		{"Europe/Berlin", nineToFive, "2026-03-30T07:00:00Z", true},
		// Sunday, October 25, 2026: 03:00 becomes 02:00. 02:15 comes twice.
		{"Europe/Berlin", []hours.Slot{{time.Sunday, 120, 150}}, "2026-10-25T00:15:00Z", true},
		{"Europe/Berlin", []hours.Slot{{time.Sunday, 120, 150}}, "2026-10-25T00:45:00Z", false},
		{"Europe/Berlin", []hours.Slot{{time.Sunday, 120, 150}}, "2026-10-25T01:15:00Z", true},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		h := hours.Hours{Zone: zone(t, c.zone), Slots: c.slots}
		if got := h.Open(at); got != c.open {
			t.Errorf("%s %v at %s: open %v, want %v", c.zone, c.slots, c.at, got, c.open)
		}
	}
}

// Around the clock there is no closed minute, whatever the clocks do.
func TestAroundTheClockHasNoGap(t *testing.T) {
	for name, to := range map[string]int{"to midnight": 0, "to 23:59": clock(23, 59)} {
		for _, z := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
			h := hours.Hours{Zone: zone(t, z)}
			for d := time.Sunday; d <= time.Saturday; d++ {
				h.Slots = append(h.Slots, hours.Slot{Day: d, To: to})
			}
			for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(7 * time.Minute) {
				if !h.Open(at) {
					t.Fatalf("%s %s: closed at %s", name, z, at)
				}
			}
		}
	}
}

func TestHoursWithoutAZoneAreUTC(t *testing.T) {
	h := hours.Hours{Slots: []hours.Slot{{time.Monday, 540, 1020}}}
	if !h.Open(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)) {
		t.Error("closed at noon")
	}
}
