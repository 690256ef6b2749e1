package privacy

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/routing"
	"parley/internal/fault"
	"parley/work/audit"
	"parley/work/resource"
)

// Request asks for an erasure. Exactly one of Contact and Customer is set. A contact is erased with its whole chat, for all contacts of a
// chat share one transcript and its attributes; guides that its agents had go along.
type Request struct {
	Instance string
	Contact  string
	Customer string // a CustomerId: all its chats that have begun
	// End ends chats that go on, and the work of agents after them. Without it such a chat is fault.Conflict, and nothing is erased.
	End bool
}

// Erasure is what became of a request.
type Erasure struct {
	ID    string `json:"id"`    // in the audit log
	Chats int    `json:"chats"` // erased so far
	Done  bool   `json:"done"`  // else it goes on by itself
}

// patience is how long a call waits for an erasure; what takes longer goes on by itself (our choice).
const patience = 20 * time.Second

// Erase erases what is held; fault.NotFound for a contact that is not there. A CustomerId without chats is erased, too.
func (s *Service) Erase(ctx context.Context, r Request) (Erasure, error) {
	j := &job{ID: resource.NewID(), Instance: r.Instance, At: s.Clock.Now(), Contact: r.Contact, Customer: r.Customer}
	if err := j.whom().check(); err != nil {
		return Erasure{}, err
	}
	if err := s.still(ctx, j, r.End); err != nil {
		return Erasure{}, err
	}
	note := audit.Note{Event: EventAsked, Subject: j.ID, Detail: j.whom().told()}
	set := &change.Set{
		ID: resource.NewID(), At: j.At, Resources: []change.Resource{j.row()},
		Due: []change.Due{{DueKey: j.due(), At: j.At.Add(patience)}}, // by then this call is over
	}
	if _, err := s.Audit.Commit(ctx, set, r.Instance, note); err != nil {
		return Erasure{}, err
	}
	j.version = 1
	return s.await(ctx, j)
}

// await works on an erasure for a while.
func (s *Service) await(ctx context.Context, j *job) (Erasure, error) {
	working, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.work(working, j)
	if err != nil {
		s.Log.WarnContext(ctx, "an erasure goes on later", "erasure", j.ID, "error", err)
	}
	return Erasure{ID: j.ID, Chats: j.Erased, Done: err == nil}, nil
}

// still refuses chats that go on, or ends them.
func (s *Service) still(ctx context.Context, j *job, end bool) error {
	for chat, err := range s.chats(ctx, j.whom()) {
		if err != nil {
			return err
		}
		live, err := s.live(ctx, chat)
		switch {
		case err != nil:
			return err
		case live == nil:
			continue
		case !end:
			return fault.New(fault.Conflict, "The chat of contact %s goes on, or an agent still works on it: end it first, or have it ended, too (parley erase --end, or end in a call)", live.contact)
		}
		if err := s.end(ctx, chat); err != nil {
			return err
		}
	}
	return nil
}

// HandleDue goes on with an erasure that was interrupted.
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	if ref.Kind == DueRetain {
		return s.retain(ctx, ref)
	}
	row, err := s.store.Resource(ctx, ref.Subject, kindErasure, ref.Owner)
	if fault.Is(err, fault.NotFound) {
		return nil // done meanwhile
	}
	if err != nil {
		return err
	}
	j, err := readJob(row)
	if err != nil {
		return err
	}
	return s.work(ctx, j)
}

// work does what is left of an erasure.
func (s *Service) work(ctx context.Context, j *job) error {
	for !j.Clean {
		if err := s.erase(ctx, j); err != nil {
			return err
		}
		if err := s.next(ctx, j); err != nil {
			return err
		}
	}
	if err := s.store.Scrub(ctx); err != nil {
		return err
	}
	gone := j.row()
	gone.Delete = true
	set := &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Resources: []change.Resource{gone}, Drop: []change.DueKey{j.due()}}
	var err error
	if j.Quiet {
		_, err = s.store.Commit(ctx, set)
	} else {
		_, err = s.Audit.Commit(ctx, set, j.Instance, audit.Note{Event: EventErased, Subject: j.ID, Detail: Chats(j.Erased)})
	}
	return err
}

// next finds the chats that are to be erased after those that were, and stores them before they are: or that there are none, and
// with that forgets who was meant.
func (s *Service) next(ctx context.Context, j *job) error {
	j.Erased += len(j.Chats)
	j.Chats, j.Contacts = nil, nil
	if err := s.gather(ctx, j); err != nil {
		return err
	}
	set := &change.Set{ID: resource.NewID(), At: s.Clock.Now()}
	if len(j.Chats) == 0 {
		if err := s.unserve(ctx, j, set); err != nil {
			return err
		}
		j.Clean, j.Contact, j.Customer = true, "", ""
	}
	set.Resources = append(set.Resources, j.row())
	if _, err := s.store.Commit(ctx, set); err != nil {
		return err
	}
	j.version++
	return nil
}

// unserve forgets who served a customer last.
func (s *Service) unserve(ctx context.Context, j *job, set *change.Set) error {
	if j.Customer == "" {
		return nil
	}
	row, err := s.store.Resource(ctx, j.Instance, routing.ServedKind, routing.ServedID(j.Customer))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	set.Resources = append(set.Resources, change.Resource{Instance: j.Instance, Kind: row.Kind, ID: row.ID, Version: row.Version, Delete: true})
	return nil
}
