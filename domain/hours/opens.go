package hours

import "time"

// Within is how far ahead Opens looks (our choice).
const Within = 14 * 24 * time.Hour

// shift is more than clocks are ever put forward or back at once.
const shift = 3 * time.Hour

// Opens returns the next moment at which hours open that are closed at a time; ok is false where that is not within the next 14 days.
func (h Hours) Opens(at time.Time) (next time.Time, ok bool) {
	zone := h.Zone
	if zone == nil {
		zone = time.UTC
	}
	local, end := at.In(zone), at.Add(Within)
	for ahead := 0; ; ahead++ {
		date := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, time.UTC)
		if time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone).After(end) {
			return time.Time{}, false
		}
		for _, s := range h.Effective(date) {
			begins := time.Date(date.Year(), date.Month(), date.Day(), 0, s.From, 0, 0, zone)
			if next, ok := h.opensBy(begins, at); ok {
				return next, !next.After(end)
			}
		}
	}
}

// opensBy returns when hours that are closed at a time open, by a time of the wall clock: at that, or where clocks are put forward
// or back around it at the first minute that is open.
func (h Hours) opensBy(begins, at time.Time) (time.Time, bool) {
	_, before := begins.Add(-shift).Zone()
	if _, after := begins.Add(shift).Zone(); before == after {
		return begins, begins.After(at)
	}
	for m := begins.Add(-shift); m.Before(begins.Add(shift)); m = m.Add(time.Minute) {
		if m.After(at) && h.Open(m) {
			return m, true
		}
	}
	return time.Time{}, false
}
