package hours_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/hours"
)

func date(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func daily(from, to int) []hours.Slot {
	var slots []hours.Slot
	for d := time.Sunday; d <= time.Saturday; d++ {
		slots = append(slots, hours.Slot{Day: d, From: from, To: to})
	}
	return slots
}

// May 1, 2026 is a Friday.
func TestOverrides(t *testing.T) {
	may := func(kind hours.Type, from, till string, slots ...hours.Slot) hours.Override {
		return hours.Override{Name: "o", Type: kind, From: date(t, from), Till: date(t, till), Slots: slots}
	}
	friday := func(from, to int) hours.Slot { return hours.Slot{Day: time.Friday, From: from, To: to} }
	first, night := may(hours.Standard, "2026-05-01", "2026-05-01"), daily(clock(22, 0), clock(2, 0))
	day := daily(clock(9, 0), clock(17, 0))
	for name, c := range map[string]struct {
		slots     []hours.Slot
		overrides []hours.Override
		open      []string
		closed    []string
	}{
		"closed on a date": {day, []hours.Override{first}, []string{"2026-04-30T16:59:59Z", "2026-05-02T09:00:00Z"}, []string{"2026-05-01T12:00:00Z"}},
		"other hours": {
			day, []hours.Override{may(hours.Standard, "2026-05-01", "2026-05-01", friday(clock(20, 0), clock(21, 0)))},
			[]string{"2026-05-01T20:00:00Z"}, []string{"2026-05-01T12:00:00Z", "2026-05-01T21:00:00Z", "2026-05-08T20:30:00Z"},
		},
		"more hours": {
			day, []hours.Override{may(hours.Opened, "2026-05-01", "2026-05-08", friday(clock(20, 0), clock(21, 0)))},
			[]string{"2026-05-01T20:30:00Z", "2026-05-01T12:00:00Z", "2026-05-08T20:30:00Z", "2026-05-02T12:00:00Z"}, []string{"2026-05-02T20:30:00Z", "2026-05-15T20:30:00Z"},
		},
		"fewer hours": {
			day, []hours.Override{may(hours.Closed, "2026-05-01", "2026-05-01", friday(clock(12, 0), clock(13, 0)))},
			[]string{"2026-05-01T11:59:59Z", "2026-05-01T13:00:00Z"}, []string{"2026-05-01T12:00:00Z", "2026-05-01T12:59:59Z"},
		},
		"closed wins over open": {
			day, []hours.Override{may(hours.Closed, "2026-05-01", "2026-05-01"), may(hours.Opened, "2026-05-01", "2026-05-01", friday(clock(12, 0), clock(13, 0)))},
			nil, []string{"2026-05-01T12:30:00Z"},
		},
		"temporary hours supersede all": {
			day, []hours.Override{may(hours.Closed, "2026-05-01", "2026-05-01"), may(hours.Standard, "2026-05-01", "2026-05-01", friday(clock(12, 0), clock(13, 0)))},
			[]string{"2026-05-01T12:30:00Z"}, []string{"2026-05-01T13:00:00Z"},
		},
		"a night belongs to the day on which it begins": {
			night, []hours.Override{first},
			[]string{"2026-05-01T01:59:59Z", "2026-05-02T22:00:00Z"}, []string{"2026-05-01T22:00:00Z", "2026-05-02T01:00:00Z"},
		},
		"an override over midnight": {
			nil, []hours.Override{may(hours.Standard, "2026-05-01", "2026-05-01", friday(clock(22, 0), clock(2, 0)))},
			[]string{"2026-05-01T22:00:00Z", "2026-05-02T01:59:59Z"}, []string{"2026-05-02T02:00:00Z", "2026-05-01T01:00:00Z"},
		},
		"closed over midnight": {
			daily(0, 0), []hours.Override{may(hours.Closed, "2026-05-01", "2026-05-01", friday(clock(22, 0), clock(2, 0)))},
			[]string{"2026-05-01T21:59:59Z", "2026-05-02T02:00:00Z", "2026-05-01T01:00:00Z"}, []string{"2026-05-01T22:00:00Z", "2026-05-02T01:59:59Z"},
		},
		"closed cuts off the night before": {
			night, []hours.Override{may(hours.Closed, "2026-05-01", "2026-05-01")},
			[]string{"2026-04-30T23:59:59Z", "2026-05-02T22:00:00Z"}, []string{"2026-05-01T00:00:00Z", "2026-05-01T23:00:00Z"},
		},
	} {
		h := hours.Hours{Slots: c.slots, Overrides: c.overrides}
		wantOpen(t, name, h, c.open, c.closed)
	}
}

func wantOpen(t *testing.T, name string, h hours.Hours, open, closed []string) {
	t.Helper()
	check := func(at string, want bool) {
		t.Helper()
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Open(instant); got != want {
			t.Errorf("%s: open %v at %s, want %v", name, got, at, want)
		}
	}
	for _, at := range open {
		check(at, true)
	}
	for _, at := range closed {
		check(at, false)
	}
}

// The date of an override is one of the zone, also where the clocks change: Berlin, March 29 and October 25, 2026.
func TestOverridesGoByTheDateOfTheZone(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	sunday := func(from, to int) []hours.Slot { return []hours.Slot{{Day: time.Sunday, From: from, To: to}} }
	on := func(day string, slots []hours.Slot) hours.Hours {
		return hours.Hours{Zone: berlin, Slots: daily(0, 0), Overrides: []hours.Override{{Type: hours.Standard, From: date(t, day), Till: date(t, day), Slots: slots}}}
	}
	wantOpen(t, "the short day, closed", on("2026-03-29", nil), []string{"2026-03-28T22:59:59Z", "2026-03-29T22:00:00Z"}, []string{"2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"})
	wantOpen(t, "the long day, closed", on("2026-10-25", nil), []string{"2026-10-24T21:59:59Z", "2026-10-25T23:00:00Z"}, []string{"2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"})
	wantOpen(t, "an hour that is skipped", on("2026-03-29", sunday(120, 180)), nil, []string{"2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"})
	wantOpen(t, "an hour that comes twice", on("2026-10-25", sunday(120, 180)), []string{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"}, []string{"2026-10-24T23:59:59Z", "2026-10-25T02:00:00Z"})
}

func TestRecurrence(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		r    hours.Recurrence
		want []string
	}{
		"every other week": {"2026-05-02", hours.Recurrence{Frequency: hours.Weekly, Interval: 2}, // the week ends on that Saturday
			[]string{"2026-05-02", "2026-05-10", "2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14", "2026-05-15", "2026-05-16", "2026-05-24", "2026-05-25", "2026-05-26", "2026-05-27", "2026-05-28", "2026-05-29", "2026-05-30"}},
		"each month":     {"2026-05-02", hours.Recurrence{Frequency: hours.Monthly, Interval: 1}, []string{"2026-05-02", "2026-06-02"}},
		"the last day":   {"2026-05-01", hours.Recurrence{Frequency: hours.Monthly, Interval: 1, Days: []int{-1}}, []string{"2026-05-31", "2026-06-30"}},
		"the first week": {"2026-05-01", hours.Recurrence{Frequency: hours.Monthly, Interval: 2, Occurs: []int{1}}, []string{"2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05", "2026-05-06", "2026-05-07"}},
		"the last week":  {"2026-05-20", hours.Recurrence{Frequency: hours.Yearly, Interval: 1, Months: []int{6}, Occurs: []int{-1}}, []string{"2026-06-24", "2026-06-25", "2026-06-26", "2026-06-27", "2026-06-28", "2026-06-29", "2026-06-30"}},
		"each year":      {"2026-05-05", hours.Recurrence{Frequency: hours.Yearly, Interval: 1}, []string{"2026-05-05"}},
		"by no rule":     {"2026-05-05", hours.Recurrence{Frequency: "DAILY"}, nil},
	} {
		h := hours.Hours{Overrides: []hours.Override{{Type: hours.Standard, From: date(t, c.from), Till: date(t, "2026-06-30"), Slots: daily(0, 0), Recurs: &c.r}}}
		until := date(t, "2026-06-30")
		if c.r.Frequency == hours.Weekly {
			until = date(t, "2026-05-31")
			until = until.AddDate(0, 0, -1)
		}
		var got []string
		for at := date(t, "2026-04-20"); !at.After(until); at = at.AddDate(0, 0, 1) {
			if len(h.Effective(at)) > 0 {
				got = append(got, at.Format(time.DateOnly))
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestEffective(t *testing.T) {
	h := hours.Hours{
		Slots: append(daily(clock(9, 0), clock(12, 0)), hours.Slot{Day: time.Thursday, From: clock(22, 0), To: clock(2, 0)}, hours.Slot{Day: time.Friday, From: clock(11, 0), To: clock(15, 0)}),
		Overrides: []hours.Override{
			{Name: "lunch", Type: hours.Closed, From: date(t, "2026-05-01"), Till: date(t, "2026-05-01"), Slots: []hours.Slot{{Day: time.Friday, From: clock(12, 0), To: clock(13, 0)}}},
			{Name: "holiday", Type: hours.Standard, From: date(t, "2026-05-03"), Till: date(t, "2026-05-03")},
		},
	}
	for day, want := range map[string][]hours.Span{
		"2026-04-30": {{clock(9, 0), clock(12, 0)}, {clock(22, 0), clock(24, 0)}},
		"2026-05-01": {{0, clock(2, 0)}, {clock(9, 0), clock(12, 0)}, {clock(13, 0), clock(15, 0)}},
		"2026-05-03": nil,
	} {
		if diff := cmp.Diff(want, h.Effective(date(t, day))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", day, diff)
		}
	}
	for day, want := range map[string][]hours.OverrideSpan{
		"2026-04-30": nil,
		"2026-05-01": {{hours.Span{From: clock(12, 0), To: clock(13, 0)}, "lunch", false}},
		"2026-05-03": {{hours.Span{To: clock(24, 0)}, "holiday", false}},
	} {
		if diff := cmp.Diff(want, h.Overridden(date(t, day))); diff != "" {
			t.Errorf("overrides of %s (-want +got):\n%s", day, diff)
		}
	}
}
