package privacy

import (
	"context"
	"iter"
	"slices"
	"time"

	"parley/domain/record"
	"parley/internal/fault"
	"parley/store"
)

// whom says whose chats are meant: that of a contact, or all of a CustomerId that began up to a moment.
type whom struct {
	instance, contact, customer string
	until                       time.Time
}

// check refuses what means nobody, or two.
func (w whom) check() error {
	if (w.contact == "") == (w.customer == "") {
		return fault.New(fault.Invalid, "one of contact and customer is needed")
	}
	return nil
}

// told is how the audit log says it, for it never has a CustomerId.
func (w whom) told() string {
	if w.contact != "" {
		return "of the contact " + w.contact
	}
	return "of a CustomerId"
}

func (w whom) query() store.ContactQuery {
	q := store.ContactQuery{Instance: w.instance, Until: w.until, Limit: atOnce}
	q.Customer = w.customer
	return q
}

// chats goes through the chats that are meant, each once, the oldest first; fault.NotFound for a contact that is not there.
func (s *Service) chats(ctx context.Context, w whom) iter.Seq2[string, error] {
	if w.contact != "" {
		return func(yield func(string, error) bool) {
			yield(s.Sessions.ChatOf(ctx, w.instance, w.contact))
		}
	}
	return func(yield func(string, error) bool) {
		for r, err := range s.records(ctx, w.query()) {
			if err == nil {
				var first bool
				if first, err = s.first(ctx, w, r); err == nil && !first {
					continue
				}
			}
			if err != nil {
				yield("", err)
				return
			}
			if !yield(r.SessionID, nil) {
				return
			}
		}
	}
}

// first tells whether a contact is the first of those of its chat that are meant: it stands for the chat.
func (s *Service) first(ctx context.Context, w whom, r *record.Record) (bool, error) {
	q := w.query()
	q.Session, q.Limit = r.SessionID, 1
	list, err := s.store.Contacts(ctx, q)
	return len(list) == 1 && list[0].ID == r.ID, err
}

// records goes through the contacts that a query asks for, page by page.
func (s *Service) records(ctx context.Context, q store.ContactQuery) iter.Seq2[*record.Record, error] {
	return func(yield func(*record.Record, error) bool) {
		for {
			page, err := s.store.Contacts(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page {
				if !yield(&page[i], nil) {
					return
				}
				q.After = store.ContactPlace{At: q.Order.Of(&page[i]), ID: page[i].ID}
			}
			if len(page) < q.Limit {
				return
			}
		}
	}
}

// family are the contacts of a chat, and the chats that are guides of their agents.
func (s *Service) family(ctx context.Context, instance, chat string) (contacts, guides []string, err error) {
	root := ""
	for r, err := range s.records(ctx, store.ContactQuery{Instance: instance, Limit: atOnce, ContactFilter: store.ContactFilter{Session: chat}}) {
		if err != nil {
			return nil, nil, err
		}
		contacts, root = append(contacts, r.ID), r.AssociationID
	}
	if len(contacts) == 0 {
		return nil, nil, nil
	}
	for r, err := range s.records(ctx, store.ContactQuery{Instance: instance, Limit: atOnce, ContactFilter: store.ContactFilter{Association: root}}) {
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(contacts, r.GuideOf) && !slices.Contains(guides, r.SessionID) {
			guides = append(guides, r.SessionID)
		}
	}
	return contacts, guides, nil
}
