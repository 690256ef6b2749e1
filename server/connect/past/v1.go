package past

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/api/connect"
	"parley/domain/metric"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// Bounds of GetMetricData.
const (
	step = 5 * time.Minute
	day  = 24 * time.Hour
)

// GetMetricData tells the numbers of queues in a stretch of the last day.
func (s *History) GetMetricData(ctx context.Context, in *connect.GetMetricDataInput) (*connect.GetMetricDataOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	q := &metric.Query{Intervals: []metric.Interval{{Start: in.StartTime, End: in.EndTime}}}
	if err := s.recent(in.StartTime, in.EndTime); err != nil {
		return nil, err
	}
	if q.Filters, err = oldFilters(scope, &in.Filters); err != nil {
		return nil, err
	}
	for _, name := range in.Groupings {
		if name != connect.GroupingQueue && name != connect.GroupingChannel || slices.Contains(q.Groups, metric.Dimension(name)) {
			return nil, fault.New(fault.Invalid, "Groupings: QUEUE and CHANNEL, each once, can be asked for")
		}
		q.Groups = append(q.Groups, metric.Dimension(name))
	}
	if err := oldAsks(q, in.HistoricalMetrics); err != nil {
		return nil, err
	}
	rows, next, err := s.rows(ctx, scope.Instance, q, page)
	if err != nil {
		return nil, err
	}
	out := &connect.GetMetricDataOutput{MetricResults: []connect.HistoricalMetricResult{}, NextToken: request.Next(next)}
	for _, r := range rows {
		one := connect.HistoricalMetricResult{Dimensions: dimensions(scope, q, r), Collections: []connect.HistoricalMetricData{}}
		for n := range in.HistoricalMetrics {
			one.Collections = append(one.Collections, connect.HistoricalMetricData{Metric: &in.HistoricalMetrics[n], Value: value(r, n)})
		}
		out.MetricResults = append(out.MetricResults, one)
	}
	return out, nil
}

// recent refuses times that are not asked for here.
func (s *History) recent(start, end time.Time) error {
	switch {
	case !start.Truncate(step).Equal(start), !end.Truncate(step).Equal(end):
		return fault.New(fault.Invalid, "StartTime and EndTime must be multiples of five minutes")
	case !end.After(start):
		return fault.New(fault.Invalid, "EndTime must be later than StartTime")
	case end.Sub(start) > day:
		return fault.New(fault.Invalid, "StartTime and EndTime may differ by at most 24 hours")
	case start.Before(s.now().Add(-day)):
		return fault.New(fault.Invalid, "StartTime must be within the last 24 hours")
	}
	return nil
}

func oldFilters(scope arn.Scope, in *connect.Filters) (map[metric.Dimension][]string, error) {
	for member, given := range map[string]bool{
		"RoutingProfiles": in.RoutingProfiles != nil, "AgentStatuses": in.AgentStatuses != nil, "RoutingStepExpressions": in.RoutingStepExpressions != nil,
		"Subtypes": in.Subtypes != nil, "ValidationTestTypes": in.ValidationTestTypes != nil,
	} {
		if given {
			return nil, fault.New(fault.Invalid, "Filters.%s cannot be asked for here", member)
		}
	}
	all := map[metric.Dimension][]string{}
	if len(in.Queues) == 0 && len(in.Channels) == 0 {
		return nil, fault.New(fault.Invalid, "Filters: Queues or Channels are needed")
	}
	if len(in.Channels) > 0 {
		all[metric.Channel] = in.Channels
	}
	if len(in.Queues) > 0 {
		ids, err := request.ResolveAll(scope, arn.Queue, in.Queues, "Filters.Queues")
		if err != nil {
			return nil, err
		}
		all[metric.Queue] = ids
	}
	return all, nil
}

// old is a metric as GetMetricData names it.
type old struct {
	statistic, unit string
	name            string // as GetMetricDataV2 names it
	only            *metric.Only
}

