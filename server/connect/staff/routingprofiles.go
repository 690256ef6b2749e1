package staff

import (
	"context"
	"slices"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// Members that name a routing profile and its queues.
const (
	routingProfileID = "RoutingProfileId"
	outboundQueueID  = "DefaultOutboundQueueId"
)

// CreateRoutingProfile makes a routing profile.
func (s *Server) CreateRoutingProfile(ctx context.Context, in *connect.CreateRoutingProfileInput) (*connect.CreateRoutingProfileOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	p := people.RoutingProfile{Description: in.Description, Timer: edge.Val(in.AgentAvailabilityTimer), Concurrency: concurrencies(in.MediaConcurrencies)}
	if p.OutboundQueueID, err = request.Resolve(scope, arn.Queue, in.DefaultOutboundQueueId, outboundQueueID); err != nil {
		return nil, err
	}
	if p.Queues, err = profileQueues(scope, in.QueueConfigs); err != nil {
		return nil, err
	}
	if p.Manual, err = manualQueues(scope, in.ManualAssignmentQueueConfigs); err != nil {
		return nil, err
	}
	p.InstanceID, p.Name, p.Tags = scope.Instance, in.Name, in.Tags
	if p, err = s.people.CreateRoutingProfile(ctx, p); err != nil {
		return nil, err
	}
	return &connect.CreateRoutingProfileOutput{RoutingProfileId: &p.ID, RoutingProfileArn: new(scope.ARN(arn.RoutingProfile, p.ID))}, nil
}

func concurrencies(in []connect.MediaConcurrency) []people.Concurrency {
	out := []people.Concurrency{}
	for _, c := range in {
		out = append(out, people.Concurrency{Channel: c.Channel, Most: c.Concurrency, Behavior: edge.Val(c.CrossChannelBehavior).BehaviorType})
	}
	return out
}

// DescribeRoutingProfile tells what is known of a routing profile.
func (s *Server) DescribeRoutingProfile(ctx context.Context, in *connect.DescribeRoutingProfileInput) (*connect.DescribeRoutingProfileOutput, error) {
	scope, p, err := s.routingProfile(ctx, in.InstanceId, in.RoutingProfileId)
	if err != nil {
		return nil, err
	}
	users, err := s.people.RoutingProfileUsers(ctx, scope.Instance)
	return &connect.DescribeRoutingProfileOutput{RoutingProfile: routingProfileOf(scope, &p, users[p.ID])}, err
}

func (s *Server) routingProfile(ctx context.Context, instance, id string) (arn.Scope, people.RoutingProfile, error) {
	scope, id, err := s.Plain(ctx, instance, arn.RoutingProfile, id, routingProfileID)
	if err != nil {
		return scope, people.RoutingProfile{}, err
	}
	p, err := s.people.RoutingProfile(ctx, scope.Instance, id)
	return scope, p, err
}

func routingProfileOf(scope arn.Scope, p *people.RoutingProfile, users int64) *connect.RoutingProfile {
	out := &connect.RoutingProfile{
		InstanceId: &scope.Instance, RoutingProfileId: &p.ID, RoutingProfileArn: new(scope.ARN(arn.RoutingProfile, p.ID)), Name: &p.Name,
		Description: &p.Description, DefaultOutboundQueueId: &p.OutboundQueueID, AgentAvailabilityTimer: &p.Timer, Tags: p.Tags,
		IsDefault: new(people.DefaultRoutingProfile(p)), LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
		AssociatedQueueIds: queueIDs(p.Queues, func(q people.ProfileQueue) string { return q.QueueID }), NumberOfAssociatedUsers: &users,
		AssociatedManualAssignmentQueueIds: queueIDs(p.Manual, func(q people.QueueChannel) string { return q.QueueID }), MediaConcurrencies: []connect.MediaConcurrency{},
	}
	out.NumberOfAssociatedQueues, out.NumberOfAssociatedManualAssignmentQueues = new(int64(len(out.AssociatedQueueIds))), new(int64(len(out.AssociatedManualAssignmentQueueIds)))
	for _, c := range p.Concurrency {
		one := connect.MediaConcurrency{Channel: c.Channel, Concurrency: c.Most}
		if c.Behavior != "" {
			one.CrossChannelBehavior = &connect.CrossChannelBehavior{BehaviorType: c.Behavior}
		}
		out.MediaConcurrencies = append(out.MediaConcurrencies, one)
	}
	return out
}

// queueIDs are the queues of a profile's entries, which are by queue and channel, each once.
func queueIDs[T any](entries []T, of func(T) string) []string {
	ids := []string{}
	for _, one := range entries {
		if id := of(one); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// onRoutingProfile changes the routing profile that a request names.
func (s *Server) onRoutingProfile(ctx context.Context, instance, id string, apply func(arn.Scope, *people.RoutingProfile) error) error {
	scope, id, err := s.Plain(ctx, instance, arn.RoutingProfile, id, routingProfileID)
	if err != nil {
		return err
	}
	return s.people.ChangeRoutingProfile(ctx, scope.Instance, id, func(p *people.RoutingProfile) error { return apply(scope, p) })
}

// UpdateRoutingProfileName changes name and description of a routing profile.
func (s *Server) UpdateRoutingProfileName(ctx context.Context, in *connect.UpdateRoutingProfileNameInput) (*connect.UpdateRoutingProfileNameOutput, error) {
	return &connect.UpdateRoutingProfileNameOutput{}, s.onRoutingProfile(ctx, in.InstanceId, in.RoutingProfileId, func(_ arn.Scope, p *people.RoutingProfile) error {
		resource.Set(&p.Name, in.Name)
		resource.Set(&p.Description, in.Description)
		return nil
	})
}

// UpdateRoutingProfileConcurrency changes how many contacts a user has at a time.
func (s *Server) UpdateRoutingProfileConcurrency(ctx context.Context, in *connect.UpdateRoutingProfileConcurrencyInput) (*connect.UpdateRoutingProfileConcurrencyOutput, error) {
	return &connect.UpdateRoutingProfileConcurrencyOutput{}, s.onRoutingProfile(ctx, in.InstanceId, in.RoutingProfileId, func(_ arn.Scope, p *people.RoutingProfile) error {
		p.Concurrency = concurrencies(in.MediaConcurrencies)
		return nil
	})
}

// UpdateRoutingProfileDefaultOutboundQueue changes the queue of outbound contacts.
func (s *Server) UpdateRoutingProfileDefaultOutboundQueue(ctx context.Context, in *connect.UpdateRoutingProfileDefaultOutboundQueueInput) (*connect.UpdateRoutingProfileDefaultOutboundQueueOutput, error) {
	return &connect.UpdateRoutingProfileDefaultOutboundQueueOutput{}, s.onRoutingProfile(ctx, in.InstanceId, in.RoutingProfileId, func(scope arn.Scope, p *people.RoutingProfile) (err error) {
		p.OutboundQueueID, err = request.Resolve(scope, arn.Queue, in.DefaultOutboundQueueId, outboundQueueID)
		return err
	})
}

// UpdateRoutingProfileAgentAvailabilityTimer changes how the longest waiting agent is found.
func (s *Server) UpdateRoutingProfileAgentAvailabilityTimer(ctx context.Context, in *connect.UpdateRoutingProfileAgentAvailabilityTimerInput) (*connect.UpdateRoutingProfileAgentAvailabilityTimerOutput, error) {
	return &connect.UpdateRoutingProfileAgentAvailabilityTimerOutput{}, s.onRoutingProfile(ctx, in.InstanceId, in.RoutingProfileId, func(_ arn.Scope, p *people.RoutingProfile) error {
		p.Timer = in.AgentAvailabilityTimer
		return nil
	})
}

// DeleteRoutingProfile deletes a routing profile that no user has.
func (s *Server) DeleteRoutingProfile(ctx context.Context, in *connect.DeleteRoutingProfileInput) (*connect.DeleteRoutingProfileOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.RoutingProfile, in.RoutingProfileId, routingProfileID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteRoutingProfileOutput{}, s.people.DeleteRoutingProfile(ctx, scope.Instance, id)
}

// ListRoutingProfiles lists the routing profiles of an instance.
func (s *Server) ListRoutingProfiles(ctx context.Context, in *connect.ListRoutingProfilesInput) (*connect.ListRoutingProfilesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	all, next, err := s.people.RoutingProfiles(ctx, scope.Instance, page)
	out := &connect.ListRoutingProfilesOutput{NextToken: request.Next(next), RoutingProfileSummaryList: []connect.RoutingProfileSummary{}}
	for i := range all {
		p := &all[i]
		out.RoutingProfileSummaryList = append(out.RoutingProfileSummaryList, connect.RoutingProfileSummary{
			Arn: new(scope.ARN(arn.RoutingProfile, p.ID)), Id: &p.ID, Name: &p.Name, LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, err
}

// SearchRoutingProfiles finds routing profiles.
func (s *Server) SearchRoutingProfiles(ctx context.Context, in *connect.SearchRoutingProfilesInput) (*connect.SearchRoutingProfilesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 500)
	if err != nil {
		return nil, err
	}
	c := request.All(routingProfileCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.people.SearchRoutingProfiles(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	users, err := s.people.RoutingProfileUsers(ctx, scope.Instance)
	out := &connect.SearchRoutingProfilesOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, RoutingProfiles: []connect.RoutingProfile{}}
	for i := range found.Items {
		p := &found.Items[i]
		out.RoutingProfiles = append(out.RoutingProfiles, *routingProfileOf(scope, p, users[p.ID]))
	}
	return out, err
}

func routingProfileCondition(c connect.RoutingProfileSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, routingProfileCondition), request.Each(c.AndConditions, routingProfileCondition)
	return own
}
