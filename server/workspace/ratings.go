package workspace

import (
	"context"
	"iter"
	"slices"
	"time"

	"parley/domain/metric"
	"parley/domain/permission"
	"parley/internal/fault"
)

func (s *Server) ratingRoutes() []route {
	return []route{{"GET /api/ratings", "GetRatings", permission.Of(permission.Metrics), s.ratings}}
}

// Contacts finds the contacts of an instance whose stamp lies in an interval, in any order.
type Contacts func(ctx context.Context, instance string, s metric.Stamp, when metric.Interval) iter.Seq2[*metric.Contact, error]

// maxRatingDays is the longest time of which ratings are told (our choice: as GetMetricDataV2).
const maxRatingDays = 35

// rating is what the customers of a queue, or of an agent, answered.
type rating struct {
	Queue   string  `json:"queue_id,omitempty"`
	User    string  `json:"user_id,omitempty"`
	Count   int     `json:"count"`
	Average float64 `json:"average"`
}

// ratings tells count and average of the ratings of the contacts that ended in a time, by queue and agent.
func (s *Server) ratings(c *call) (any, error) {
	when, err := s.ratingTime(c)
	if err != nil {
		return nil, err
	}
	q := &metric.Query{
		Asks:      []metric.Ask{{Definition: metric.RatingCount()}, {Definition: metric.RatingMean()}},
		Intervals: []metric.Interval{when},
	}
	for _, by := range c.r.URL.Query()["by"] {
		group, ok := map[string]metric.Dimension{"queue": metric.Queue, "agent": metric.User}[by]
		if !ok || slices.Contains(q.Groups, group) {
			return nil, fault.New(fault.Invalid, "by is queue or agent, each once")
		}
		q.Groups = append(q.Groups, group)
	}
	tally := q.Count()
	if err := tally.Add(metric.AtEnd, s.o.Ratings(c.ctx(), c.caller.InstanceID, metric.AtEnd, when)); err != nil {
		return nil, err
	}
	list := []rating{}
	for _, row := range tally.Rows() {
		count, _ := row.Value(0)
		one := rating{Count: int(count)}
		one.Average, _ = row.Value(1)
		for i, by := range q.Groups {
			if by == metric.Queue {
				one.Queue = row.Group[i]
			} else {
				one.User = row.Group[i]
			}
		}
		list = append(list, one)
	}
	return struct {
		Start   time.Time `json:"start"`
		End     time.Time `json:"end"`
		Ratings []rating  `json:"ratings"`
	}{when.Start.UTC(), when.End.UTC(), list}, nil
}

// ratingTime reads the time that is asked about: the last day where nothing is said.
func (s *Server) ratingTime(c *call) (when metric.Interval, err error) {
	when.End = s.o.Router.Now()
	read := func(name string, into *time.Time) {
		if text := c.r.URL.Query().Get(name); text != "" && err == nil {
			if *into, err = time.Parse(time.RFC3339, text); err != nil {
				err = fault.Wrap(fault.Invalid, err, "%s is a time like 2026-05-04T12:00:00Z", name)
			}
		}
	}
	read("end", &when.End)
	when.Start = when.End.AddDate(0, 0, -1)
	read("start", &when.Start)
	switch {
	case err != nil:
	case !when.End.After(when.Start):
		err = fault.New(fault.Invalid, "end must be later than start")
	case when.End.Sub(when.Start) > maxRatingDays*24*time.Hour:
		err = fault.New(fault.Invalid, "start and end may differ by at most %d days", maxRatingDays)
	}
	return when, err
}
