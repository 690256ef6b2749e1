package criteria_test

import (
	"slices"
	"testing"
	"time"

	"parley/domain/criteria"
	"parley/domain/session"
)

func TestStand(t *testing.T) {
	entered := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return entered.Add(time.Duration(seconds) * time.Second) }
	const inactive, active, joined, expired = criteria.Inactive, criteria.Active, criteria.Joined, criteria.Expired
	for name, c := range map[string]struct {
		entered, left time.Time
		taken         bool
		now           time.Time
		want          []criteria.Status
	}{
		"in no queue":         {time.Time{}, time.Time{}, false, at(0), []criteria.Status{inactive, inactive, inactive}},
		"the first":           {entered, time.Time{}, false, at(59), []criteria.Status{active, inactive, inactive}},
		"the second":          {entered, time.Time{}, false, at(60), []criteria.Status{expired, active, inactive}},
		"the last, for ever":  {entered, time.Time{}, false, at(9999), []criteria.Status{expired, expired, active}},
		"taken in the second": {entered, at(70), true, at(9999), []criteria.Status{expired, joined, inactive}},
		"left in the second":  {entered, at(70), false, at(9999), []criteria.Status{expired, inactive, inactive}},
	} {
		steps := &session.Criteria{Steps: []session.CriteriaStep{{Seconds: 60}, {Seconds: 30}, {}}}
		if got := criteria.Stand(steps, c.entered, c.left, c.taken, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	short := &session.Criteria{Steps: []session.CriteriaStep{{Seconds: 60}}}
	if got := criteria.Stand(short, entered, at(70), true, at(99)); !slices.Equal(got, []criteria.Status{expired}) {
		t.Errorf("taken by any agent after the steps: %v", got)
	}
}
