// Package live serves GetCurrentMetricData, the numbers of an instance at this moment, for package server/connect, which embeds it.
//
// It guarantees: whatever node is asked, the numbers are those of the agents and waiting contacts in the store at that time; each agent counts
// once in each row; a number that a row does not have is left out, and what is no number of chats is refused by name.
package live

import (
	"context"
	"fmt"
	"slices"

	"parley/api/connect"
	"parley/app/admin"
	"parley/app/people"
	"parley/app/router"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// Numbers are the operation. Use New.
type Numbers struct {
	*request.Reader
	router *router.Router
	admin  *admin.Service
	people *people.Service
}

// New returns the operation.
func New(reader *request.Reader, r *router.Router, a *admin.Service, p *people.Service) *Numbers {
	return &Numbers{reader, r, a, p}
}

// filter is what a request asks about; nil members ask about all.
type filter struct{ queues, profiles, statuses []string }

// GetCurrentMetricData tells how many agents and contacts there are.
func (s *Numbers) GetCurrentMetricData(ctx context.Context, in *connect.GetCurrentMetricDataInput) (*connect.GetCurrentMetricDataOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	if err := check(in); err != nil {
		return nil, err
	}
	f, err := filterOf(scope, &in.Filters)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, scope.Instance, f, in.Groupings)
	if err != nil {
		return nil, err
	}
	sortRows(rows, in.SortCriteria)
	some, next := request.PageIn(rows, page, (*row).key)
	out := &connect.GetCurrentMetricDataOutput{
		MetricResults: []connect.CurrentMetricResult{}, NextToken: request.Next(next), DataSnapshotTime: new(s.router.Now()), ApproximateTotalCount: new(int64(len(rows))),
	}
	for _, r := range some {
		out.MetricResults = append(out.MetricResults, connect.CurrentMetricResult{Dimensions: dimensions(scope, r), Collections: collections(r, in)})
	}
	return out, nil
}

// check refuses what is not there for chats.
func check(in *connect.GetCurrentMetricDataInput) error {
	for i, m := range in.CurrentMetrics {
		member := fmt.Sprintf("CurrentMetrics[%d]", i)
		unit, known := units()[edge.Val(m.Name)]
		switch {
		case m.MetricId != nil:
			return fault.New(fault.Invalid, "%s.MetricId: there are no metrics of one's own; name one with Name", member)
		case !known:
			return fault.New(fault.Invalid, "%s.Name: %q is not a metric that can be asked for here", member, edge.Val(m.Name))
		case m.Unit != nil && *m.Unit != unit:
			return fault.New(fault.Invalid, "%s.Unit: %s is told in %s", member, *m.Name, unit)
		}
	}
	if len(in.CurrentMetrics) == 0 {
		return fault.New(fault.Invalid, "CurrentMetrics: at least one is needed")
	}
	for _, g := range in.Groupings {
		if !slices.Contains([]string{connect.GroupingQueue, connect.GroupingChannel, connect.GroupingRoutingProfile, connect.GroupingAgentStatus}, g) {
			return fault.New(fault.Invalid, "Groupings: %s is not there for chats", g)
		}
	}
	for _, c := range in.SortCriteria {
		if _, known := units()[edge.Val(c.SortByMetric)]; !known {
			return fault.New(fault.Invalid, "SortCriteria[0].SortByMetric: %q is not a metric that can be asked for here", edge.Val(c.SortByMetric))
		}
	}
	f := &in.Filters
	for member, given := range map[string]bool{
		"RoutingStepExpressions": f.RoutingStepExpressions != nil, "Subtypes": f.Subtypes != nil, "ValidationTestTypes": f.ValidationTestTypes != nil,
	} {
		if given {
			return fault.New(fault.Invalid, "Filters.%s cannot be asked for here", member)
		}
	}
	if f.Channels != nil && !slices.Contains(f.Channels, "CHAT") {
		return fault.New(fault.Invalid, "Filters.Channels: there are only contacts of CHAT")
	}
	return nil
}

