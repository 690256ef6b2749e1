package client

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Start asks for a chat (StartChatContact).
type Start struct {
	FlowID       string            // ContactFlowId
	DisplayName  string            // of the customer
	Attributes   map[string]string // contact attributes; may be nil
	ContentTypes []string          // SupportedMessagingContentTypes; text/plain alone when nil
	ClientToken  string            // makes a repeat safe; a random one when empty
}

// Started is the chat that StartChatContact made.
type Started struct {
	ContactID        string
	ParticipantID    string // the customer's
	ParticipantToken string // for Join
}

// StartChat starts a chat in the configured instance (StartChatContact). The
// customer has five minutes to join it.
func (c *Client) StartChat(ctx context.Context, s Start) (Started, error) {
	type details struct{ DisplayName string }
	in := struct {
		InstanceId, ContactFlowId, ClientToken string
		ParticipantDetails                     details
		Attributes                             map[string]string `json:",omitempty"`
		SupportedMessagingContentTypes         []string          `json:",omitempty"`
	}{
		c.config.InstanceID, s.FlowID, tokenOr(s.ClientToken),
		details{s.DisplayName}, s.Attributes, s.ContentTypes,
	}
	out := Started{}
	err := c.signed(ctx, route{"StartChatContact", http.MethodPut, "/contact/chat"}, in, &out)
	return out, err
}

// AddBot adds a CUSTOM_BOT to a chat (CreateParticipant) and returns its id and
// its participant token, which must be used for Join within 15 s.
func (c *Client) AddBot(ctx context.Context, contactID, displayName string) (id, token string, err error) {
	type details struct{ ParticipantRole, DisplayName string }
	in := struct {
		InstanceId, ContactId, ClientToken string
		ParticipantDetails                 details
	}{c.config.InstanceID, contactID, tokenOr(""), details{"CUSTOM_BOT", displayName}}
	var out struct {
		ParticipantId          string
		ParticipantCredentials struct{ ParticipantToken string }
	}
	err = c.signed(ctx, route{"CreateParticipant", http.MethodPost, "/contact/create-participant"}, in, &out)
	return out.ParticipantId, out.ParticipantCredentials.ParticipantToken, err
}

// StopContact ends a chat in any state; an ended one is a ContactNotFoundException.
func (c *Client) StopContact(ctx context.Context, contactID string) error {
	in := struct{ InstanceId, ContactId string }{c.config.InstanceID, contactID}
	return c.signed(ctx, route{"StopContact", http.MethodPost, "/contact/stop"}, in, &struct{}{})
}

// DisconnectReason says why a contact has ended, in the words of DescribeContact,
// as in "CONTACT_FLOW_DISCONNECT"; "" where it goes on or nothing is said.
func (c *Client) DisconnectReason(ctx context.Context, contactID string) (string, error) {
	var out struct {
		Contact struct{ DisconnectReason string }
	}
	path := "/contacts/" + url.PathEscape(c.config.InstanceID) + "/" + url.PathEscape(contactID)
	err := c.signed(ctx, route{"DescribeContact", http.MethodGet, path}, struct{}{}, &out)
	return out.Contact.DisconnectReason, err
}

// Call makes a signed call of a path, percent-encoded and perhaps with a query, as it
// stands: in and out are JSON, nil for none; a GET or DELETE with none has no body.
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	if in == nil && method != http.MethodGet && method != http.MethodDelete {
		in = struct{}{}
	}
	if out == nil {
		out = &struct{}{}
	}
	return c.signed(ctx, route{method + " " + path, method, path}, in, out)
}

// signed calls an Amazon Connect operation with SigV4.
func (c *Client) signed(ctx context.Context, r route, in, out any) error {
	var body []byte
	var err error
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("%s: %w", r.operation, err)
		}
	}
	req, err := c.sign(ctx, r, body)
	if err != nil {
		return err
	}
	answer, err := c.roundTrip(r, req)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(answer), out); err != nil {
		return fmt.Errorf("%s: %w", r.operation, err)
	}
	return nil
}

// sign makes the request of a call with SigV4.
func (c *Client) sign(ctx context.Context, r route, body []byte) (*http.Request, error) {
	req := c.request(ctx, r, http.Header{"Content-Type": {"application/json"}}, body)
	hash := sha256.Sum256(body)
	if err := c.signer.SignHTTP(ctx, c.creds, req, hex.EncodeToString(hash[:]), "connect", c.config.Region, time.Now()); err != nil {
		return nil, fmt.Errorf("%s: signing: %w", r.operation, err)
	}
	return req, nil
}

// NewToken returns a random client token. A caller who may repeat a call gives
// the same token to each attempt.
func NewToken() string { return rand.Text() }

// tokenOr returns the token, or a new one, as the AWS SDKs fill it in.
func tokenOr(token string) string {
	if token != "" {
		return token
	}
	return NewToken()
}
