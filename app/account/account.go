// Package account signs people in and out and knows who is calling: agents,
// supervisors, administrators.
//
// It guarantees: a password is compared in constant time and never kept; the
// id of a sign-in is random and stored only as a hash; a one-time code is good
// once, and guessing is slowed, also when many nodes are asked at the same moment; a sign-in that was
// revoked or has run out, whose user is gone, or whose password was changed is
// refused within one second on every node, and its open sockets are closed
// within four. What somebody may do is read anew as often. Whoever watches chats as a supervisor stops when a
// sign-in is over, and who has none left leaves its chats, also if the node dies that ended it. Each sign-in,
// failure and revocation is in the audit log.
package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"runtime"
	"sync"
	"time"

	"parley/bus"
	"parley/domain/change"
	"parley/domain/permission"
	"parley/internal/clock"
	"parley/internal/password"
	"parley/internal/seal"
	"parley/store"
	"parley/work/audit"
)

// Kinds of resources.
const (
	kindSession = "sign-in"        // of the whole server; id: user id, dot, hash of the secret
	kindState   = "account"        // of an instance; id: user id
	kindFirst   = "first-password" // of an instance; id: user name
	kindGuess   = "guess"          // of the whole server; id: hash of a user, an address, or both
)

// DueEnd is the deadline at which a sign-in is deleted.
const DueEnd = kindSession

// Person is a user as far as accounts need to know.
type Person struct {
	ID, InstanceID string
	Name           string // to sign in with
	FirstName      string
	LastName       string
	PasswordHash   string // "" for none
	Profiles       []string
	Permissions    permission.Set
}

// People is where users are kept.
type People interface {
	// Instance returns the id of an instance by its id or alias; "" names the first one. fault.NotFound.
	Instance(ctx context.Context, name string) (string, error)
	// Person returns a user as every commit before left it; fault.NotFound.
	Person(ctx context.Context, instance, id string) (Person, error)
	// Named returns the user with that name; fault.NotFound.
	Named(ctx context.Context, instance, name string) (Person, error)
	// SetPassword replaces the hash of a user's password. commit commits the rows that it is given together with what else belongs to
	// it; where another change was faster it is called again. fault.NotFound.
	SetPassword(ctx context.Context, instance, id, hash string, commit func(rows []change.Resource) error) error
	// Create makes a user with a security profile by name; fault.Duplicate.
	Create(ctx context.Context, p Person, profile string) error
}

// Bus is what accounts hear and tell.
type Bus interface {
	Publish(ctx context.Context, topic bus.Topic, hint bus.Hint)
	Subscribe(topic bus.Topic, handle func(bus.Hint)) (cancel func())
}

// Options are what a Service is made of.
type Options struct {
	Store  store.Store
	People People
	Audit  *audit.Log
	Sealer *seal.Sealer
	Clock  *clock.Clock
	Bus    Bus
	// Exposed: others than this machine reach the server. Whoever has a password that came with it must choose another one first.
	Exposed bool
}

// Service signs people in. It is safe for concurrent use.
type Service struct {
	Options
	// Depart takes a user whose last sign-in was ended out of all chats, and Unwatch one of whose sign-ins one is over out of those that it
	// has watched since before then. Both may be called again. Nil takes nobody; set before the first use.
	Depart  func(ctx context.Context, instance, user string) error
	Unwatch func(ctx context.Context, instance, user string, before time.Time) error

	counting chan struct{} // holds one
	hashing  chan struct{} // as many at once as there are processors: each takes 19 MiB
	nobody   func() string // the hash that is compared with where there is no user

	mu      sync.Mutex
	known   map[string]known // sign-ins, by id
	changes int              // how many changes this node heard of
	sockets map[*socket]struct{}
	wake    chan struct{}
}

// New returns the service.
func New(o Options) *Service {
	s := &Service{
		Options: o, counting: make(chan struct{}, 1), hashing: make(chan struct{}, runtime.GOMAXPROCS(0)),
		nobody: sync.OnceValue(func() string { return password.Hash(text(24)) }),
		known:  map[string]known{}, sockets: map[*socket]struct{}{}, wake: make(chan struct{}, 1),
	}
	o.Bus.Subscribe(bus.Config, func(h bus.Hint) { s.heard(h.Key) })
	return s
}

// matches compares a password with a hash, "" for that of nobody, which nothing matches. Where the
// hash is a light one, that of nobody is compared, too: the time tells nothing about a user.
func (s *Service) matches(ctx context.Context, hash, given string) (bool, error) {
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if hash == "" || password.Light(hash) {
		if _, err := password.Matches(s.nobody(), given); err != nil || hash == "" {
			return false, err
		}
	}
	return password.Matches(hash, given)
}

// hash is the hash of a new password.
func (s *Service) hash(ctx context.Context, given string) (string, error) {
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
		return password.Hash(given), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// text returns so many random bytes as text.
func text(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// age is how long a node trusts what it has read of a sign-in and its user.
const age = time.Second
