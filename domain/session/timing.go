package session

import (
	"slices"
	"time"

	"parley/domain/transcript"
)

// Timer is one of the four timers of a chat (Amazon Connect, UpdateParticipantRoleConfig).
type Timer struct {
	Role    transcript.Role // Customer or Agent
	Kind    TimerKind
	Minutes int // 2 to 480
}

// TimerKind says what a timer does.
type TimerKind string

// The kinds of timers (Amazon Connect, ParticipantTimerType): after Idle everybody is told that the role says nothing; after
// DisconnectNoncustomer everybody but the customer is taken out of the chat.
const (
	Idle                  TimerKind = "IDLE"
	DisconnectNoncustomer TimerKind = "DISCONNECT_NONCUSTOMER"
)

// Timing is the timers that run: as they were set when the one joined with whom the customer talks.
type Timing struct {
	With   string  // the participant
	Clocks []Clock `json:",omitempty"` // of each role that is timed; none if nothing was set
}

// Clock measures how long the participants of a role have said nothing.
type Clock struct {
	Role       transcript.Role
	Idle       time.Duration `json:",omitempty"` // 0 = it does not become idle
	Disconnect time.Duration `json:",omitempty"` // after it became idle, or from Since if it does not; 0 = never
	Since      time.Time     // it said nothing before
	IdleSince  time.Time     `json:",omitzero"` // zero = it is not idle
}

// End is when everybody but the customer is taken out of the chat if the role says nothing, zero if that does not happen.
func (c *Clock) End() time.Time {
	switch {
	case c.Disconnect == 0:
		return time.Time{}
	case !c.IdleSince.IsZero():
		return c.IdleSince.Add(c.Disconnect)
	}
	return c.Since.Add(c.Idle + c.Disconnect)
}

func (t *Timing) clone() *Timing {
	if t == nil {
		return nil
	}
	c := *t
	c.Clocks = slices.Clone(t.Clocks)
	return &c
}

// Clock returns the running clock of a role, nil if there is none.
func (s *Session) Clock(role transcript.Role) *Clock {
	if s.State.Timing == nil {
		return nil
	}
	for i := range s.State.Timing.Clocks {
		if c := &s.State.Timing.Clocks[i]; c.Role == role {
			return c
		}
	}
	return nil
}
