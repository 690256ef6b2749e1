package contact

import (
	"cmp"
	"unicode/utf8"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Reassign takes a chat from the agent who has it, without after-contact work, or out of the queue that it waits in, and puts it, as its next
// contact, into a queue or into the own queue of a user; no transfer flow runs. Everybody reads transfer.succeeded; invited agents and
// supervisors leave. contact is the current one; with from it must still wait in that queue.
func (d *Draft) Reassign(contact, from string, to Target, cfg catalog.Config) error {
	k := d.s.Contact(contact)
	_, queue := cfg.Queues[to.QueueID]
	current := k != nil && k == d.s.Current() && d.s.Status == session.Active
	held := current && k.Agent != nil && k.Agent.WorkBegan.IsZero()
	switch {
	case !held && !(current && k.Queued()):
		return fault.New(fault.Rule, "No agent has the contact, and it waits in no queue")
	case from != "" && (held || k.QueueID != from):
		return fault.New(fault.Rule, "The contact does not wait there any more")
	case held && d.s.Flow != nil && d.s.Flow.Whisper == "":
		return fault.New(fault.Rule, "A flow takes part in the chat")
	case held && k.Agent.UserID == to.UserID:
		return fault.New(fault.Rule, "The user has the contact already")
	case !held && k.QueueID == cmp.Or(to.UserID, to.QueueID):
		return fault.New(fault.Rule, "The contact waits there already")
	case to.UserID == "" && !queue:
		return fault.New(fault.NotFound, "There is no such queue")
	case !d.mayFollow():
		return fault.New(fault.LimitExceeded, "A chat has at most %d contacts", MaxSegments)
	}
	d.transferred(transcript.TransferSucceeded, nil, to.Name, "SUCCEEDED", "")
	if held {
		if err := d.takeAway(k); err != nil {
			return err
		}
	} else {
		d.stopFlow() // which it hears in the queue
	}
	d.dismissBeside()
	next := d.follow(byTransfer, "")
	next.TargetQueueID, next.TargetAgent = to.QueueID, ""
	if to.UserID != "" {
		next.TargetQueueID, next.TargetAgent = to.UserID, to.Name
	}
	if err := d.world(&cfg).Enqueue(); err != nil {
		return err
	}
	if held {
		d.passOver(next, k.Agent.UserID) // else a queue gives it back to the same agent
	}
	d.enqueued(cfg)
	return nil
}

// takeAway takes a contact from its agent, who leaves the chat without after-contact work.
func (d *Draft) takeAway(k *session.Contact) error {
	err := d.change(k.Agent.UserID, func(a agent.Agent) (agent.Agent, error) { return a.Release(k.ID, d.now) })
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	info := *k.Agent
	info.WorkBegan, info.WorkEnded = d.now, d.now
	k.Agent = &info
	d.guide(k)
	if k == d.s.Current() {
		d.stopWhisper()
	}
	d.leave(d.s.Participant(info.ParticipantID))
	return nil
}

// Coach says something to the agents of a chat, which the customer neither sees nor finds in the transcript. It is for a supervisor who
// watches or takes part, and who may barge in.
func (d *Draft) Coach(user, text string) error {
	p := d.supervisor(user)
	switch {
	case p == nil:
		return fault.New(fault.Rule, "The user does not watch the contact")
	case p.WatchOnly:
		return fault.New(fault.Rule, "The user may only watch the contact")
	case text == "" || utf8.RuneCountInString(text) > maxCoach:
		return fault.New(fault.Invalid, "A whisper has 1 to %d characters", maxCoach)
	}
	d.set.Items = append(d.set.Items, transcript.Item{ // no processor hears it: it is no message of the chat
		Type: transcript.Message, ContentType: transcript.Plain, Content: text, ContactID: d.s.Current().ID, Author: p.Author(), Visibility: transcript.AgentOnly,
	})
	return nil
}

// maxCoach bounds a whisper (our choice: as a message, SendMessage).
const maxCoach = 1_024
