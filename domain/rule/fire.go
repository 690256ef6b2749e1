package rule

import (
	"slices"
	"strconv"
	"time"

	"parley/domain/change"
	"parley/domain/session"
)

// Kinds of deadlines that rules set; the subject of the first two is a contact, that of DueEvent an Event's.
const (
	DueLive  = "rule-live"  // something was said in the contact
	DuePost  = "rule-post"  // the contact has ended
	DueEvent = "rule-event" // an event is to be sent
)

// DueOf is the kind of deadline by which a trigger's rules look at a contact.
func (t Trigger) DueOf() string {
	if t == LiveChat {
		return DueLive
	}
	return DuePost
}

// Look sets the deadlines by which rules look at what a change of a session comes to: in the change itself, so that
// nothing is missed and nothing waits. before is nil for a session that begins.
func Look(before *session.Session, set *change.Set, live, post bool) {
	if set.Session == nil {
		return
	}
	for i := range set.Items {
		if item := &set.Items[i]; live && Spoken(item) {
			look(set, DueLive, item.ContactID)
		}
	}
	if next := set.Session.Next; post && next != nil {
		for i := range next.State.Contacts {
			if k := &next.State.Contacts[i]; !k.DisconnectedAt.IsZero() && running(before, k.ID) {
				look(set, DuePost, k.ID)
			}
		}
	}
}

// running reports whether a contact had not ended before.
func running(before *session.Session, contact string) bool {
	if before == nil {
		return true
	}
	k := before.Contact(contact)
	return k == nil || k.DisconnectedAt.IsZero()
}

func look(set *change.Set, kind, contact string) {
	due := change.Due{DueKey: change.DueKey{Owner: set.Session.ID, Kind: kind, Subject: contact}, At: set.At}
	if !slices.Contains(set.Due, due) {
		set.Due = append(set.Due, due)
	}
}

// Matched is a rule whose function a contact meets.
type Matched struct {
	ID, Name string
	Category bool     // the contact is given the rule's name as its category
	Events   []string // names of the events that it sends
}

// Fire is the change by which rules match a contact: each that has not matched it before, once. It answers the
// deadline by which they looked, and sets one for each event to send. A contact that is gone is given nothing.
func Fire(s *session.Session, contact string, t Trigger, all []Matched, ref change.DueRef, id string, now time.Time) *change.Set {
	set := &change.Set{ID: id, At: now, Done: []change.DueRef{ref}}
	at := slices.IndexFunc(s.State.Contacts, func(k session.Contact) bool { return k.ID == contact })
	if at < 0 {
		return set
	}
	next := s.Clone()
	k := &next.State.Contacts[at]
	k.Rules = slices.Clone(k.Rules)
	for _, m := range all {
		if k.Matched(m.ID) {
			continue
		}
		k.Rules = append(k.Rules, session.MatchedRule{ID: m.ID, Name: m.Name, Trigger: string(t), At: now, Category: m.Category, Events: m.Events})
		for n := range m.Events {
			key := change.DueKey{Owner: s.ID, Kind: DueEvent, Subject: contact + "/" + m.ID + "/" + strconv.Itoa(n)}
			set.Due = append(set.Due, change.Due{DueKey: key, At: now})
		}
	}
	if len(k.Rules) > len(s.State.Contacts[at].Rules) {
		set.Session = &change.Session{ID: s.ID, Version: s.Version, Next: next, Parts: change.State}
	}
	return set
}
