package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
	"parley/work/audit"
	"parley/work/resource"
)

// Rules say for how many days after its end what is kept of a chat; 0 = for ever, as it is without rules.
type Rules struct {
	// Records: everything. Transcripts: what was said, with its files; who was there, when, and what is searched for stays. Attachments: the files.
	Records     int `json:"records_days"`
	Transcripts int `json:"transcripts_days"`
	Attachments int `json:"attachments_days"`
}

// MaxDays bounds a rule: ten years (our choice).
const MaxDays = 3_660

// between is how long the work of rules rests when there is nothing to do (our choice).
const between = time.Hour

// progress is how far the rules are carried out: the last contact of each that was looked at, in the order in which they were over.
type progress struct {
	Done [rules]store.ContactPlace
}

// rules is how many there are.
const rules = 3

// list gives the rules the order of progress.
func (r Rules) list() [rules]int { return [...]int{r.Records, r.Transcripts, r.Attachments} }

// Retention returns the rules of an instance.
func (s *Service) Retention(ctx context.Context, instance string) (r Rules, err error) {
	_, err = s.document(ctx, instance, kindRetention, &r)
	return r, err
}

// document reads a document, if there is one, and returns its version.
func (s *Service) document(ctx context.Context, instance, kind string, into any) (version int64, err error) {
	row, err := s.store.Resource(ctx, instance, kind, onlyID)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(row.Document, into); err != nil {
		return 0, fault.Wrap(fault.Internal, err, "the retention cannot be read")
	}
	return row.Version, nil
}

func written(instance, kind string, version int64, what any) change.Resource {
	document, _ := json.Marshal(what) // nothing in it can fail to encode
	return change.Resource{Instance: instance, Kind: kind, ID: onlyID, Version: version, Document: document}
}

// SetRetention sets the rules of an instance, which are carried out from now on; fault.Invalid.
func (s *Service) SetRetention(ctx context.Context, instance string, r Rules) error {
	for _, days := range r.list() {
		if days < 0 || days > MaxDays {
			return fault.New(fault.Invalid, "days: 0 for ever, or up to %d", MaxDays)
		}
	}
	var old Rules
	version, err := s.document(ctx, instance, kindRetention, &old)
	if err != nil {
		return err
	}
	set := &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Resources: []change.Resource{written(instance, kindRetention, version, r)}}
	if r == (Rules{}) {
		set.Drop = []change.DueKey{retainKey(instance)}
	} else {
		set.Due = []change.Due{{DueKey: retainKey(instance), At: set.At}}
	}
	_, err = s.Audit.Commit(ctx, set, instance, audit.Note{
		Event: EventRules, Subject: instance,
		Detail: fmt.Sprintf("records %d, transcripts %d, attachments %d days", r.Records, r.Transcripts, r.Attachments),
	})
	if err == nil {
		s.Sessions.Wake()
	}
	return err
}

func retainKey(instance string) change.DueKey {
	return change.DueKey{Owner: instance, Kind: DueRetain, Subject: instance}
}

// retain carries out one step of each rule, and has the next step come: at once where there is more. What it does it does again if it
// is interrupted; progress is stored last.
func (s *Service) retain(ctx context.Context, ref change.DueRef) error {
	instance := ref.Subject
	r, err := s.Retention(ctx, instance)
	if err != nil {
		return err
	}
	var p progress
	version, err := s.document(ctx, instance, kindProgress, &p)
	if err != nil {
		return err
	}
	now, next, erased := s.Clock.Now(), s.Clock.Now().Add(between), 0
	for rule, days := range r.list() {
		if days == 0 {
			continue
		}
		n, more, err := s.step(ctx, instance, rule, now.AddDate(0, 0, -days), &p.Done[rule])
		if err != nil {
			return err
		}
		if erased += n; more {
			next = now
		}
	}
	set := &change.Set{
		ID: resource.NewID(), At: now, Done: []change.DueRef{ref}, Due: []change.Due{{DueKey: ref.DueKey, At: next}},
		Resources: []change.Resource{written(instance, kindProgress, version, p)},
	}
	if erased == 0 {
		_, err = s.store.Commit(ctx, set)
	} else {
		_, err = s.Audit.Commit(ctx, set, instance, audit.Note{Event: EventRetained, Subject: instance, Detail: Chats(erased)})
	}
	if fault.Is(err, fault.Conflict) {
		return nil // another node does it, or the rules have changed
	}
	return err
}

