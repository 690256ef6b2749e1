package chat

import (
	"context"
	"strconv"

	"parley/domain/contact"
)

// Supervisor is a user who watches a chat.
type Supervisor struct {
	UserID, DisplayName string
	MayBarge            bool // else it can do nothing but watch
}

// Monitor lets a user watch a chat that an agent has (MonitorContact) and returns the supervisor's own contact. The same client
// token again gets the same contact.
func (s *Service) Monitor(ctx context.Context, instance, contactID string, who Supervisor, clientToken string) (monitoring string, err error) {
	session, err := s.find(ctx, instance, contactID)
	if err != nil {
		return "", err
	}
	first := once(session, "MonitorContact", "", clientToken, hash(who.UserID, strconv.FormatBool(who.MayBarge)))
	answer, err := s.decideOnce(ctx, session, first, func(d *contact.Draft) ([]byte, error) {
		id, _, err := d.Monitor(who.UserID, who.DisplayName, who.MayBarge)
		return []byte(id), err
	})
	return string(answer), err
}
