package connect

import (
	"context"
	"encoding/json"
	"time"

	"parley/api/connect"
	"parley/domain/contact"
	"parley/domain/criteria"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/connect/spelled"
	"parley/server/edge"
)

// UpdateContactRoutingData changes how a contact is given to agents.
func (s *Server) UpdateContactRoutingData(ctx context.Context, in *connect.UpdateContactRoutingDataInput) (*connect.UpdateContactRoutingDataOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	r := contact.RoutingUpdate{Priority: in.QueuePriority, AgeSeconds: in.QueueTimeAdjustmentSeconds}
	if in.RoutingCriteria != nil {
		if r.Criteria, err = criteriaOf(in.RoutingCriteria); err != nil {
			return nil, err
		}
		if err := s.predefined(ctx, scope.Instance, criteria.Attributes(r.Criteria)); err != nil {
			return nil, err
		}
	}
	return &connect.UpdateContactRoutingDataOutput{}, s.o.Chat.UpdateRouting(ctx, scope.Instance, request.ContactID(scope, in.ContactId), r)
}

// predefined refuses names that no predefined attribute has.
func (s *Server) predefined(ctx context.Context, instance string, names []string) error {
	for _, name := range names {
		_, err := s.o.People.PredefinedAttribute(ctx, instance, name)
		if fault.Is(err, fault.NotFound) {
			return fault.Wrap(fault.Invalid, err, "RoutingCriteria: there is no predefined attribute %.100q", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// criteriaOf reads routing criteria; those without a step take what a contact has away.
func criteriaOf(in *connect.RoutingCriteriaInput) (*session.Criteria, error) {
	if len(in.Steps) == 0 {
		return &session.Criteria{}, nil
	}
	raw, err := json.Marshal(in) // a decoded request always encodes
	if err != nil {
		return nil, err
	}
	c, err := criteria.Read(raw)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "RoutingCriteria: %v", err)
	}
	return c, nil
}

// describeRouting adds how a contact is given to agents. What was not set is absent, as on AWS.
func describeRouting(c *connect.Contact, k *session.Contact, now time.Time) {
	c.QueuePriority = edge.Some(k.Routing.Priority)
	c.QueueTimeAdjustmentSeconds = edge.Some(k.Routing.AgeSeconds)
	c.RoutingCriteria = spelled.Criteria(k.Routing.Criteria, k.EnqueuedAt, k.DequeuedAt, k.Agent != nil, now)
}
