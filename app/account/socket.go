package account

import (
	"context"
	"time"

	"parley/domain/permission"
	"parley/internal/fault"
)

// socket is an open connection that lives no longer than a sign-in.
type socket struct {
	session string
	need    permission.Need
	close   func()
}

// Attach has close called, once, when the caller's sign-in is over or what the
// connection needs is taken away. An attached connection counts as use.
// detach says that the connection is gone.
func (s *Service) Attach(c Caller, need permission.Need, close func()) (detach func()) {
	one := &socket{c.Session.ID, need, close}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets[one] = struct{}{}
	select {
	case s.wake <- struct{}{}: // the sign-in may have ended before anybody knew of the socket
	default:
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.sockets, one)
	}
}

// How often the store is asked whether sign-ins with open sockets still stand:
// at least and, where hints arrive, at most (our choice).
const (
	lookAgain = 3 * time.Second
	settle    = 200 * time.Millisecond
)

// Run closes sockets whose sign-ins are over, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-timer.C:
		}
		s.closeEnded(ctx)
		timer.Reset(lookAgain)
		select { // many hints make one look
		case <-ctx.Done():
			return
		case <-time.After(settle):
		}
	}
}

// closeEnded closes the sockets whose sign-ins are over. What cannot be read is looked at again later.
func (s *Service) closeEnded(ctx context.Context) {
	s.mu.Lock()
	by := map[string][]*socket{}
	for one := range s.sockets {
		by[one.session] = append(by[one.session], one)
	}
	s.mu.Unlock()
	now := s.Clock.Now()
	for id, sockets := range by {
		k, err := s.read(ctx, id)
		if err != nil && !fault.Is(err, fault.SignedOut) {
			continue
		}
		over := err != nil || !k.session.Alive(now)
		if !over && k.session.Stale(now) {
			s.touch(ctx, k.session, now)
		}
		for _, one := range sockets {
			if over || !one.need.Met(k.person.Permissions) {
				s.drop(one)
			}
		}
	}
}

// drop closes a socket, once.
func (s *Service) drop(one *socket) {
	s.mu.Lock()
	_, there := s.sockets[one]
	delete(s.sockets, one)
	s.mu.Unlock()
	if there {
		one.close()
	}
}
