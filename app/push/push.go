// Package push tells customers who have no websocket of messages, by Web Push.
//
// It guarantees: what is to be told is stored in the commit that says it; whoever has a socket gets no push; a subscription that is over is
// forgotten; what cannot be sent within ten minutes is given up.
package push

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/presence"
	rules "parley/domain/push"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/outbound/webpush"
	"parley/store"
	"parley/work"
)

// Bounds (our choice).
const (
	patience = 10 * time.Minute
	most     = 20    // messages of one look
	maxText  = 1_000 // characters of a message that are told
)

// Service tells customers. It is safe for concurrent use.
type Service struct {
	Sessions *work.Sessions
	Clock    *clock.Clock
	Sender   *webpush.Sender
	Log      *slog.Logger
}

// Register keeps a subscription for the chat of a contact (CreatePushNotificationRegistration) and returns its id.
func (s *Service) Register(ctx context.Context, instance, contactID, token string) (id string, err error) {
	if _, err := s.read("DeviceToken", token); err != nil {
		return "", err
	}
	return s.keep(ctx, instance, contactID, token, "")
}

// maxSubscription is the longest subscription of a widget's customer, in bytes (our choice: twice the longest of the known push services).
const maxSubscription = 2_000

// Subscribe keeps what the browser of a widget's customer has subscribed, and the page with the chat, and returns its id. Of the same subscription it is the same.
func (s *Service) Subscribe(ctx context.Context, instance, contactID, subscription, page string) (id string, err error) {
	to, err := s.read("subscription", subscription)
	if err != nil {
		return "", err
	}
	token := to.String()
	if len(token) > maxSubscription {
		return "", fault.New(fault.Invalid, "subscription must have at most %d bytes", maxSubscription)
	}
	return s.keep(ctx, instance, contactID, token, page)
}

// read reads a subscription that may be sent to; name is what the caller calls it.
func (s *Service) read(name, text string) (webpush.Subscription, error) {
	to, err := webpush.Parse(name, text)
	if err == nil {
		err = s.Sender.Check(name, to)
	}
	return to, err
}

func (s *Service) keep(ctx context.Context, instance, contactID, token, page string) (id string, err error) {
	err = s.edit(ctx, instance, contactID, func(d *contact.Draft) (err error) {
		id, err = rules.Register(d, token, page)
		return err
	})
	return id, err
}

// Remove forgets one (DeletePushNotificationRegistration).
func (s *Service) Remove(ctx context.Context, instance, contactID, id string) error {
	return s.edit(ctx, instance, contactID, func(d *contact.Draft) error { return rules.Remove(d, id) })
}

// maker names this package to what makes ids.
const maker = "push"

func (s *Service) edit(ctx context.Context, instance, contactID string, edit func(*contact.Draft) error) error {
	id, err := s.Sessions.ChatOf(ctx, instance, contactID)
	if err != nil {
		return err
	}
	_, err = s.Sessions.Decide(ctx, id, s.Sessions.Edit(ctx, maker, s.Clock, edit))
	return err
}

// Handle answers the deadline of a message: it sends, and then notes how far. A crash between the two sends again.
func (s *Service) Handle(ctx context.Context, ref change.DueRef) error {
	snap, err := s.Sessions.Current(ctx, ref.Owner)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	told := map[string]int64{}
	if err == nil {
		if told, err = s.tell(ctx, snap); err != nil {
			return err
		}
	}
	_, err = s.Sessions.DecideDue(ctx, ref, s.Sessions.Edit(ctx, maker, s.Clock, func(d *contact.Draft) error {
		d.Handled(ref)
		if len(told) > 0 {
			rules.Told(d, told)
		}
		return nil
	}))
	return err
}

// tell sends what is new to every subscription and returns how far each has got.
func (s *Service) tell(ctx context.Context, snap *session.Session) (map[string]int64, error) {
	told, customer := map[string]int64{}, snap.Customer()
	if len(snap.State.Pushes) == 0 || snap.Status == session.Ended || customer == nil || !customer.Present() {
		return told, nil
	}
	prefix := presence.Sockets(snap.ID, customer.ID)
	open, err := s.Sessions.Store.Resources(ctx, "", presence.KindSocket, prefix, 1)
	if err != nil {
		return nil, err
	}
	there := len(open) > 0 && strings.HasPrefix(open[0].ID, prefix)
	for _, p := range snap.State.Pushes {
		if there {
			told[p.ID] = snap.Head
			continue
		}
		if told[p.ID], err = s.send(ctx, snap, p); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// send sends the messages that a subscription has not had; -1 says that the subscription is over.
func (s *Service) send(ctx context.Context, snap *session.Session, p session.Push) (int64, error) {
	items, err := s.Sessions.Store.Items(ctx, snap.ID, store.Page{After: p.After, Limit: most})
	if err != nil {
		return 0, err
	}
	to, err := webpush.Parse("Token", p.Token)
	if err != nil {
		return -1, nil //nolint:nilerr // it can never be sent to
	}
	at := p.After
	for i := range items {
		if rules.Wants(&items[i]) {
			err := s.Sender.Send(ctx, to, payload(snap.ID, p.Page, &items[i]))
			if fault.Is(err, fault.Gone) {
				return -1, nil
			}
			if err != nil && s.Clock.Now().Sub(items[i].Time) < patience {
				return 0, err
			}
			if err != nil {
				s.Log.WarnContext(ctx, "a push message was given up", slog.String("contact", snap.ID), slog.Any("error", err))
			}
		}
		at = items[i].Position
	}
	return at, nil
}

// payload is what the page's service worker gets.
func payload(session, page string, item *transcript.Item) []byte {
	text := []rune(item.Content)
	if item.Type != transcript.Message || item.ContentType != transcript.Plain && item.ContentType != transcript.Markdown {
		text = nil
	}
	says := map[string]string{
		"InitialContactId": session, "ContactId": item.ContactID, "Id": item.ID, "Type": string(item.Type), "ContentType": item.ContentType,
		"DisplayName": item.Author.DisplayName, "ParticipantRole": string(item.Author.Role), "Content": string(text[:min(len(text), maxText)]),
	}
	if page != "" {
		says["Page"] = page
	}
	raw, _ := json.Marshal(says)       // texts always encode
	if len(raw) > webpush.MaxPayload { // a text of many bytes, or of what JSON escapes
		short := *item
		short.ContentType, short.Author.DisplayName = transcript.JSON, ""
		return payload(session, page, &short)
	}
	return raw
}
