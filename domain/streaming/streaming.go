// Package streaming holds the rules of message streams: what is said in a chat goes to a topic as it is stored.
//
// It guarantees: a stream has everything that is stored between its beginning and its end, which is the end of the chat at the latest.
package streaming

import (
	"slices"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// MaxStreams is how many streams a chat has at a time (Amazon Connect, "Enable real-time chat message streaming": two), and
// maxEver how many in its life (our choice: small enough to be kept with it).
const (
	MaxStreams = 2
	maxEver    = 50
)

// Start begins to stream a chat to a topic under a new id. The items that are there already are not streamed.
func Start(d *contact.Draft, id, arn string) error {
	s := d.Session()
	running := 0
	for i := range s.State.Streams {
		if !s.State.Streams[i].Stopped {
			running++
		}
	}
	switch {
	case s.Status == session.Ended:
		return fault.New(fault.Rule, "ContactId: the contact has ended")
	case running >= MaxStreams:
		return fault.New(fault.LimitExceeded, "A chat is streamed to at most %d topics", MaxStreams)
	case len(s.State.Streams) >= maxEver:
		return fault.New(fault.LimitExceeded, "A chat has at most %d streams in its life", maxEver)
	}
	s.State.Streams = append(s.State.Streams, session.Stream{ID: id, ARN: arn, After: s.Head})
	d.Touch(change.State)
	return nil
}

// Stop ends a stream: what was stored before is streamed still. One that was stopped stays so.
func Stop(d *contact.Draft, id string) error {
	s := d.Session()
	i := slices.IndexFunc(s.State.Streams, func(t session.Stream) bool { return t.ID == id })
	switch {
	case i < 0:
		return fault.New(fault.NotFound, "StreamingId: the chat has no such stream")
	case s.State.Streams[i].Stopped:
		return nil
	}
	s.State.Streams[i].Stopped, s.State.Streams[i].Until = true, s.Head
	d.Touch(change.State)
	return nil
}

// Shown reports whether an item is streamed: what somebody beside its author may see.
func Shown(item *transcript.Item) bool { return item.Visibility != transcript.AuthorOnly }

// Visibility says who sees an item (MessageVisibility).
func Visibility(item *transcript.Item) string {
	switch item.Visibility {
	case transcript.CustomerOnly:
		return "CUSTOMER"
	case transcript.AgentOnly:
		return "AGENT"
	}
	return "ALL"
}
