package routing

import (
	"slices"
	"unique"
)

// demand is an Expression made ready for asking it of many agents: skills are
// handles, which compare as fast as pointers.
type demand struct {
	all, any []demand
	users    []string
	is, not  bool // the agent has, or has not, a proficiency of skill between min and max
	skill    unique.Handle[Skill]
	min, max float32
}

// level is a proficiency of an agent.
type level struct {
	skill unique.Handle[Skill]
	value float32
}

func levels(proficiencies map[Skill]float32) []level {
	all := make([]level, 0, len(proficiencies))
	for skill, value := range proficiencies {
		all = append(all, level{unique.Make(skill), value})
	}
	return all
}

// prepare makes a demand of an expression; every agent meets that of nil.
func prepare(e *Expression) demand {
	switch {
	case e == nil:
		return demand{}
	case e.Is != nil:
		return demand{is: true, skill: unique.Make(e.Is.Skill), min: e.Is.Min, max: e.Is.Max}
	case e.Not != nil:
		return demand{not: true, skill: unique.Make(e.Not.Skill), min: e.Not.Min, max: e.Not.Max}
	case e.Agents != nil:
		return demand{users: e.Agents}
	case e.Or != nil:
		return demand{any: prepareAll(e.Or)}
	}
	return demand{all: prepareAll(e.And)}
}

func prepareAll(expressions []Expression) []demand {
	all := make([]demand, len(expressions))
	for i := range expressions {
		all[i] = prepare(&expressions[i])
	}
	return all
}

// met tells what Expression.Met tells.
func (d *demand) met(s *seat) bool {
	switch {
	case d.is, d.not:
		return d.is == d.among(s.levels)
	case d.users != nil:
		return slices.Contains(d.users, s.ID)
	case d.any != nil:
		for i := range d.any {
			if d.any[i].met(s) {
				return true
			}
		}
		return false
	}
	for i := range d.all {
		if !d.all[i].met(s) {
			return false
		}
	}
	return true
}

// among tells whether one of the proficiencies is what the demand names.
func (d *demand) among(has []level) bool {
	for _, l := range has {
		if l.skill == d.skill {
			return l.value >= d.min && (d.max == 0 || l.value <= d.max)
		}
	}
	return false
}
