package node

import (
	"time"

	"github.com/google/uuid"

	"parley/app/story"
	"parley/domain/transcript"
	"parley/internal/recent"
	"parley/internal/token"
	"parley/server/gateway"
	surface "parley/server/participant"
)

// openRecent begins to remember what happens at this server.
func (n *Node) openRecent() {
	n.recent = recent.New(n.clock.Now)
	n.sessions.Recent, n.flows.Recent = n.recent, n.recent
	n.stories = &story.Service{Sessions: n.sessions, Recent: n.recent, Now: n.clock.Now, Began: n.clock.Now(), Told: n.tellings}
}

// bearer tells whom a token speaks for that an operation of the participant API was called with, also one that has expired.
func (n *Node) bearer(tok string) (session, participant string) {
	return n.speaker(tok, token.Connection, token.Participant, token.Socket)
}

// amiss says what is amiss with the token that an operation of the participant API was refused with, "" for nothing.
func (n *Node) amiss(operation, tok string) string {
	if tok == "" {
		return "no token came with it"
	}
	want := token.Connection
	if operation == "CreateParticipantConnection" || operation == surface.QuietOperation {
		want = token.Participant
	}
	kinds := names()
	for kind, name := range kinds {
		if _, err := n.tokens.Verify(kind, tok, time.Time{}); err != nil {
			continue
		}
		if kind != want {
			return "it came with " + name + " where " + kinds[want] + " belongs"
		}
		if _, err := n.tokens.Verify(kind, tok, n.clock.Now()); err != nil {
			return "its token has run out"
		}
		return ""
	}
	return "it came with what is no token of this server"
}

// names are the kinds of tokens in plain words.
func names() map[token.Kind]string {
	return map[token.Kind]string{
		token.Participant: "a participant token", token.Connection: "a connection token", token.Socket: "the token of a websocket URL",
		token.Page: "a NextToken", token.Upload: "the token of an upload URL", token.Download: "the token of a download URL",
		token.Agent: "the token of a signed-in user", token.SignIn: "the state of a sign-in",
	}
}

func (n *Node) speaker(tok string, kinds ...token.Kind) (session, participant string) {
	for _, kind := range kinds {
		if c, err := n.tokens.Verify(kind, tok, time.Time{}); err == nil {
			return uuid.UUID(c.Session).String(), uuid.UUID(c.Participant).String()
		}
	}
	return "", ""
}

// socketWatch remembers what becomes of sockets.
type socketWatch struct{ n *Node }

// Subscribed remembers a socket that is served, at the time when it subscribed: before what that led to.
func (w socketWatch) Subscribed(t gateway.Ticket, ago time.Duration) {
	w.n.recent.Add(recent.Entry{
		Kind: recent.Socket, At: w.n.clock.Now().Add(-ago), Session: t.Session, Participant: t.Participant, Text: "A websocket of " + string(t.Role) + " opened and subscribed",
	})
}

// Closed remembers a socket that is over, and why.
func (w socketWatch) Closed(t gateway.Ticket, why string, served bool) {
	text := "A websocket of " + string(t.Role) + " is over: " + closes()[why]
	if !served {
		text += "; it had not subscribed"
	}
	w.note(t.Session, t.Participant, text)
	if t.Role == transcript.Customer && why != "drained" { // its client is sent to another node at once; what stays behind is mourned
		w.n.presence.Closed(t.Session, t.Participant, t.ID)
	}
}

// Refused remembers an upgrade that was refused.
func (w socketWatch) Refused(tok, why string) {
	session, participant := w.n.speaker(tok, token.Socket)
	if session == "" {
		return
	}
	w.note(session, participant, "The upgrade of a websocket was refused: "+refusals()[why])
}

func (w socketWatch) note(session, participant, text string) {
	w.n.recent.Add(recent.Entry{Kind: recent.Socket, Session: session, Participant: participant, Text: text})
}

// closes and refusals are the reasons of gateway.Stats in plain words.
func closes() map[string]string {
	return map[string]string{
		"left": "the client closed it, or was lost", "ended": "the chat had ended", "silent": "nothing came from the client for 35 seconds, not even a heartbeat",
		"unsubscribed": "it did not subscribe within 30 seconds", "overflow": "the client read too slowly and fell too far behind",
		"slow": "the client did not take what was sent", "replaced": "the participant opened a sixth one", "drained": "this server was stopping",
		"removed": "the participant left the chat", "denied": "the chat was over, or the URL was used before", "violation": "the client broke the protocol",
		"panic": "an error in this server", "dropped": "a test dropped it",
	}
}

func refusals() map[string]string {
	return map[string]string{
		"address": "its address has too many", "ticket": "its URL is older than 100 seconds, the participant left, or the chat has ended",
		"participant": "the participant has five that live", "draining": "this server was stopping", "unavailable": "the chat could not be looked up; it may try again",
	}
}
