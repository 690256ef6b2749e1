package privacy

import (
	"context"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/work/audit"
	"parley/work/resource"
)

// endpointDetail is what the audit log says was deleted (ContactField).
const endpointDetail = "CUSTOMER_ENDPOINT"

// DeleteEndpoint deletes where the customer of a contact was reached (DeleteContactData, CUSTOMER_ENDPOINT): its subscriptions to push messages,
// and the address by which a channel elsewhere had it called, in the chat and in all that it said; Redacted stands there instead. All contacts of a
// chat have that in common, so fault.NotTerminated while the chat goes on. What was said, and the rest of the contact, stays: Erase deletes it. The
// audit log says so in the commit that begins it; if the server dies in between, the same call finishes it.
func (s *Service) DeleteEndpoint(ctx context.Context, instance, contactID string) error {
	chat, err := s.Sessions.ChatOf(ctx, instance, contactID)
	if err != nil {
		return err
	}
	commit := func(ctx context.Context, set *change.Set) (store.Result, error) {
		return s.Audit.Commit(ctx, set, instance, audit.Note{Event: EventDataDeleted, Subject: contactID, Detail: endpointDetail})
	}
	page := store.Page{Limit: readAtOnce}
	for {
		var items []transcript.Item
		addressed := false
		rule := func(snap *session.Session) (*change.Set, error) {
			addressed = snap.State.Addressed
			if items, err = s.store.Items(ctx, chat, page); err != nil || page.After > 0 && len(items) == 0 {
				return nil, err
			}
			return s.unaddressed(snap, items) // items as they are at this version of the chat: a redaction meanwhile makes another
		}
		if _, err := s.Sessions.DecideBy(ctx, chat, rule, commit); err != nil {
			return err
		}
		if len(items) < readAtOnce || !addressed {
			break
		}
		page.After, commit = items[len(items)-1].Position, s.store.Commit
	}
	s.dropped(ctx, []string{chat})
	return s.store.Scrub(ctx)
}

// unaddressed is the change of a chat that has no address of its customer any more, neither in some of its items.
func (s *Service) unaddressed(snap *session.Session, items []transcript.Item) (*change.Set, error) {
	if snap.Status != session.Ended {
		return nil, fault.New(fault.NotTerminated, "ContactId: the chat goes on, in contact %s: end it first", snap.Current().ID)
	}
	next := snap.Clone()
	next.State.Pushes = nil
	c := &change.Session{ID: snap.ID, Version: snap.Version, Next: next, Parts: change.State}
	if customer := next.Customer(); snap.State.Addressed && customer != nil {
		customer.DisplayName = Redacted
		for _, item := range items {
			if item.Author.ParticipantID == customer.ID && item.Author.DisplayName != Redacted {
				item.Author.DisplayName = Redacted
				c.Rewrite = append(c.Rewrite, item)
			}
		}
	}
	return &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Session: c}, nil
}
