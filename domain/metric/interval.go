package metric

import "time"

// Period is how long an interval is, as GetMetricDataV2 names it (IntervalPeriod).
type Period string

// The periods.
const (
	FifteenMinutes Period = "FIFTEEN_MIN"
	ThirtyMinutes  Period = "THIRTY_MIN"
	Hour           Period = "HOUR"
	Day            Period = "DAY"
	Week           Period = "WEEK"
	Total          Period = "TOTAL"
)

// Most is the longest time over which the period can be asked for (GetMetricDataV2, IntervalPeriod).
func (p Period) Most() time.Duration {
	const day = 24 * time.Hour
	switch p {
	case FifteenMinutes, ThirtyMinutes, Hour:
		return 3 * day
	default:
		return 35 * day
	}
}

// Interval is a stretch of time with its start and without its end.
type Interval struct{ Start, End time.Time }

// Holds reports whether a moment lies in it.
func (i Interval) Holds(t time.Time) bool { return !t.Before(i.Start) && t.Before(i.End) }

// Split cuts a stretch of time where the period ends by the clock on the wall of a time zone: its first and last parts
// may be shorter. Weeks begin on Sunday (our choice).
func Split(whole Interval, p Period, zone *time.Location) (all []Interval) {
	for start := whole.Start; start.Before(whole.End); {
		end := p.next(start.In(zone))
		if p == Total || end.After(whole.End) {
			end = whole.End
		}
		all = append(all, Interval{start, end})
		start = end
	}
	return all
}

// next is the first moment after t at which a period begins.
func (p Period) next(t time.Time) time.Time {
	minutes := map[Period]int{FifteenMinutes: 15, ThirtyMinutes: 30, Hour: 60}[p]
	if minutes > 0 {
		into := time.Duration(t.Minute()%minutes)*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
		return t.Add(time.Duration(minutes)*time.Minute - into)
	}
	days := 1
	if p == Week {
		days = 7 - int(t.Weekday())
	}
	return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, t.Location())
}
