package routing

import (
	"fmt"
	"slices"
	"strings"
)

// Expression is what a routing step asks of an agent: exactly one member is
// set (Amazon Connect, Expression). An empty one is met by every agent.
type Expression struct {
	And    []Expression
	Or     []Expression
	Not    *Condition // NotAttributeCondition
	Is     *Condition // AttributeCondition
	Agents []string   // MatchCriteria.AgentsCriteria.AgentIds: one of these users
}

// Condition is met by a proficiency of a level between Min and Max
// (NumberGreaterOrEqualTo: Max is 0, no bound; Range: both).
type Condition struct {
	Skill
	Min, Max float32
}

// Met tells whether a user with these proficiencies meets the expression.
func (e *Expression) Met(user string, has map[Skill]float32) bool {
	switch {
	case e.Is != nil:
		return e.Is.met(has)
	case e.Not != nil:
		return !e.Not.met(has)
	case e.Agents != nil:
		return slices.Contains(e.Agents, user)
	case e.Or != nil:
		for i := range e.Or {
			if e.Or[i].Met(user, has) {
				return true
			}
		}
		return false
	}
	for i := range e.And {
		if !e.And[i].Met(user, has) {
			return false
		}
	}
	return true
}

func (c *Condition) met(has map[Skill]float32) bool {
	level, ok := has[c.Skill]
	return ok && level >= c.Min && (c.Max == 0 || level <= c.Max)
}

// key is the same for equal expressions and differs for others.
func (e *Expression) key() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

func (e *Expression) write(b *strings.Builder) {
	switch {
	case e.Is != nil:
		fmt.Fprintf(b, "is%q%q%g-%g", e.Is.Name, e.Is.Value, e.Is.Min, e.Is.Max)
	case e.Not != nil:
		fmt.Fprintf(b, "not%q%q%g-%g", e.Not.Name, e.Not.Value, e.Not.Min, e.Not.Max)
	case e.Agents != nil:
		fmt.Fprintf(b, "agents%q", e.Agents)
	case e.Or != nil:
		writeAll(b, "or", e.Or)
	default:
		writeAll(b, "and", e.And)
	}
}

func writeAll(b *strings.Builder, name string, all []Expression) {
	b.WriteString(name + "(")
	for i := range all {
		all[i].write(b)
		b.WriteByte(',')
	}
	b.WriteByte(')')
}