// units returns the unit of each metric that there is.
func units() map[string]string {
	all := map[string]string{connect.CurrentMetricNameOldestContactAge: connect.UnitSeconds}
	for _, name := range []string{
		connect.CurrentMetricNameAgentsOnline, connect.CurrentMetricNameAgentsAvailable, connect.CurrentMetricNameAgentsOnCall, connect.CurrentMetricNameAgentsNonProductive,
		connect.CurrentMetricNameAgentsAfterContactWork, connect.CurrentMetricNameAgentsError, connect.CurrentMetricNameAgentsStaffed, connect.CurrentMetricNameContactsInQueue,
		connect.CurrentMetricNameContactsScheduled, connect.CurrentMetricNameAgentsOnContact, connect.CurrentMetricNameSlotsActive, connect.CurrentMetricNameSlotsAvailable,
	} {
		all[name] = connect.UnitCount
	}
	return all
}

func filterOf(scope arn.Scope, in *connect.Filters) (f filter, err error) {
	if f.queues, err = request.ResolveAll(scope, arn.Queue, in.Queues, "Filters.Queues"); err != nil {
		return f, err
	}
	if f.profiles, err = request.ResolveAll(scope, arn.RoutingProfile, in.RoutingProfiles, "Filters.RoutingProfiles"); err != nil {
		return f, err
	}
	if f.statuses, err = request.ResolveAll(scope, arn.AgentStatus, in.AgentStatuses, "Filters.AgentStatuses"); err != nil {
		return f, err
	}
	if len(f.queues)+len(f.profiles)+len(f.statuses) == 0 {
		return f, fault.New(fault.Invalid, "Filters: at least one of Queues, RoutingProfiles and AgentStatuses is needed")
	}
	return f, nil
}

func in(list []string, id string) bool { return len(list) == 0 || slices.Contains(list, id) }

// queues are those that are asked about: those of the filter, else those of the profiles of the filter, else all of the instance.
func (s *Numbers) queues(ctx context.Context, instance string, f filter) ([]string, error) {
	if len(f.queues) > 0 {
		for _, id := range f.queues {
			if _, err := s.admin.Queue(ctx, instance, id); err != nil {
				return nil, request.NotFound(err, "Filters.Queues")
			}
		}
		return f.queues, nil
	}
	if len(f.profiles) > 0 {
		return s.queuesOf(ctx, instance, f.profiles)
	}
	all, _, err := s.admin.Queues(ctx, instance, resource.Page{Limit: 100_000})
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids, err
}

// queuesOf are the queues of routing profiles.
func (s *Numbers) queuesOf(ctx context.Context, instance string, profiles []string) (ids []string, err error) {
	for _, id := range profiles {
		p, err := s.people.RoutingProfile(ctx, instance, id)
		if err != nil {
			return nil, request.NotFound(err, "Filters.RoutingProfiles")
		}
		_, queues := p.Chats()
		for _, q := range queues {
			if !slices.Contains(ids, q.QueueID) {
				ids = append(ids, q.QueueID)
			}
		}
	}
	return ids, nil
}

func collections(r *row, in *connect.GetCurrentMetricDataInput) []connect.CurrentMetricData {
	all := []connect.CurrentMetricData{}
	for _, m := range in.CurrentMetrics {
		if value, ok := r.value(*m.Name); ok {
			all = append(all, connect.CurrentMetricData{Metric: &connect.CurrentMetric{Name: m.Name, Unit: new(units()[*m.Name])}, Value: &value})
		}
	}
	return all
}

func dimensions(scope arn.Scope, r *row) *connect.Dimensions {
	if r.key() == (&row{}).key() {
		return nil
	}
	d := &connect.Dimensions{Channel: edge.Some(r.channel)}
	if r.queue != "" {
		d.Queue = &connect.QueueReference{Id: &r.queue, Arn: new(scope.ARN(arn.Queue, r.queue))}
	}
	if r.profile != "" {
		d.RoutingProfile = &connect.RoutingProfileReference{Id: &r.profile, Arn: new(scope.ARN(arn.RoutingProfile, r.profile))}
	}
	if r.status != "" {
		d.AgentStatus = &connect.AgentStatusIdentifier{Id: &r.status, Arn: new(scope.ARN(arn.AgentStatus, r.status))}
	}
	return d
}
