package deliver

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/outbound/sink"
)

// entry is one thing of which others are told, in the log of a chat.
type entry struct {
	ID      string    `json:"id"`
	Type    string    `json:"type"` // of the event
	Contact string    `json:"contact"`
	At      time.Time `json:"at"`
	// Body is what is sent, as it was when it happened; none of what can be made of the chat whenever it is sent.
	Body json.RawMessage `json:"body,omitempty"`

	seq  int64            // its number in the log, from 1; of an item, its position
	item *transcript.Item // of a stream: there is no row
}

func (e *entry) what() What {
	switch {
	case e.item != nil:
		return Messages
	case e.Type == recordType:
		return Records
	case e.Type == transcriptType:
		return Transcripts
	}
	return Events
}

// entryID derives the id of an entry: it is the same whenever it is made.
func entryID(session string, seq int64) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(fmt.Sprint("told/", session, "/", seq))).String()
}

// row is the stored form. An entry is never changed: its version is 1.
func (e *entry) row(instance, session string, seq int64) change.Resource {
	document, _ := json.Marshal(e) // nothing in it can fail to encode
	return change.Resource{Instance: instance, Kind: kindEntry, ID: numbered(session, seq), Document: document}
}

// numbered sorts the rows of a chat by their numbers.
func numbered(session string, seq int64) string { return fmt.Sprintf("%s/%08d", session, seq) }

// readEntry reads a row and the chat that it belongs to.
func readEntry(r *change.Resource) (session string, e *entry, err error) {
	e = &entry{}
	session, number, _ := strings.Cut(r.ID, "/")
	if e.seq, err = strconv.ParseInt(number, 10, 64); err == nil {
		err = json.Unmarshal(r.Document, e)
	}
	if err != nil {
		return "", nil, fault.Wrap(fault.Internal, err, "a row of the log of a chat cannot be read")
	}
	return session, e, nil
}

// entries returns up to limit entries that a feed has not dealt with: of the chat's log, or of its transcript.
func (s *Service) entries(ctx context.Context, snap *session.Session, f *feed, limit int) (list []*entry, err error) {
	after, last := f.ahead()
	if last > 0 {
		limit = min(limit, int(last-after))
	}
	if f.stream != nil {
		return s.items(ctx, snap, f.stream, after, limit)
	}
	rows, err := s.Sessions.Store.Resources(ctx, snap.InstanceID, kindEntry, numbered(snap.ID, after), limit)
	if err != nil {
		return nil, err
	}
	return entriesOf(snap.ID, rows)
}

// entriesOf reads rows up to the first one of another chat.
func entriesOf(session string, rows []change.Resource) (list []*entry, err error) {
	for i := range rows {
		of, e, err := readEntry(&rows[i])
		if err != nil {
			return nil, err
		}
		if of != session {
			break
		}
		list = append(list, e)
	}
	return list, nil
}

// message is what is sent of an entry.
func (s *Service) message(ctx context.Context, snap *session.Session, f *feed, e *entry) (sink.Message, error) {
	if e.item != nil {
		return s.streamed(snap, f, e), nil
	}
	if k := snap.Contact(e.Contact); k != nil && e.Type == recordType {
		return s.recorded(ctx, snap, k, e)
	} else if k != nil && e.Type == transcriptType {
		return s.transcribed(ctx, snap, k, e)
	}
	return sink.Message{
		ID: e.ID, Group: snap.ID, Type: detailType, Body: e.Body, At: e.At,
		Path: "contact-events/" + e.At.UTC().Format("2006/01/02/") + e.ID + ".json",
	}, nil
}
