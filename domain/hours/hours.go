// Package hours says when a contact centre is open: weekly hours of operation
// in a time zone, and what overrides change about them on some dates. It knows no clock: the time is an argument.
//
// It guarantees: what counts is what the clock on the wall shows in the zone. An hour that daylight saving time
// skips is never open, one that comes twice is open both times, and hours that cover the whole day have no gap.
package hours

import "time"

// Hours are hours of operation (Amazon Connect, HoursOfOperation).
type Hours struct {
	ID, ARN, Name string
	Zone          *time.Location // nil = UTC
	Slots         []Slot
	Overrides     []Override
}

// Slot is one opening on a day of the week, in minutes after midnight. One that ends
// at or before its start ends on the next day: from 0 to 0 is the whole day.
type Slot struct {
	Day      time.Weekday
	From, To int
}

// A day in minutes, and its last minute: an end at 23:59 means the end of the day
// (our choice: otherwise hours "from 00:00 to 23:59" were closed for a minute each night).
const (
	day        = 24 * 60
	lastMinute = day - 1
)

// Open reports whether the hours are open at a time.
func (h Hours) Open(at time.Time) bool {
	zone := h.Zone
	if zone == nil {
		zone = time.UTC
	}
	local := at.In(zone)
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC) // a date of the calendar, no time
	return h.openOn(today, local.Hour()*60+local.Minute())
}

// openOn reports whether a minute of a date is open. A slot that ends on the next day belongs to the day on which it begins.
func (h Hours) openOn(date time.Time, minute int) bool {
	open, closed := h.changes(date)
	lateOpen, lateClosed := h.changes(date.AddDate(0, 0, -1))
	return (covered(open, minute) || covered(lateOpen, minute+day)) && !covered(closed, minute) && !covered(lateClosed, minute+day)
}

// covered reports whether a slot covers a minute, counted from the midnight at which its day begins.
func covered(slots []Slot, minute int) bool {
	for _, s := range slots {
		if s.From <= minute && minute < s.end() {
			return true
		}
	}
	return false
}

// of returns the slots that begin on a date, in a slice of their own.
func of(all []Slot, date time.Time) []Slot {
	var slots []Slot
	for _, s := range all {
		if s.Day == date.Weekday() {
			slots = append(slots, s)
		}
	}
	return slots
}

// end is the minute after the date's midnight at which the slot is over.
func (s Slot) end() int {
	switch {
	case s.To == lastMinute:
		return day
	case s.To <= s.From:
		return s.To + day
	}
	return s.To
}
