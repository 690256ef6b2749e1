// Package story tells what happened to one contact, in time order and plain
// words: what the chat itself knows, what others were told of it, what this
// server remembers of calls, sockets, flow steps and offers, and which deadlines stand.
//
// It guarantees: no text of a message, no attribute, no name of a person and no
// token is in it. What the chat knows survives everything; what a server
// remembers is bounded, its own, and ends with its process.
package story

import (
	"context"
	"slices"
	"time"

	"parley/domain/session"
	"parley/internal/fault"
	"parley/internal/recent"
	"parley/store"
	"parley/work"
)

// Service tells stories.
type Service struct {
	Sessions *work.Sessions
	Recent   *recent.Log
	Now      func() time.Time
	Began    time.Time // when this server began to remember
	// Told is what sinks were told of the chat of a contact, up to so many things; more: there is more. Nil = nothing.
	Told func(ctx context.Context, instance, contact string, most int) (list []Telling, more bool, err error)
}

// Telling is one thing that a sink was told, or is to be told.
type Telling struct {
	Sink, Contact, What string
	Delivered           time.Time // zero: it was not, or nobody remembers when
	Tried, Again        time.Time // of what is not delivered: the last try, and the next one
	Tries               int       // that there were
	Error               string    // of the last one
	GivenUp             bool
}

// Line is one thing that happened, or that is going to.
type Line struct {
	At time.Time `json:"at"`
	// Kind is contact, people, item, file or note for what the chat knows; told for what sinks were told; call, refused, socket, flow or
	// offer for what this server remembers; and deadline for what is going to happen.
	Kind      string `json:"kind"`
	Text      string `json:"text"`
	Contact   string `json:"contact,omitempty"`
	RequestID string `json:"request_id,omitempty"`
}

// Story is what happened to a contact, with its whole chat.
type Story struct {
	Contact    string    `json:"contact"`
	Initial    string    `json:"initial_contact"`
	Status     string    `json:"status"`
	Now        time.Time `json:"now"`
	Remembered time.Time `json:"remembered_since"` // calls, sockets, steps and offers of before are not known
	Lines      []Line    `json:"lines"`
	Ahead      []Line    `json:"ahead"`
	// Shortened: the chat has more items than are told, or others were told more, or the server more deadlines than were looked at.
	Shortened bool `json:"shortened"`
}

// Bounds of one story (our choice).
const (
	mostItems     = 1_000
	mostDeadlines = 10_000
	mostRefusals  = 100
	mostTold      = 1_000
)

// Of tells the story of a contact of an instance; fault.NotFound.
func (s *Service) Of(ctx context.Context, instance, contact string) (Story, error) {
	snap, err := s.Sessions.Of(ctx, instance, contact)
	if fault.Is(err, fault.NotFound) {
		return Story{}, fault.Wrap(fault.NotFound, err, "The contact was not found; what was refused before there was one is among the last refusals")
	}
	if err != nil {
		return Story{}, err
	}
	items, err := s.Sessions.Store.Items(ctx, snap.ID, store.Page{Limit: mostItems, Descending: true})
	if err != nil {
		return Story{}, err
	}
	due, err := s.Sessions.Store.Due(ctx, s.Now().AddDate(1, 0, 0), mostDeadlines)
	if err != nil {
		return Story{}, err
	}
	tellings, more, err := s.told(ctx, instance, contact)
	if err != nil {
		return Story{}, err
	}
	told := Story{
		Contact: contact, Initial: snap.ID, Status: statuses()[snap.Status], Now: s.Now(), Remembered: s.Began,
		Lines: slices.Concat(ofContacts(snap, s.Now()), ofPeople(snap), ofItems(items), ofTellings(tellings), s.remembered(snap)), Ahead: append([]Line{}, ahead(snap.ID, due)...),
		Shortened: more || len(items) == mostItems || len(due) == mostDeadlines,
	}
	slices.SortStableFunc(told.Lines, func(a, b Line) int { return a.At.Compare(b.At) })
	return told, nil
}

func (s *Service) told(ctx context.Context, instance, contact string) ([]Telling, bool, error) {
	if s.Told == nil {
		return nil, false, nil
	}
	return s.Told(ctx, instance, contact, mostTold)
}

func statuses() map[session.Status]string {
	return map[session.Status]string{
		session.Pending: "the customer has not connected yet", session.Active: "it goes on", session.Ended: "it has ended",
	}
}

// remembered is what this server knows of a chat beside what the chat knows.
func (s *Service) remembered(snap *session.Session) []Line {
	ours := map[string]bool{snap.ID: true}
	for k := range snap.Contacts() {
		ours[k.ID] = true
	}
	return lines(s.Recent.Find(func(e *recent.Entry) bool { return e.Session == snap.ID || e.Contact != "" && ours[e.Contact] }))
}

// Refusals are the last refused calls, the newest last: of an instance, or of the whole server for "", the calls
// that named no instance included.
func (s *Service) Refusals(instance string) []Line {
	found := s.Recent.Find(func(e *recent.Entry) bool {
		return e.Kind == recent.Refused && (instance == "" || e.Instance == instance)
	})
	return lines(found[max(0, len(found)-mostRefusals):])
}

func lines(entries []recent.Entry) []Line {
	all := make([]Line, len(entries))
	for i, e := range entries {
		all[i] = Line{At: e.At, Kind: e.Kind.String(), Text: e.Text, Contact: e.Contact, RequestID: e.RequestID}
		if e.Participant != "" {
			all[i].Text += " (participant " + e.Participant + ")"
		}
	}
	return all
}
