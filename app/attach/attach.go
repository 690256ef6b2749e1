// Package attach holds the use-cases of attached files: their upload, the
// check of what came, who may read them, and their end.
//
// It guarantees: the chat is told of a file only after its bytes are durable, were read back and
// are what came; who may not see a chat gets nothing of its files; an upload URL is good
// for one upload. Bytes go before the last mention of them, so that whatever dies in between, what
// is left is found again by the deadline that every file has.
package attach

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"parley/blob"
	"parley/domain/attachment"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/outbound/scan"
	"parley/store"
	"parley/work"
)

// Lifetimes of URLs (our choice where Amazon Connect lets callers choose 5 to 300 seconds).
const (
	UploadLife   = 5 * time.Minute
	DownloadLife = 5 * time.Minute
)

// Rules tells how an instance narrows what the server takes.
type Rules interface {
	FileLimits(ctx context.Context, instance string, lim attachment.Limits) (attachment.Limits, error)
}

// Options are what a Service is made of.
type Options struct {
	Sessions *work.Sessions
	Clock    *clock.Clock
	Tokens   *token.Keyring
	Blobs    blob.Store        // nil = files cannot be attached
	Limits   attachment.Limits // of the server
	Rules    Rules
	Scanner  scan.Scanner // nil = nobody looks at what is attached
	// Link makes of the token of a download the URL that a scanner reads; nil where none needs it.
	Link func(token string) string
	// StrictTokens refuses a client token that comes again with other parameters; otherwise the first answer wins.
	StrictTokens bool
	Log          *slog.Logger
}

// Service serves the attached files of all chats.
type Service struct {
	o        Options
	sessions *work.Sessions
	store    store.Store
	toScan   chan job
	under    underway
}

// job is a file that is to be scanned.
type job struct{ session, file string }

// waiting is how many files may wait for a scanner in memory; for more their deadlines ask again.
const waiting = 1024

// New returns the service.
func New(o Options) *Service {
	return &Service{o: o, sessions: o.Sessions, store: o.Sessions.Store, toScan: make(chan job, waiting)}
}

// Enabled reports whether files can be attached on this server.
func (s *Service) Enabled() bool { return s.o.Blobs != nil }

// Limits are those of the server.
func (s *Service) Limits() attachment.Limits { return s.o.Limits }

// caller is a participant who has shown a ConnectionToken and may use attachments, with its session.
type caller struct {
	session     *session.Session
	participant string
}

func (s *Service) caller(ctx context.Context, bearer string) (caller, error) {
	c, err := s.o.Tokens.Verify(token.Connection, bearer, s.o.Clock.Now())
	if err != nil {
		return caller{}, err
	}
	snap, err := s.sessions.Current(ctx, uuid.UUID(c.Session).String())
	if err != nil {
		return caller{}, denied(err)
	}
	who := caller{snap, uuid.UUID(c.Participant).String()}
	if _, err := attachment.Reads(snap, who.participant, s.o.Clock.Now()); err != nil {
		return caller{}, err
	}
	return who, s.on()
}

// on refuses everything where files have no place.
func (s *Service) on() error {
	if s.o.Blobs == nil {
		return fault.New(fault.Denied, "Access denied: attachments are not enabled on this server")
	}
	return nil
}

// decide makes a decision on a session.
func (s *Service) decide(ctx context.Context, id string, edit func(attachment.Draft) error) (store.Result, error) {
	return s.sessions.Decide(ctx, id, s.rule(ctx, edit))
}

func (s *Service) rule(ctx context.Context, edit func(attachment.Draft) error) work.Rule {
	return s.sessions.Edit(ctx, "file", s.o.Clock, func(d *contact.Draft) error { return edit(attachment.Draft{Draft: d}) })
}

// once makes a decision that a client token makes at most once, if there is one, and returns its first answer.
func (s *Service) once(ctx context.Context, first *change.Once, session string, edit func(attachment.Draft) error) ([]byte, error) {
	if answer, found, err := s.answered(ctx, first); err != nil || found {
		return answer, err
	}
	res, err := s.decide(ctx, session, func(d attachment.Draft) error {
		d.Once(first)
		return edit(d)
	})
	if err != nil { // the same request, a moment earlier, may have been what is in the way
		if answer, found, readErr := s.answered(ctx, first); readErr == nil && found {
			return answer, nil
		}
		return nil, err
	}
	if res.Replay != nil {
		return s.replay(res.Replay, first)
	}
	if first == nil {
		return nil, nil
	}
	return first.Answer, nil
}

// answered returns the first answer to a client token that was used before.
func (s *Service) answered(ctx context.Context, first *change.Once) (answer []byte, found bool, err error) {
	if first == nil {
		return nil, false, nil
	}
	r, err := s.store.Answer(ctx, first.Scope, first.Key, s.o.Clock.Now())
	if err != nil || r == nil {
		return nil, false, err
	}
	answer, err = s.replay(r, first)
	return answer, true, err
}

func (s *Service) replay(r *store.Replay, first *change.Once) ([]byte, error) {
	if s.o.StrictTokens && r.Fingerprint != first.Fingerprint {
		return nil, fault.New(fault.Rule, "ClientToken was used before with different parameters")
	}
	return r.Answer, nil
}

func onceFor(session, operation, who, clientToken string, answer []byte, parts ...string) *change.Once {
	if clientToken == "" {
		return nil
	}
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return &change.Once{
		Scope: session, Key: change.OnceKey(operation, who, clientToken), Fingerprint: [32]byte(h.Sum(nil)), Answer: answer,
	}
}

// Erase deletes the bytes of all files of sessions that are being forgotten.
func (s *Service) Erase(ctx context.Context, sessions []string) error {
	if s.o.Blobs == nil {
		return nil
	}
	for _, id := range sessions {
		if err := s.delete(ctx, id+"/", ""); err != nil {
			return err
		}
	}
	return nil
}

// delete deletes everything below a prefix but one key.
func (s *Service) delete(ctx context.Context, prefix, but string) error {
	return blob.Each(ctx, s.o.Blobs, prefix, func(i blob.Info) error {
		if i.Key == but {
			return nil
		}
		return s.o.Blobs.Delete(ctx, i.Key)
	})
}

// prefix is that of all bytes that ever came for a file.
func prefix(session, file string) string { return session + "/" + file + "-" }

// sound reads a file's bytes to their end and refuses what is not what came.
func (s *Service) sound(ctx context.Context, f *session.File) error {
	body, _, err := s.o.Blobs.Open(ctx, f.Key)
	if err == nil {
		exact := blob.NewExact(body, f.Size)
		_, err = io.Copy(io.Discard, exact)
		err = errors.Join(err, body.Close())
		if sum := exact.Sum(); err == nil && string(sum[:]) != string(f.SHA256) {
			err = errors.New("the SHA-256 is another one")
		}
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "The stored file cannot be read back")
	}
	return nil
}

// newID returns a UUIDv7: ids that are made one after the other lie side by side in the store.

func uuidOf(id string) [16]byte {
	u, err := uuid.Parse(id)
	if err != nil {
		return uuid.Nil // no file has it
	}
	return u
}

// denied tells a participant no more than "Access denied" of a session that is not there.
func denied(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.Denied, err, "Access denied")
	}
	return err
}
