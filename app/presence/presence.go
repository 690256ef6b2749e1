// Package presence notices that customers lose their connection and are back, on whichever node.
//
// It guarantees: a socket that closes is heard of once, also when its node crashes or the store is away meanwhile; what is stored
// decides, so that any node may hear it. An idle node writes nothing.
package presence

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	rules "parley/domain/presence"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/loop"
	"parley/work"
	"parley/work/heart"
)

// kindNode is the kind of the document, in no instance, by which a node shows that it lives: one for each node with sockets of
// customers.
const kindNode = "socket-node"

// atOnce is how many sockets are noted as closed at the same time.
const atOnce = 32

// look is how often Settled looks.
const look = 2 * time.Millisecond

// Options are what a Service is made of.
type Options struct {
	Sessions *work.Sessions
	Clock    *clock.Clock
	Log      *slog.Logger
	// Patience is how long a customer may be away before its chat is over; 0 = for ever.
	Patience time.Duration
}

// Service knows the sockets of customers on this node. It is safe for concurrent use.
type Service struct {
	o     Options
	node  string // since its start
	wake  chan struct{}
	heart *heart.Heart

	mu   sync.Mutex
	open map[string]bool // ids of sockets that are open here
	owed map[string]rules.Socket
}

// New returns the service; Run it.
func New(o Options) *Service {
	s := &Service{o: o, node: uuid.NewString(), wake: make(chan struct{}, 1), open: map[string]bool{}, owed: map[string]rules.Socket{}}
	s.heart = heart.New(heart.Options{
		Rows: o.Sessions.Store, Clock: o.Clock, Kind: kindNode, Node: s.node, Busy: s.busy, Bereave: s.bereave,
	})
	return s
}

// busy tells whether a socket is open here.
func (s *Service) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open) > 0
}

func (s *Service) socket(session, participant, ticket string) rules.Socket {
	return rules.Socket{Session: session, Participant: participant, Ticket: ticket, Node: s.node}
}

// Opening prepares for a socket: others know of this node before they know of its sockets.
func (s *Service) Opening(ctx context.Context, session, participant, ticket string) error {
	s.mu.Lock()
	s.open[s.socket(session, participant, ticket).ID()] = true
	s.mu.Unlock()
	return s.heart.Took(ctx)
}

// Open says with the decision on a subscribe that a socket is open.
func (s *Service) Open(d *contact.Draft, participant, ticket string) {
	rules.Open(d, s.socket(d.Session().ID, participant, ticket))
}

// Opened comes after that decision: a socket that was over before it was is over now.
func (s *Service) Opened(session, participant, ticket string) {
	s.mu.Lock()
	open := s.open[s.socket(session, participant, ticket).ID()]
	s.mu.Unlock()
	if !open {
		s.Closed(session, participant, ticket)
	}
}

// Closed notes that a socket is over, or never came to be; it returns at once.
func (s *Service) Closed(session, participant, ticket string) {
	one := s.socket(session, participant, ticket)
	s.mu.Lock()
	delete(s.open, one.ID())
	s.owed[one.ID()] = one
	s.mu.Unlock()
	s.heart.Left()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Settled waits until it is stored that a socket of this node closed, which it did or is about to. For test controls.
func (s *Service) Settled(ctx context.Context, session, participant, ticket string) error {
	id := s.socket(session, participant, ticket).ID()
	for {
		s.mu.Lock()
		_, owed := s.owed[id]
		waits := owed || s.open[id]
		s.mu.Unlock()
		if !waits {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}

// Run notes what closes, shows that this node lives, and sees to the sockets of nodes that do not, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	ticker := time.NewTicker(heart.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			s.do(ctx, "sockets that closed could not be noted", s.settle)
		case <-ticker.C:
			s.do(ctx, "sockets that closed could not be noted", s.settle)
			s.do(ctx, "this node could not show that it lives", s.heart.Beat)
			s.do(ctx, "the sockets of other nodes could not be looked at", s.heart.Mourn)
		}
	}
}

// do tells what failed, a panic, too.
func (s *Service) do(ctx context.Context, what string, part func(context.Context) error) {
	if err := loop.Survive(func() error { return part(ctx) }); err != nil && ctx.Err() == nil {
		s.o.Log.WarnContext(ctx, what, slog.Any("error", err))
	}
}

// settle notes what has closed; what fails stays owed.
func (s *Service) settle(ctx context.Context) error {
	s.mu.Lock()
	list := slices.Collect(maps.Values(s.owed))
	s.mu.Unlock()
	return s.closed(ctx, list)
}

// closed commits that sockets are over, many at a time, and returns the first error.
func (s *Service) closed(ctx context.Context, list []rules.Socket) (failed error) {
	var group sync.WaitGroup
	var mu sync.Mutex
	room := make(chan struct{}, atOnce)
	for _, one := range list {
		room <- struct{}{}
		group.Go(func() {
			defer func() { <-room }()
			err := loop.Survive(func() error { return s.close(ctx, one) })
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				s.mu.Lock()
				delete(s.owed, one.ID())
				s.mu.Unlock()
			} else if failed == nil {
				failed = err
			}
		})
	}
	group.Wait()
	return failed
}

// close commits that one socket is over. One that is not stored, or not any more, is nothing to do.
func (s *Service) close(ctx context.Context, one rules.Socket) error {
	var row *change.Resource
	rule := func(on *session.Session) (_ *change.Set, err error) {
		row, err = s.o.Sessions.Store.Resource(ctx, "", rules.KindSocket, one.ID())
		if fault.Is(err, fault.NotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return rules.Closed(on, row, one, uuid.NewString(), s.o.Clock.Now()), nil
	}
	_, err := s.o.Sessions.Decide(ctx, one.Session, rule)
	if fault.Is(err, fault.NotFound) { // the chat was erased
		set, err := rule(&session.Session{Status: session.Ended})
		if err != nil || set == nil {
			return err
		}
		_, err = s.o.Sessions.Commit(ctx, set)
		return err
	}
	return err
}

// HandleLost answers the deadline after a socket has closed.
func (s *Service) HandleLost(ctx context.Context, ref change.DueRef) error {
	return s.handle(ctx, ref, func(d *contact.Draft) error {
		prefix := rules.Sockets(ref.Owner, ref.Subject)
		rows, err := s.o.Sessions.Store.Resources(ctx, "", rules.KindSocket, prefix, 1)
		if err != nil {
			return err
		}
		if len(rows) == 0 || !strings.HasPrefix(rows[0].ID, prefix) {
			rules.Lost(d, ref.Subject, s.o.Patience)
		}
		return nil
	})
}

// HandleGone answers the deadline of a customer who is away too long.
func (s *Service) HandleGone(ctx context.Context, ref change.DueRef) error {
	return s.handle(ctx, ref, func(d *contact.Draft) error { return rules.Gone(d, ref.Subject) })
}

func (s *Service) handle(ctx context.Context, ref change.DueRef, edit func(*contact.Draft) error) error {
	_, err := s.o.Sessions.DecideDue(ctx, ref, s.o.Sessions.Edit(ctx, "presence", s.o.Clock, func(d *contact.Draft) error {
		d.Handled(ref)
		return edit(d)
	}))
	return err
}
