package contact

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// ReasonThirdParty is why a contact is over with an agent whom another agent took out of the chat.
const ReasonThirdParty = "THIRD_PARTY_DISCONNECT"

// MaxParticipants bounds those who take part in a chat, the invited ones included (Amazon Connect: 6 with multi-party chat).
const MaxParticipants = 6

// MaxBeside bounds the contacts that come beside those of a chat in its whole life, however short each (our choice). Where it is reached,
// supervisors who have left are forgotten, the oldest first.
const MaxBeside = 100

// Invite asks another agent into the chat of a user, beside those who are there: a certain one, or one of a queue. The invited
// agent gets a contact of its own, which waits in that queue and is offered like any other; no flow runs on it.
// It returns the id of that contact.
func (d *Draft) Invite(user string, to Target, cfg catalog.Config) (contactID string, err error) {
	p, err := d.serving(user)
	if err != nil {
		return "", err
	}
	q, known := cfg.Queues[to.QueueID]
	switch {
	case to.UserID == "" && !known:
		return "", fault.New(fault.NotFound, "There is no such queue")
	case to.UserID == "" && q.Disabled:
		return "", fault.New(fault.Rule, "The queue is disabled")
	case to.UserID != "" && d.takesPart(to.UserID):
		return "", fault.New(fault.Rule, "The user takes part in the chat already")
	case q.MaxContacts == catalog.NoContacts:
		return "", fault.New(fault.LimitExceeded, "The queue takes no contacts")
	case !d.roomBeside():
		return "", fault.New(fault.LimitExceeded, "Agents and supervisors came into the chat %d times: no more may", MaxBeside)
	case d.active()+d.invited() >= MaxParticipants:
		return "", fault.New(fault.LimitExceeded, "A chat has at most %d participants", MaxParticipants)
	}
	k := d.beside(byTransfer)
	k.Invited, k.Quick, k.QueueID, k.QueueName, k.AgentQueue, k.EnqueuedAt = to.Name, to.Quick, to.QueueID, q.Name, false, d.now
	if to.UserID != "" {
		k.QueueID, k.AgentQueue, k.TargetAgent = to.UserID, true, cmp.Or(to.Name, to.UserID)
		k.QueueName = k.TargetAgent
	}
	d.set.Usage = append(d.set.Usage, change.Usage{Key: quota.Queued(d.s.InstanceID, k.QueueID), Delta: 1, Max: q.MaxContacts})
	d.transferred(transcript.ParticipantInvited, p, to.Name, "", "")
	return k.ID, nil
}

// roomBeside reports whether one more contact may come beside the current one, and makes room by forgetting a supervisor who has left.
func (d *Draft) roomBeside() bool {
	st := &d.s.State
	if len(st.Beside) < MaxBeside {
		return true
	}
	at := slices.IndexFunc(st.Beside, func(k session.Contact) bool { return k.InitiationMethod == ByMonitor && !k.DisconnectedAt.IsZero() })
	if at < 0 {
		return false
	}
	left := st.Beside[at].Agent.ParticipantID
	st.Participants = slices.DeleteFunc(st.Participants, func(p session.Participant) bool { return p.ID == left })
	st.Beside = slices.Delete(st.Beside, at, at+1)
	return true
}

// beside begins a contact beside the current one. It is valid until the next one is begun.
func (d *Draft) beside(method string) *session.Contact {
	k := succeed(d.s.Current())
	for n := len(d.s.State.Beside); ; n++ { // the number may be that of another one, since some are forgotten
		if k.ID = uuid.NewSHA1(d.space(), []byte(fmt.Sprint(d.s.ID, "beside", n))).String(); d.s.Contact(k.ID) == nil {
			break
		}
	}
	k.PreviousID, k.InitiationMethod, k.FlowID = d.s.Current().ID, method, ""
	k.Routing, k.Hooks, k.TargetQueueID, k.TargetAgent = session.Routing{}, nil, "", ""
	k.InitiatedAt, k.ConnectedAt, k.UpdatedAt = d.now, d.now, d.now
	d.s.State.Beside = append(d.s.State.Beside, k)
	d.set.Contacts = append(d.set.Contacts, change.Contact{ID: k.ID, SessionID: d.s.ID, InstanceID: d.s.InstanceID})
	d.touch(change.State)
	return &d.s.State.Beside[len(d.s.State.Beside)-1]
}

