package past

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"parley/api/connect"
	"parley/domain/metric"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// kept is how long ago numbers may begin (GetMetricDataV2: three months).
const kept = 93 * 24 * time.Hour

// GetMetricDataV2 tells the numbers of a stretch of time, in all or by intervals, and by groups.
func (s *History) GetMetricDataV2(ctx context.Context, in *connect.GetMetricDataV2Input) (*connect.GetMetricDataV2Output, error) {
	scope, page, err := s.Paged(ctx, in.ResourceArn, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	q := &metric.Query{}
	period, err := s.when(q, in)
	if err != nil {
		return nil, err
	}
	if err := groupings(q, in.Groupings); err != nil {
		return nil, err
	}
	if q.Filters, err = filters(scope, in.Filters); err != nil {
		return nil, err
	}
	if err := asks(q, in.Metrics); err != nil {
		return nil, err
	}
	rows, next, err := s.rows(ctx, scope.Instance, q, page)
	if err != nil {
		return nil, err
	}
	out := &connect.GetMetricDataV2Output{MetricResults: []connect.MetricResultV2{}, NextToken: request.Next(next)}
	for _, r := range rows {
		out.MetricResults = append(out.MetricResults, result(in, q, r, period))
	}
	return out, nil
}

func result(in *connect.GetMetricDataV2Input, q *metric.Query, r metric.Row, p metric.Period) connect.MetricResultV2 {
	one := connect.MetricResultV2{
		Collections:    []connect.MetricDataV2{},
		MetricInterval: &connect.MetricInterval{Interval: new(string(p)), StartTime: &r.Interval.Start, EndTime: &r.Interval.End},
	}
	if len(q.Groups) > 0 {
		one.Dimensions = map[string]string{}
	}
	for i, by := range q.Groups {
		one.Dimensions[string(by)] = r.Group[i]
	}
	for n := range q.Asks {
		one.Collections = append(one.Collections, connect.MetricDataV2{Metric: &in.Metrics[n], Value: value(r, n)})
	}
	return one
}

// when reads the stretch of time and its intervals.
func (s *History) when(q *metric.Query, in *connect.GetMetricDataV2Input) (metric.Period, error) {
	period, zone, name := metric.Total, time.UTC, ""
	if in.Interval != nil {
		period, name = metric.Period(cmp.Or(edge.Val(in.Interval.IntervalPeriod), string(period))), edge.Val(in.Interval.TimeZone)
	}
	if name != "" {
		var err error
		if zone, err = time.LoadLocation(name); err != nil || name == "Local" {
			return period, fault.New(fault.Invalid, "Interval.TimeZone: %q is no time zone", name)
		}
	}
	whole, now := metric.Interval{Start: in.StartTime, End: in.EndTime}, s.now()
	switch {
	case !whole.End.After(whole.Start):
		return period, fault.New(fault.Invalid, "EndTime must be later than StartTime")
	case whole.End.After(now.Add(ahead)):
		return period, fault.New(fault.Invalid, "EndTime must not be later than now")
	case whole.Start.Before(now.Add(-kept)):
		return period, fault.New(fault.Invalid, "StartTime must be within the last three months")
	case whole.End.Sub(whole.Start) > period.Most():
		return period, fault.New(fault.Invalid, "With IntervalPeriod %s StartTime and EndTime may differ by at most %d days", period, int(period.Most().Hours()/24))
	}
	q.Intervals = metric.Split(whole, period, zone)
	return period, nil
}

func groupings(q *metric.Query, names []string) error {
	for _, name := range names {
		by := metric.Dimension(name)
		if !by.Known() {
			return fault.New(fault.Invalid, "Groupings: %q is not there for chats", name)
		}
		for _, other := range q.Groups {
			if other == by {
				return fault.New(fault.Invalid, "Groupings: %s comes twice", name)
			}
		}
		q.Groups = append(q.Groups, by)
	}
	return nil
}

// kindOf is the kind of resource that a dimension's values name, "" for plain values.
func kindOf(by metric.Dimension) arn.Kind {
	switch {
	case by == metric.Queue:
		return arn.Queue
	case by == metric.Profile:
		return arn.RoutingProfile
	case by == metric.User:
		return arn.User
	case by.Level() > 0:
		return arn.HierarchyGroup
	}
	return ""
}

// maxValues is how many values all filters together may have; those of CHANNEL do not count.
const maxValues = 100

// filters reads what contacts must have. One of them must name a resource.
func filters(scope arn.Scope, list []connect.FilterV2) (map[metric.Dimension][]string, error) {
	all, values, resources := map[metric.Dimension][]string{}, 0, 0
	for i := range list {
		by, member := metric.Dimension(edge.Val(list[i].FilterKey)), fmt.Sprintf("Filters[%d]", i)
		switch {
		case !by.Known():
			return nil, fault.New(fault.Invalid, "%s.FilterKey: %q is not there for chats", member, by)
		case all[by] != nil:
			return nil, fault.New(fault.Invalid, "%s.FilterKey: %s comes twice", member, by)
		case list[i].StringCondition != nil:
			return nil, fault.New(fault.Invalid, "%s.StringCondition cannot be asked for here", member)
		case len(list[i].FilterValues) == 0:
			return nil, fault.New(fault.Invalid, "%s.FilterValues: at least one is needed", member)
		}
		if by != metric.Channel {
			values += len(list[i].FilterValues)
		}
		all[by] = list[i].FilterValues
		if kind := kindOf(by); kind != "" {
			ids, err := request.ResolveAll(scope, kind, list[i].FilterValues, member+".FilterValues")
			if err != nil {
				return nil, err
			}
			all[by], resources = ids, resources+1
		}
	}
	if values > maxValues {
		return nil, fault.New(fault.Invalid, "Filters: at most %d values, without those of CHANNEL", maxValues)
	}
	if resources == 0 {
		return nil, fault.New(fault.Invalid, "Filters: at least one of QUEUE, ROUTING_PROFILE, AGENT and AGENT_HIERARCHY_LEVEL_ONE to _FIVE is needed")
	}
	return all, nil
}

// asks reads the metrics. Each must be there by the groups and filters of the request.
func asks(q *metric.Query, list []connect.MetricV2) error {
	if len(list) == 0 {
		return fault.New(fault.Invalid, "Metrics: at least one is needed")
	}
	var names []string
	for i := range list {
		a, err := ask(&list[i], fmt.Sprintf("Metrics[%d]", i))
		if err != nil {
			return err
		}
		names, q.Asks = append(names, *list[i].Name), append(q.Asks, a)
		for _, by := range q.Groups {
			if !a.By(by) {
				return fault.New(fault.Invalid, "Groupings: %s cannot be grouped by %s", *list[i].Name, by)
			}
		}
		for by := range q.Filters {
			if !a.By(by) {
				return fault.New(fault.Invalid, "Filters: %s cannot be filtered by %s", *list[i].Name, by)
			}
		}
	}
	return tooManyLevels(names, "Metrics")
}

func ask(m *connect.MetricV2, member string) (a metric.Ask, err error) {
	if m.MetricId != nil {
		return a, fault.New(fault.Invalid, "%s.MetricId: there are no metrics of one's own; name one with Name", member)
	}
	name := edge.Val(m.Name)
	d, why, ok := metric.Find(name)
	if !ok {
		return a, fault.New(fault.Invalid, "%s.Name: %q cannot be asked for here: %s", member, name, why)
	}
	a.Definition = d
	var t connect.ThresholdV2
	if len(m.Threshold) > 0 {
		t = m.Threshold[0]
	}
	if a.Limit, err = threshold(d, len(m.Threshold), edge.Val(t.Comparison), t.ThresholdValue, true, member); err != nil {
		return a, err
	}
	for i := range m.MetricFilters {
		f := &m.MetricFilters[i]
		only := metric.Only{By: metric.Dimension(edge.Val(f.MetricFilterKey)), Values: f.MetricFilterValues, Negate: edge.Val(f.Negate)}
		if !a.FilteredBy(only.By) {
			return a, fault.New(fault.Invalid, "%s.MetricFilters[%d]: %s cannot be filtered by %q", member, i, name, only.By)
		}
		if len(only.Values) == 0 {
			return a, fault.New(fault.Invalid, "%s.MetricFilters[%d].MetricFilterValues: at least one is needed", member, i)
		}
		a.Only = append(a.Only, only)
	}
	return a, nil
}
