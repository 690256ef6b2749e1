// Package chat holds the use-cases of a chat: starting it, connecting to it,
// talking in it, reading it, ending it.
//
// It guarantees: whatever it answers with success is durable and has been
// decided on the state that the store holds; every call of a participant is held
// against the participant's own token and session, and nothing else is told
// apart from "Access denied".
package chat

import (
	"context"
	"crypto/sha256"

	"github.com/google/uuid"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/internal/turnstile"
	"parley/store"
	"parley/work"
)

// Service serves the chats of all instances.
type Service struct {
	sessions  *work.Sessions
	store     store.Store
	clock     *clock.Clock
	tokens    *token.Keyring
	directory Directory
	text      contact.TextLimit
	strict    bool
	door      *turnstile.Turnstile[Caller]
	// processors is nil where there are none.
	processors Processors
	signIns    SignIns // nil: customers cannot sign in
	sockets    Sockets // nil: nobody hears of lost connections
}

// Directory knows the instances: what chats of it may do, and its flows.
type Directory interface {
	// Settings returns the settings of an instance; fault.NotFound.
	Settings(ctx context.Context, instance string) (contact.Settings, error)
	// StartFlow returns the id of the published content of a flow that a chat may start with;
	// fault.NotFound, or fault.Rule for a flow of another type.
	StartFlow(ctx context.Context, instance, flow string) (content string, err error)
	// FlowConfig returns what flows read of an instance; fault.NotFound.
	FlowConfig(ctx context.Context, instance string) (catalog.Config, error)
}

// Options are what a Service is made of.
type Options struct {
	Sessions  *work.Sessions
	Clock     *clock.Clock
	Tokens    *token.Keyring
	Directory Directory
	// Text bounds what participants say.
	Text contact.TextLimit
	// StrictTokens refuses a client token that comes again with other parameters; otherwise the first answer wins.
	StrictTokens bool
	// Places is how many participants are on their way to a websocket at a time; 0 = 128 for each processor.
	Places int
	// Processors are the functions that messages can be given to; nil = none.
	Processors Processors
	// SignIns are the providers at which customers sign in; nil = none.
	SignIns SignIns
	// Sockets hear of the sockets of customers; nil = nobody does.
	Sockets Sockets
}

// Sockets hear that sockets of customers open.
type Sockets interface {
	// Opening comes before the decision on a subscribe, Open is part of it, Opened comes after it.
	Opening(ctx context.Context, session, participant, ticket string) error
	Open(d *contact.Draft, participant, ticket string)
	Opened(session, participant, ticket string)
}

// New returns the service.
func New(o Options) *Service {
	s := &Service{
		sessions: o.Sessions, store: o.Sessions.Store, clock: o.Clock, tokens: o.Tokens,
		directory: o.Directory, text: o.Text, strict: o.StrictTokens, door: newDoor(o.Places),
		processors: o.Processors, signIns: o.SignIns, sockets: o.Sockets,
	}
	o.Sessions.Before = append(o.Sessions.Before, unkey)
	return s
}

// Caller is a participant who has shown a valid token.
type Caller struct{ Session, Participant string }

// participant reads a bearer token of a kind.
func (s *Service) participant(kind token.Kind, bearer string) (Caller, error) {
	c, err := s.tokens.Verify(kind, bearer, s.clock.Now())
	if err != nil {
		return Caller{}, err
	}
	return Caller{uuid.UUID(c.Session).String(), uuid.UUID(c.Participant).String()}, nil
}

// caller reads a ConnectionToken.
func (s *Service) caller(bearer string) (Caller, error) {
	return s.participant(token.Connection, bearer)
}

// draft makes a rule of an edit: a decision on the session, now.
func (s *Service) draft(ctx context.Context, edit func(*contact.Draft) error) work.Rule {
	return s.sessions.Edit(ctx, maker, s.clock, edit)
}

// config is what flows may read of the instance of a chat; of a deleted instance no flow runs any more.
func (s *Service) config(ctx context.Context, d *contact.Draft) (catalog.Config, error) {
	cfg, err := s.directory.FlowConfig(ctx, d.Session().InstanceID)
	if fault.Is(err, fault.NotFound) {
		return catalog.Config{}, nil
	}
	return cfg, err
}

// once makes a change happen once for a client token; without one it is nil.
func once(scope, operation, caller, clientToken string, fingerprint [32]byte) *change.Once {
	if clientToken == "" {
		return nil
	}
	return &change.Once{
		Scope: scope, Key: change.OnceKey(operation, caller, clientToken), Fingerprint: fingerprint,
	}
}

// replayed refuses, in strict mode, a client token that came with other parameters.
func (s *Service) replayed(r *store.Replay, fingerprint [32]byte) error {
	if s.strict && r.Fingerprint != fingerprint {
		return fault.New(fault.Rule, "ClientToken was used before with different parameters")
	}
	return nil
}

// hash joins texts into a fingerprint.
func hash(parts ...string) [32]byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return [32]byte(h.Sum(nil))
}

// newID returns an id for something in a session; for "" for one that begins.
func (s *Service) newID(session string) string { return s.sessions.IDs.New(maker, session) }

// maker names this package to what makes ids.
const maker = "chat"

func uuidOf(id string) [16]byte {
	u, err := uuid.Parse(id)
	if err != nil {
		return uuid.Nil // no token is ever issued for it
	}
	return u
}

// InstanceOf returns the instance that the bearer of a participant or
// connection token chats in: what rates are counted by.
func (s *Service) InstanceOf(ctx context.Context, bearer string) (string, error) {
	who, err := s.participant(token.Connection, bearer)
	if err != nil {
		if who, err = s.participant(token.Participant, bearer); err != nil {
			return "", err
		}
	}
	return s.sessions.Instance(ctx, who.Session)
}
