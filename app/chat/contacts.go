package chat

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/persistent"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/internal/token"
)

// edit makes a decision on the session of a contact of an instance.
func (s *Service) edit(ctx context.Context, instance, contactID string, edit func(*contact.Draft) error) error {
	id, err := s.sessions.ChatOf(ctx, instance, contactID)
	if err != nil {
		return err
	}
	_, err = s.sessions.Decide(ctx, id, s.draft(ctx, edit))
	return err
}

// Contact returns a contact of an instance with its session (DescribeContact).
func (s *Service) Contact(ctx context.Context, instance, contactID string) (*session.Session, *session.Contact, error) {
	snap, err := s.sessions.Of(ctx, instance, contactID)
	if err != nil {
		return nil, nil, err
	}
	k := snap.Contact(contactID)
	if k == nil { // one of many who watched the chat
		return nil, nil, fault.New(fault.NotFound, "The contact was not found")
	}
	return snap, k, nil
}

// Stop ends the chat of a contact (StopContact); an ended or unknown one is fault.Gone.
func (s *Service) Stop(ctx context.Context, instance, contactID string) error {
	err := s.edit(ctx, instance, contactID, func(d *contact.Draft) error {
		cfg, err := s.config(ctx, d)
		if err != nil {
			return err
		}
		return d.StopContact(contactID, cfg)
	})
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.Gone, err, "The contact was not found")
	}
	return err
}

// UpdateAttributes sets attributes of the chat of an initial contact (UpdateContactAttributes).
func (s *Service) UpdateAttributes(ctx context.Context, instance, initial string, attrs map[string]string) error {
	return s.edit(ctx, instance, initial, func(d *contact.Draft) error { return d.SetAttributes(attrs) })
}

// Update changes the data of a contact (UpdateContact).
func (s *Service) Update(ctx context.Context, instance, contactID string, u contact.Update) error {
	return s.edit(ctx, instance, contactID, func(d *contact.Draft) error { return d.Update(contactID, u) })
}

// SetTimers changes the timers of a chat (UpdateParticipantRoleConfig).
func (s *Service) SetTimers(ctx context.Context, instance, contactID string, updates []contact.TimerUpdate) error {
	return s.edit(ctx, instance, contactID, func(d *contact.Draft) error { return d.SetTimers(updates) })
}

// UpdateRouting changes how a contact is given to agents (UpdateContactRoutingData).
func (s *Service) UpdateRouting(ctx context.Context, instance, contactID string, u contact.RoutingUpdate) error {
	return s.edit(ctx, instance, contactID, func(d *contact.Draft) error { return d.UpdateRouting(contactID, u) })
}

// Tag adds tags to a contact (TagContact).
func (s *Service) Tag(ctx context.Context, instance, contactID string, tags map[string]string) error {
	return s.edit(ctx, instance, contactID, func(d *contact.Draft) error { return d.Tag(contactID, tags) })
}

// Untag removes tags of a contact (UntagContact).
func (s *Service) Untag(ctx context.Context, instance, contactID string, keys []string) error {
	return s.edit(ctx, instance, contactID, func(d *contact.Draft) error { return d.Untag(contactID, keys) })
}

// Associate makes a running chat continue an earlier one (CreatePersistentContactAssociation)
// and returns the contact that it continues from. The same client token again gets the first answer.
func (s *Service) Associate(ctx context.Context, instance, initial string, r persistent.Rehydration, clientToken string) (from string, err error) {
	settings, err := s.directory.Settings(ctx, instance)
	if err != nil {
		return "", err
	}
	r.SameCustomer = settings.RequireSameCustomer
	session, err := s.sessions.ChatOf(ctx, instance, initial)
	if err != nil {
		return "", err
	}
	source, err := s.sessionOf(ctx, instance, r.SourceContactID, "SourceContactId")
	if err != nil {
		return "", err
	}
	first := once(session, "CreatePersistentContactAssociation", "", clientToken, hash(r.Type, r.SourceContactID))
	answer, err := s.decideOnce(ctx, session, first, func(d *contact.Draft) ([]byte, error) {
		from, err := d.Associate(&r, source)
		return []byte(from), err
	})
	return string(answer), err
}

// decideOnce makes a decision on a session whose answer is kept under a client
// token, if there is one. With a token that was used before it returns the
// first answer, also where the decision is refused now.
func (s *Service) decideOnce(ctx context.Context, session string, first *change.Once, decide func(*contact.Draft) ([]byte, error)) (answer []byte, err error) {
	res, err := s.sessions.Decide(ctx, session, s.draft(ctx, func(d *contact.Draft) (err error) {
		if answer, err = decide(d); err == nil && first != nil {
			first.Answer = answer
			d.Once(first)
		}
		return err
	}))
	replay := res.Replay
	if replay == nil && first != nil && err != nil {
		var readErr error // the first call may have made the conflict
		if replay, readErr = s.store.Answer(ctx, first.Scope, first.Key, s.clock.Now()); readErr != nil {
			return nil, readErr
		}
	}
	if replay != nil {
		return replay.Answer, s.replayed(replay, first.Fingerprint)
	}
	return answer, err
}

// Bot is a new custom participant.
type Bot struct {
	ParticipantID    string
	ParticipantToken string
	Expiry           time.Time // when its token must have been used
}

// AddBot adds a custom participant to the chat (CreateParticipant). The same
// client token again gets the same participant.
func (s *Service) AddBot(ctx context.Context, instance, contactID, displayName, clientToken string) (Bot, error) {
	session, err := s.sessions.ChatOf(ctx, instance, contactID)
	if err != nil {
		return Bot{}, err
	}
	id, now := s.newID(session), s.clock.Now()
	first := once(session, "CreateParticipant", "", clientToken, hash(displayName))
	answer, err := s.decideOnce(ctx, session, first, func(d *contact.Draft) ([]byte, error) {
		return []byte(id + now.Format(time.RFC3339Nano)), d.AddBot(id, displayName)
	})
	if err != nil {
		return Bot{}, err
	}
	if id, now, err = readBot(answer); err != nil {
		return Bot{}, err
	}
	return Bot{id, s.tokens.Sign(token.Claims{
		Kind: token.Participant, Session: uuidOf(session), Participant: uuidOf(id),
	}), now.Add(contact.BotUseWithin)}, nil
}

func readBot(answer []byte) (id string, at time.Time, err error) {
	if len(answer) < 36 {
		return "", at, fault.New(fault.Internal, "the first answer cannot be read")
	}
	at, err = time.Parse(time.RFC3339Nano, string(answer[36:]))
	return string(answer[:36]), at, err
}

// HandleDue does what a deadline of a chat is for: the customer did not connect
// in time, the chat's duration is over, or its client tokens are to be forgotten. A deadline that was handled or moved meanwhile does nothing.
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	if ref.Kind == contact.DueForget {
		if err := s.store.ForgetAnswers(ctx, ref.Owner); err != nil {
			return err
		}
	}
	_, err := s.sessions.DecideDue(ctx, ref, s.draft(ctx, func(d *contact.Draft) error {
		d.Handled(ref)
		switch ref.Kind {
		case contact.DueConnect:
			d.ConnectTimeout()
		case contact.DueExpiry:
			d.Expire()
		}
		return nil
	}))
	return err
}

// End ends the chat of a session from outside, whatever instance it is in; fault.Gone if it is over.
func (s *Service) End(ctx context.Context, session string) error {
	_, err := s.sessions.Decide(ctx, session, s.draft(ctx, (*contact.Draft).Stop))
	return err
}
