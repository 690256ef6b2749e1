package contact

import (
	"slices"
	"time"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// The idle and auto-disconnect timers of a chat (Amazon Connect, UpdateParticipantRoleConfig). A message changes
// nothing about them while nobody is idle, so it costs what it costs without: when a timer's time is over, whoever
// answers the deadline says when the role last said something, and the timer goes on from there.

// DueTimer is the kind of the deadline of a role's timers; its subject is the role.
const DueTimer = "timer"

// ReasonIdle is why a contact is over whose auto-disconnect timer ran out.
const ReasonIdle = "IDLE_DISCONNECT"

// TimerUpdate changes one timer of a chat; Minutes 0 takes it away.
type TimerUpdate = session.Timer

// SetTimers changes the timers of the chat for whoever joins later: those that run go on as they are.
func (d *Draft) SetTimers(updates []TimerUpdate) error {
	if d.s.Status == session.Ended {
		return fault.New(fault.Rule, "The contact has ended")
	}
	timers := slices.Clone(d.s.State.Timers)
	for i, u := range updates {
		same := func(t session.Timer) bool { return t.Role == u.Role && t.Kind == u.Kind }
		if slices.ContainsFunc(updates[:i], same) {
			return fault.New(fault.Invalid, "ParticipantTimerConfigList[%d]: there is another timer of %s and %s in the list", i, u.Role, u.Kind)
		}
		timers = slices.DeleteFunc(timers, same)
		if u.Minutes > 0 {
			timers = append(timers, u)
		}
	}
	if with := d.timedWith(); d.s.State.Timing == nil && with != nil {
		d.s.State.Timing = &session.Timing{With: with.ID} // who is there already is not timed
	}
	d.s.State.Timers = timers
	d.touch(change.State)
	return nil
}

// timing starts the timers when somebody has joined to talk with the customer, and stops them when nobody is left.
func (d *Draft) timing() {
	if d.s.State.Timing == nil && len(d.s.State.Timers) == 0 {
		return
	}
	with, old := d.timedWith(), d.s.State.Timing
	if old == nil && with == nil || old != nil && with != nil && old.With == with.ID {
		return
	}
	d.stopTiming()
	if with != nil {
		d.startTiming(with)
	}
	d.touch(change.State)
}

// timedWith returns with whom the customer talks: an agent, or a custom participant; nil where nothing is to be timed.
func (d *Draft) timedWith() *session.Participant {
	if c := d.s.Customer(); d.s.Status != session.Active || c == nil || !c.Present() || c.JoinedAt.IsZero() {
		return nil
	}
	for _, role := range []transcript.Role{transcript.Agent, transcript.CustomBot} {
		var first *session.Participant
		for i := range d.s.State.Participants {
			p := &d.s.State.Participants[i]
			if p.Role != role || !p.Present() || p.JoinedAt.IsZero() {
				continue
			}
			if t := d.s.State.Timing; t != nil && t.With == p.ID {
				return p
			}
			if first == nil {
				first = p
			}
		}
		if first != nil {
			return first
		}
	}
	return nil
}

func (d *Draft) startTiming(with *session.Participant) {
	t := &session.Timing{With: with.ID}
	for _, role := range []transcript.Role{transcript.Customer, transcript.Agent} {
		c := session.Clock{Role: role, Since: d.now}
		for _, timer := range d.s.State.Timers {
			switch {
			case timer.Role != role || role == transcript.Agent && with.Role != transcript.Agent:
			case timer.Kind == session.Idle:
				c.Idle = time.Duration(timer.Minutes) * time.Minute
			default:
				c.Disconnect = time.Duration(timer.Minutes) * time.Minute
			}
		}
		if c.Idle > 0 || c.Disconnect > 0 {
			t.Clocks = append(t.Clocks, c)
			d.arm(&c)
		}
	}
	d.s.State.Timing = t
}

func (d *Draft) stopTiming() {
	t := d.s.State.Timing
	if t == nil {
		return
	}
	for _, c := range t.Clocks {
		d.DropDue(d.timerKey(c.Role))
	}
	d.s.State.Timing = nil
}

func (d *Draft) timerKey(role transcript.Role) change.DueKey {
	return change.DueKey{Owner: d.s.ID, Kind: DueTimer, Subject: string(role)}
}

// next is when something happens with a clock if its role says nothing, zero if nothing does.
func next(c *session.Clock) time.Time {
	switch {
	case c.IdleSince.IsZero() && c.Idle > 0:
		return c.Since.Add(c.Idle)
	case c.Disconnect == 0:
		return time.Time{}
	case c.IdleSince.IsZero():
		return c.Since.Add(c.Disconnect)
	}
	return c.IdleSince.Add(c.Disconnect)
}

func (d *Draft) arm(c *session.Clock) {
	if at := next(c); !at.IsZero() {
		d.set.Due = append(d.set.Due, change.Due{DueKey: d.timerKey(c.Role), At: at})
	}
}

// isIdle reports whether a participant's role counts as idle, so that what it says is a return.
func isIdle(s *session.Session, p *session.Participant) bool {
	c := s.Clock(p.Role)
	return c != nil && !c.IdleSince.IsZero()
}

// Returned tells that a participant who was idle says something. Of all others it tells nothing.
func (d *Draft) Returned(p *session.Participant) {
	if !isIdle(d.s, p) {
		return
	}
	d.resume(d.s.Clock(p.Role), d.now, p.Author())
}

func (d *Draft) resume(c *session.Clock, since time.Time, who transcript.Author) {
	c.Since, c.IdleSince = since, time.Time{}
	d.touch(change.State)
	d.event(transcript.Returned, who)
	d.arm(c)
}

// TimerOver answers the deadline of a role's timers; last is when the role last said something, as far as it was after
// the clock's Since.
func (d *Draft) TimerOver(ref change.DueRef, last time.Time, cfg catalog.Config) {
	d.Handled(ref)
	c := d.s.Clock(transcript.Role(ref.Subject))
	if c == nil {
		return
	}
	d.touch(change.State)
	switch {
	case c.IdleSince.IsZero() && last.After(c.Since):
		c.Since = last
	case last.After(c.IdleSince) && !c.IdleSince.IsZero(): // said while the role became idle
		d.resume(c, last, d.spokesman(c.Role).Author())
		return
	}
	at := next(c)
	switch {
	case at.IsZero():
	case at.After(d.now):
		d.arm(c)
	case c.IdleSince.IsZero() && c.Idle > 0:
		c.IdleSince = d.now
		d.event(transcript.Idle, d.spokesman(c.Role).Author())
		d.arm(c)
	default:
		d.autoDisconnect(d.spokesman(c.Role).Author(), cfg)
	}
}

// spokesman is who stands for a timed role: the customer, or the agent who is timed.
func (d *Draft) spokesman(role transcript.Role) *session.Participant {
	if role == transcript.Customer {
		return d.s.Customer()
	}
	return d.s.Participant(d.s.State.Timing.With)
}

// autoDisconnect takes everybody but the customer out of the chat. The customer is told; a flow that waits for a custom participant goes
// on, otherwise the disconnect flow takes over, and without one the chat ends.
func (d *Draft) autoDisconnect(idle transcript.Author, cfg catalog.Config) {
	d.stopWhisper()
	for i := range d.s.State.Participants {
		if p := &d.s.State.Participants[i]; p.Role != transcript.Customer && p.Present() {
			d.leave(p)
		}
	}
	d.event(transcript.AutoDisconnection, idle).Visibility = transcript.CustomerOnly
	d.goOn(ReasonIdle, cfg)
}
