package chat

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/receipt"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/work"
)

// Sent answers SendMessage and SendEvent.
type Sent struct {
	ID string
	At time.Time
	// Processing: the message was acknowledged and is said once its processor has answered.
	Processing bool `json:"-"`
}

// Send says something in the chat (SendMessage). The same client token again
// gets the first answer and says nothing.
func (s *Service) Send(ctx context.Context, bearer string, m contact.Message, clientToken string) (Sent, error) {
	who, err := s.caller(bearer)
	if err != nil {
		return Sent{}, err
	}
	first := once(who.Session, "SendMessage", who.Participant, clientToken, hash(m.ContentType, m.Content))
	var waits *session.Waiting
	res, err := s.sessions.Decide(ctx, who.Session, func(snap *session.Session) (*change.Set, error) {
		snap, err := s.sessions.Recall(ctx, snap)
		if err != nil {
			return nil, err
		}
		set, err := contact.Send(snap, who.Participant, m, s.text, s.newID(snap.ID), s.clock.Now())
		if err == nil {
			waits = contact.Acknowledged(set)
			set.Once = first.With(acknowledgement(waits))
		}
		return set, err
	})
	switch {
	case err != nil:
		return Sent{}, denied(err)
	case res.Replay != nil && len(res.Replay.Answer) > 0:
		sent, err := acknowledged(res.Replay.Answer)
		if err != nil {
			return sent, err
		}
		return sent, s.replayed(res.Replay, first.Fingerprint)
	case res.Replay == nil && waits != nil:
		return Sent{waits.ID, waits.At, true}, nil
	case res.Replay != nil:
		sent := Sent{ID: transcript.ID(who.Session, res.Replay.Position, res.Replay.Time), At: res.Replay.Time}
		return sent, s.replayed(res.Replay, first.Fingerprint)
	}
	return Sent{ID: res.Items[0].ID, At: res.Items[0].Time}, nil
}

// acknowledgement is what a repeated Send needs of a message that waits; nil if it was said.
func acknowledgement(w *session.Waiting) []byte {
	if w == nil {
		return nil
	}
	raw, _ := json.Marshal(Sent{ID: w.ID, At: w.At}) // a text and a time always encode
	return raw
}

func acknowledged(answer []byte) (sent Sent, err error) {
	if err := json.Unmarshal(answer, &sent); err != nil {
		return Sent{}, fmt.Errorf("read the first answer: %w", err)
	}
	sent.Processing = true
	return sent, nil
}

// Event tells the chat of something that is no message (SendEvent). Its client
// token is ignored: receipts and typing are idempotent, and chatjs sends constant ones.
// Of a supervisor who only watches nothing is told; while more than two take part there are no
// receipts (Amazon Connect: ConflictException).
func (s *Service) Event(ctx context.Context, bearer, contentType, content string) (Sent, error) {
	who, err := s.caller(bearer)
	if err != nil {
		return Sent{}, err
	}
	snap, p, err := s.present(ctx, who)
	if err != nil {
		return Sent{}, err
	}
	sent := Sent{ID: s.newID(snap.ID), At: s.clock.Now()}
	switch {
	case p.Silent && receipt.Is(contentType), p.Silent && contentType == transcript.Typing:
		// nobody knows of who only watches
	case receipt.Is(contentType) && contact.Active(snap) > 2:
		err = fault.New(fault.Conflict, "There are no receipts while more than two take part in the chat")
	case contentType == transcript.Typing:
		s.sessions.Push(ctx, who.Session, transcript.Item{
			ID: sent.ID, Time: sent.At, Type: transcript.Event, ContentType: contentType,
			ContactID: snap.Current().ID, Author: p.Author(),
		})
	case receipt.Is(contentType):
		err = s.receipt(ctx, snap, who, contentType, content, sent)
	case contentType != transcript.ConnectionAcked:
		err = fault.New(fault.Invalid, "ContentType %q is not an event that can be sent", contentType)
	}
	return sent, err
}

// receipt keeps how far the participant has got, and pushes it if that is news.
func (s *Service) receipt(ctx context.Context, snap *session.Session, who Caller, contentType, content string, sent Sent) error {
	id, err := receipt.MessageID(content)
	if err != nil {
		return err
	}
	at, err := work.Locate(ctx, s.store, snap, id, s.clock.Now())
	if err != nil {
		return err
	}
	reached := cmp.Or(at.Position, at.Before) // of a message that is still being made, a client has all that came before it
	mark, err := receipt.Mark(who.Participant, contentType, reached, sent.At)
	if err != nil {
		return err
	}
	res, err := s.sessions.Decide(ctx, who.Session, func(now *session.Session) (*change.Set, error) {
		if _, err := contact.Here(now, who.Participant, sent.At); err != nil {
			return nil, err
		}
		return &change.Set{
			ID: s.newID(snap.ID), At: sent.At,
			Session: &change.Session{ID: now.ID, Version: now.Version},
			Marks:   []transcript.Mark{mark},
		}, nil
	})
	if err != nil || len(res.Marks) == 0 {
		return denied(err)
	}
	s.sessions.Push(ctx, who.Session, transcript.Item{
		ID: sent.ID, Time: sent.At, Type: transcript.MessageMetadata, ContentType: transcript.Metadata,
		ContactID: snap.Current().ID,
		Receipt:   receiptOf(mark, id),
	})
	return nil
}

func receiptOf(m transcript.Mark, messageID string) *transcript.Receipt {
	return &transcript.Receipt{MessageID: messageID, Recipient: m.Participant, DeliveredAt: m.DeliveredAt, ReadAt: m.ReadAt}
}

// Disconnect takes the caller out of the chat (DisconnectParticipant). With a
// client token that succeeded before it succeeds again, also after the end.
func (s *Service) Disconnect(ctx context.Context, bearer, clientToken string) error {
	who, err := s.caller(bearer)
	if err != nil {
		return err
	}
	first := once(who.Session, "DisconnectParticipant", who.Participant, clientToken, [32]byte{})
	_, err = s.sessions.Decide(ctx, who.Session, s.draft(ctx, func(d *contact.Draft) error {
		cfg, err := s.config(ctx, d)
		if err != nil {
			return err
		}
		d.Once(first)
		return d.Disconnect(who.Participant, cfg)
	}))
	if first != nil && fault.Is(err, fault.Denied) {
		if replay, readErr := s.store.Answer(ctx, first.Scope, first.Key, s.clock.Now()); readErr == nil && replay != nil {
			return nil
		}
	}
	return denied(err)
}
