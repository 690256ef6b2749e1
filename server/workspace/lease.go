package workspace

import (
	"context"
	"time"

	"parley/internal/clock"
	"parley/internal/fault"
)

// Bounds of the time within which a program that has no socket must call again (our choice), in seconds.
const (
	shortestLease = 5
	longestLease  = 300
)

// lease is the presence of an agent who has no socket but calls again and again: it counts as one that is open until a time.
type lease struct {
	left  func() // what its end is noted by
	until time.Time
	timer *time.Timer
}

// stay says that the caller is there, and will say so again within so many seconds; else it is gone, as with its last socket. It answers what the
// agent is and has.
func (s *Server) stay(c *call) (any, error) {
	var in struct {
		Seconds int `json:"seconds"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Seconds < shortestLease || in.Seconds > longestLease {
		return nil, fault.New(fault.Invalid, "seconds: %d to %d", shortestLease, longestLease)
	}
	me := agentOf{c.caller.InstanceID, c.caller.ID}
	begun, err := s.renew(c.ctx(), me, time.Duration(in.Seconds)*time.Second)
	if err != nil {
		return nil, err
	}
	out, a, err := s.state(c.ctx(), me.instance, me.user)
	if err != nil || !begun && a.Present() {
		return out, err
	}
	if err := s.o.Router.Connect(c.ctx(), me.instance, me.user); err != nil {
		return nil, err
	}
	return s.agent(c)
}

// renew begins the lease of an agent, or makes it last from now on. A server that stops begins none.
func (s *Server) renew(ctx context.Context, me agentOf, lasting time.Duration) (begun bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false, fault.New(fault.Unavailable, "The server restarts")
	}
	until := clock.Wall().Add(lasting)
	if l := s.leases[me]; l != nil {
		l.until = until
		l.timer.Reset(lasting)
		return false, nil
	}
	ctx = context.WithoutCancel(ctx) // the lease outlives the call
	l := &lease{left: func() { s.left(ctx, me) }, until: until}
	l.timer = time.AfterFunc(lasting, func() { s.lapse(me, l, false) })
	s.leases[me] = l
	s.present[me]++
	s.working.Add(1)
	return true, nil
}

// lapse ends a lease whose time is over, or at once: with it the agent is gone, unless it has a socket here.
func (s *Server) lapse(me agentOf, l *lease, atOnce bool) {
	s.mu.Lock()
	over := s.leases[me] == l && (atOnce || !clock.Wall().Before(l.until)) // else it was renewed at the last moment, or is over already
	if over {
		delete(s.leases, me)
	}
	s.mu.Unlock()
	if over {
		defer s.working.Done()
		l.left()
	}
}
