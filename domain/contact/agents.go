package contact

import (
	"slices"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
)

// known is an agent in a decision: as it is stored, or as the decision leaves it.
type known struct {
	agent.Agent
	changed bool
}

// Know tells the decision how an agent stands in the store. What the decision makes of the
// agent is committed together with it, only over that version of the agent.
func (d *Draft) Know(a agent.Agent) { d.agents[a.UserID] = &known{Agent: a} }

// KnowNobody tells the decision that a user has no agent in the store, and so no slot.
func (d *Draft) KnowNobody(user string) { d.agents[user] = nil }

// AgentsOf lists the users who have a share in a chat now: an offer, a place in it, or that it guides them. Every decision
// that can take it from them must Know their agents, or KnowNobody.
func AgentsOf(s *session.Session) (users []string) {
	if s.Status == session.Ended {
		return nil
	}
	if g := s.State.Guide; g != nil {
		users = append(users, g.UserID)
	}
	for k := range s.Contacts() {
		if k.Offer != nil {
			users = append(users, k.Offer.UserID)
		}
	}
	for i := range s.State.Participants {
		if p := &s.State.Participants[i]; p.Role == transcript.Agent && p.UserID != "" && p.Present() {
			users = append(users, p.UserID)
		}
	}
	return users
}

// change applies a command to an agent; a user who has none has no slot to change. To decide without having asked
// is a fault of the program that would take the slot from its user for ever: it panics.
func (d *Draft) change(user string, command func(agent.Agent) (agent.Agent, error)) error {
	k, asked := d.agents[user]
	if !asked {
		panic("a decision changes an agent that it does not know")
	}
	if k == nil {
		return nil
	}
	next, err := command(k.Agent)
	if err != nil {
		return err
	}
	k.Agent, k.changed = next, true
	return nil
}

// Mention tells an agent, if the decision knows it, of a note.
func (d *Draft) Mention(user string, m agent.Mention) {
	_ = d.change(user, func(a agent.Agent) (agent.Agent, error) { return a.Mention(m), nil })
}

// agentDocuments are the agents that the decision changed, in a fixed order.
func (d *Draft) agentDocuments() (writes []change.Resource) {
	for _, k := range d.agents {
		if k == nil || !k.changed {
			continue
		}
		if rows, err := k.Written(d.now); err == nil { // no value in it can fail to encode
			writes = append(writes, rows...)
		}
	}
	slices.SortFunc(writes, func(a, b change.Resource) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return writes
}
