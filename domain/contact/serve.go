package contact

import (
	"time"

	"github.com/google/uuid"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Why a contact is over with its agent: it left or ended the chat, or its connection was gone.
const (
	ReasonAgent        = "AGENT_DISCONNECT"
	ReasonAgentNetwork = "AGENT_NETWORK_DISCONNECT"
)

// Taker is the user who accepts a contact, as far as the chat needs it.
type Taker struct {
	UserID      string
	DisplayName string
	Names       session.AgentNames
	ProfileID   string        // its routing profile
	Groups      []string      // the hierarchy groups that it is in, the top one first
	WorkLimit   time.Duration // of after-contact work, 0 = until it is cleared
}

// Accept takes the open offer to an agent: the contact leaves its queue, and the agent joins the chat. Where it is the current contact,
// the flow that it heard in the queue stops, and a custom participant makes room (CreateParticipant).
func (d *Draft) Accept(contact string, t Taker) error {
	k, err := d.offered(contact, t.UserID)
	if err != nil {
		return err
	}
	if err := d.change(t.UserID, func(a agent.Agent) (agent.Agent, error) { return a.Accept(k.ID, d.now) }); err != nil {
		return err
	}
	k.Offer = nil
	d.DropDue(d.offerKey(k.ID))
	d.dequeue(k)
	if k == d.s.Current() {
		d.stopFlow()
		d.leaveBots()
	}
	p := session.Participant{
		ID: uuid.NewSHA1(d.space(), []byte("agent"+k.ID)).String(), Role: transcript.Agent, DisplayName: t.DisplayName, UserID: t.UserID,
	}
	k.Agent = &session.AgentInfo{UserID: t.UserID, ParticipantID: p.ID, ConnectedAt: d.now, Names: t.Names, WorkLimit: t.WorkLimit, ProfileID: t.ProfileID, Groups: t.Groups}
	d.updated(k)
	d.s.State.Participants = append(d.s.State.Participants, p)
	d.join(&d.s.State.Participants[len(d.s.State.Participants)-1])
	d.guide(k)
	return nil
}

// guide has the guides of a contact's agent seen to, where a hook names any (domain/guide): the contact stands differently with
// the agent now.
func (d *Draft) guide(k *session.Contact) {
	_, begin := k.Hooks[HookAgentUI]
	_, end := k.Hooks[HookAgentUIEnd]
	if begin || end {
		d.SetDue(change.DueKey{Owner: d.s.ID, Kind: DueGuide, Subject: k.ID}, d.now)
	}
}

// stopWhisper ends what an agent and the customer would hear: one of them is gone.
func (d *Draft) stopWhisper() {
	if d.s.Flow != nil && d.s.Flow.Whisper != "" {
		d.stopFlow()
	}
}

func (d *Draft) stopFlow() {
	if d.s.Flow != nil {
		d.s.Flow = nil
		d.touch(change.Flow)
		d.drop(DueFlow)
		d.forgetSignIn()
	}
}

func (d *Draft) leaveBots() {
	for i := range d.s.State.Participants {
		if p := &d.s.State.Participants[i]; p.Role == transcript.CustomBot && p.Present() {
			d.leave(p)
		}
	}
}

// finish begins the after-contact work of an agent who leaves a chat; a contact beside the current one is over then.
func (d *Draft) finish(p *session.Participant) {
	k := d.served(p)
	if k == nil {
		return
	}
	d.closeBeside(k, "")
	if p.Role == transcript.Supervisor {
		return
	}
	if k == d.s.Current() {
		d.stopWhisper()
	}
	_ = d.change(p.UserID, func(a agent.Agent) (agent.Agent, error) { return a.Finish(k.ID, k.Agent.WorkLimit, d.now) })
	info := *k.Agent
	info.WorkBegan = d.now
	k.Agent = &info
	d.updated(k)
	d.guide(k)
	if limit := info.WorkLimit; limit > 0 {
		d.set.Due = append(d.set.Due, change.Due{DueKey: d.workKey(k.ID), At: d.now.Add(limit)})
	}
}

// served returns the contact that the agent has taken and not given up, nil if there is none.
func (d *Draft) served(p *session.Participant) *session.Contact {
	for k := range d.s.Contacts() {
		if k.Agent != nil && k.Agent.ParticipantID == p.ID && k.Agent.WorkBegan.IsZero() {
			return k
		}
	}
	return nil
}

// workKey is the deadline of the after-contact work on a contact: each contact of a chat has its own.
func (d *Draft) workKey(contact string) change.DueKey {
	return change.DueKey{Owner: d.s.ID, Kind: DueWork, Subject: contact}
}

// ClearWork ends the after-contact work of a user on a contact, and with it the contact for that user; it is
// allowed after the end of the chat, too. Work that is over is left alone.
func (d *Draft) ClearWork(contact, user string) error {
	k := d.s.Contact(contact)
	if k == nil || k.Agent == nil || k.Agent.UserID != user || k.Agent.WorkBegan.IsZero() {
		return fault.New(fault.Rule, "There is no after-contact work on the contact")
	}
	if !k.Agent.WorkEnded.IsZero() {
		return nil
	}
	err := d.change(user, func(a agent.Agent) (agent.Agent, error) { return a.Clear(contact, d.now) })
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	info := *k.Agent
	info.WorkEnded = d.now
	k.Agent = &info
	d.updated(k)
	d.guide(k)
	d.DropDue(d.workKey(contact))
	return nil
}

// GiveUp takes the chat from an agent who is gone: without after-contact work, and the customer waits again, as the next contact
// of the chat, in the queue that the agent took it from. Where that cannot be the chat is over.
func (d *Draft) GiveUp(contact, user string, cfg catalog.Config) error {
	k := d.s.Contact(contact)
	if k == nil || k.Agent == nil || k.Agent.UserID != user || !k.Agent.WorkBegan.IsZero() || k.InitiationMethod == ByMonitor {
		return fault.New(fault.Rule, "The user does not have the contact")
	}
	if err := d.takeAway(k); err != nil {
		return err
	}
	d.closeBeside(k, ReasonAgentNetwork)
	if d.present(transcript.Agent) {
		return nil
	}
	d.uninvite()
	queue, own := k.QueueID, ""
	if k.AgentQueue {
		own = k.TargetAgent
	}
	if !d.mayFollow() {
		d.end(ReasonAgentNetwork, "")
		return nil
	}
	next := d.follow(byQueueTransfer, ReasonAgentNetwork)
	next.TargetQueueID, next.TargetAgent = queue, own
	if d.world(&cfg).Enqueue() != nil {
		d.end(ReasonAgentNetwork, "")
		return nil
	}
	d.enqueued(cfg)
	return nil
}
