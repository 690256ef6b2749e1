package chat

import (
	"context"
	"strconv"

	"parley/domain/contact"
	"parley/internal/fault"
)

// Supervisor is a user who watches a chat.
type Supervisor struct {
	contact.Taker
	MayBarge bool // else it can do nothing but watch
}

// Monitor lets a user watch a chat that an agent has (MonitorContact) and returns the supervisor's own contact. The same client
// token again gets the same contact.
func (s *Service) Monitor(ctx context.Context, instance, contactID string, who Supervisor, clientToken string) (monitoring string, err error) {
	session, err := s.sessions.ChatOf(ctx, instance, contactID)
	if err != nil {
		return "", err
	}
	first := once(session, "MonitorContact", "", clientToken, hash(who.UserID, strconv.FormatBool(who.MayBarge)))
	answer, err := s.decideOnce(ctx, session, first, func(d *contact.Draft) ([]byte, error) {
		id, _, err := d.Monitor(who.Taker, who.MayBarge)
		if err != nil {
			return nil, err
		}
		row, err := s.sessions.Watch(ctx, instance, who.UserID, session)
		d.Along(row)
		return []byte(id), err
	})
	if fault.Is(err, fault.Duplicate) { // the user's first two chats at the same moment
		err = fault.Wrap(fault.Unavailable, err, "The user watches another chat at the same moment; try again")
	}
	return string(answer), err
}
