// Package criteria reads routing criteria as the flow language spells them.
//
// It guarantees: what it reads has steps, each with exactly one condition on every level, and whole numbers of seconds.
package criteria

import (
	"encoding/json"
	"slices"

	"parley/domain/session"
	"parley/internal/fault"
)

// Read reads criteria (RoutingCriteria); fault.Rule if they cannot be carried out.
func Read(raw json.RawMessage) (*session.Criteria, error) {
	var given struct{ Steps []stepText }
	if err := json.Unmarshal(raw, &given); err != nil || len(given.Steps) == 0 {
		return nil, fault.New(fault.Rule, "routing criteria have no steps")
	}
	c := &session.Criteria{}
	for _, s := range given.Steps {
		e, err := s.Expression.read()
		if err != nil {
			return nil, err
		}
		seconds, err := whole(s.Expiry.DurationInSeconds)
		if err != nil {
			return nil, err
		}
		c.Steps = append(c.Steps, session.CriteriaStep{Expression: e, Seconds: seconds})
	}
	return c, nil
}

// stepText is a step as the flow language spells it.
type stepText struct {
	Expression expressionText
	Expiry     struct{ DurationInSeconds number }
}

type expressionText struct {
	AttributeCondition, NotAttributeCondition *conditionText
	MatchCriteria                             *matchText // some flows have it here
	AndExpression, OrExpression               []expressionText
}

type conditionText struct {
	Name, Value, ComparisonOperator string
	ProficiencyLevel                number
	Range                           *rangeText
	MatchCriteria                   *matchText
}

type rangeText struct{ MinProficiencyLevel, MaxProficiencyLevel number }

type matchText struct {
	AgentsCriteria struct {
		AgentIDs []string `json:"AgentIds"`
	}
}

// read turns an expression into the session's. Nesting is bounded by the document that it comes from.
func (e expressionText) read() (out session.Expression, err error) {
	if e.MatchCriteria != nil && e.AttributeCondition == nil {
		e.AttributeCondition = &conditionText{MatchCriteria: e.MatchCriteria}
	}
	if out.Attribute, err = e.AttributeCondition.read(); err != nil {
		return out, err
	}
	if out.Not, err = e.NotAttributeCondition.read(); err != nil {
		return out, err
	}
	if out.And, err = readAll(e.AndExpression); err != nil {
		return out, err
	}
	if out.Or, err = readAll(e.OrExpression); err != nil {
		return out, err
	}
	if count(out.Attribute != nil, out.Not != nil, len(out.And) > 0, len(out.Or) > 0) != 1 {
		err = fault.New(fault.Rule, "an expression has not exactly one condition")
	}
	return out, err
}

func readAll(list []expressionText) (out []session.Expression, err error) {
	for _, e := range list {
		one, err := e.read()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func count(given ...bool) (n int) {
	for _, g := range given {
		if g {
			n++
		}
	}
	return n
}

// read turns a condition into the session's: certain agents, or a proficiency.
func (c *conditionText) read() (*session.AgentAttribute, error) {
	switch {
	case c == nil:
		return nil, nil
	case c.MatchCriteria != nil && len(c.MatchCriteria.AgentsCriteria.AgentIDs) > 0:
		return &session.AgentAttribute{Agents: c.MatchCriteria.AgentsCriteria.AgentIDs}, nil
	case c.Range != nil:
		return c.between()
	case c.Name == "" || c.Value == "" || c.ProficiencyLevel < 1 || c.ProficiencyLevel > 5:
		return nil, fault.New(fault.Rule, "a condition has no name, no value or no level of 1 to 5")
	}
	return &session.AgentAttribute{Name: c.Name, Value: c.Value, Level: float64(c.ProficiencyLevel), Operator: c.ComparisonOperator}, nil
}

// between reads a condition with both bounds; without an upper one there is none.
func (c *conditionText) between() (*session.AgentAttribute, error) {
	low, high := c.Range.MinProficiencyLevel, c.Range.MaxProficiencyLevel
	if c.Name == "" || c.Value == "" || c.ProficiencyLevel != 0 || low < 1 || low > 5 || high != 0 && (high < low || high > 5) {
		return nil, fault.New(fault.Rule, "a condition has no name, no value or no range of levels from 1 to 5")
	}
	return &session.AgentAttribute{Name: c.Name, Value: c.Value, Level: float64(low), MaxLevel: float64(high), Operator: c.ComparisonOperator}, nil
}

// number is a JSON number, or the text of one, as consoles write it.
type number float64

// UnmarshalJSON reads both spellings; null is no number.
func (n *number) UnmarshalJSON(raw []byte) error {
	var text string
	if string(raw) == "null" {
		return nil
	}
	if json.Unmarshal(raw, &text) == nil {
		raw = []byte(text)
	}
	return json.Unmarshal(raw, (*float64)(n))
}

// maxExpiry bounds the time of a step of routing criteria (our choice: a chat's longest life).
const maxExpiry = 7 * 24 * 60 * 60

func whole(n number) (int, error) {
	if n < 0 || n > maxExpiry || n != number(int(n)) {
		return 0, fault.New(fault.Rule, "a step expires after a whole number of seconds, at most %d", maxExpiry)
	}
	return int(n), nil
}

// Attributes returns the names of the predefined attributes that criteria name, sorted, each once.
func Attributes(c *session.Criteria) []string {
	var names []string
	var add func(list []session.Expression)
	add = func(list []session.Expression) {
		for _, e := range list {
			for _, a := range []*session.AgentAttribute{e.Attribute, e.Not} {
				if a != nil && a.Name != "" {
					names = append(names, a.Name)
				}
			}
			add(e.And)
			add(e.Or)
		}
	}
	for _, s := range c.Steps {
		add([]session.Expression{s.Expression})
	}
	slices.Sort(names)
	return slices.Compact(names)
}
