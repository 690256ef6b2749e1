package widget

import (
	"context"
	"maps"
	"net/http"

	"parley/api/connect"
	"parley/app/widget"
	"parley/domain/contact"
	"parley/domain/customertoken"
	"parley/domain/keyed"
	"parley/domain/persistent"
	"parley/internal/arn"
	"parley/internal/fault"
)

// open tells a customer whom the site has signed in which chat of theirs goes on, that this widget started: the same seat in it, on
// whatever device. It starts nothing.
func (s *server) open(r *http.Request) ([]byte, error) {
	_, w, claims, err := s.admit(r, true)
	if err != nil {
		return nil, err
	}
	done, err := s.rejoin(r.Context(), &w, keyOf(&w, claims), claims.CustomerID)
	if err != nil {
		return nil, err
	}
	return s.tell(done, true)
}

// keyOf is the key under which the chat of a customer is found on other devices, "" where it is not.
func keyOf(w *widget.Widget, c *customertoken.Claims) string {
	if w.Separate || c == nil || c.CustomerID == "" {
		return ""
	}
	return keyed.Widget(w.ID, c.CustomerID)
}

// rejoin is the seat in the chat that goes on under a key, nil for none.
func (s *server) rejoin(ctx context.Context, w *widget.Widget, key, customer string) (*started, error) {
	if key == "" {
		return nil, nil
	}
	done, err := s.Chat.Rejoin(ctx, w.InstanceID, key, customer)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &started{done.ContactID, done.ParticipantID, done.ParticipantToken, nil}, nil
}

// turns is how often the chat of a customer is looked for anew, when it begins or ends on another device meanwhile (our choice).
const turns = 3

// begin starts a chat, or with JoinOpen answers the one that goes on. Of a customer's devices that start at the same time one starts, and the
// others join it. Who does not join gets a chat of its own, which the customer's other devices find if no other one goes on.
func (s *server) begin(ctx context.Context, w *widget.Widget, c *customertoken.Claims, in *connect.StartChatContactInput, says *request) (started, error) {
	key := keyOf(w, c)
	for range turns {
		if says.JoinOpen && key != "" {
			switch there, err := s.rejoin(ctx, w, key, c.CustomerID); {
			case err != nil:
				return started{}, err
			case there != nil:
				return *there, nil
			}
		}
		done, err := s.continued(ctx, w, c, in, key, says.LeaveMessage)
		if !fault.Is(err, fault.Duplicate) {
			return done, err
		}
		if !says.JoinOpen {
			break
		}
	}
	return s.continued(ctx, w, c, in, "", says.LeaveMessage) // one that nobody else finds
}

// continued starts a chat that continues the customer's last one, where the widget says so and nothing is in the way.
func (s *server) continued(ctx context.Context, w *widget.Widget, c *customertoken.Claims, in *connect.StartChatContactInput, key string, left bool) (started, error) {
	if !w.History || c == nil || c.CustomerID == "" || in.PersistentChat != nil || in.RelatedContactId != nil {
		return s.startIn(ctx, w, in, key, "", left)
	}
	last, err := s.Chat.LastOf(ctx, w.InstanceID, w.ID, c.CustomerID)
	if err != nil {
		return started{}, err
	}
	done, err := s.startIn(ctx, w, in, key, last, left)
	if last != "" && (fault.Is(err, fault.Rule) || fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound)) { // erased meanwhile, or together with it too large
		return s.startIn(ctx, w, in, key, "", left)
	}
	return done, err
}

// startIn starts a chat that is found under a key, and continues the chat last; either may be "". One that somebody left as a message goes on
// for as long as it may; what continues it is none.
func (s *server) startIn(ctx context.Context, w *widget.Widget, in *connect.StartChatContactInput, key, last string, left bool) (started, error) {
	scope := arn.Scope{Home: s.Home, Instance: w.InstanceID}
	out, err := s.Connect.StartIn(ctx, scope, in, func(c *contact.Start) {
		c.Widget, c.Key, c.Longest = w.ID, key, left
		if last != "" {
			c.Rehydration = &persistent.Rehydration{Type: persistent.EntirePast, SourceContactID: last}
		}
		if c.Rehydration != nil {
			c.Rehydration.SameCustomer = true
		}
		if continues := c.Rehydration != nil || c.RelatedContactID != ""; continues && !left && w.MessageFlowID != "" {
			own := map[string]string{LeftMessage: "false"} // instead of what the earlier chat says, whose attributes it takes over
			maps.Copy(own, c.Attributes)
			c.Attributes = own
		}
	})
	if err != nil {
		return started{}, err
	}
	return started{out.ContactId, out.ParticipantId, out.ParticipantToken, out.ContinuedFromContactId}, nil
}
