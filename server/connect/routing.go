package connect

import (
	"parley/api/connect"
	"parley/domain/session"
	"parley/server/edge"
)

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
	if len(a.Agents) > 0 {
		c.MatchCriteria = &connect.MatchCriteria{AgentsCriteria: &connect.AgentsCriteria{AgentIds: a.Agents}}
	}
	return c
}
