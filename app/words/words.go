// Package words has what was said in contacts that are over found by its words, and its messages counted.
//
// It guarantees: the end of a contact sets a deadline in the same commit, and handling it writes the contact's words and numbers, so that each
// is found and counted within moments, once, also when a server dies in between; a message that is sent costs nothing for it. What
// only the customer saw, or only its author, is not entered: whoever is an agent could read it out of what is found.
package words

import (
	"context"
	"slices"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/talk"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/work"
	"parley/work/resource"
)

// Due is the kind of the deadlines; their owner is a chat, their subject a contact.
const Due = said.Due

// pause is how long after its end a contact is entered (our choice: many that end together end first).
const pause = time.Second

// readAtOnce is how many records are read of those that began with one: more than there are.
const readAtOnce = 500

// Service enters words. It is safe for concurrent use.
type Service struct {
	sessions *work.Sessions
	clock    *clock.Clock
}

// New returns a service, which from now on looks at every change of a session.
func New(sessions *work.Sessions, c *clock.Clock) *Service {
	s := &Service{sessions, c}
	sessions.Before = append(sessions.Before, before)
	return s
}

// Key is the deadline by which the words of a contact are entered.
func Key(chat, contact string) change.DueKey {
	return change.DueKey{Owner: chat, Kind: Due, Subject: contact}
}

// before sets the deadlines of the contacts that a change ends.
func before(_ context.Context, was *session.Session, set *change.Set) {
	if was == nil || set.Session == nil || set.Session.Next == nil || set.Session.Empty {
		return
	}
	contacts := set.Session.Next.State.Contacts
	for i := range contacts {
		k := &contacts[i]
		if k.DisconnectedAt.IsZero() {
			continue
		}
		if old := was.Contact(k.ID); old == nil || old.DisconnectedAt.IsZero() {
			set.Due = append(set.Due, change.Due{DueKey: Key(set.Session.ID, k.ID), At: set.At.Add(pause)})
		}
	}
}

// read is what was read of a contact that is over.
type read struct {
	words []string
	talk  *talk.Metrics // nil = nothing is left of what happened in it
	known bool          // it has a record
}

// HandleDue enters the words of a contact, counts its messages the first time, and writes the record of one that an earlier release has entered without.
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	snap, err := s.sessions.Fresh(ctx, ref.Owner)
	if fault.Is(err, fault.NotFound) {
		return s.done(ctx, ref)
	}
	if err != nil {
		return err
	}
	k := snap.Contact(ref.Subject)
	if k == nil || snap.IsBeside(k) || snap.State.Guide != nil {
		return s.done(ctx, ref)
	}
	r, err := s.read(ctx, snap, k)
	if err != nil {
		return err
	}
	_, err = s.sessions.DecideDue(ctx, ref, func(snap *session.Session) (*change.Set, error) {
		set := &change.Set{ID: resource.NewID(), At: s.clock.Now(), Done: []change.DueRef{ref}}
		r.enter(snap, ref.Subject, set)
		return set, nil
	})
	return err
}

// done has nothing to do for a deadline.
func (s *Service) done(ctx context.Context, ref change.DueRef) error {
	_, err := s.sessions.Store.Commit(ctx, &change.Set{ID: resource.NewID(), At: s.clock.Now(), Done: []change.DueRef{ref}})
	if fault.Is(err, fault.Conflict) {
		return nil // it was set anew, and comes up again
	}
	return err
}

// read reads what was said in a contact.
func (s *Service) read(ctx context.Context, snap *session.Session, k *session.Contact) (r read, err error) {
	about := record.Of(snap, k)
	if r.known, err = s.known(ctx, &about); err != nil {
		return r, err
	}
	counter := work.CounterOf(k)
	for item, err := range work.ItemsOf(ctx, s.sessions.Store, snap.ID, k) {
		if err != nil {
			return r, err
		}
		counter.Add(item)
		r.talk = new(counter.Metrics())
		if len(r.words) < said.MaxWords && item.VisibleTo(transcript.Agent) {
			r.words = said.Add(r.words, said.Text(item))
		}
	}
	return r, nil
}

// known reports whether the record of a contact is stored. It looks at those that began with it: a chat may have many contacts.
func (s *Service) known(ctx context.Context, r *record.Record) (bool, error) {
	at := r.InitiatedAt.Truncate(time.Millisecond)
	list, err := s.sessions.Store.Contacts(ctx, store.ContactQuery{
		Instance: r.InstanceID, From: at, Until: at.Add(time.Millisecond), Limit: readAtOnce, ContactFilter: store.ContactFilter{Session: r.SessionID},
	})
	return slices.ContainsFunc(list, func(stored record.Record) bool { return stored.ID == r.ID }), err
}

// enter adds to a Set what is found of a contact. Messages are counted once: later some may have been deleted.
func (r *read) enter(snap *session.Session, contact string, set *change.Set) {
	k := snap.Contact(contact)
	over := !k.DisconnectedAt.IsZero() // else its end sets the deadline anew
	if over && k.Talk == nil && r.talk != nil {
		next := snap.Clone()
		k = next.Contact(contact)
		k.Talk = r.talk
		set.Session = &change.Session{ID: snap.ID, Version: snap.Version, Next: next, Parts: change.State}
		snap = next
	}
	about := record.Of(snap, k)
	if !r.known {
		if set.Session == nil {
			set.Session = &change.Session{ID: snap.ID, Version: snap.Version}
		}
		set.Contacts = []change.Contact{{ID: k.ID, SessionID: snap.ID, InstanceID: snap.InstanceID, Known: true, Record: &about}}
	}
	if !over || len(r.words) == 0 {
		return
	}
	found := said.Contact{ID: k.ID, SessionID: snap.ID, InstanceID: snap.InstanceID, At: k.InitiatedAt, Queue: about.QueueID, Customer: about.CustomerID, Words: r.words}
	if about.Agent != nil {
		found.Agent = about.Agent.UserID
	}
	set.Said = []said.Contact{found}
}
