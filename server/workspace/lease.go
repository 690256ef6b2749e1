package workspace

import (
	"context"
	"time"

	"parley/app/account"
	"parley/internal/fault"
)

// Bounds of the time within which a program that has no socket must call again (our choice), in seconds.
const (
	shortestLease = 5
	longestLease  = 300
)

// lease is the presence of an agent who has no socket but calls again and again: it counts as one that is open until its time is over.
type lease struct {
	lasts *time.Timer
	over  chan struct{} // closed when it is
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
	begun, err := s.renew(c, time.Duration(in.Seconds)*time.Second)
	if err != nil {
		return nil, err
	}
	me := agentOf{c.caller.InstanceID, c.caller.ID}
	out, a, err := s.state(c.ctx(), me.instance, me.user)
	if err != nil || !begun && a.Present() {
		return out, err
	}
	if err := s.o.Router.Connect(c.ctx(), me.instance, me.user); err != nil {
		return nil, err
	}
	return s.agent(c)
}

// renew begins the lease of the caller, or makes it last from now on. A server that stops begins none.
func (s *Server) renew(c *call, lasting time.Duration) (begun bool, err error) {
	me := agentOf{c.caller.InstanceID, c.caller.ID}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false, fault.New(fault.Unavailable, "The server restarts")
	}
	if l := s.leases[me]; l != nil && l.lasts.Stop() { // else its time has just been over
		l.lasts.Reset(lasting)
		return false, nil
	}
	l := &lease{over: make(chan struct{})}
	l.lasts = time.AfterFunc(lasting, func() { close(l.over) })
	s.leases[me] = l
	s.present[me]++
	s.working.Add(1)
	go s.hold(context.WithoutCancel(c.ctx()), c.caller, l) // the lease outlives the call
	return true, nil
}

// hold is the presence of an agent for as long as its lease lasts, as work is for a socket's: where the agent is noted as gone meanwhile, because
// another lease or socket of its own is over, here or on another node, that is taken back. With the sign-in the lease is over, too.
func (s *Server) hold(ctx context.Context, caller account.Caller, l *lease) {
	defer s.working.Done()
	me := agentOf{caller.InstanceID, caller.ID}
	defer s.left(ctx, me)
	defer s.forget(me, l)
	s.attend(caller, l.over, func(bool) error { return s.takeBack(ctx, me) })
}

// takeBack notes an agent as present who is noted as gone.
func (s *Server) takeBack(ctx context.Context, me agentOf) error {
	_, a, err := s.state(ctx, me.instance, me.user)
	if err != nil || a.Present() {
		return err
	}
	return s.o.Router.Connect(ctx, me.instance, me.user)
}

// forget has the agent's next call begin another lease.
func (s *Server) forget(me agentOf, l *lease) {
	l.lasts.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leases[me] == l {
		delete(s.leases, me)
	}
}

// end ends the lease at once, if its time is not over.
func (l *lease) end() {
	if l.lasts.Stop() {
		close(l.over)
	}
}
