package criteria_test

import (
	"strings"
	"testing"

	"parley/domain/criteria"
	"parley/domain/session"
)

func TestWords(t *testing.T) {
	english := session.AgentAttribute{Name: "Language", Value: "English", Level: 3}
	french := session.AgentAttribute{Name: "Language", Value: "French", Level: 1.5, MaxLevel: 4}
	pair := session.AgentAttribute{Agents: []string{"u1", "u2"}}
	for want, e := range map[string]session.Expression{
		`has Language "English" at level 3 or more`:     {Attribute: &english},
		`has Language "French" at level 1.5 to 4`:       {Attribute: &french},
		`has not Language "English" at level 3 or more`: {Not: &english},
		`is user u1 or user u2`:                         {Attribute: &pair},
		`has Language "English" at level 3 or more and (has Language "French" at level 1.5 to 4 or is not user u1 or user u2)`: {And: []session.Expression{
			{Attribute: &english}, {Or: []session.Expression{{Attribute: &french}, {Not: &pair}}},
		}},
	} {
		if got := criteria.Words(e); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	long := session.AgentAttribute{Name: "Skill", Value: strings.Repeat("ä", 4000), Level: 1}
	if got := []rune(criteria.Words(session.Expression{Attribute: &long})); len(got) != 501 {
		t.Errorf("a long one has %d characters", len(got))
	}
}
