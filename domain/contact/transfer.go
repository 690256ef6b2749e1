package contact

import (
	"cmp"
	"encoding/json"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// byTransfer is how the contact begins that an agent sent on (InitiationMethod).
const byTransfer = "TRANSFER"

// Target is where an agent sends a chat on: a queue, or the queue of a user, by way of a flow that takes it there
// (Amazon Connect, QuickConnectConfig).
type Target struct {
	Name    string // of the quick connect; everybody in the chat reads it
	QueueID string // one of the two is set
	UserID  string
	FlowID  string
	Quick   *session.QuickConnect // that was chosen, nil = none
}

// flowType is the type of flow that takes a chat to the target.
func (t Target) flowType() flow.Type {
	if t.UserID != "" {
		return flow.AgentTransfer
	}
	return flow.QueueTransfer
}

// Transfer sends the chat of an agent on: the agent leaves, its after-contact work begins, and the flow of the target runs on the
// next contact of the chat with the target queue set. Everybody reads transfer.succeeded before the agent leaves; open
// invitations end, and supervisors leave.
//
// What the target lacks is told in the chat as transfer.failed, and nothing else happens: done is false. A refusal (the user does not
// have the contact, another agent or a flow is in the chat) leaves nothing.
func (d *Draft) Transfer(user string, to Target, cfg catalog.Config) (done bool, err error) {
	p, err := d.serving(user)
	if err != nil {
		return false, err
	}
	if d.present(transcript.CustomBot) || d.s.Flow != nil && d.s.Flow.Whisper == "" || d.others(p) {
		return false, fault.New(fault.Rule, "The chat cannot be sent on while another agent, a bot or a flow takes part in it")
	}
	if reason := d.unfit(to, cfg); reason != "" {
		d.transferred(transcript.TransferFailed, p, to.Name, "FAILED", reason)
		return false, nil
	}
	d.transferred(transcript.TransferSucceeded, p, to.Name, "SUCCEEDED", "")
	d.leave(p)
	d.dismissBeside()
	next := d.follow(byTransfer, "")
	next.FlowID, next.TargetQueueID, next.TargetAgent, next.Quick = to.FlowID, to.QueueID, "", to.Quick
	if to.UserID != "" {
		next.TargetQueueID, next.TargetAgent = to.UserID, cmp.Or(to.Name, to.UserID)
	}
	d.begin(cfg.Flows[to.FlowID])
	return true, nil
}

// serving returns the participant of a user who is an agent of the chat.
func (d *Draft) serving(user string) (*session.Participant, error) {
	if p := d.s.User(user); p != nil && p.Role == transcript.Agent && d.s.Status == session.Active {
		return p, nil
	}
	return nil, fault.New(fault.Rule, "The user is no agent of this chat")
}

// others reports whether an agent beside this one is in the chat.
func (d *Draft) others(p *session.Participant) bool {
	for i := range d.s.State.Participants {
		o := &d.s.State.Participants[i]
		if o.Role == transcript.Agent && o.Present() && o.ID != p.ID {
			return true
		}
	}
	return false
}

// unfit says what a target lacks, "" if nothing.
func (d *Draft) unfit(to Target, cfg catalog.Config) string {
	f := cfg.Flows[to.FlowID]
	_, queue := cfg.Queues[to.QueueID]
	switch {
	case !d.mayFollow():
		return "TOO_MANY_CONTACTS"
	case !f.Runs() || f.Type != to.flowType():
		return "FLOW_NOT_AVAILABLE"
	case to.UserID == "" && !queue:
		return "QUEUE_NOT_FOUND"
	}
	return ""
}

// transferred tells of a transfer or an invitation: where to, what came of it, and why. The content is our choice;
// Amazon Connect sends none.
func (d *Draft) transferred(event string, by *session.Participant, target, outcome, reason string) *transcript.Item {
	content, _ := json.Marshal(struct { // strings always encode
		Target  string `json:"target"`
		Outcome string `json:"outcome,omitempty"`
		Reason  string `json:"reason,omitempty"`
	}{target, outcome, reason})
	var author transcript.Author
	if by != nil {
		author = by.Author()
	}
	item := d.event(event, author)
	item.Content = string(content)
	d.touch(change.State)
	return item
}
