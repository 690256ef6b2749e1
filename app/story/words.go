package story

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"parley/domain/attachment"
	"parley/domain/contact"
	"parley/domain/contactevent"
	"parley/domain/criteria"
	"parley/domain/presence"
	"parley/domain/push"
	"parley/domain/rule"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// told collects lines; what has no time did not happen.
type told []Line

func (t *told) add(at time.Time, kind, contact, format string, args ...any) {
	if !at.IsZero() {
		*t = append(*t, Line{At: at, Kind: kind, Contact: contact, Text: fmt.Sprintf(format, args...)})
	}
}

// ofContacts tells what became of each contact of a chat.
func ofContacts(s *session.Session, now time.Time) []Line {
	var t told
	for k := range s.Contacts() {
		begins := "The contact began: " + k.InitiationMethod
		if k.FlowID != "" {
			begins += ", with flow " + k.FlowID
		}
		t.add(k.InitiatedAt, "contact", k.ID, "%s", begins)
		t.add(k.ConnectedAt, "contact", k.ID, "The customer was connected to it")
		t.add(k.EnqueuedAt, "contact", k.ID, "It entered queue %s", k.QueueID)
		if k.Queued() && k.Routing.Criteria != nil {
			t.waitsFor(k, now)
		}
		t.add(k.DequeuedAt, "contact", k.ID, "It left the queue")
		if a := k.Agent; a != nil {
			t.add(a.ConnectedAt, "contact", k.ID, "User %s took it", a.UserID)
			t.add(a.WorkBegan, "contact", k.ID, "After-contact work of user %s began", a.UserID)
			t.add(a.WorkEnded, "contact", k.ID, "After-contact work of user %s ended", a.UserID)
		}
		for _, r := range k.Rules {
			t.add(r.At, "contact", k.ID, "Rule %s matched", r.ID)
		}
		for _, n := range k.Notes {
			t.add(n.At, "note", k.ID, "User %s wrote a note", n.UserID)
		}
		if d := k.Disposition; d != nil {
			t.add(d.At, "note", k.ID, "User %s said what became of it", d.UserID)
		}
		t.add(k.NoRating, "note", k.ID, "The customer's rating does not count: what the attribute %s was set to is no whole number from 0 to %d", contact.RatingAttribute, contact.MaxRating)
		t.add(k.DisconnectedAt, "contact", k.ID, "It ended: %s", because(k.DisconnectReason))
	}
	t.add(s.State.EndedAt, "contact", "", "The chat ended; from now on every call of its participants is answered with 403 AccessDeniedException")
	return t
}

// waitsFor tells for whom a contact with routing criteria waits now.
func (t *told) waitsFor(k *session.Contact, now time.Time) {
	steps := k.Routing.Criteria.Steps
	turn := criteria.Now(k.Routing.Criteria, k.EnqueuedAt, now)
	switch {
	case len(steps) == 0:
	case turn.Step == len(steps):
		t.add(turn.Began, "contact", k.ID, "It waits for any agent of the queue: the steps of its routing criteria are over")
	default:
		until := "; no time ends it"
		if !turn.Until.IsZero() {
			until = ", until " + turn.Until.UTC().Format("2006-01-02 15:04:05")
		}
		t.add(turn.Began, "contact", k.ID, "It waits for an agent who %s (step %d of %d of its routing criteria)%s",
			criteria.Words(steps[turn.Step].Expression), turn.Step+1, len(steps), until)
	}
}

// because is why a contact ended, in plain words beside Amazon Connect's own.
func because(reason string) string {
	words := map[string]string{
		"":                                    "the chat went on with the next contact",
		"CUSTOMER_DISCONNECT":                 "the customer left",
		"AGENT_DISCONNECT":                    "the agent ended it",
		"AGENT_NETWORK_DISCONNECT":            "the agent's connection was gone for too long",
		"CUSTOMER_CONNECTION_NOT_ESTABLISHED": "the customer did not connect within five minutes",
		"EXPIRED":                             "the chat's duration was over",
		"CONTACT_FLOW_DISCONNECT":             "its flow ended it",
		"API":                                 "StopContact was called",
		"BARGED":                              "a supervisor took it over",
		"IDLE_DISCONNECT":                     "nobody said anything for too long",
		"THIRD_PARTY_DISCONNECT":              "another agent ended this one's part in it",
	}
	text, known := words[reason]
	switch {
	case !known:
		return reason
	case reason == "":
		return text
	}
	return text + " (" + reason + ")"
}

