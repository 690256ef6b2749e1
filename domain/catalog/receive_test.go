package catalog_test

import (
	"testing"
	"time"

	"parley/domain/catalog"
	"parley/domain/hours"
)

func TestReceives(t *testing.T) {
	monday := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	cfg := catalog.Config{Hours: map[string]hours.Hours{
		"open": {Slots: []hours.Slot{{Day: time.Monday}}}, "closed": {Slots: []hours.Slot{{Day: time.Tuesday}}}, "never": {},
	}}
	tuesday := monday.Add(12 * time.Hour)
	for name, c := range map[string]struct {
		q       catalog.Queue
		waiting int64
		want    catalog.Reception
		opens   time.Time
	}{
		"open":                 {catalog.Queue{HoursID: "open", MaxContacts: 2}, 1, catalog.Open, time.Time{}},
		"without bounds":       {catalog.Queue{}, 1000, catalog.Open, time.Time{}},
		"full":                 {catalog.Queue{HoursID: "open", MaxContacts: 2}, 2, catalog.Full, time.Time{}},
		"fuller than it may":   {catalog.Queue{HoursID: "open", MaxContacts: 2}, 3, catalog.Full, time.Time{}},
		"for nobody":           {catalog.Queue{HoursID: "open", MaxContacts: catalog.NoContacts}, 0, catalog.Full, time.Time{}},
		"closed":               {catalog.Queue{HoursID: "closed"}, 0, catalog.Closed, tuesday},
		"closed, and full too": {catalog.Queue{HoursID: "closed", MaxContacts: 1}, 1, catalog.Closed, tuesday},
		"never open":           {catalog.Queue{HoursID: "never"}, 0, catalog.Closed, time.Time{}},
		"disabled":             {catalog.Queue{HoursID: "open", Disabled: true}, 0, catalog.Closed, time.Time{}},
	} {
		if got, opens := cfg.Receives(c.q, c.waiting, monday); got != c.want || !opens.Equal(c.opens) {
			t.Errorf("%s: %s, opens %v; want %s, %v", name, got, opens, c.want, c.opens)
		}
	}
}
