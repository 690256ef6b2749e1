package contact

import (
	"encoding/json"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Here returns the participant if it may act in the chat now; otherwise the
// refusal that every participant operation answers (403).
func Here(s *session.Session, participant string, now time.Time) (*session.Participant, error) {
	p := s.Participant(participant)
	switch {
	case p == nil:
		return nil, fault.New(fault.Denied, "Access denied")
	case s.Status == session.Ended:
		return nil, fault.New(fault.Denied, "Access denied: the chat has ended")
	case !p.Present():
		return nil, fault.New(fault.Denied, "Access denied: the participant has left the chat")
	case tooLate(p, now):
		return nil, fault.New(fault.Denied, "Access denied: the participant token was not used in time")
	}
	return p, nil
}

// Send says something (SendMessage). A plain message changes nothing that a
// rule reads; one that a flow waits for also wakes the flow.
func Send(s *session.Session, participant string, m Message, lim TextLimit, id string, now time.Time) (*change.Set, error) {
	p, err := Here(s, participant, now)
	if err != nil {
		return nil, err
	}
	if p.Silent {
		return nil, fault.New(fault.Denied, "Access denied: a supervisor who only watches says nothing")
	}
	if err := mayContain(s, p, m); err != nil {
		return nil, err
	}
	if err := m.check("", lim); err != nil {
		return nil, err
	}
	switch m.ContentType {
	case transcript.Interactive:
		return sendInteractive(s, p, m, id, now)
	case transcript.InteractiveResponse:
		if err := answers(s, m); err != nil {
			return nil, err
		}
	}
	item := transcript.Item{
		Type: transcript.Message, ContentType: m.ContentType, Content: m.Content,
		ContactID: s.Current().ID, Author: p.Author(),
	}
	if p.Role == transcript.Customer && s.Flow != nil && s.Flow.Hiding && m.ContentType == transcript.InteractiveResponse {
		item.Content = hidden(m.Content)
	}
	if s.State.Processing != nil || listens(s, p.Role, m.Content) || isIdle(s, p) {
		d := Decide(s, id, now)
		if err := d.mayWait(); err != nil {
			return nil, err
		}
		d.post(item, m.Content)
		d.Returned(p) // after the message: its sender is answered with what was appended first
		return d.Changes(), nil
	}
	return &change.Set{
		ID: id, At: now,
		Session: &change.Session{ID: s.ID, Version: s.Version},
		Items:   []transcript.Item{item},
	}, nil
}

// listens reports whether the flow hears what a participant of that role says.
func listens(s *session.Session, role transcript.Role, heard string) bool {
	return role == transcript.Customer && s.Flow != nil && s.Flow.Listening && room(s.Flow, heard)
}

// hidden is the answer to a view as the transcript shows it where the view asks
// for what is sensitive: which action was taken, and nothing that was filled in.
func hidden(content string) string {
	var reply map[string]json.RawMessage
	if json.Unmarshal([]byte(content), &reply) != nil || reply == nil { // null is no error
		return "{}"
	}
	for name := range reply {
		if name != "action" && name != "templateType" && name != "version" {
			delete(reply, name)
		}
	}
	reply["data"] = json.RawMessage(`{}`)
	raw, _ := json.Marshal(reply) // what was JSON always encodes
	return string(raw)
}

// mayContain: only what the session declared, and interactive messages only from those who serve the customer.
func mayContain(s *session.Session, p *session.Participant, m Message) error {
	if m.ContentType == transcript.Interactive && p.Role == transcript.Customer {
		return fault.New(fault.Invalid, "ContentType %s can only be sent by a flow, a bot or an agent", m.ContentType)
	}
	if !allows(s.State.ContentTypes, m.ContentType) {
		return fault.New(fault.Invalid, "ContentType %q is not among the SupportedMessagingContentTypes of this chat", m.ContentType)
	}
	return nil
}

// Bounds of what waits for a flow that does not run (our choice); later messages are in the transcript only.
const (
	MaxInputs     = 64
	MaxInputBytes = 262_144
)

// room reports whether one more message can wait for the flow.
func room(f *session.Flow, content string) bool {
	bytes := len(content)
	for _, in := range f.Input {
		bytes += len(in.Content)
	}
	return len(f.Input) < MaxInputs && bytes <= MaxInputBytes
}

// Inputs of flows.
const (
	InputMessage = "message"
	InputLeft    = "left"
)

// tellFlow hands an input to the waiting flow and makes it runnable. A flow that
// is in a call finds the input when the answer comes: its deadline is the call's.
// That one more bot left tells it nothing new.
func (d *Draft) tellFlow(in session.Input) {
	if n := len(d.s.Flow.Input); n > 0 && in.Kind == InputLeft && d.s.Flow.Input[n-1] == in {
		return
	}
	d.s.Flow.Input = append(d.s.Flow.Input, in)
	d.touch(change.Flow)
	if !d.s.Flow.Calling {
		d.at(DueFlow, d.now)
	}
}
