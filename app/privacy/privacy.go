// Package privacy deletes what is held about customers: all of a contact or a CustomerId when somebody asks for it (Erase), what is
// older than an instance's rules let it be (Retention), and a single message or file (Redact). Before that it writes down what there is (Export).
//
// It guarantees: an erasure is stored before it begins, and one that a crash interrupts is finished by any node; what is
// erased is in no table, document, file or index afterwards, nor in the bytes of SQLite's files (store.Scrub), and
// nodes drop what they have of it in memory. The audit log says that it happened, and nothing of what was erased. What others
// were sent, backups, and what a sink has written are theirs. The list of what is erased, and exported, is domain/held.
package privacy

import (
	"context"
	"io"
	"log/slog"
	"strconv"

	"parley/bus"
	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/store"
	"parley/work"
	"parley/work/audit"
)

// Kinds of deadlines. The owner of an erasure's is the erasure, that of the rules an instance.
const (
	DueErase  = "erase"
	DueRetain = "retain"
)

// Kinds of documents.
const (
	kindErasure   = "erasure"            // ID: the erasure's
	kindRetention = "retention"          // the rules of an instance; ID: onlyID
	kindProgress  = "retention-progress" // ID: onlyID
	onlyID        = "1"
)

// Events of the audit log.
const (
	EventAsked    = "erasure asked for" // its subject is the erasure
	EventErased   = "erased"            // likewise
	EventRules    = "retention changed" // its subject is the instance
	EventRetained = "retention"         // some chats were too old; likewise
	EventRedacted = "message redacted"  // its subject is the contact, its detail the message's id

	EventFileRedacted = "attachment redacted"  // likewise
	EventDataDeleted  = "contact data deleted" // its subject is the contact, its detail what (DeleteContactData)

	EventExportAsked = "export asked for" // its subject is the export
	EventExported    = "exported"         // likewise: it was written to its end
)

// Files are the attached files of chats.
type Files interface {
	// Erase deletes all bytes of the files of sessions.
	Erase(ctx context.Context, sessions []string) error
	// Clear deletes all bytes of one file.
	Clear(ctx context.Context, session, file string) error
	// Held calls do with all bytes that there are of the files of a session, by their keys, until it fails.
	Held(ctx context.Context, session string, do func(key string, body io.Reader) error) error
}

// Options are what a Service is made of.
type Options struct {
	Sessions *work.Sessions
	Bus      bus.Bus
	Clock    *clock.Clock
	Audit    *audit.Log
	Files    Files
	Home     arn.Home // as records and transcripts name it
	// End ends a chat, and Clear the after-contact work of a user; fault.Gone and fault.NotFound where there is none.
	End   func(ctx context.Context, session string) error
	Clear func(ctx context.Context, instance, user, contact string) error
	// Again is the deadline by which what searches find of a contact is made anew.
	Again func(chat, contact string) change.DueKey
	// Enter handles such a deadline.
	Enter func(ctx context.Context, ref change.DueRef) error
	Log   *slog.Logger
}

// Service deletes. It is safe for concurrent use.
type Service struct {
	Options
	store store.Store
}

// New returns a service. From now on this node drops what is erased from its memory.
func New(o Options) *Service {
	o.Bus.Subscribe(bus.Erased, func(h bus.Hint) { o.Sessions.Drop(h.Key) })
	return &Service{Options: o, store: o.Sessions.Store}
}

// dropped has every node drop what it has of chats in memory.
func (s *Service) dropped(ctx context.Context, chats []string) {
	for _, id := range chats {
		s.Bus.Publish(ctx, bus.Erased, bus.Hint{Key: id})
	}
}

// Chats is a number of chats in words.
func Chats(n int) string {
	if n == 1 {
		return "1 chat"
	}
	return strconv.Itoa(n) + " chats"
}
