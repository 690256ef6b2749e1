// Package hours says when a contact centre is open: weekly hours of operation
// in a time zone. It knows no clock: the time is an argument.
package hours

import "time"

// Hours are hours of operation (Amazon Connect, HoursOfOperation).
type Hours struct {
	ID, ARN, Name string
	Zone          *time.Location
	Slots         []Slot
}

// Slot is one opening on a day of the week, in minutes after midnight. One that ends
// at or before its start ends on the next day.
type Slot struct {
	Day      time.Weekday
	From, To int
}
