package chat

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/token"
)

// Lifetimes of what CreateParticipantConnection hands out (Amazon Connect
// Participant: a websocket URL must be opened within 100 seconds, a connection token lives one day).
const (
	SocketLife     = 100 * time.Second
	ConnectionLife = 24 * time.Hour
)

// Connect is a CreateParticipantConnection.
type Connect struct {
	Websocket, Credentials bool
	// Participant marks the caller connected without a websocket (ConnectParticipant).
	Participant bool
}

// Connection answers it; what was not asked for is empty.
type Connection struct {
	SocketToken      string
	SocketExpiry     time.Time
	ConnectionToken  string
	ConnectionExpiry time.Time
}

// Connection gives a participant what it needs to talk and to listen.
func (s *Service) Connection(ctx context.Context, participantToken string, r Connect) (Connection, error) {
	who, err := s.participant(token.Participant, participantToken)
	if err != nil {
		return Connection{}, err
	}
	if r.Websocket {
		if err := s.door.Enter(ctx, who); err != nil {
			return Connection{}, fault.Wrap(fault.Unavailable, err, "The server is busy; try again")
		}
	}
	c, err := s.connection(ctx, who, r)
	if err != nil {
		s.door.Leave(who)
	}
	return c, err
}

// connection is Connection for a caller whose turn it is.
func (s *Service) connection(ctx context.Context, who Caller, r Connect) (Connection, error) {
	snap, p, err := s.present(ctx, who)
	if err != nil {
		return Connection{}, err
	}
	if isNews(p, r.Participant) {
		if err := s.use(ctx, who, r.Participant); err != nil {
			return Connection{}, err
		}
		if snap, p, err = s.present(ctx, who); err != nil {
			return Connection{}, err
		}
	}
	return s.issue(who, r, contact.ServeAfter(p, snap.Head)), nil
}

// present finds a participant that may act in its chat, as it stands in the store.
func (s *Service) present(ctx context.Context, who Caller) (*session.Session, *session.Participant, error) {
	snap, err := s.sessions.Current(ctx, who.Session)
	if err != nil {
		return nil, nil, denied(err)
	}
	p, err := contact.Here(snap, who.Participant, s.clock.Now())
	return snap, p, err
}

// isNews reports whether the call changes what is known of the participant:
// its token's first use, or its being connected.
func isNews(p *session.Participant, connect bool) bool {
	return connect && p.JoinedAt.IsZero() || !p.UseBefore.IsZero() && p.UsedAt.IsZero()
}

// use notes that the participant's token was used, and if asked that it is connected.
func (s *Service) use(ctx context.Context, who Caller, connect bool) error {
	_, err := s.sessions.Decide(ctx, who.Session, func(snap *session.Session) (*change.Set, error) {
		p, err := contact.Here(snap, who.Participant, s.clock.Now())
		if err != nil {
			return nil, err
		}
		if !isNews(p, connect) {
			return nil, nil
		}
		return s.draft(ctx, func(d *contact.Draft) error {
			if err := d.Use(who.Participant); err != nil || !connect {
				return err
			}
			return d.Connect(who.Participant, false)
		})(snap)
	})
	return denied(err)
}

func (s *Service) issue(who Caller, r Connect, after int64) Connection {
	var c Connection
	now := s.clock.Now()
	claims := token.Claims{Session: uuidOf(who.Session), Participant: uuidOf(who.Participant)}
	if r.Websocket {
		c.SocketExpiry = now.Add(SocketLife)
		claims.Kind, claims.Expiry, claims.Extra = token.Socket, c.SocketExpiry, socketExtra(uuid.New(), after)
		c.SocketToken = s.tokens.Sign(claims)
	}
	if r.Credentials {
		c.ConnectionExpiry = now.Add(ConnectionLife)
		claims.Kind, claims.Expiry, claims.Extra = token.Connection, c.ConnectionExpiry, nil
		c.ConnectionToken = s.tokens.Sign(claims)
	}
	return c
}

// Ticket is what a websocket URL stands for.
type Ticket struct {
	ID          string
	Session     string
	Participant string
	Role        transcript.Role
	After       int64 // the position after which its socket is served
}

// Open reads the token of a websocket URL: who may open a socket with it now.
func (s *Service) Open(ctx context.Context, socketToken string) (Ticket, error) {
	c, err := s.tokens.Verify(token.Socket, socketToken, s.clock.Now())
	if err != nil {
		return Ticket{}, err
	}
	if len(c.Extra) != 24 {
		return Ticket{}, fault.New(fault.Denied, "Access denied")
	}
	t := Ticket{
		ID: uuid.UUID(c.Extra[:16]).String(), After: int64(binary.BigEndian.Uint64(c.Extra[16:])),
		Session: uuid.UUID(c.Session).String(), Participant: uuid.UUID(c.Participant).String(),
	}
	_, p, err := s.present(ctx, Caller{t.Session, t.Participant})
	if err != nil {
		return Ticket{}, err
	}
	t.Role = p.Role
	return t, nil
}

// Subscribed spends the websocket URL and marks its participant connected. A
// URL that is spent already is refused with fault.Denied.
func (s *Service) Subscribed(ctx context.Context, t Ticket) error {
	defer s.door.Leave(Caller{t.Session, t.Participant})
	if s.watched(t) {
		if err := s.sockets.Opening(ctx, t.Session, t.Participant, t.ID); err != nil {
			return err
		}
		defer s.sockets.Opened(t.Session, t.Participant, t.ID)
	}
	res, err := s.sessions.Decide(ctx, t.Session, s.draft(ctx, func(d *contact.Draft) error {
		d.Once(once(t.Session, "subscribe", t.Participant, t.ID, [32]byte{}))
		if err := d.Connect(t.Participant, true); err != nil || !s.watched(t) {
			return err
		}
		s.sockets.Open(d, t.Participant, t.ID)
		return nil
	}))
	if err == nil && res.Replay != nil {
		return fault.New(fault.Denied, "Access denied: the websocket URL was used before")
	}
	return denied(err)
}

// watched: whether it is heard of that a participant loses its sockets. Of those who serve customers routing knows.
func (s *Service) watched(t Ticket) bool { return s.sockets != nil && t.Role == transcript.Customer }

func socketExtra(id uuid.UUID, after int64) []byte {
	return binary.BigEndian.AppendUint64(id[:], uint64(after))
}

// denied tells a participant no more than "Access denied" of a session that is not there.
func denied(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.Denied, err, "Access denied")
	}
	return err
}
