package catalog

import "time"

// Reception is how a queue receives who comes to it.
type Reception string

// The receptions. Who comes to a closed queue is told so even if it is full, too.
const (
	Open   Reception = "open"
	Closed Reception = "closed" // its hours of operation are closed, or it is disabled
	Full   Reception = "full"   // as many wait as may
)

// Receives tells how a queue receives who comes at a time at which so many wait in it, and when one opens whose hours of operation are
// closed: zero where that is not known.
func (c *Config) Receives(q Queue, waiting int64, now time.Time) (Reception, time.Time) {
	h, has := c.Hours[q.HoursID]
	switch {
	case q.Disabled:
		return Closed, time.Time{}
	case has && !h.Open(now):
		opens, _ := h.Opens(now)
		return Closed, opens
	case q.MaxContacts == NoContacts, q.MaxContacts > 0 && waiting >= q.MaxContacts:
		return Full, time.Time{}
	}
	return Open, time.Time{}
}