// closeBeside ends a contact beside the current one; others are left alone.
func (d *Draft) closeBeside(k *session.Contact, reason string) {
	if !d.s.IsBeside(k) || !k.DisconnectedAt.IsZero() {
		return
	}
	d.dequeue(k)
	k.DisconnectedAt, k.DisconnectReason = d.now, reason
	d.updated(k)
}

// closeAllBeside ends what goes on beside a contact that is over.
func (d *Draft) closeAllBeside(reason string) {
	for i := range d.s.State.Beside {
		d.closeBeside(&d.s.State.Beside[i], reason)
	}
}

// uninvite ends the open invitations of a chat that goes on without who made them.
func (d *Draft) uninvite() {
	for i := range d.s.State.Beside {
		if k := &d.s.State.Beside[i]; k.Queued() {
			d.closeBeside(k, "")
		}
	}
}

// dismissBeside ends what goes on beside a contact that is sent on, and takes out of the chat who came by it.
func (d *Draft) dismissBeside() {
	for i := range d.s.State.Beside {
		k := &d.s.State.Beside[i]
		if !k.DisconnectedAt.IsZero() {
			continue
		}
		d.closeBeside(k, "")
		if k.Agent != nil {
			d.leave(d.s.Participant(k.Agent.ParticipantID))
		}
	}
}

// Remove takes somebody out of the chat whom an agent asked in, or the invitation back. contact is that agent's own.
func (d *Draft) Remove(user, contact string) error {
	if _, err := d.serving(user); err != nil {
		return err
	}
	k := d.s.Contact(contact)
	switch {
	case k == nil || !d.s.IsBeside(k) || k.InitiationMethod != byTransfer || !k.DisconnectedAt.IsZero():
		return fault.New(fault.Rule, "Nobody was asked into the chat with this contact, or it is over")
	case k.Agent != nil && k.Agent.UserID == user:
		return fault.New(fault.Rule, "The contact is the user's own: leave the chat instead")
	}
	d.closeBeside(k, ReasonThirdParty)
	if k.Agent != nil {
		d.leave(d.s.Participant(k.Agent.ParticipantID))
	}
	return nil
}

// declined ends an invitation that the invited agent did not take; the agents are told.
func (d *Draft) declined(k *session.Contact, user string) {
	if !d.s.IsBeside(k) || !k.AgentQueue {
		return
	}
	d.closeBeside(k, "")
	d.transferred(transcript.TransferFailed, nil, k.Invited, "FAILED", "NOT_ACCEPTED").Visibility = transcript.AgentOnly
}

// takesPart reports whether a user is in the chat, asked into it or offered a contact of it.
func (d *Draft) takesPart(user string) bool {
	if d.s.User(user) != nil {
		return true
	}
	for k := range d.s.Contacts() {
		if k.Queued() && k.AgentQueue && k.QueueID == user || k.Offer != nil && k.Offer.UserID == user {
			return true
		}
	}
	return false
}

// active counts those who take part in the chat where everybody sees it.
func (d *Draft) active() (n int) { return Active(d.s) }

// Active counts those who take part in a chat where everybody sees it.
func Active(s *session.Session) (n int) {
	for i := range s.State.Participants {
		if p := &s.State.Participants[i]; p.Present() && !p.Silent {
			n++
		}
	}
	return n
}

// invited counts the open invitations.
func (d *Draft) invited() (n int) {
	for i := range d.s.State.Beside {
		if d.s.State.Beside[i].Queued() {
			n++
		}
	}
	return n
}
