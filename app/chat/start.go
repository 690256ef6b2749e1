package chat

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/store"
)

// Start is a StartChatContact.
type Start struct {
	contact.Start
	ClientToken string
	Fingerprint [32]byte // of the request without its ClientToken
}

// Started answers it.
type Started struct {
	ContactID        string
	ParticipantID    string
	ParticipantToken string `json:"-"` // derived again for a replay
	ContinuedFrom    string `json:",omitempty"`
}

// Start starts a chat. A client token that was used before gets the first
// answer, whatever became of that chat and however full the instance is.
// fault.Duplicate: a chat goes on under the Key of the request.
func (s *Service) Start(ctx context.Context, r Start) (Started, error) {
	settings, err := s.directory.Settings(ctx, r.InstanceID)
	if err != nil {
		return Started{}, err
	}
	if err := r.Check(settings.Text); err != nil {
		return Started{}, err
	}
	done, err := s.start(ctx, &r, settings)
	if err == nil {
		return done, nil
	}
	if first, found, readErr := s.startedBefore(ctx, r); found || readErr != nil {
		return first, readErr
	}
	return Started{}, err
}

func (s *Service) start(ctx context.Context, r *Start, settings contact.Settings) (Started, error) {
	if err := s.resolve(ctx, &r.Start, settings); err != nil {
		return Started{}, err
	}
	return s.begin(ctx, r, settings)
}

const opStart = "StartChatContact"

// startedBefore looks whether a start that is refused now has succeeded before.
func (s *Service) startedBefore(ctx context.Context, r Start) (Started, bool, error) {
	if r.ClientToken == "" {
		return Started{}, false, nil
	}
	replay, err := s.store.Answer(ctx, r.InstanceID, change.OnceKey(opStart, "", r.ClientToken), s.clock.Now())
	if err != nil || replay == nil {
		return Started{}, false, err
	}
	done, err := s.startReplay(replay, r.Fingerprint)
	return done, true, err
}

func (s *Service) startReplay(replay *store.Replay, fingerprint [32]byte) (Started, error) {
	if err := s.replayed(replay, fingerprint); err != nil {
		return Started{}, err
	}
	var done Started
	if err := json.Unmarshal(replay.Answer, &done); err != nil {
		return Started{}, fmt.Errorf("read the first answer: %w", err)
	}
	return s.withToken(done), nil
}

func (s *Service) withToken(done Started) Started {
	done.ParticipantToken = s.tokens.Sign(token.Claims{
		Kind: token.Participant, Session: uuidOf(done.ContactID), Participant: uuidOf(done.ParticipantID),
	})
	return done
}

// resolve finds what the request names: the flow, the chat it continues, the contact it relates to.
func (s *Service) resolve(ctx context.Context, r *contact.Start, set contact.Settings) (err error) {
	if r.FlowContent, err = s.directory.StartFlow(ctx, r.InstanceID, r.FlowID); err != nil {
		return err
	}
	if p := r.Rehydration; p != nil {
		if err := p.Check(); err != nil {
			return err
		}
		p.SameCustomer = p.SameCustomer || set.RequireSameCustomer
		if r.RelatedContactID != "" {
			return nil // refused as a rule, before either is looked for
		}
		r.Source, err = s.sessionOf(ctx, r.InstanceID, p.SourceContactID, "PersistentChat.SourceContactId")
		return err
	}
	if r.RelatedContactID != "" {
		r.Related, err = s.sessionOf(ctx, r.InstanceID, r.RelatedContactID, "RelatedContactId")
	}
	return err
}

func (s *Service) begin(ctx context.Context, r *Start, settings contact.Settings) (Started, error) {
	now := s.clock.Now()
	ids := contact.IDs{Set: s.newID(""), Contact: s.newID(""), Participant: s.newID("")}
	set, err := r.Begin(ids, settings, now)
	if err != nil {
		return Started{}, err
	}
	done := Started{ContactID: ids.Contact, ParticipantID: ids.Participant}
	if r.Rehydration != nil {
		done.ContinuedFrom = set.Session.Next.Current().RelatedID
	}
	if set.Once = once(r.InstanceID, opStart, "", r.ClientToken, r.Fingerprint); set.Once != nil {
		set.Once.Expires = now.Add(quota.TokenLife)
		if set.Once.Answer, err = json.Marshal(done); err != nil {
			return Started{}, fmt.Errorf("keep the answer: %w", err)
		}
	}
	if r.Key != "" {
		set.Resources = append(set.Resources, keyedDocument(r.InstanceID, r.Key, ids))
	}
	res, err := s.sessions.Commit(ctx, set)
	switch {
	case fault.Is(err, fault.LimitExceeded):
		return Started{}, fault.New(fault.LimitExceeded, "The quota for concurrent active chats is exceeded: this instance allows %d", settings.ActiveChats)
	case err != nil:
		return Started{}, err
	case res.Replay != nil:
		return s.startReplay(res.Replay, r.Fingerprint)
	}
	return s.withToken(done), nil
}

// sessionOf finds the session of a contact of the instance; member names it in the refusal.
func (s *Service) sessionOf(ctx context.Context, instance, contact, member string) (*session.Session, error) {
	snap, err := s.sessions.Of(ctx, instance, contact)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.Wrap(fault.NotFound, err, "%s: the contact was not found", member)
	}
	return snap, err
}
