// Package push holds the rules of registrations for push messages.
//
// It guarantees: a customer hears by push of what others say to it, each message once unless a crash comes between, and of nothing that
// was said before it registered; nobody is registered in a chat that is over.
package push

import (
	"slices"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Due is the kind of the deadline at which a customer without a socket is told.
const Due = "push"

// Most is how many registrations a chat has (our choice: as many as a participant has sockets).
const Most = 5

// Register adds a registration and returns its id; the same subscription has the same one. page is where the chat is, "" if nobody has told.
func Register(d *contact.Draft, token, page string) (string, error) {
	s := d.Session()
	if s.Status == session.Ended {
		return "", fault.New(fault.NotFound, "ContactConfiguration.ContactId: the contact has ended")
	}
	space, err := uuid.Parse(s.ID)
	if err != nil {
		space = uuid.NameSpaceOID
	}
	id := uuid.NewSHA1(space, []byte("push"+token)).String()
	if at := slices.IndexFunc(s.State.Pushes, func(p session.Push) bool { return p.ID == id }); at >= 0 {
		if page != "" && s.State.Pushes[at].Page != page {
			s.State.Pushes = slices.Clone(s.State.Pushes)
			s.State.Pushes[at].Page = page
			d.Touch(change.State)
		}
		return id, nil
	}
	if len(s.State.Pushes) >= Most {
		return "", fault.New(fault.Quota, "A chat has at most %d push registrations", Most)
	}
	s.State.Pushes = append(slices.Clip(s.State.Pushes), session.Push{ID: id, Token: token, After: s.Head, Page: page})
	d.Touch(change.State)
	return id, nil
}

// Remove takes a registration away.
func Remove(d *contact.Draft, id string) error {
	s := d.Session()
	if !slices.ContainsFunc(s.State.Pushes, func(p session.Push) bool { return p.ID == id }) {
		return fault.New(fault.NotFound, "RegistrationId: the chat has no such registration")
	}
	Told(d, map[string]int64{id: -1})
	return nil
}

// Told notes up to which position registrations were told, by id; -1 takes one away.
func Told(d *contact.Draft, upTo map[string]int64) {
	var left []session.Push
	for _, p := range d.Session().State.Pushes {
		if at, ok := upTo[p.ID]; ok && at < 0 {
			continue
		} else if ok {
			p.After = max(p.After, at)
		}
		left = append(left, p)
	}
	d.Session().State.Pushes = left
	d.Touch(change.State)
}

// Wants reports whether a customer is to hear of an item by push: what others say to it.
func Wants(item *transcript.Item) bool {
	said := item.Type == transcript.Message || item.Type == transcript.Attachment
	return said && item.Author.Role != transcript.Customer && item.VisibleTo(transcript.Customer)
}

// Before sets the deadline at which the customer is told of what a change says, where somebody has registered. The registrations of a
// chat that ends are forgotten.
func Before(before *session.Session, set *change.Set) {
	if set.Session != nil && set.Session.Next != nil && set.Session.Next.Status == session.Ended {
		if len(set.Session.Next.State.Pushes) > 0 {
			set.Session.Next.State.Pushes = nil
			set.Session.Parts |= change.State
		}
		return
	}
	if before == nil || len(before.State.Pushes) == 0 || !slices.ContainsFunc(set.Items, func(i transcript.Item) bool { return Wants(&i) }) {
		return
	}
	set.Due = append(set.Due, change.Due{DueKey: change.DueKey{Owner: before.ID, Kind: Due, Subject: before.ID}, At: set.At})
}
