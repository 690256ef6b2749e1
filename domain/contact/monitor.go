package contact

import (
	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// ByMonitor is how the contact of a supervisor begins (InitiationMethod).
const ByMonitor = "MONITOR"

// ReasonBarged is why a contact is over with an agent whom a supervisor took out of the chat.
const ReasonBarged = "BARGED"

// How many supervisors may be in a chat (Amazon Connect: five who watch, one who takes part).
const (
	MaxMonitors = 5
	MaxBarged   = 1
)

// Monitor lets a user watch a chat that an agent has (MonitorContact): as a participant of role SUPERVISOR that nobody sees and
// that says nothing, until it barges in, if it may. It returns the ids of the supervisor's own contact and of its participant.
func (d *Draft) Monitor(t Taker, mayBarge bool) (contactID, participantID string, err error) {
	switch {
	case d.s.Status != session.Active || !d.present(transcript.Agent):
		return "", "", fault.New(fault.Rule, "No agent has the contact")
	case d.takesPart(t.UserID):
		return "", "", fault.New(fault.Rule, "The user takes part in the chat already")
	case !d.roomBeside():
		return "", "", fault.New(fault.LimitExceeded, "Agents and supervisors came into the chat %d times: no more may", MaxBeside)
	case d.supervisors(true) >= MaxMonitors:
		return "", "", fault.New(fault.LimitExceeded, "At most %d supervisors watch a chat", MaxMonitors)
	}
	k := d.beside(ByMonitor)
	p := session.Participant{
		ID: uuid.NewSHA1(d.space(), []byte("supervisor"+k.ID)).String(), Role: transcript.Supervisor, DisplayName: t.DisplayName, UserID: t.UserID,
		Silent: true, WatchOnly: !mayBarge, JoinedAt: d.now, JoinedAfter: d.s.Head,
	}
	k.Agent = &session.AgentInfo{UserID: t.UserID, ParticipantID: p.ID, ConnectedAt: d.now, Names: t.Names, ProfileID: t.ProfileID, Groups: t.Groups}
	d.s.State.Participants = append(d.s.State.Participants, p)
	return k.ID, p.ID, nil
}

// Barge has a supervisor who watches take part in the chat, seen by everybody, or go back to watching. To do what
// is done already changes nothing.
func (d *Draft) Barge(user string, in bool) error {
	p := d.supervisor(user)
	switch {
	case p == nil:
		return fault.New(fault.Rule, "The user does not watch the contact")
	case p.Silent != in:
		return nil
	case in && p.WatchOnly:
		return fault.New(fault.Rule, "The user may watch the contact, not take part in it")
	case !in && !d.present(transcript.Agent):
		return fault.New(fault.Rule, "No agent has the contact: the supervisor can leave it, not watch it")
	case in && d.supervisors(false) >= MaxBarged:
		return fault.New(fault.LimitExceeded, "A supervisor takes part in the chat already")
	case in && d.active()+d.invited() >= MaxParticipants:
		return fault.New(fault.LimitExceeded, "A chat has at most %d participants", MaxParticipants)
	}
	event := transcript.Joined
	if !in {
		event = transcript.Left
	}
	p.Silent = !in
	d.event(event, p.Author())
	d.touch(change.State)
	return nil
}

// TakeOver takes an agent out of the chat; the supervisor who does so takes part in it.
func (d *Draft) TakeOver(user, agentUser string) error {
	if p := d.supervisor(user); p == nil || p.Silent {
		return fault.New(fault.Rule, "The user does not take part in the chat as a supervisor")
	}
	p, err := d.serving(agentUser)
	if err != nil {
		return err
	}
	d.closeBeside(d.served(p), ReasonBarged)
	d.leave(p)
	return nil
}

// supervisor returns the participant of a user who watches the chat or takes part in it as a supervisor.
func (d *Draft) supervisor(user string) *session.Participant {
	if p := d.s.User(user); p != nil && p.Role == transcript.Supervisor {
		return p
	}
	return nil
}

// supervisors counts those who watch, or those who take part.
func (d *Draft) supervisors(silent bool) (n int) {
	for i := range d.s.State.Participants {
		if p := &d.s.State.Participants[i]; p.Role == transcript.Supervisor && p.Present() && p.Silent == silent {
			n++
		}
	}
	return n
}

// unwatch ends the watching of a chat that no agent has any more.
func (d *Draft) unwatch() {
	if d.present(transcript.Agent) {
		return
	}
	for i := range d.s.State.Participants {
		if p := &d.s.State.Participants[i]; p.Silent && p.Present() {
			d.leave(p)
		}
	}
}
