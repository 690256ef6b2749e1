package flowtest

import (
	"slices"
	"strings"
)

// agentExpectForms are what must be so of agents.
func agentExpectForms() []form {
	var all []form
	for words, test := range inOrder() {
		all = append(all, form{words: "customer sees" + words, value: needsValue, act: says("agent", "customer sees"+words, test)})
		all = append(all, readFirst(agentExpectation(" sees"+words, func(p *player, user string, a args) error {
			ok, err := test(a)
			if err != nil {
				return err
			}
			return p.toAgent(user, "agent sees"+words+": "+a.value, func(m heard) bool { return speaker(m.Item) != "view" && ok(m.Content) })
		}), func(a args) error { _, err := test(a); return err })...)
	}
	return append(all, slices.Concat(
		agentExpectation(" view", func(p *player, user string, a args) error {
			return p.toAgent(user, "agent view: "+a.value, func(m heard) bool { return speaker(m.Item) == "view" && p.world.isView(shownView(m.Item).ID, a.value) })
		}),
		agentExpectation(" view contains", func(p *player, user string, a args) error {
			return p.toAgent(user, "agent view contains: "+a.value, func(m heard) bool {
				return speaker(m.Item) == "view" && strings.Contains(string(shownView(m.Item).Data), a.value)
			})
		}),
		[]form{
			{words: "offered to", value: needsValue, act: expects(offeredTo)},
			{words: "offered to nobody", act: expects(offeredTo)},
			{words: "served by", value: needsValue, act: expects(servedBy)},
			{words: "served by nobody", act: expects(servedBy)},
			{words: "guide goes on", act: expects(guideGoesOn)},
			{words: "no guide", act: expects(noGuide)},
		})...)
}

// agentExpectation makes a form that any agent can fulfil, and one of an agent with a name.
func agentExpectation(words string, check func(p *player, user string, a args) error) []form {
	read := expects(func(p *player, a args) error {
		user := ""
		if a.agent != "" {
			var err error
			if user, err = p.world.user(a.agent); err != nil {
				return err
			}
		}
		return check(p, user, a)
	})
	return []form{
		{words: "agent" + words, value: needsValue, act: read},
		{words: "agent NAME" + words, value: needsValue, act: read, again: true},
	}
}

// toAgent finds the message to an agent, any if user is "", that a line expects.
func (p *player) toAgent(user, want string, fits func(heard) bool) error {
	if user != "" {
		want = "agent " + quote(p.world.name(user)) + strings.TrimPrefix(want, "agent")
	}
	mine := func(m heard) bool { return user == "" || m.user == "" || m.user == user }
	return p.agents.next(p.toAgents(), want, func(m heard) bool { return mine(m) && fits(m) }, p.standing)
}

func offeredTo(p *player, a args) error {
	got := p.world.names(p.chat.Offered())
	return compare("offered to", a.value, got, got == a.value)
}

func servedBy(p *player, a args) error {
	got := p.world.names(p.chat.Serving())
	return compare("served by", a.value, got, got == a.value)
}

func guideGoesOn(p *player, _ args) error {
	if len(p.chat.Guided()) == 0 {
		return &mismatch{want: "an agent has a guide that goes on", got: "none" + p.standing()}
	}
	return nil
}

func noGuide(p *player, _ args) error {
	got := p.world.names(p.chat.Guided())
	return compare("guide of", "", got, got == "")
}
