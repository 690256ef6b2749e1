package workspace

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"parley/app/account"
	"parley/domain/permission"
)

// agentOf names a user as an agent.
type agentOf struct{ instance, user string }

// How long the store is given to note that an agent is gone, and how soon it is asked again if it does not answer (our choice).
const (
	noteWithin = 2 * time.Second
	askAgain   = time.Second
)

// work is the presence of an agent for as long as its socket is open, and pushes what the agent is and has: at once, and whenever
// that changes, wherever it was changed. When the last socket that the agent has on this node is gone, so is the agent; one that it
// has on another node finds the agent noted as gone then, and takes that back.
func (s *Server) work(ctx context.Context, caller account.Caller, one *peer) {
	if !permission.Of(permission.AgentAccess).Met(caller.Permissions) {
		return
	}
	me := agentOf{caller.InstanceID, caller.ID}
	s.came(me)
	defer s.left(ctx, me)
	var last []byte
	s.attend(caller, one.ended, func(first bool) error {
		frame, err := s.frame(ctx, me, first)
		if err == nil && !bytes.Equal(frame, last) {
			last = frame
			one.sendText(frame)
		}
		return err
	})
}

// attend has look called at once and whenever what an agent is and has changes, wherever it was changed, until over is closed or the sign-in is; where it
// fails, again after a while. The first look is the first that does not fail.
func (s *Server) attend(caller account.Caller, over <-chan struct{}, look func(first bool) error) {
	changed, denied := make(chan struct{}, 1), make(chan struct{})
	defer s.o.Accounts.Attach(caller, permission.Of(permission.AgentAccess), func() { close(denied) })()
	defer s.o.Router.Watch(caller.InstanceID, caller.ID, func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	again := time.NewTimer(0)
	defer again.Stop()
	for first := true; ; {
		select {
		case <-over:
			return
		case <-denied:
			return
		case <-changed:
		case <-again.C:
		}
		if look(first) != nil {
			again.Reset(askAgain)
			continue
		}
		first = false
	}
}

// frame is what is pushed of an agent who has a socket: noted as present, if it is not. The first one also notes that it is
// here that the agent is now: another node, to which it was connected, may have died.
func (s *Server) frame(ctx context.Context, me agentOf, first bool) ([]byte, error) {
	out, a, err := s.state(ctx, me.instance, me.user)
	if err == nil && (first || !a.Present()) {
		if err = s.o.Router.Connect(ctx, me.instance, me.user); err == nil {
			out, _, err = s.state(ctx, me.instance, me.user)
		}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Type string `json:"type"`
		state
	}{"agent", out})
}

func (s *Server) came(me agentOf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.present[me]++
}

// left notes that a socket is gone; with the last one, so is the agent.
func (s *Server) left(ctx context.Context, me agentOf) {
	s.mu.Lock()
	s.present[me]--
	last := s.present[me] == 0
	if last {
		delete(s.present, me)
	}
	s.mu.Unlock()
	if !last {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	_ = s.o.Router.Lose(ctx, me.instance, me.user) // the user was deleted with all it had, or the store is away: then it is tried again
}