// ofPeople tells who came and went, and what became of files.
func ofPeople(s *session.Session) []Line {
	var t told
	for _, p := range s.State.Participants {
		who := string(p.Role) + " " + p.ID
		if p.UserID != "" {
			who += " (user " + p.UserID + ")"
		}
		t.add(p.UsedAt, "people", "", "%s used its token for the first time", who)
		t.add(p.JoinedAt, "people", "", "%s joined", who)
		t.add(p.SubscribedAt, "people", "", "%s subscribed with a websocket for the first time", who)
		t.add(p.LeftAt, "people", "", "%s left; from now on its calls are answered with 403 AccessDeniedException", who)
	}
	return t
}

// ofItems tells what is in a transcript, without a word of what was said.
func ofItems(items []transcript.Item) []Line {
	var t told
	for i := range items {
		item := &items[i]
		what := fmt.Sprintf("%s, %d characters", item.ContentType, utf8.RuneCountInString(item.Content))
		switch item.Type {
		case transcript.Event:
			what = item.ContentType[strings.LastIndex(item.ContentType, ".event.")+1:]
		case transcript.Attachment:
			what = "a file"
		}
		if item.Processing != "" {
			what += ", " + string(item.Processing)
		}
		author := string(item.Author.Role)
		if author == "" {
			author = "SYSTEM"
		}
		t.add(item.Time, "item", item.ContactID, "Item %d of the transcript: %s of %s (%s)", item.Position, item.Type, author, what)
	}
	return t
}

// ofTellings tells what sinks were told.
func ofTellings(all []Telling) []Line {
	var t told
	for i := range all {
		w := &all[i]
		switch {
		case w.GivenUp:
			t.add(w.Tried, "told", w.Contact, "Sink %s was not told %s: it was given up after %d tries, the last one was: %s", w.Sink, w.What, w.Tries, w.Error)
		case w.Error != "":
			t.add(w.Tried, "told", w.Contact, "Sink %s does not take %s: try %d was: %s; the next one is at %s",
				w.Sink, w.What, w.Tries, w.Error, w.Again.UTC().Format("15:04:05"))
		case w.Tries > 1:
			t.add(w.Delivered, "told", w.Contact, "Sink %s was told %s, at try %d", w.Sink, w.What, w.Tries)
		default:
			t.add(w.Delivered, "told", w.Contact, "Sink %s was told %s", w.Sink, w.What)
		}
	}
	return t
}

// Deadline is what a kind of deadline of a chat is for, in plain words; %s stands for its subject.
func Deadline(kind string) (text string, known bool) {
	text, known = map[string]string{
		contact.DueConnect: "The customer must have connected, else the contact ends with CUSTOMER_CONNECTION_NOT_ESTABLISHED",
		contact.DueExpiry:  "The chat's duration is over: it ends with EXPIRED",
		contact.DueFlow:    "Its flow goes on",
		contact.DueTimer:   "The idle or auto-disconnect timer of %s looks at what was said",
		contact.DueOffer:   "The open offer to an agent is missed",
		contact.DueWork:    "After-contact work of contact %s is over",
		contact.DueGuide:   "A guide of the agent of contact %s begins or ends",
		contact.DueProcess: "A message waits for its processor no longer",
		contact.DueForget:  "The client tokens of its participants are forgotten",
		attachment.DueFile: "An upload is over",
		attachment.DueScan: "A scanner should have answered",
		rule.DueLive:       "Rules look at what was said",
		rule.DuePost:       "Rules look at the contact that ended",
		rule.DueEvent:      "An event of a rule is sent",
		presence.DueLost:   "The customer's websocket has closed: unless there is another one, the customer counts as gone",
		presence.DueGone:   "The customer has been gone for too long: the chat ends",
		push.Due:           "A customer without a websocket is notified",
		said.Due:           "What was said is entered into what chats are searched by",

		contactevent.DueTell:      "Sink %s is told what happened",
		contactevent.DueForgotten: "The log of what sinks were told is forgotten",
	}[kind]
	return text, known
}

// ahead tells the deadlines of a chat.
func ahead(id string, due []store.Due) []Line {
	var t told
	for _, d := range due {
		if d.Owner != id {
			continue
		}
		text, ok := Deadline(d.Kind)
		switch {
		case !ok:
			text = "Something is due: " + d.Kind
		case strings.Contains(text, "%s"):
			text = fmt.Sprintf(text, d.Subject)
		}
		t.add(d.At, "deadline", "", "%s", text)
	}
	return t
}
