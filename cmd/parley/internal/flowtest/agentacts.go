package flowtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/domain/agent"
	"parley/domain/sim"
	"parley/domain/transcript"
)

// finder finds the agent that a line is about, by its name if it says one.
type finder func(p *player, name string) (user string, err error)

// byAgent is an act of an agent.
type byAgent func(p *player, user string, a args) error

// agentActForms are what agents do.
func agentActForms() []form {
	plain := func(act func(*sim.Chat, string) error) byAgent {
		return func(p *player, user string, _ args) error { return act(p.chat, user) }
	}
	becomes := func(kind agent.StatusKind) byAgent {
		return func(p *player, user string, _ args) error { return p.chat.SetStatus(user, kind) }
	}
	offered, serving, guided, busy, any := (*player).offered, (*player).serving, (*player).guided, (*player).busy, (*player).anyAgent
	return slices.Concat(
		agentForm(" accepts", noValue, offered, plain((*sim.Chat).Accept)),
		agentForm(" rejects", noValue, offered, plain((*sim.Chat).Reject)),
		agentForm(" misses", noValue, offered, plain((*sim.Chat).Miss)),
		agentForm(" leaves", noValue, serving, plain((*sim.Chat).AgentLeaves)),
		agentForm(" transfers to TARGET", noValue, serving, transfers),
		agentForm(" transfers to TARGET by FLOW", noValue, serving, transfers),
		agentForm(" invites TARGET", noValue, serving, invites),
		agentForm(" is done", noValue, busy, plain((*sim.Chat).Clear)),
		agentForm(" is available", noValue, any, becomes(agent.Routable)),
		agentForm(" is away", noValue, any, becomes(agent.Custom)),
		agentForm(" is offline", noValue, any, becomes(agent.Offline)),
		readFirst(agentForm(" picks ACTION", optionalValue, guided, agentPicks), func(a args) error { _, err := object(a.value); return err }),
		agentForm(" answers guide", needsValue, guided, func(p *player, user string, a args) error {
			return p.chat.GuideSays(user, transcript.Plain, a.value)
		}),
		agentForm(" closes guide", noValue, guided, plain((*sim.Chat).GuideCloses)),
		agentForm(" sends TYPE", needsValue, serving, agentSends),
		agentForm("", needsValue, serving, func(p *player, user string, a args) error { return p.agentSays(user, transcript.Plain, a.value) }),
	)
}

// agentForm makes the form of an act twice: of the agent that it can only be, and of one with a name.
func agentForm(words string, value valueKind, who finder, act byAgent) []form {
	read := does(func(p *player, a args) error {
		user, err := who(p, a.agent)
		if err != nil {
			return err
		}
		return act(p, user, a)
	})
	return []form{
		{words: "agent" + words, value: value, act: read},
		{words: "agent NAME" + words, value: value, act: read, again: true},
	}
}

// readFirst are forms whose value is held against its rules when the script is read.
func readFirst(all []form, check func(args) error) []form {
	for i := range all {
		act := all[i].act
		all[i].act = func(a args) (func(*player) error, error) {
			if err := check(a); err != nil {
				return nil, err
			}
			return act(a)
		}
	}
	return all
}

func transfers(p *player, user string, a args) error {
	by := ""
	if len(a.names) > 1 {
		by = a.names[1]
	}
	to, err := p.world.target(a.names[0], by)
	if err != nil {
		return err
	}
	return p.chat.Transfer(user, to)
}

func invites(p *player, user string, a args) error {
	to, err := p.world.target(a.names[0], "")
	if err != nil {
		return err
	}
	return p.chat.Invite(user, to)
}

func agentPicks(p *player, user string, a args) error {
	data, err := object(a.value)
	if err != nil {
		return err
	}
	return p.chat.GuideSays(user, transcript.InteractiveResponse, picked(a.names[0], data))
}

func agentSends(p *player, user string, a args) error {
	types, err := contentTypes(a.names[0])
	if err != nil {
		return err
	}
	return p.agentSays(user, types[0], a.value)
}

// agentSays lets an agent say something. Where the customer gets it as it was said the script need not expect it.
func (p *player) agentSays(user, contentType, content string) error {
	before := len(p.said())
	if err := p.chat.AgentSays(user, contentType, content); err != nil {
		return err
	}
	for _, m := range p.said()[before:] {
		if m.Author.Role == transcript.Agent && (m.Content == content || contentType == transcript.Interactive) { // that gets a reference
			p.spoken[m.ID] = true
		}
	}
	return nil
}

