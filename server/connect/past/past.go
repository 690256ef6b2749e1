// Package past serves GetMetricDataV2 and GetMetricData, the numbers of contacts and agents in a stretch of time, for package server/connect, which embeds it.
//
// It guarantees: a metric, group or filter that is not there for chats is refused by name; every page of an answer is computed from the
// contacts as they are recorded then.
package past

import (
	"context"
	"iter"
	"time"

	"parley/domain/metric"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/work/resource"
)

// Contacts finds the contacts of an instance whose stamp lies in an interval, in any order.
type Contacts func(ctx context.Context, instance string, s metric.Stamp, when metric.Interval) iter.Seq2[*metric.Contact, error]

// Spans finds how the agents of an instance spent their time in an interval; what lies beyond it may come, too.
type Spans func(ctx context.Context, instance string, when metric.Interval) iter.Seq2[*metric.Span, error]

// History is the operations. Use New.
type History struct {
	*request.Reader
	contacts Contacts
	spans    Spans
	now      func() time.Time
}

// New returns the operations.
func New(reader *request.Reader, contacts Contacts, spans Spans, now func() time.Time) *History {
	return &History{reader, contacts, spans, now}
}

// ahead is how far an end may lie after the server's time (our choice): clocks differ.
const ahead = time.Minute

// rows computes a page of a query.
func (s *History) rows(ctx context.Context, instance string, q *metric.Query, page resource.Page) ([]metric.Row, string, error) {
	all := q.Intervals
	if len(all) == 0 {
		return nil, "", nil
	}
	when, tally := metric.Interval{Start: all[0].Start, End: all[len(all)-1].End}, q.Count()
	for _, stamp := range q.Stamps() {
		var err error
		if stamp == metric.OverTime {
			err = tally.AddSpans(s.spans(ctx, instance, when))
		} else {
			err = tally.Add(stamp, s.contacts(ctx, instance, stamp, when))
		}
		if err != nil {
			return nil, "", err
		}
	}
	some, next := request.PageIn(tally.Rows(), page, metric.Row.Key)
	return some, next, nil
}

// value is a row's nth number, nil for none.
func value(r metric.Row, n int) *float64 {
	if v, ok := r.Value(n); ok {
		return &v
	}
	return nil
}

// maxThreshold is the longest time of a threshold, in seconds (GetMetricDataV2, ThresholdValue).
const maxThreshold = 604_800

// threshold reads a threshold of a metric: one where it needs one, else none.
func threshold(d metric.Definition, given int, comparison string, value *float64, inclusive bool, member string) (t metric.Threshold, err error) {
	switch {
	case !d.Threshold && given > 0:
		return t, fault.New(fault.Invalid, "%s.Threshold: this metric takes none", member)
	case d.Threshold && given == 0:
		return t, fault.New(fault.Invalid, "%s.Threshold: this metric needs one", member)
	case !d.Threshold:
		return t, nil
	case comparison != "LT" && (comparison != "LTE" || !inclusive):
		return t, fault.New(fault.Invalid, "%s.Threshold: Comparison %q is not one of this metric", member, comparison)
	case value == nil || *value < 1 || *value > maxThreshold || *value != float64(int(*value)):
		return t, fault.New(fault.Invalid, "%s.Threshold: ThresholdValue must be a whole number of seconds from 1 to %d", member, maxThreshold)
	}
	return metric.Threshold{Seconds: *value, Inclusive: comparison == "LTE"}, nil
}

// maxLevels is how many service levels one request may ask for.
const maxLevels = 20

func tooManyLevels(names []string, member string) error {
	levels := 0
	for _, name := range names {
		if name == "SERVICE_LEVEL" {
			levels++
		}
	}
	if levels > maxLevels {
		return fault.New(fault.Invalid, "%s: at most %d may be SERVICE_LEVEL", member, maxLevels)
	}
	return nil
}
