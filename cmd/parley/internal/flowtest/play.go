package flowtest

import (
	"errors"
	"fmt"
	"slices"

	"parley/domain/flow/interp"
	"parley/domain/sim"
)

// Result is how one conversation went.
type Result struct {
	*Conversation
	Failure *Failure // nil if it went as written
	History []sim.Entry
	world   *World
	reason  string // why the chat has ended, "" if it has not
}

// Failure is where a conversation went another way than its script.
type Failure struct {
	Pos
	Step    string // the line
	Message string // what is wrong, when it is no difference
	Want    string
	Got     string
}

// mismatch is an expectation that does not hold.
type mismatch struct{ want, got string }

func (m *mismatch) Error() string { return fmt.Sprintf("expected %s, got %s", m.want, m.got) }

// player plays one conversation.
type player struct {
	world            *World
	chat             *sim.Chat
	answers          *scripted
	customer, agents reader
	spoken           map[string]bool // messages of agents that came as the script says them, by id
}

// play plays a conversation in the world of its scope.
func (c *Conversation) play(scope *Scope, seed uint64) *Result {
	r := &Result{Conversation: c}
	p := &player{customer: reader{spell: spelledToCustomer}, agents: reader{spell: spelledToAgents}, spoken: map[string]bool{}}
	at, err := p.begin(c, scope, seed)
	if err == nil {
		at, err = p.steps(c.Steps)
	}
	r.world = p.world
	if p.chat != nil {
		r.saw(p.chat)
	}
	if err != nil {
		r.Failure = failed(at, err)
	}
	return r
}

// saw keeps what happened in a chat.
func (r *Result) saw(chat *sim.Chat) {
	r.History, r.reason = chat.History(), chat.Session().Current().DisconnectReason
}

func failed(at Step, err error) *Failure {
	f := &Failure{Pos: at.Pos, Step: at.Text}
	var m *mismatch
	if errors.As(err, &m) {
		f.Want, f.Got = m.want, m.got
	} else {
		f.Message = err.Error()
	}
	return f
}

// begin makes the world and starts the chat. What the outside answers is known
// before the customer connects.
func (p *player) begin(c *Conversation, scope *Scope, seed uint64) (Step, error) {
	s := newSetup(seed)
	head := Step{Pos: c.Pos, Text: "conversation: " + c.Name}
	flowLine := head // where the flow is named
	given := slices.Concat(scope.Given, c.Given)
	for _, step := range given {
		if step.given == nil {
			continue
		}
		before := s.flow
		if err := step.given(s); err != nil {
			return step, err
		}
		if s.flow != before {
			flowLine = step
		}
	}
	var err error
	if p.world, err = scope.world(s); err != nil {
		return head, err
	}
	p.answers = newScripted(p.world.callNames)
	for _, step := range given {
		if step.answer {
			if err := step.act(p); err != nil {
				return step, err
			}
		}
	}
	p.answers.begin()
	for _, step := range c.Steps {
		if !step.answer {
			break
		}
		if err := step.act(p); err != nil {
			return step, err
		}
	}
	if s.start.FlowID, err = p.world.inbound(s.flow); err != nil {
		return flowLine, err
	}
	return head, p.start(s)
}

func (p *player) start(s *setup) (err error) {
	o := sim.Options{Now: s.now, Seed: s.seed, Percent: s.percent, Waiting: p.world.waiting(s), Agents: p.world.staff, Calls: p.answers}
	if p.chat, err = sim.Start(p.world.instance, o, s.start); err != nil || s.absent {
		return err
	}
	return p.chat.Connect()
}

// steps plays the lines after those that were played before the start.
func (p *player) steps(steps []Step) (Step, error) {
	early := true
	for _, step := range steps {
		early = early && step.answer
		if early {
			continue
		}
		if err := step.act(p); err != nil {
			return step, err
		}
	}
	last := steps[len(steps)-1]
	last.Text = "the end of the conversation"
	return last, p.allRead()
}

// standing says where the chat stands, for a message that did not come.
func (p *player) standing() string {
	history := p.chat.History()
	switch {
	case p.chat.Ended():
		return " (the chat is over: " + orNone(p.chat.Session().Current().DisconnectReason) + ")"
	case len(p.chat.Serving()) > 0:
		return " (" + p.world.names(p.chat.Serving()) + " serves the customer)"
	case p.chat.QueueName() != "":
		return " (the contact waits in queue " + p.chat.QueueName() + ")"
	}
	for i := len(history) - 1; i >= 0; i-- {
		s := history[i].Step
		if s == nil {
			continue
		}
		if s.Rule == interp.ByBlock {
			return fmt.Sprintf(" (the flow waits at %q, %s)", s.Action, s.Type)
		}
		return ""
	}
	return " (no flow has run)"
}
