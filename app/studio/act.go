package studio

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/domain/flow/interp"
	"parley/domain/sim"
	"parley/domain/transcript"
)

// Act is one thing that somebody does in a script.
type Act struct {
	// Do is say, pick, leave, wait (Seconds), accept, agent_say, agent_leave or stop. The first act comes once the customer has connected.
	Do      string          `json:"do"`
	Text    string          `json:"text,omitempty"` // what is said, or the action of a view that is picked
	Data    json.RawMessage `json:"data,omitempty"` // of a view's form
	Seconds int64           `json:"seconds,omitempty"`
}

// Answer is what a function or a bot answers.
type Answer struct {
	Kind    string          `json:"kind"` // lambda or bot
	Target  string          `json:"target"`
	Payload json.RawMessage `json:"payload,omitempty"`
	Fails   string          `json:"fails,omitempty"` // why there is no answer, in the place of Payload
}

// longestWait bounds one wait: how long a chat may last.
const longestWait = 7 * 24 * time.Hour

// player plays the acts of a script.
type player struct {
	chat  *sim.Chat
	agent string

	marks []int // the length of the history after the start, and after each act
	at    int   // the act that is played; -1 is the start
	wrong string
}

func (p *player) all(acts []Act) {
	p.at = -1
	err := p.chat.Connect()
	p.marks = append(p.marks, len(p.chat.History()))
	for i := 0; i < len(acts) && err == nil; i++ {
		p.at = i
		err = p.one(acts[i])
		p.marks = append(p.marks, len(p.chat.History()))
	}
	if err != nil {
		p.wrong = err.Error()
	}
}

func (p *player) one(a Act) error {
	switch a.Do {
	case "say":
		return p.chat.Say(transcript.Plain, a.Text)
	case "pick":
		return p.pick(a)
	case "leave":
		return p.chat.Leave()
	case "stop":
		return p.chat.Stop()
	case "wait":
		d := time.Duration(a.Seconds) * time.Second
		if a.Seconds < 1 || a.Seconds > int64(longestWait/time.Second) {
			return errors.New("a wait takes from one second to seven days")
		}
		return p.chat.Advance(d)
	case "accept":
		if err := p.chat.Assign(p.agent); err != nil {
			return err
		}
		return p.chat.Accept(p.agent)
	case "agent_say":
		return p.chat.AgentSays(p.agent, transcript.Plain, a.Text)
	case "agent_leave":
		return p.chat.AgentLeaves(p.agent)
	}
	return fmt.Errorf("nobody can %q", a.Do)
}

// pick answers a view: the action, and the data of its form.
func (p *player) pick(a Act) error {
	data := a.Data
	if len(data) == 0 {
		data = json.RawMessage("{}")
	}
	answer, err := json.Marshal(map[string]any{"templateType": "ViewResource", "version": "1.0", "action": a.Text, "data": data})
	if err != nil {
		return err
	}
	return p.chat.Say(transcript.InteractiveResponse, string(answer))
}

// answers are what is said in place of the world outside: the first that names the call's target, or "*".
type answers []Answer

// Call implements sim.Caller.
func (all answers) Call(c interp.Call) (sim.Answer, error) {
	for _, a := range all {
		if a.Kind == c.Kind && (a.Target == "*" || a.Target == c.Target || strings.HasSuffix(c.Target, ":function:"+a.Target)) {
			return sim.Answer{Payload: a.Payload, Err: a.Fails}, nil
		}
	}
	return sim.Answer{}, fmt.Errorf("the flow calls %s %s, and the script has no answer for it", c.Kind, c.Target)
}
