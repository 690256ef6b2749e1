package flowtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"parley/domain/flow/interp"
	"parley/domain/sim"
)

// reply is what a script says that a call comes to.
type reply struct {
	sim.Answer
	bot func(interp.Call) (json.RawMessage, error) // makes the payload of a bot's answer
}

// scripted answers the calls of flows by what the script said. Answers for one
// function or bot are used in order; the last one stays for all further calls. Those
// of a conversation count before those that stand above all conversations.
type scripted struct {
	names   func(interp.Call) []string // what a call's target may be called
	replies map[string][]reply
	general map[string][]reply // of all conversations
	used    map[string]bool    // whether the first of the replies was used
	calls   []interp.Call
}

func newScripted(names func(interp.Call) []string) *scripted {
	return &scripted{names: names, replies: map[string][]reply{}, used: map[string]bool{}}
}

// begin says that the answers that follow are those of the conversation.
func (s *scripted) begin() { s.general, s.replies = s.replies, map[string][]reply{} }

func (s *scripted) add(kind, name string, r reply) {
	key := kind + " " + name
	s.replies[key] = append(s.replies[key], r)
}

// find returns the next reply under a key.
func (s *scripted) find(key string) (reply, bool) {
	if len(s.replies[key]) == 0 {
		s.replies[key] = s.general[key]
	}
	if s.used[key] && len(s.replies[key]) > 1 {
		s.replies[key] = s.replies[key][1:]
	}
	if len(s.replies[key]) == 0 {
		return reply{}, false
	}
	s.used[key] = true
	return s.replies[key][0], true
}

// Call implements sim.Caller.
func (s *scripted) Call(call interp.Call) (sim.Answer, error) {
	s.calls = append(s.calls, call)
	for _, name := range append(s.names(call), "*") {
		r, ok := s.find(call.Kind + " " + name)
		if !ok {
			continue
		}
		if r.bot != nil {
			payload, err := r.bot(call)
			r.Payload = payload
			return r.Answer, err
		}
		return r.Answer, nil
	}
	return sim.Answer{}, fmt.Errorf("the flow calls %s, and the script has no answer for it: write %s", quoted(call, s.names(call)), hint(call, s.names(call)))
}

func quoted(call interp.Call, names []string) string {
	return fmt.Sprintf("%s %q", call.Kind, names[0])
}

func hint(call interp.Call, names []string) string {
	name := names[0]
	if strings.ContainsAny(name, " :") {
		name = `"` + name + `"`
	}
	if call.Kind == "bot" {
		return fmt.Sprintf("“bot %s says: TEXT” or “bot %s finds INTENT”", name, name)
	}
	return fmt.Sprintf("“lambda %s answers: {…}”, “… fails” or “… times out”", name)
}

// latest returns the last call of that kind to that name.
func (s *scripted) latest(kind, name string) (interp.Call, bool) {
	for i := len(s.calls) - 1; i >= 0; i-- {
		if s.calls[i].Kind != kind {
			continue
		}
		for _, n := range s.names(s.calls[i]) {
			if n == name {
				return s.calls[i], true
			}
		}
	}
	return interp.Call{}, false
}

func lambdaAnswer(a args) (reply, error) {
	if !json.Valid([]byte(a.value)) {
		return reply{}, fmt.Errorf("%q is no JSON: an answer is written as in {\"status\": \"shipped\"}", a.value)
	}
	return reply{Answer: sim.Answer{Payload: json.RawMessage(a.value)}}, nil
}

func failure(a args) (reply, error) {
	why := a.value
	if why == "" {
		why = "the script lets it fail"
	}
	return reply{Answer: sim.Answer{Err: why}}, nil
}

func never(args) (reply, error) { return reply{Answer: sim.Answer{Never: true}}, nil }

// botAnswer is an answer in the shape of Lex V2's RecognizeText.
func botAnswer(a args) (reply, error) {
	payload, err := object(a.value)
	return reply{Answer: sim.Answer{Payload: payload}}, err
}

// turn is the part of a RecognizeText answer that scripts need.
type turn struct {
	Messages     []said `json:"messages"`
	SessionState struct {
		DialogAction      map[string]string `json:"dialogAction"`
		Intent            *intent           `json:"intent,omitempty"`
		SessionAttributes map[string]string `json:"sessionAttributes"`
	} `json:"sessionState"`
	Interpretations []interpretation `json:"interpretations"`
	SessionID       string           `json:"sessionId"`
}

type said struct {
	Content     string `json:"content"`
	ContentType string `json:"contentType"`
}

type intent struct {
	Name  string          `json:"name"`
	State string          `json:"state"`
	Slots map[string]slot `json:"slots"`
}

type slot struct {
	Value slotValue `json:"value"`
}

type slotValue struct {
	OriginalValue    string   `json:"originalValue"`
	InterpretedValue string   `json:"interpretedValue"`
	ResolvedValues   []string `json:"resolvedValues"`
}

type interpretation struct {
	Intent        *intent            `json:"intent"`
	NLUConfidence map[string]float64 `json:"nluConfidence"`
}

// botSays is a turn in which the bot asks something and the talk goes on.
func botSays(a args) (reply, error) {
	return reply{bot: func(call interp.Call) (json.RawMessage, error) {
		t := answerTo(call)
		t.Messages = []said{{a.value, "PlainText"}}
		t.SessionState.DialogAction = map[string]string{"type": "ElicitIntent"}
		return json.Marshal(t)
	}}, nil
}

// botFinds is a turn in which the bot has what it needs.
func botFinds(a args) (reply, error) {
	var slots map[string]string
	if a.value != "" && json.Unmarshal([]byte(a.value), &slots) != nil {
		return reply{}, errors.New(`slots are written as in {"city": "Rome"}`)
	}
	found := &intent{Name: a.names[1], State: "ReadyForFulfillment", Slots: map[string]slot{}}
	for name, v := range slots {
		found.Slots[name] = slot{slotValue{v, v, []string{v}}}
	}
	return reply{bot: func(call interp.Call) (json.RawMessage, error) {
		t := answerTo(call)
		t.SessionState.DialogAction = map[string]string{"type": "Close"}
		t.SessionState.Intent = found
		t.Interpretations = []interpretation{{found, map[string]float64{"score": 1}}}
		return json.Marshal(t)
	}}, nil
}

// answerTo is a turn that keeps the session of the call.
func answerTo(call interp.Call) turn {
	var asked turn
	_ = json.Unmarshal(call.Payload, &asked) // what it does not carry stays empty
	t := turn{SessionID: asked.SessionID, Messages: []said{}, Interpretations: []interpretation{}}
	t.SessionState.SessionAttributes = asked.SessionState.SessionAttributes
	return t
}