// olds are the metrics of GetMetricData that there are.
func olds() map[string]old {
	count := func(name string) old { return old{connect.StatisticSum, connect.UnitCount, name, nil} }
	mean := func(name string) old { return old{connect.StatisticAvg, connect.UnitSeconds, name, nil} }
	began := func(name string, methods ...string) old {
		return old{connect.StatisticSum, connect.UnitCount, name, &metric.Only{By: metric.Method, Values: methods}}
	}
	return map[string]old{
		connect.HistoricalMetricNameContactsQueued:                  count("CONTACTS_QUEUED"),
		connect.HistoricalMetricNameContactsHandled:                 count("CONTACTS_HANDLED"),
		connect.HistoricalMetricNameContactsAbandoned:               count("CONTACTS_ABANDONED"),
		connect.HistoricalMetricNameContactsHoldAbandons:            count("CONTACTS_HOLD_ABANDONS"),
		connect.HistoricalMetricNameContactsTransferredOut:          count("CONTACTS_TRANSFERRED_OUT"),
		connect.HistoricalMetricNameContactsTransferredOutFromQueue: count("CONTACTS_TRANSFERRED_OUT_FROM_QUEUE"),
		connect.HistoricalMetricNameContactsMissed:                  count("AGENT_NON_RESPONSE"),
		connect.HistoricalMetricNameContactsTransferredIn:           began("CONTACTS_CREATED", "TRANSFER", "QUEUE_TRANSFER"),
		connect.HistoricalMetricNameContactsTransferredInFromQueue:  began("CONTACTS_CREATED", "QUEUE_TRANSFER"),
		connect.HistoricalMetricNameContactsHandledIncoming:         began("CONTACTS_HANDLED", "INBOUND", "TRANSFER", "QUEUE_TRANSFER"),
		connect.HistoricalMetricNameContactsHandledOutbound:         began("CONTACTS_HANDLED", "OUTBOUND"),
		connect.HistoricalMetricNameCallbackContactsHandled:         began("CONTACTS_HANDLED", "CALLBACK"),
		connect.HistoricalMetricNameApiContactsHandled:              began("CONTACTS_HANDLED", "API"),
		connect.HistoricalMetricNameContactsAgentHungUpFirst: {
			connect.StatisticSum, connect.UnitCount, "CONTACTS_HANDLED", &metric.Only{By: metric.Reason, Values: []string{"AGENT_DISCONNECT"}},
		},
		connect.HistoricalMetricNameHandleTime:             mean("AVG_HANDLE_TIME"),
		connect.HistoricalMetricNameAfterContactWorkTime:   mean("AVG_AFTER_CONTACT_WORK_TIME"),
		connect.HistoricalMetricNameAbandonTime:            mean("AVG_ABANDON_TIME"),
		connect.HistoricalMetricNameQueueAnswerTime:        mean("AVG_QUEUE_ANSWER_TIME"),
		connect.HistoricalMetricNameHoldTime:               mean("AVG_HOLD_TIME"),
		connect.HistoricalMetricNameInteractionTime:        mean("AVG_INTERACTION_TIME"),
		connect.HistoricalMetricNameInteractionAndHoldTime: mean("AVG_INTERACTION_AND_HOLD_TIME"),
		connect.HistoricalMetricNameQueuedTime:             {connect.StatisticMax, connect.UnitSeconds, "MAX_QUEUED_TIME", nil},
		connect.HistoricalMetricNameOccupancy:              {connect.StatisticAvg, connect.UnitPercent, "AGENT_OCCUPANCY", nil},
		connect.HistoricalMetricNameServiceLevel:           {connect.StatisticAvg, connect.UnitPercent, "SERVICE_LEVEL", nil},
	}
}

func oldAsks(q *metric.Query, list []connect.HistoricalMetric) error {
	if len(list) == 0 {
		return fault.New(fault.Invalid, "HistoricalMetrics: at least one is needed")
	}
	var names []string
	for i := range list {
		a, err := oldAsk(&list[i], fmt.Sprintf("HistoricalMetrics[%d]", i))
		if err != nil {
			return err
		}
		if a.Stamp == metric.OverTime && (q.Filters[metric.Queue] != nil || slices.Contains(q.Groups, metric.Queue)) {
			return fault.New(fault.Invalid, "HistoricalMetrics[%d].Name: %s is of agents: it cannot be grouped or filtered by queue", i, *list[i].Name)
		}
		names, q.Asks = append(names, *list[i].Name), append(q.Asks, a)
	}
	return tooManyLevels(names, "HistoricalMetrics")
}

func oldAsk(m *connect.HistoricalMetric, member string) (a metric.Ask, err error) {
	name := edge.Val(m.Name)
	o, ok := olds()[name]
	switch {
	case !ok:
		return a, fault.New(fault.Invalid, "%s.Name: %q cannot be asked for here", member, name)
	case m.Statistic != nil && *m.Statistic != o.statistic:
		return a, fault.New(fault.Invalid, "%s.Statistic: %s is told as %s", member, name, o.statistic)
	case m.Unit != nil && *m.Unit != o.unit:
		return a, fault.New(fault.Invalid, "%s.Unit: %s is told in %s", member, name, o.unit)
	}
	a.Definition, _, _ = metric.Find(o.name)
	if o.only != nil {
		a.Only = []metric.Only{*o.only}
	}
	given, t := 0, connect.Threshold{}
	if m.Threshold != nil {
		given, t = 1, *m.Threshold
	}
	a.Limit, err = threshold(a.Definition, given, edge.Val(t.Comparison), t.ThresholdValue, false, member)
	return a, err
}

// dimensions are the groups of a row, nil for none.
func dimensions(scope arn.Scope, q *metric.Query, r metric.Row) *connect.Dimensions {
	if len(q.Groups) == 0 {
		return nil
	}
	d := &connect.Dimensions{}
	for i, by := range q.Groups {
		id := r.Group[i]
		if by == metric.Channel {
			d.Channel = &id
			continue
		}
		d.Queue = &connect.QueueReference{Id: &id, Arn: new(scope.ARN(arn.Queue, id))}
	}
	return d
}
