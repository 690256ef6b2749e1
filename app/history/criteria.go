package history

import (
	"slices"
	"strings"

	"parley/domain/record"
	"parley/domain/session"
	"parley/store"
)

// Match says how many conditions have to hold.
type Match uint8

// The ways to match. Exact is All where there are several conditions; of words it is the whole text.
const (
	All Match = iota
	Any
	None
	Exact
)

// of reports whether as many of the conditions hold as it takes.
func (m Match) of(conditions int, holds func(i int) bool) bool {
	n := 0
	for i := range conditions {
		if holds(i) {
			n++
		}
	}
	switch m {
	case Any:
		return n > 0 || conditions == 0
	case None:
		return n == 0
	default:
		return n == conditions
	}
}

// Criteria are the conditions that only a record tells. The zero value meets every record.
type Criteria struct {
	Name      *Words
	Groups    [5][]string // hierarchy groups of the agent by level: one of each that is not empty
	Times     Times
	Attribute Keyed // contact attributes
	Segment   Keyed // segment attributes that are texts
	Tags      Tags
	Agents    []Preferred // each is met by a step of the routing criteria
}

// Words are looked for in a text, in any case.
type Words struct {
	Text  []string
	Match Match
}

// Times are further moments that have to lie in some time, or to be missing.
type Times struct {
	Within []store.Within
	Match  Match
}

// Keyed are conditions on what is kept under keys: one of the values each.
type Keyed struct {
	Criteria []OneOf
	Match    Match
}

// OneOf is met by any of the values under a key.
type OneOf struct {
	Key    string
	Values []string
}

// Tags are met by all of one of the lists.
type Tags [][]Tag

// Tag is a tag of a contact; a nil value is met by any.
type Tag struct {
	Key   string
	Value *string
}

// Preferred is met by routing criteria that name these agents.
type Preferred struct {
	Agents []string
	Match  Match
}

// empty reports whether every record meets the criteria, so that no record has to be read.
func (c *Criteria) empty() bool {
	return c.Name == nil && len(c.Times.Within) == 0 && len(c.Attribute.Criteria) == 0 && len(c.Segment.Criteria) == 0 && len(c.Tags) == 0 &&
		len(c.Agents) == 0 && !slices.ContainsFunc(c.Groups[:], func(ids []string) bool { return len(ids) > 0 })
}

func (c *Criteria) meets(r *record.Record) bool {
	return c.Name.in(r.Name) && c.grouped(r) && c.Times.hold(r) && c.Tags.on(r.Tags) && c.preferred(r) &&
		c.Attribute.hold(func(key string) (string, bool) { v, ok := r.Attributes[key]; return v, ok }) &&
		c.Segment.hold(func(key string) (string, bool) {
			v, ok := r.Segments()[key]
			if !ok || v.String == nil {
				return "", false
			}
			return *v.String, true
		})
}

func (w *Words) in(text string) bool {
	if w == nil {
		return true
	}
	text = strings.ToLower(text)
	if w.Match == Exact {
		return slices.ContainsFunc(w.Text, func(want string) bool { return strings.ToLower(want) == text })
	}
	return w.Match.of(len(w.Text), func(i int) bool { return strings.Contains(text, strings.ToLower(w.Text[i])) })
}

func (c *Criteria) grouped(r *record.Record) bool {
	for level, ids := range c.Groups {
		if len(ids) > 0 && (r.Agent == nil || level >= len(r.Agent.Groups) || !slices.Contains(ids, r.Agent.Groups[level])) {
			return false
		}
	}
	return true
}

func (t *Times) hold(r *record.Record) bool {
	return t.Match.of(len(t.Within), func(i int) bool {
		w, at := t.Within[i], t.Within[i].Moment.Of(r)
		if w.Missing || at.IsZero() {
			return w.Missing == at.IsZero()
		}
		return !at.Before(w.From) && (w.Until.IsZero() || !at.After(w.Until))
	})
}

func (k *Keyed) hold(value func(key string) (string, bool)) bool {
	return k.Match.of(len(k.Criteria), func(i int) bool {
		v, ok := value(k.Criteria[i].Key)
		return ok && slices.Contains(k.Criteria[i].Values, v)
	})
}

func (t Tags) on(tags map[string]string) bool {
	all := func(list []Tag) bool {
		return !slices.ContainsFunc(list, func(want Tag) bool {
			v, ok := tags[want.Key]
			return !ok || want.Value != nil && *want.Value != v
		})
	}
	return len(t) == 0 || slices.ContainsFunc(t, all)
}

func (c *Criteria) preferred(r *record.Record) bool {
	return !slices.ContainsFunc(c.Agents, func(p Preferred) bool {
		return r.Criteria == nil || !slices.ContainsFunc(r.Criteria.Steps, func(s session.CriteriaStep) bool { return p.names(s.Expression) })
	})
}

// names reports whether an expression asks for the agents.
func (p *Preferred) names(e session.Expression) bool {
	if e.Attribute == nil {
		return false
	}
	asked := e.Attribute.Agents
	if len(asked) == 0 || p.Match == Exact && len(asked) != len(p.Agents) {
		return false
	}
	return p.Match.of(len(p.Agents), func(i int) bool { return slices.Contains(asked, p.Agents[i]) })
}
