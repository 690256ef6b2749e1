package staff

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/server/connect/request"
)

func queueChannel(scope arn.Scope, r connect.RoutingProfileQueueReference) (people.QueueChannel, error) {
	id, err := request.Resolve(scope, arn.Queue, r.QueueId, "QueueId")
	return people.QueueChannel{QueueID: id, Channel: r.Channel}, err
}

func queueChannels(scope arn.Scope, in []connect.RoutingProfileQueueReference) (out []people.QueueChannel, err error) {
	for _, r := range in {
		q, err := queueChannel(scope, r)
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

func profileQueues(scope arn.Scope, in []connect.RoutingProfileQueueConfig) (out []people.ProfileQueue, err error) {
	for _, c := range in {
		q, err := queueChannel(scope, c.QueueReference)
		if err != nil {
			return nil, err
		}
		out = append(out, people.ProfileQueue{QueueChannel: q, Priority: c.Priority, Delay: c.Delay})
	}
	return out, nil
}

func manualQueues(scope arn.Scope, in []connect.RoutingProfileManualAssignmentQueueConfig) (out []people.QueueChannel, err error) {
	for _, c := range in {
		q, err := queueChannel(scope, c.QueueReference)
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

// AssociateRoutingProfileQueues adds queues to a routing profile.
func (s *Server) AssociateRoutingProfileQueues(ctx context.Context, in *connect.AssociateRoutingProfileQueuesInput) (*connect.AssociateRoutingProfileQueuesOutput, error) {
	return &connect.AssociateRoutingProfileQueuesOutput{}, s.onRoutingProfile(ctx, in.InstanceId, in.RoutingProfileId, func(scope arn.Scope, p *people.RoutingProfile) error {
		queues, err := profileQueues(scope, in.QueueConfigs)
		if err != nil {
			return err
		}
		manual, err := manualQueues(scope, in.ManualAssignmentQueueConfigs)
		p.Queues, p.Manual = append(p.Queues, queues...), append(p.Manual, manual...)
		return err
	})
}

// UpdateRoutingProfileQueues changes priority and delay of queues of a routing profile.
func (s *Server) UpdateRoutingProfileQueues(ctx context.Context, in *connect.UpdateRoutingProfileQueuesInput) (*connect.UpdateRoutingProfileQueuesOutput, error) {
	return &connect.UpdateRoutingProfileQueuesOutput{}, s.onRoutingProfile(ctx, in.InstanceId, in.RoutingProfileId, func(scope arn.Scope, p *people.RoutingProfile) error {
		queues, err := profileQueues(scope, in.QueueConfigs)
		if err != nil {
			return err
		}
		return p.SetQueues(queues)
	})
}

// DisassociateRoutingProfileQueues takes queues out of a routing profile.
func (s *Server) DisassociateRoutingProfileQueues(ctx context.Context, in *connect.DisassociateRoutingProfileQueuesInput) (*connect.DisassociateRoutingProfileQueuesOutput, error) {
	return &connect.DisassociateRoutingProfileQueuesOutput{}, s.onRoutingProfile(ctx, in.InstanceId, in.RoutingProfileId, func(scope arn.Scope, p *people.RoutingProfile) error {
		queues, err := queueChannels(scope, in.QueueReferences)
		if err != nil {
			return err
		}
		manual, err := queueChannels(scope, in.ManualAssignmentQueueReferences)
		if err != nil {
			return err
		}
		find, err := s.Admin.QueueFinder(ctx, scope.Instance)
		if err != nil {
			return err
		}
		for _, q := range append(queues, manual...) {
			if _, err := find(q.QueueID); err != nil {
				return err
			}
		}
		p.Drop(queues, manual)
		return nil
	})
}

// ListRoutingProfileQueues lists the queues of a routing profile.
func (s *Server) ListRoutingProfileQueues(ctx context.Context, in *connect.ListRoutingProfileQueuesInput) (*connect.ListRoutingProfileQueuesOutput, error) {
	scope, p, err := s.routingProfile(ctx, in.InstanceId, in.RoutingProfileId)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	queues, next := request.PageIn(p.Queues, page, func(q people.ProfileQueue) string { return q.QueueID + q.Channel })
	out := &connect.ListRoutingProfileQueuesOutput{
		NextToken: request.Next(next), LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
		RoutingProfileQueueConfigSummaryList: []connect.RoutingProfileQueueConfigSummary{},
	}
	find, err := s.Admin.QueueFinder(ctx, scope.Instance)
	if err != nil {
		return nil, err
	}
	for _, q := range queues {
		queue, err := find(q.QueueID)
		if err != nil {
			return nil, err
		}
		out.RoutingProfileQueueConfigSummaryList = append(out.RoutingProfileQueueConfigSummaryList, connect.RoutingProfileQueueConfigSummary{
			QueueId: q.QueueID, QueueArn: scope.ARN(arn.Queue, q.QueueID), QueueName: queue.Name, Channel: q.Channel, Priority: q.Priority, Delay: q.Delay,
		})
	}
	return out, nil
}

// ListRoutingProfileManualAssignmentQueues lists the queues whose contacts users may take by hand.
func (s *Server) ListRoutingProfileManualAssignmentQueues(ctx context.Context, in *connect.ListRoutingProfileManualAssignmentQueuesInput) (*connect.ListRoutingProfileManualAssignmentQueuesOutput, error) {
	scope, p, err := s.routingProfile(ctx, in.InstanceId, in.RoutingProfileId)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	queues, next := request.PageIn(p.Manual, page, func(q people.QueueChannel) string { return q.QueueID + q.Channel })
	out := &connect.ListRoutingProfileManualAssignmentQueuesOutput{
		NextToken: request.Next(next), LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
		RoutingProfileManualAssignmentQueueConfigSummaryList: []connect.RoutingProfileManualAssignmentQueueConfigSummary{},
	}
	find, err := s.Admin.QueueFinder(ctx, scope.Instance)
	if err != nil {
		return nil, err
	}
	for _, q := range queues {
		queue, err := find(q.QueueID)
		if err != nil {
			return nil, err
		}
		out.RoutingProfileManualAssignmentQueueConfigSummaryList = append(out.RoutingProfileManualAssignmentQueueConfigSummaryList,
			connect.RoutingProfileManualAssignmentQueueConfigSummary{
				QueueId: q.QueueID, QueueArn: scope.ARN(arn.Queue, q.QueueID), QueueName: queue.Name, Channel: q.Channel,
			})
	}
	return out, nil
}
