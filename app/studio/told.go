package studio

import (
	"time"

	"parley/domain/agent"
	"parley/domain/sim"
	"parley/domain/transcript"
)

// Play is how a script went.
type Play struct {
	Events []Event `json:"events"`
	Ended  bool    `json:"ended"`
	Reason string  `json:"reason,omitempty"` // why the chat ended
	Queue  string  `json:"queue,omitempty"`  // the name of the queue in which the contact waits
	// Attributes are those of the chat at the end.
	Attributes map[string]string `json:"attributes"`
	// Wrong is what ended the play early, with the act at which it did; -1 is the start.
	Wrong   string `json:"wrong,omitempty"`
	WrongAt int    `json:"wrong_at"`
}

// Event is one thing that happened in a play, after the act of that number; -1 is the start.
type Event struct {
	Act  int       `json:"act"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind"` // step, said, call, answer, end or agent

	// of a step
	Flow   string `json:"flow_id,omitempty"`
	Action string `json:"action,omitempty"`
	Type   string `json:"type,omitempty"`
	Rule   string `json:"rule,omitempty"` // what chose the branch: result, condition, error, block or end
	Detail string `json:"detail,omitempty"`
	Next   string `json:"next,omitempty"`
	// of what was said
	By          string `json:"by,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Text        string `json:"text,omitempty"`
}

// told is how the play went.
func (p *player) told() Play {
	snap := p.chat.Session()
	out := Play{
		Events: []Event{}, Ended: p.chat.Ended(), Queue: p.chat.QueueName(), Attributes: map[string]string{},
		Reason: snap.Current().DisconnectReason, Wrong: p.wrong, WrongAt: p.at,
	}
	for k, v := range snap.Attributes {
		out.Attributes[k] = v
	}
	act := -1
	for i, e := range p.chat.History() {
		for act+1 < len(p.marks) && i >= p.marks[act+1] {
			act++
		}
		if event, ok := eventOf(&e); ok {
			event.Act, event.At = act, e.At
			out.Events = append(out.Events, event)
		}
	}
	return out
}

func eventOf(e *sim.Entry) (Event, bool) {
	switch {
	case e.Guide != "":
		return Event{}, false // what an agent's guide does is another chat
	case e.Step != nil && e.Step.Flow == caller:
		return Event{}, false // nobody works on that
	case e.Step != nil:
		s := e.Step
		return Event{Kind: "step", Flow: s.Flow, Action: s.Action, Type: s.Type, Rule: string(s.Rule), Detail: s.Detail, Next: s.Next}, true
	case e.Item != nil && e.Item.Type == transcript.Message:
		return Event{Kind: "said", By: string(e.Item.Author.Role), ContentType: e.Item.ContentType, Text: e.Item.Content}, true
	case e.Call != nil:
		return Event{Kind: "call", Type: e.Call.Kind, Text: e.Call.Target}, true
	case e.Answer != nil:
		return Event{Kind: "answer", Type: e.Answer.Call.Kind, Text: string(e.Answer.Answer.Payload), Detail: e.Answer.Answer.Err}, true
	case e.Outcome != nil:
		return Event{Kind: "end", Rule: string(e.Outcome.Kind), Detail: e.Outcome.Reason}, true
	case e.Agent != nil && e.Agent.To == agent.Connected:
		return Event{Kind: "agent", Text: "took the chat"}, true
	}
	return Event{}, false
}
