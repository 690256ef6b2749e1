package hours

import (
	"slices"
	"time"
)

// Override changes the hours on some dates (Amazon Connect, HoursOfOperationOverride).
type Override struct {
	Name       string
	Type       Type
	From, Till time.Time // dates, midnight in UTC; both count
	Slots      []Slot
	Recurs     *Recurrence // nil = on each date from From to Till
}

// Type is what an override does on its dates.
type Type string

// The types. Of several overrides of a date, standard ones supersede all others (Amazon Connect,
// temporary hours), and closed ones win over open ones (our choice).
const (
	Standard Type = "STANDARD" // its slots are the hours; without a slot the day is closed
	Opened   Type = "OPEN"     // its slots are open, too
	Closed   Type = "CLOSED"   // its slots are closed; without any slot at all the whole day is
)

// Recurrence picks dates between From and Till (Amazon Connect, RecurrencePattern).
type Recurrence struct {
	Frequency Frequency
	Interval  int   // every so many weeks, months or years, counted from From's; below 1 is 1
	Months    []int // of a year: 1 … 12; none = From's month
	Days      []int // of a month: 1 … 31, from its end -1 …
	Occurs    []int // instead of Days: the how manieth of its weekday in the month, -1 = the last
}

// Frequency is how an override recurs.
type Frequency string

// The frequencies.
const (
	Weekly  Frequency = "WEEKLY"
	Monthly Frequency = "MONTHLY"
	Yearly  Frequency = "YEARLY"
)

// holds reports whether the override counts on a date.
func (o *Override) holds(date time.Time) bool {
	if date.Before(o.From) || date.After(o.Till) {
		return false
	}
	return o.Recurs == nil || o.Recurs.holds(o.From, date)
}

func (r *Recurrence) holds(from, date time.Time) bool {
	years := date.Year() - from.Year()
	switch r.Frequency {
	case Weekly:
		return (week(date)-week(from))%max(r.Interval, 1) == 0
	case Monthly:
		return (years*12+int(date.Month()-from.Month()))%max(r.Interval, 1) == 0 && r.inMonth(from, date)
	case Yearly:
		months := r.Months
		if len(months) == 0 {
			months = []int{int(from.Month())}
		}
		return years%max(r.Interval, 1) == 0 && slices.Contains(months, int(date.Month())) && r.inMonth(from, date)
	}
	return false
}

// inMonth picks the dates inside a month: without any choice the day of the month that From is.
func (r *Recurrence) inMonth(from, date time.Time) bool {
	last := time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	left := last - date.Day() // days after this one
	if len(r.Occurs) > 0 {
		return slices.Contains(r.Occurs, (date.Day()-1)/7+1) || slices.Contains(r.Occurs, -left/7-1)
	}
	if len(r.Days) > 0 {
		return slices.Contains(r.Days, date.Day()) || slices.Contains(r.Days, -left-1)
	}
	return date.Day() == from.Day()
}

// week numbers the weeks; they begin on Sunday, as Amazon Connect lists the days.
func week(date time.Time) int {
	const thursday = 4 // January 1, 1970 was one
	days := int(date.Unix() / (24 * 60 * 60))
	return (days + thursday) / 7
}

// changes tells what the overrides make of the slots that begin on a date.
func (h Hours) changes(date time.Time) (open, closed []Slot) {
	open = of(h.Slots, date)
	var instead []Slot
	superseded := false
	for i := range h.Overrides {
		o := &h.Overrides[i]
		if !o.holds(date) {
			continue
		}
		own := of(o.Slots, date)
		switch {
		case o.Type == Opened:
			open = append(open, own...)
		case o.Type == Closed && len(o.Slots) == 0:
			closed = append(closed, Slot{Day: date.Weekday()}) // from 0 to 0
		case o.Type == Closed:
			closed = append(closed, own...)
		default:
			instead, superseded = append(instead, own...), true
		}
	}
	if superseded {
		return instead, nil
	}
	return open, closed
}
