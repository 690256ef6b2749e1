package gateway

import (
	"context"
	"time"

	"parley/app/follow"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/server/gateway/websocket"
)

// stage is how far a socket's subscription has got.
type stage uint8

const (
	fresh       stage = iota
	subscribing       // asked; the answer is under way
	spent             // the URL is spent, following failed: the client may ask again
	subscribed
	closed
)

// subscribe answers a subscribe to the chat: at once if there is one, never
// twice at the same time, else in a goroutine of its own (the read loop answers heartbeats meanwhile).
func (s *socket) subscribe() {
	s.mu.Lock()
	was := s.stage
	if was == fresh || was == spent {
		s.stage = subscribing
	}
	s.mu.Unlock()
	switch was {
	case subscribed:
		s.reply(ackFrame)
	case fresh, spent:
		go s.begun(was == spent)
	}
}

// begun spends the URL if that is still to do, acknowledges and starts following.
func (s *socket) begun(isSpent bool) {
	defer s.contain()
	asked := clock.Wall()
	ctx, cancel := context.WithTimeout(context.Background(), s.gw.opts.Handshake)
	defer cancel()
	if !isSpent {
		after, err := s.gw.opts.Subscriber.Subscribed(ctx, s.ticket)
		if err != nil {
			s.refused(err, fresh)
			return
		}
		s.after = after
	}
	f, err := s.gw.opts.Follower.Follow(ctx, follow.Subscription{
		Session: s.ticket.Session, Participant: s.ticket.Participant, Role: s.ticket.Role,
		After: s.after, Sink: s, Previews: s.previews.Load,
	})
	if err != nil {
		s.refused(err, spent)
		return
	}
	s.follow(f, asked)
}

// follow acknowledges before the first item what was asked for at a time of the wall clock.
func (s *socket) follow(f *follow.Following, asked time.Time) {
	s.mu.Lock()
	over := s.stage == closed || s.cause != none
	if !over {
		s.stage, s.following = subscribed, f
		s.enqueue(ackFrame)
	}
	s.mu.Unlock()
	if over {
		f.Close()
		return
	}
	s.gw.opts.Watch.Subscribed(s.ticket, clock.Wall().Sub(asked))
	f.Start()
}

// refused says that the subscribe failed; the socket closes if trying again is no use.
func (s *socket) refused(err error, back stage) {
	s.mu.Lock()
	if s.stage == subscribing {
		s.stage = back
	}
	s.mu.Unlock()
	s.send(nakFrame(chatOnly))
	switch fault.KindOf(err) {
	case fault.Denied, fault.Gone, fault.NotFound:
		s.shut(websocket.CodePolicy, denied)
	}
}

// subscribePreviews begins to show an agent or a supervisor what the customer writes; others are refused.
func (s *socket) subscribePreviews() {
	if s.ticket.Role != transcript.Agent && s.ticket.Role != transcript.Supervisor {
		s.reply(nakFrame([]string{topicPreview}))
		return
	}
	s.previews.Store(true)
	s.reply(previewAck)
}

// Deliver sends an item's frame without waiting for the client.
func (s *socket) Deliver(frame []byte) bool { return s.send(frame) }

// Done closes the socket as the reason demands; after the end of the chat the client has some seconds to do it.
func (s *socket) Done(why follow.Reason) {
	switch why {
	case follow.Ended:
		s.mu.Lock()
		s.endedAt = clock.Wall()
		s.mu.Unlock()
	case follow.Gone:
		s.shut(websocket.CodePolicy, removed)
	case follow.Overflow:
		s.cut(overflow)
	}
}
