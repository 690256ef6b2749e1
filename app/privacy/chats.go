package privacy

import (
	"context"
	"iter"
	"slices"
	"strings"

	"parley/domain/change"
	"parley/domain/held"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
	"parley/work/resource"
)

// atOnce is how many contacts or rows one step takes (our choice: commits between two steps never wait long).
const atOnce = 100

// alive is a chat that is not over.
type alive struct{ contact string }

// live tells whether a chat goes on, or somebody still works on it.
func (s *Service) live(ctx context.Context, chat string) (*alive, error) {
	snap, err := s.Sessions.Fresh(ctx, chat)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if snap.Status != session.Ended {
		return &alive{snap.Current().ID}, nil
	}
	for k := range snap.Contacts() {
		if working(k) {
			return &alive{k.ID}, nil
		}
	}
	return nil, nil
}

// working reports whether an agent has not done its work on a contact that is over.
func working(k *session.Contact) bool {
	return k.Agent != nil && k.Agent.WorkEnded.IsZero() && !k.Agent.WorkBegan.IsZero()
}

// end ends a chat, and the work on it.
func (s *Service) end(ctx context.Context, chat string) error {
	if err := s.End(ctx, chat); err != nil && !fault.Is(err, fault.Gone) {
		return err
	}
	snap, err := s.Sessions.Fresh(ctx, chat)
	if err != nil {
		return err
	}
	for k := range snap.Contacts() {
		if !working(k) {
			continue
		}
		if err := s.Clear(ctx, snap.InstanceID, k.Agent.UserID, k.ID); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// gather finds the next chats of an erasure that are over, with the guides of their agents, and all their contacts.
func (s *Service) gather(ctx context.Context, j *job) error {
	var chats []string
	switch {
	case j.Contact != "":
		id, err := s.store.SessionOf(ctx, j.Instance, j.Contact)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		chats = []string{id}
	case j.Customer != "":
		page, err := s.store.Contacts(ctx, j.whom().query())
		if err != nil {
			return err
		}
		for i := range page {
			if !slices.Contains(chats, page[i].SessionID) {
				chats = append(chats, page[i].SessionID)
			}
		}
	}
	return s.include(ctx, j, chats)
}

// include adds chats to those that are to be erased, and the guides of their agents.
func (s *Service) include(ctx context.Context, j *job, chats []string) error {
	for _, id := range chats {
		contacts, guides, err := s.family(ctx, j.Instance, id)
		if err != nil {
			return err
		}
		j.Contacts = append(j.Contacts, contacts...)
		for _, one := range append([]string{id}, guides...) {
			if !slices.Contains(j.Chats, one) {
				j.Chats = append(j.Chats, one)
			}
		}
	}
	return nil
}

// erase erases the chats of this step. It may be done again: the store forgets last what the others are found by, and documents are
// looked for once more after that, for until then something could be written.
func (s *Service) erase(ctx context.Context, j *job) error {
	if len(j.Chats) == 0 {
		return nil
	}
	if err := s.Files.Erase(ctx, j.Chats); err != nil {
		return err
	}
	for _, id := range j.Chats { // one that is a guide may go on
		if err := s.End(ctx, id); err != nil && !fault.Is(err, fault.Gone) && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	if err := s.documents(ctx, j); err != nil {
		return err
	}
	if err := s.store.Forget(ctx, j.Chats); err != nil {
		return err
	}
	if err := s.documents(ctx, j); err != nil {
		return err
	}
	s.dropped(ctx, j.Chats)
	return nil
}

// documents deletes the documents of the chats and their contacts.
func (s *Service) documents(ctx context.Context, j *job) error {
	for _, place := range held.Documents() {
		for _, id := range place.Owners(j.Chats, j.Contacts) {
			if err := resource.Clear(ctx, s.Clock.Now, s.store.Commit, s.owned(ctx, j.Instance, place.Name, id)); err != nil {
				return err
			}
		}
	}
	return nil
}

// owned goes through the documents of a kind whose id is an owner's, or begins with it and a slash.
func (s *Service) owned(ctx context.Context, instance, kind, owner string) iter.Seq2[*change.Resource, error] {
	return func(yield func(*change.Resource, error) bool) {
		for r, err := range store.All(ctx, s.store, instance, kind, before(owner)) {
			if err == nil && r.ID != owner && !strings.HasPrefix(r.ID, owner+"/") {
				if r.ID > owner+"0" { // 0 follows the slash
					return
				}
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// before is an id that sorts right before another, with nothing of ours between: ids are texts of visible characters.
func before(id string) string {
	if id == "" {
		return ""
	}
	return id[:len(id)-1] + string(id[len(id)-1]-1) + "~"
}