// step carries out a rule for the next contacts that were over before a time, and returns for how many chats.
func (s *Service) step(ctx context.Context, instance string, rule int, limit time.Time, done *store.ContactPlace) (n int, more bool, err error) {
	page, err := s.store.Contacts(ctx, store.ContactQuery{
		Instance: instance, Order: store.Disconnected, Until: limit, After: *done, Limit: atOnce,
	})
	if err != nil || len(page) == 0 {
		return 0, false, err
	}
	chats, err := s.over(ctx, page, limit)
	if err == nil && len(chats) > 0 {
		err = [...]func(context.Context, string, []string) error{s.forget, s.silence, s.unattach}[rule](ctx, instance, chats)
	}
	last := page[len(page)-1]
	*done = store.ContactPlace{At: last.DisconnectedAt, ID: last.ID}
	return len(chats), len(page) == atOnce, err
}

// over are the chats of contacts that were over as a whole before a time.
func (s *Service) over(ctx context.Context, page []record.Record, limit time.Time) (chats []string, err error) {
	seen := map[string]bool{}
	for i := range page {
		id := page[i].SessionID
		if seen[id] {
			continue
		}
		seen[id] = true
		snap, err := s.store.Session(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if snap.Status == session.Ended && !snap.State.EndedAt.After(limit) {
			chats = append(chats, id)
		}
	}
	return chats, nil
}

// forget erases chats as an erasure that is stored, so that one which is interrupted is finished.
func (s *Service) forget(ctx context.Context, instance string, chats []string) error {
	j := &job{ID: resource.NewID(), Instance: instance, At: s.Clock.Now(), Quiet: true}
	if err := s.include(ctx, j, chats); err != nil {
		return err
	}
	set := &change.Set{
		ID: resource.NewID(), At: j.At, Resources: []change.Resource{j.row()},
		Due: []change.Due{{DueKey: j.due(), At: j.At.Add(patience)}},
	}
	if _, err := s.store.Commit(ctx, set); err != nil {
		return err
	}
	j.version = 1
	return s.work(ctx, j)
}

// silence deletes what was said in chats, with its files.
func (s *Service) silence(ctx context.Context, instance string, chats []string) error {
	return s.trim(ctx, chats, func(next *session.Session) change.Session {
		next.State.InitialMessage, next.State.Files, next.State.References, next.State.Views, next.Flow = "", nil, nil, nil, nil
		return change.Session{Parts: change.State | change.Flow, Empty: true}
	})
}

// unattach deletes the files of chats; their names stay where they were said.
func (s *Service) unattach(ctx context.Context, instance string, chats []string) error {
	return s.trim(ctx, chats, func(next *session.Session) change.Session {
		next.State.Files = nil
		return change.Session{Parts: change.State}
	})
}

// trim deletes the files of chats, and then has the chats forget something.
func (s *Service) trim(ctx context.Context, chats []string, cut func(*session.Session) change.Session) error {
	if err := s.Files.Erase(ctx, chats); err != nil {
		return err
	}
	for _, id := range chats {
		_, err := s.Sessions.Decide(ctx, id, func(snap *session.Session) (*change.Set, error) {
			next := snap.Clone()
			c := cut(next)
			if !c.Empty && len(snap.State.Files) == 0 || c.Empty && snap.Head == 0 {
				return nil, nil
			}
			c.ID, c.Version, c.Next = snap.ID, snap.Version, next
			return &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Session: &c}, nil
		})
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	s.dropped(ctx, chats)
	return s.store.Scrub(ctx)
}
