// Package spelled says how the wire spells what several answers of the Amazon Connect operations tell of contacts, for package server/connect and those that it embeds.
package spelled

import (
	"time"

	"parley/api/connect"
	"parley/domain/criteria"
	"parley/domain/session"
	"parley/server/edge"
)

// Segments spells segment attributes for the wire.
func Segments(in map[string]session.Value) map[string]connect.SegmentAttributeValue {
	if in == nil {
		return nil
	}
	out := make(map[string]connect.SegmentAttributeValue, len(in))
	for k, v := range in {
		out[k] = segment(v)
	}
	return out
}

func segment(v session.Value) connect.SegmentAttributeValue {
	out := connect.SegmentAttributeValue{ValueString: v.String, ValueArn: v.ARN, ValueMap: Segments(v.Map)}
	if v.Integer != nil {
		out.ValueInteger = new(int(*v.Integer))
	}
	for _, item := range v.List {
		out.ValueList = append(out.ValueList, segment(item))
	}
	return out
}

// Criteria spells routing criteria and how their steps stand, as criteria.Stand tells it; nil stays nil.
func Criteria(c *session.Criteria, entered, left time.Time, taken bool, now time.Time) *connect.RoutingCriteria {
	if c == nil {
		return nil
	}
	out, stand := &connect.RoutingCriteria{ActivationTimestamp: edge.Some(entered)}, criteria.Stand(c, entered, left, taken, now)
	for i, s := range c.Steps {
		step := connect.Step{Expression: new(expression(s.Expression)), Status: new(string(stand[i]))}
		if s.Seconds > 0 {
			step.Expiry = &connect.Expiry{DurationInSeconds: new(s.Seconds)}
		}
		out.Steps = append(out.Steps, step)
	}
	return out
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
