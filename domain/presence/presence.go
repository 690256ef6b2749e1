// Package presence holds the rules of customers whose connection is lost and regained.
//
// It guarantees: who serves a customer is told once that it has no websocket any more, and once that it has one again, whichever nodes
// its sockets were on and in whatever order they came and went; a customer who never had a socket is never told to have lost one.
package presence

import (
	"encoding/json"
	"time"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
)

// Kinds of deadlines; their subject is the participant.
const (
	DueLost = "lost" // a customer's socket has closed: is there another one?
	DueGone = "gone" // the customer was away too long
)

// Grace is how long a customer has no socket before anybody is told (our choice): a page that is loaded again, or a client that connects
// again as chatjs does, is back within it.
const Grace = 10 * time.Second

// KindSocket is the kind of the documents, in no instance, that say which sockets are open: their ids begin with Sockets.
const KindSocket = "socket"

// Socket is an open socket of a customer.
type Socket struct{ Session, Participant, Ticket, Node string }

// Sockets is how the ids of the documents of a participant's sockets begin.
func Sockets(session, participant string) string { return session + "/" + participant + "/" }

// ID is the id of the document of a socket.
func (s Socket) ID() string { return Sockets(s.Session, s.Participant) + s.Ticket }

// Parse reads the document of a socket.
func Parse(row *change.Resource) (s Socket, err error) {
	err = json.Unmarshal(row.Document, &s)
	return s, err
}

// Open says with a decision that a customer's socket is open, and tells of its return.
func Open(d *contact.Draft, s Socket) {
	p := d.Session().Participant(s.Participant)
	if p == nil || p.Role != transcript.Customer {
		return
	}
	raw, _ := json.Marshal(s) // texts always encode
	d.Along(change.Resource{Kind: KindSocket, ID: s.ID(), Document: raw})
	d.DropDue(change.DueKey{Owner: s.Session, Kind: DueLost, Subject: p.ID})
	if p.AwaySince.IsZero() {
		return
	}
	p.AwaySince = time.Time{}
	d.DropDue(change.DueKey{Owner: s.Session, Kind: DueGone, Subject: p.ID})
	tell(d, transcript.Active, p)
}

// Closed is what is committed when a socket is over: the document goes, and a while later somebody looks whether the customer is back.
func Closed(on *session.Session, row *change.Resource, s Socket, id string, now time.Time) *change.Set {
	gone := *row
	gone.Delete = true
	set := &change.Set{ID: id, At: now, Resources: []change.Resource{gone}}
	if p := on.Participant(s.Participant); on.Status != session.Ended && p != nil && p.Present() {
		set.Session = &change.Session{ID: on.ID, Version: on.Version}
		set.Due = []change.Due{{DueKey: change.DueKey{Owner: on.ID, Kind: DueLost, Subject: p.ID}, At: now.Add(Grace)}}
	}
	return set
}

// Lost answers the deadline DueLost of a customer without a socket: who serves it is told. If patience is not 0 the chat is over
// when the customer is away for so long.
func Lost(d *contact.Draft, participant string, patience time.Duration) {
	p := d.Session().Participant(participant)
	if p == nil || !p.Present() || d.Session().Status == session.Ended || !p.AwaySince.IsZero() {
		return
	}
	p.AwaySince = d.Now()
	tell(d, transcript.Inactive, p)
	if patience > 0 {
		d.SetDue(change.DueKey{Owner: d.Session().ID, Kind: DueGone, Subject: p.ID}, d.Now().Add(patience))
	}
}

// Gone answers the deadline DueGone: the chat ends as if the customer had left. No disconnect flow runs: nobody would hear it.
func Gone(d *contact.Draft, participant string) error {
	p := d.Session().Participant(participant)
	if p == nil || !p.Present() || d.Session().Status == session.Ended || p.AwaySince.IsZero() {
		return nil
	}
	return d.Disconnect(participant, catalog.Config{})
}

// tell shows those who serve the customer that it is away, or there again.
func tell(d *contact.Draft, event string, p *session.Participant) {
	d.Touch(change.State)
	d.Post(transcript.Item{
		Type: transcript.Event, ContentType: event, ContactID: d.Session().Current().ID, Author: p.Author(), Visibility: transcript.AgentOnly,
	})
}
