package contact

import (
	"slices"
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Why a chat ended (Amazon Connect contact records, DisconnectReason).
const (
	ReasonCustomer     = "CUSTOMER_DISCONNECT"
	ReasonNotConnected = "CUSTOMER_CONNECTION_NOT_ESTABLISHED"
	ReasonExpired      = "EXPIRED"
	ReasonFlow         = "CONTACT_FLOW_DISCONNECT"
	ReasonAPI          = "API"
)

// Disconnect takes a participant out of the chat (DisconnectParticipant). The
// customer's leave ends the chat at once, unless DisconnectOnCustomerExit takes the agents along instead. When the last other one
// has left, a flow that runs is told; otherwise the disconnect flow takes over, and without one the chat ends.
func (d *Draft) Disconnect(participant string, cfg catalog.Config) error {
	p, err := Here(d.s, participant, d.now)
	if err != nil {
		return err
	}
	if p.Role == transcript.Customer {
		if !d.exit(cfg) {
			d.end(ReasonCustomer, p.ID)
		}
		return nil
	}
	reason := ""
	if p.Role == transcript.Agent {
		reason = ReasonAgent
	}
	d.depart(p, reason, cfg)
	return nil
}

// depart takes a helper out of the chat, which must not leave the customer alone.
func (d *Draft) depart(p *session.Participant, reason string, cfg catalog.Config) {
	d.leave(p)
	if !p.Silent { // else nobody knew of it
		d.goOn(reason, cfg)
	}
}

// goOn lets the chat go on after helpers have left: a flow that runs is told, else the disconnect flow takes over from the last one, and
// without one the chat ends.
func (d *Draft) goOn(reason string, cfg catalog.Config) {
	switch {
	case d.s.Flow != nil && len(d.s.Flow.Run) > 0:
		d.tellFlow(session.Input{Kind: InputLeft})
	case d.s.Flow == nil && d.abandoned() && !d.remain(reason, cfg):
		d.end(reason, "")
	}
}

// Stop ends the chat from outside, in any state.
func (d *Draft) Stop() error {
	if d.s.Status == session.Ended {
		return fault.New(fault.Gone, "The contact has ended")
	}
	d.end(ReasonAPI, "")
	return nil
}

// StopContact ends the chat that a contact is in (StopContact of the API). A contact that was followed by another one
// has ended: fault.Gone. One beside the current contact takes its own agent or supervisor out of the chat, as Disconnect does.
func (d *Draft) StopContact(id string, cfg catalog.Config) error {
	k := d.s.Contact(id)
	if k != nil && !k.DisconnectedAt.IsZero() {
		return fault.New(fault.Gone, "The contact has ended")
	}
	if k == nil || !d.s.IsBeside(k) {
		return d.Stop()
	}
	d.closeBeside(k, ReasonAPI)
	if k.Agent != nil {
		d.depart(d.s.Participant(k.Agent.ParticipantID), ReasonAPI, cfg)
	}
	return nil
}

// ConnectTimeout ends a chat whose customer has not connected in time; a chat
// that is connected or over is left alone.
func (d *Draft) ConnectTimeout() {
	if d.s.Status == session.Pending {
		d.end(ReasonNotConnected, "")
	}
}

// Expire ends a chat whose duration is over. No disconnect flow runs.
func (d *Draft) Expire() {
	if d.s.Status != session.Ended {
		d.end(ReasonExpired, "")
	}
}

// end ends the session: first the one who left, then everybody else, then chat.ended as the last item.
func (d *Draft) end(reason, first string) {
	d.flush()
	d.closeAllBeside(reason)
	if p := d.s.Participant(first); p != nil {
		d.leave(p)
	}
	for i := range d.s.State.Participants {
		if p := &d.s.State.Participants[i]; p.Present() {
			d.leave(p)
		}
	}
	d.event(transcript.Ended, transcript.Author{})
	k := d.s.Current()
	d.dequeue(k)
	k.DisconnectedAt, k.DisconnectReason = d.now, reason
	d.updated(k)
	d.s.Status, d.s.State.EndedAt, d.s.State.Authentication = session.Ended, d.now, nil
	d.release()
	if d.s.Flow != nil {
		d.s.Flow = nil
		d.touch(change.Flow)
	}
}

// release gives back what a running chat holds: its slot, or its place as an agent's guide, and its deadlines. After-contact work goes on.
func (d *Draft) release() {
	if g := d.s.State.Guide; g != nil {
		_ = d.change(g.UserID, func(a agent.Agent) (agent.Agent, error) { return a.Unguide(g.ContactID, d.s.ID) })
	} else {
		d.set.Usage = append(d.set.Usage, change.Usage{Key: quota.ActiveChats(d.s.InstanceID), Delta: -1})
	}
	d.set.Due = slices.DeleteFunc(d.set.Due, func(due change.Due) bool { return due.Kind != DueWork && due.Kind != DueGuide })
	d.drop(DueConnect)
	d.drop(DueExpiry)
	d.drop(DueFlow)
	if d.s.State.Processing != nil {
		d.drop(DueProcess)
	}
	d.at(DueForget, d.now.Add(RememberFor))
}

// RememberFor is how long after its end the client tokens used in a session still get their first answer (our choice).
const RememberFor = 24 * time.Hour

// leave takes a participant out; only one who had joined is seen to leave.
func (d *Draft) leave(p *session.Participant) {
	p.LeftAt = d.now
	d.touch(change.State)
	d.finish(p)
	if !p.JoinedAt.IsZero() && !p.Silent {
		d.event(transcript.Left, p.Author())
	}
	if p.Role == transcript.Agent {
		d.unwatch()
	}
}