// which is the agent of a line: the one that it names, else the only one of whom it can be true, else the only one there is. none
// says what is wrong where it can be true of nobody.
func (p *player) which(name string, fit []string, none func() string) (string, error) {
	switch {
	case name != "":
		return p.world.user(name)
	case len(fit) == 1:
		return fit[0], nil
	case len(p.world.staff) == 1:
		return p.world.staff[0].UserID, nil
	case len(fit) == 0:
		return "", errors.New(none())
	}
	return "", fmt.Errorf("which agent? There is: %s: write “agent NAME …”", p.world.names(fit))
}

func (p *player) anyAgent(name string) (string, error) {
	return p.which(name, p.world.everybody(), nil)
}

// serving finds an agent in the chat.
func (p *player) serving(name string) (string, error) {
	return p.fitting(name, p.chat.Serving(), "is in the chat"+p.standing(), "is not in the chat"+p.standing())
}

// guided finds an agent who has a guide.
func (p *player) guided(name string) (string, error) {
	const how = "a flow names one with UpdateContactEventHooks, DefaultAgentUI or DisconnectAgentUI"
	return p.fitting(name, p.chat.Guided(), "has a guide now: "+how, "has no guide now: "+how)
}

// busy finds an agent who has something to be done with.
func (p *player) busy(name string) (string, error) {
	fit := slices.DeleteFunc(p.world.everybody(), func(user string) bool { return !p.chat.Has(user, agent.Ended, agent.Missed) })
	return p.fitting(name, fit, "has after-contact work or a missed contact", "has neither after-contact work nor a missed contact")
}

// fitting finds the agent of a line, who must be one of those who fit; is and isNot say what that means of an agent.
func (p *player) fitting(name string, fit []string, is, isNot string) (string, error) {
	user, err := p.which(name, fit, func() string { return "no agent " + is })
	if err == nil && !slices.Contains(fit, user) {
		return "", fmt.Errorf("agent %s %s", quote(p.world.name(user)), isNot)
	}
	return user, err
}

// offered finds the agent to whom the contact is offered. The agent of a script that gives none comes to work for it.
func (p *player) offered(name string) (string, error) {
	user, err := p.which(name, p.chat.Offered(), p.nobody)
	if err != nil {
		return "", err
	}
	if p.world.byHand && !slices.Contains(p.chat.Offered(), user) {
		if p.chat.Agent(user).Status.Kind == agent.Offline {
			if err := p.chat.SetStatus(user, agent.Custom); err != nil {
				return "", err
			}
		}
		if err := p.chat.Assign(user); err != nil {
			return "", fmt.Errorf("nothing waits for an agent%s", p.standing())
		}
	}
	if !slices.Contains(p.chat.Offered(), user) {
		return "", fmt.Errorf("nothing is offered to agent %s: %s", quote(p.world.name(user)), p.whyNot(user))
	}
	return user, nil
}

// nobody says why the contact is offered to none of the agents.
func (p *player) nobody() string {
	if !p.chat.Session().Current().Queued() {
		return "no contact waits for an agent" + p.standing()
	}
	var why []string
	for _, user := range p.world.everybody() {
		why = append(why, "agent "+quote(p.world.name(user))+": "+p.whyNot(user))
	}
	return "the contact is offered to nobody\n" + strings.Join(why, "\n")
}

// whyNot says why nothing is offered to an agent.
func (p *player) whyNot(user string) string {
	a, name := p.chat.Agent(user), quote(p.world.name(user))
	waits, k := p.chat.QueueName(), p.chat.Session().Current()
	until, passed := k.PassedOver[user]
	switch others := p.chat.Offered(); {
	case !k.Queued():
		return "no contact waits" + p.standing()
	case p.chat.Has(user, agent.Missed):
		return fmt.Sprintf("it has missed one: write “agent %s is done” or “agent %s is available”", name, name)
	case a.Status.Kind != agent.Routable || a.Next != nil:
		return fmt.Sprintf("it is not available: write “agent %s is available”", name)
	case len(others) > 0:
		return "the contact is offered to " + p.world.names(others)
	case !p.world.serves(user, k.QueueID):
		return fmt.Sprintf("the contact waits in queue %s, which it does not serve", waits)
	case len(a.Contacts) >= p.world.chats(user):
		return fmt.Sprintf("it has as many contacts as it takes, %d (after-contact work is one until “agent %s is done”)", len(a.Contacts), name)
	case passed && until.After(p.chat.Now()):
		return fmt.Sprintf("it rejected or missed the contact and is passed over until %s", until.Format("15:04:05"))
	}
	return "the contact is for other agents now: its routing criteria, or who served the customer before"
}
