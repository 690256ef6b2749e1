package contact

import (
	"slices"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// BotUseWithin is how long the participant token of a custom participant
// waits for its first use (Amazon Connect: 15 seconds).
const BotUseWithin = 15 * time.Second

func tooLate(p *session.Participant, now time.Time) bool {
	return !p.UseBefore.IsZero() && p.UsedAt.IsZero() && now.After(p.UseBefore)
}

// AddBot adds a custom participant (CreateParticipant, CUSTOM_BOT).
func (d *Draft) AddBot(id, displayName string) error {
	if d.s.Status == session.Ended {
		return fault.New(fault.Rule, "The contact has ended")
	}
	d.s.State.Participants = slices.DeleteFunc(d.s.State.Participants, func(p session.Participant) bool { return tooLate(&p, d.now) })
	for i := range d.s.State.Participants {
		p := &d.s.State.Participants[i]
		if p.Present() && (p.Role == transcript.Agent || p.Role == transcript.CustomBot) {
			return fault.New(fault.Conflict, "The chat already has a participant of role %s", p.Role)
		}
	}
	d.s.State.Participants = append(d.s.State.Participants, session.Participant{
		ID: id, Role: transcript.CustomBot, DisplayName: displayName, UseBefore: d.now.Add(BotUseWithin),
	})
	d.touch(change.State)
	return nil
}

// Use notes the first use of a participant token (CreateParticipantConnection):
// a custom participant joins by it.
func (d *Draft) Use(participant string) error {
	p, err := Here(d.s, participant, d.now)
	if err != nil {
		return err
	}
	if p.UseBefore.IsZero() || !p.UsedAt.IsZero() {
		return nil
	}
	p.UsedAt = d.now
	d.touch(change.State)
	d.join(p)
	return nil
}

// Connect marks a participant connected: by its first aws/chat subscribe, or
// by CreateParticipantConnection with ConnectParticipant. The customer's first connect
// meets the 5-minute rule and starts the flow.
func (d *Draft) Connect(participant string, subscribed bool) error {
	p, err := Here(d.s, participant, d.now)
	if err != nil {
		return err
	}
	if subscribed && p.SubscribedAt.IsZero() {
		p.SubscribedAt = d.now
		d.touch(change.State)
	}
	if !p.JoinedAt.IsZero() {
		return nil
	}
	if p.Role == transcript.Customer {
		d.activate()
	}
	d.join(p)
	if p.Role == transcript.Customer && len(d.s.State.Past) > 0 {
		d.rehydrated()
	}
	return nil
}

// rehydrated tells the customer's client that there is a past to load. It is
// stored (our choice), so that it is not lost while no socket is there.
func (d *Draft) rehydrated() {
	d.event(transcript.Rehydrated, d.s.Customer().Author()).Visibility = transcript.CustomerOnly
}

func (d *Draft) activate() {
	d.s.Status = session.Active
	d.s.Current().ConnectedAt = d.now
	d.updated(d.s.Current())
	d.drop(DueConnect)
	if d.s.Flow != nil {
		d.at(DueFlow, d.now)
	}
}

func (d *Draft) join(p *session.Participant) {
	if !p.JoinedAt.IsZero() {
		return
	}
	p.JoinedAt, p.JoinedAfter = d.now, d.s.Head
	if p.Role == transcript.Customer {
		p.JoinedAfter = 0
	}
	d.touch(change.State)
	d.event(transcript.Joined, p.Author())
	if c := d.s.Customer(); p.Role == transcript.Agent && c != nil && !c.AwaySince.IsZero() { // who joins now has not heard it
		d.event(transcript.Inactive, c.Author()).Visibility = transcript.AgentOnly
	}
}

// ServeAfter returns the position after which a new socket of the participant
// is served: from its join until its first subscribe, then from head.
func ServeAfter(p *session.Participant, head int64) int64 {
	switch {
	case !p.SubscribedAt.IsZero():
		return head
	case p.JoinedAt.IsZero() && p.Role != transcript.Customer:
		return head
	}
	return p.JoinedAfter
}
