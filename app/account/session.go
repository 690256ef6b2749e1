package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"parley/domain/account"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
)

// Session is a sign-in as it is stored.
type Session struct {
	account.Session
	ID      string // of its row: it tells nothing that could be used to call
	version int64
}

// Caller is somebody who is signed in.
type Caller struct {
	Person
	Session Session
	// CSRF is what requests that change something must repeat in a header: other sites cannot know it.
	CSRF string
}

// known is what a node remembers of a sign-in.
type known struct {
	at      time.Time // wall clock
	session Session
	person  Person
}

// maxKnown bounds what is remembered.
const maxKnown = 10_000

// secretBytes is how long the random part of a cookie is.
const secretBytes = 32

// rowID is the id under which a sign-in is stored: a hash of 256 random bits needs no salt.
func rowID(user, secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return user + "." + hex.EncodeToString(sum[:])
}

// proof stands for the password that was valid when somebody signed in.
func proof(hash string) string {
	sum := sha256.Sum256([]byte("parley proof of " + hash))
	return hex.EncodeToString(sum[:16])
}

func csrf(secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("parley csrf"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// errSignedOut refuses a caller without saying why.
func errSignedOut() error { return fault.New(fault.SignedOut, "Nobody is signed in: sign in first") }

// Caller returns whose cookie this is; fault.SignedOut.
func (s *Service) Caller(ctx context.Context, cookie string) (Caller, error) {
	user, secret, ok := strings.Cut(cookie, ".")
	if !ok || len(user) > 64 || len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return Caller{}, errSignedOut()
	}
	k, err := s.find(ctx, rowID(user, secret))
	if err != nil {
		return Caller{}, err
	}
	now := s.Clock.Now()
	if !k.session.Alive(now) {
		return Caller{}, errSignedOut()
	}
	if k.session.Stale(now) {
		s.touch(ctx, k.session, now)
	}
	return Caller{Person: k.person, Session: k.session, CSRF: csrf(secret)}, nil
}

func (s *Service) find(ctx context.Context, id string) (known, error) {
	s.mu.Lock()
	k, ok := s.known[id]
	changes := s.changes
	s.mu.Unlock()
	if ok && clock.Wall().Sub(k.at) < age {
		return k, nil
	}
	k, err := s.read(ctx, id)
	if err != nil {
		return known{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= maxKnown {
		clear(s.known)
	}
	if s.changes == changes { // otherwise what was read may be of before the change
		s.known[id] = k
	}
	return k, nil
}

// read reads a sign-in and its user from the store; fault.SignedOut if they do not belong together any more.
func (s *Service) read(ctx context.Context, id string) (known, error) {
	now := clock.Wall()
	row, err := s.Store.Resource(ctx, "", kindSession, id)
	if fault.Is(err, fault.NotFound) {
		return known{}, errSignedOut()
	}
	if err != nil {
		return known{}, err
	}
	session, err := decode(row)
	if err != nil {
		return known{}, err
	}
	person, err := s.People.Person(ctx, session.InstanceID, session.UserID)
	if fault.Is(err, fault.NotFound) || err == nil && session.Proof != proof(person.PasswordHash) {
		return known{}, errSignedOut()
	}
	return known{now, session, person}, err
}

func decode(row *change.Resource) (Session, error) {
	s := Session{ID: row.ID, version: row.Version}
	if err := json.Unmarshal(row.Document, &s.Session); err != nil {
		return s, fmt.Errorf("decode a sign-in: %w", err)
	}
	return s, nil
}

func (s Session) row() (change.Resource, error) {
	raw, err := json.Marshal(s.Session)
	if err != nil {
		return change.Resource{}, fmt.Errorf("encode a sign-in: %w", err)
	}
	return change.Resource{Kind: kindSession, ID: s.ID, Version: s.version, Document: raw}, nil
}

// touch stores that a sign-in is in use. If another request is faster, or the
// store is away, nothing is lost: the next request tries again.
func (s *Service) touch(ctx context.Context, session Session, now time.Time) {
	session.Seen = now
	row, err := session.row()
	if err != nil {
		return
	}
	_, _ = s.Store.Commit(ctx, s.set(row))
	s.heard(hint(session.ID))
}

// runsOut is when a sign-in that begins now may have run out.
func (s *Service) runsOut(id string) change.Due {
	return change.Due{DueKey: end(id), At: s.Clock.Now().Add(account.Idle)}
}

// gone deletes a sign-in.
func (s Session) gone() change.Resource {
	return change.Resource{Kind: kindSession, ID: s.ID, Version: s.version, Delete: true}
}

// set is a Set of resources alone.
func (s *Service) set(rows ...change.Resource) *change.Set {
	return &change.Set{ID: uuid.NewString(), At: s.Clock.Now(), Resources: rows}
}
