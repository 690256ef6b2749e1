package connect

import (
	"context"
	"encoding/json"

	"parley/api/connect"
	"parley/domain/contact"
	"parley/domain/criteria"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/server/connect/request"
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
	}
	return &connect.UpdateContactRoutingDataOutput{}, s.o.Chat.UpdateRouting(ctx, scope.Instance, request.ContactID(scope, in.ContactId), r)
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
func describeRouting(c *connect.Contact, r session.Routing) {
	c.QueuePriority = edge.Some(r.Priority)
	c.QueueTimeAdjustmentSeconds = edge.Some(r.AgeSeconds)
	if r.Criteria == nil {
		return
	}
	c.RoutingCriteria = &connect.RoutingCriteria{}
	for _, s := range r.Criteria.Steps {
		step := connect.Step{Expression: new(expression(s.Expression)), Status: new(connect.RoutingCriteriaStepStatusInactive)}
		if s.Seconds > 0 {
			step.Expiry = &connect.Expiry{DurationInSeconds: new(s.Seconds)}
		}
		c.RoutingCriteria.Steps = append(c.RoutingCriteria.Steps, step)
	}
}

func expression(e session.Expression) connect.Expression {
	return connect.Expression{
		AttributeCondition: condition(e.Attribute), NotAttributeCondition: condition(e.Not),
		AndExpression: expressions(e.And), OrExpression: expressions(e.Or),
	}
}

func expressions(list []session.Expression) (out []connect.Expression) {
	for _, e := range list {
		out = append(out, expression(e))
	}
	return out
}

func condition(a *session.AgentAttribute) *connect.AttributeCondition {
	if a == nil {
		return nil
	}
	c := &connect.AttributeCondition{
		Name: edge.Some(a.Name), Value: edge.Some(a.Value), ProficiencyLevel: edge.Some(a.Level), ComparisonOperator: edge.Some(a.Operator),
	}
	if a.MaxLevel > 0 {
		c.ProficiencyLevel, c.Range = nil, &connect.Range{MinProficiencyLevel: &a.Level, MaxProficiencyLevel: &a.MaxLevel}
	}
	if len(a.Agents) > 0 {
		c.MatchCriteria = &connect.MatchCriteria{AgentsCriteria: &connect.AgentsCriteria{AgentIds: a.Agents}}
	}
	return c
}
