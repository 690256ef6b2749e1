package history

import (
	"context"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// Reading asks for what was said in a contact, whether its chat goes on or not.
type Reading struct {
	Instance, ContactID string
	// Agent reads only a contact that it took, and only what agents may see; "" reads any contact, and all.
	Agent string
	After int64 // the position that the page before ended with, 0 = from the beginning
	Limit int
}

// Transcript is a page of what was said, oldest first.
type Transcript struct {
	Items []transcript.Item
	Next  int64 // where the next page begins after; 0 = there is none
}

// Read returns a page of what was said in a contact; fault.NotFound, also for who may not read it. In the contact of somebody who came beside
// a chat is what was said in the one beside which it is.
func (s *Service) Read(ctx context.Context, r Reading) (page Transcript, err error) {
	chat, k, err := s.contact(ctx, &r)
	if err != nil {
		return page, err
	}
	said := k.ID
	if chat.IsBeside(k) {
		said = k.PreviousID
	}
	if r.After == 0 {
		first, err := s.store.FirstAt(ctx, chat.ID, k.InitiatedAt)
		if err != nil {
			return page, err
		}
		r.After = first - 1
	}
	for {
		items, err := s.store.Items(ctx, chat.ID, store.Page{After: r.After, Limit: readAtOnce})
		if err != nil {
			return page, err
		}
		for i := range items {
			if !shows(&items[i], said, k, r.Agent) {
				continue
			}
			if len(page.Items) == r.Limit {
				page.Next = page.Items[r.Limit-1].Position
				return page, nil
			}
			page.Items = append(page.Items, items[i])
		}
		if len(items) < readAtOnce {
			return page, nil
		}
		r.After = items[len(items)-1].Position
	}
}

// contact finds the contact that is to be read.
func (s *Service) contact(ctx context.Context, r *Reading) (*session.Session, *session.Contact, error) {
	missing := fault.New(fault.NotFound, "The contact was not found")
	id, err := s.store.SessionOf(ctx, r.Instance, r.ContactID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil, missing
	}
	if err != nil {
		return nil, nil, err
	}
	chat, err := s.store.Session(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	k := chat.Contact(r.ContactID)
	if k == nil || r.Agent != "" && (k.Agent == nil || k.Agent.UserID != r.Agent) {
		return nil, nil, missing
	}
	return chat, k, nil
}

func shows(item *transcript.Item, contact string, k *session.Contact, agent string) bool {
	return item.ContactID == contact && !item.Passing() && (agent == "" || item.SeenBy(k.Agent.ParticipantID, transcript.Agent))
}
