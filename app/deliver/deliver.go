// Package deliver tells others what becomes of the chats: contact events, contact records and transcript files go to the sinks that
// the operator names, and what is said in a chat to the topics that it is streamed to (StartContactStreaming).
//
// It guarantees: what is to be told is stored in the commit that makes it happen, so that nothing is lost when a server is
// killed; each sink gets it at least once, always under the same id, and what belongs to one chat in its order (a sink
// that drops what it has had already sees that order and no other); what a sink does not take is sent again with
// growing pauses, and given up after a day. A sink that is dead, slow or full holds up no chat and no other sink; a
// message that a sink refuses holds up no other chat.
package deliver

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"parley/domain/change"
	"parley/domain/contactevent"
	"parley/domain/session"
	"parley/domain/streaming"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/telemetry"
	"parley/outbound/sink"
	"parley/work"
	"parley/work/audit"
)

// What a sink gets.
type What string

// Events are contact events; Records, contact records when a contact is over; Transcripts, the files of what was said in a contact
// that has ended; Messages, the items of a chat that is streamed to a topic.
const (
	Events      What = "events"
	Records     What = "records"
	Transcripts What = "transcripts"
	Messages    What = "messages"
)

// Destination is a sink and what it gets.
type Destination struct {
	Name string // the operator's; what was sent is remembered under it. Of Messages: the topic's ARN or name, or * for all others
	What What
	Sink sink.Sink
}

// Named reports whether a destination can have that name.
func (w What) Named(name string) bool {
	if w == Messages {
		return name == "*" || topicName.MatchString(name) || topicARN.MatchString(name)
	}
	return validName.MatchString(name)
}

// Names says in words for the operator what a destination and its name look like.
func (w What) Names() string {
	if w == Messages {
		return "TOPIC=TARGET is needed; TOPIC is the ARN or the name of a standard SNS topic, or * for all others"
	}
	return "NAME=TARGET is needed; a name has up to 32 small letters, digits and hyphens"
}

var (
	validName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	// topicARN is the ARN of a standard topic (StartContactStreaming: FIFO topics are not supported).
	topicARN = regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$`)
)

// key names a destination, and its feeds.
func (d *Destination) key() string { return string(d.What) + "/" + d.Name }

// wants reports whether the destination gets an entry of a chat's log.
func (d *Destination) wants(e *entry) bool {
	return e.what() == d.What && (e.item == nil || streaming.Shown(e.item))
}

// Kinds of deadlines; their owner is a chat.
const (
	DueDeliver = contactevent.DueTell      // something is to be sent; the subject is a feed
	DueForget  = contactevent.DueForgotten // the chat's log is old
)

// Kinds of documents, which are written with their chats.
const (
	kindEntry       = "told"        // ID: the chat / the number in its log
	kindFeed        = "told-feed"   // how far a destination is with a chat; ID: the chat / the destination
	kindUndelivered = "undelivered" // what could not be sent yet, or was given up; ID: the chat / the number / the destination
)

// keepFor is how long the log of a chat is kept after its end, or after the last thing that was told of it later (our choice).
const keepFor = 7 * 24 * time.Hour

// Options are what a Service is made of.
type Options struct {
	Sessions     *work.Sessions
	Clock        *clock.Clock
	Home         arn.Home
	Destinations []Destination
	Audit        *audit.Log // of what is told again
	StrictTokens bool       // a client token must come with the same request
	Log          *slog.Logger
}

// Service tells others. It is safe for concurrent use.
type Service struct {
	Options
	to    map[string]*Destination // by key
	lanes *lanes

	sent, failed, lost telemetry.Tally // by destination
}

// New returns a service, which from now on looks at every change of a session.
func New(o Options) *Service {
	s := &Service{Options: o, to: map[string]*Destination{}, lanes: newLanes()}
	for i := range o.Destinations {
		s.to[o.Destinations[i].key()] = &o.Destinations[i]
	}
	o.Sessions.Before = append(o.Sessions.Before, s.before)
	return s
}

// before adds to a change of a session what others are to be told of it.
func (s *Service) before(_ context.Context, was *session.Session, set *change.Set) {
	if set.Session == nil {
		return
	}
	s.watch(was, set)
	if len(s.to) == 0 || set.Session.Next == nil {
		return
	}
	next := set.Session.Next
	for _, e := range contactevent.Of(was, next) {
		s.tell(set, s.eventEntry(next, e, next.State.Told+1, set.At))
		switch {
		case e.Type == contactevent.Disconnected && !next.IsBeside(e.Contact): // who comes beside says nothing in a contact of its own
			s.tell(set, pointer(next, transcriptType, e.Contact.ID, set.At))
		case e.Type == contactevent.Completed:
			s.tell(set, pointer(next, recordType, e.Contact.ID, set.At))
		}
	}
}

// pointer is the next entry of a chat's log that is made of the chat when it is sent.
func pointer(next *session.Session, kind, contact string, at time.Time) *entry {
	return &entry{ID: entryID(next.ID, next.State.Told+1), Type: kind, Contact: contact, At: at}
}

// tell adds an entry to the log of a chat, and has those look who want it. Where nobody does nothing is written.
func (s *Service) tell(set *change.Set, e *entry) {
	wanted := false
	for key, d := range s.to {
		if d.wants(e) {
			wanted = true
			look(set, change.Due{DueKey: change.DueKey{Owner: set.Session.ID, Kind: DueDeliver, Subject: key}, At: set.At})
		}
	}
	if !wanted {
		return
	}
	next := set.Session.Next
	next.State.Told++
	set.Session.Parts |= change.State
	set.Resources = append(set.Resources, e.row(next.InstanceID, set.Session.ID, next.State.Told))
	if next.Status == session.Ended {
		look(set, forgetting(set.Session.ID, set.At))
	}
}

// forgetting is the deadline at which the log of a chat that has ended is forgotten.
func forgetting(session string, now time.Time) change.Due {
	return change.Due{DueKey: change.DueKey{Owner: session, Kind: DueForget, Subject: session}, At: now.Add(keepFor)}
}

// look sets a deadline once.
func look(set *change.Set, due change.Due) {
	for _, d := range set.Due {
		if d.DueKey == due.DueKey {
			return
		}
	}
	set.Due = append(set.Due, due)
}

// HandleDue sends what a feed has not sent yet, or forgets the log of a chat.
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	snap, err := s.Sessions.Current(ctx, ref.Owner)
	if fault.Is(err, fault.NotFound) {
		return nil // erased, and its deadlines with it
	}
	if err != nil {
		return err
	}
	if ref.Kind == DueForget {
		return s.forget(ctx, snap, ref)
	}
	return s.deliver(ctx, snap, ref)
}

// Stats counts what was done, by destination.
type Stats struct {
	Sent   map[string]int64 // taken by the sink
	Failed map[string]int64 // tries that the sink did not take
	Lost   map[string]int64 // given up
	Down   []string         // sinks that take nothing now
}

// Stats returns the counts since the start.
func (s *Service) Stats() Stats {
	return Stats{Sent: s.sent.Read(), Failed: s.failed.Read(), Lost: s.lost.Read(), Down: s.lanes.down(s.Clock.Now())}
}
