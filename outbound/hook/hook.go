// Package hook sends events to a webhook of the operator's.
//
// It guarantees: only the one URL is called, by the guarded client; each attempt takes at most five seconds and is
// signed as Standard Webhooks says; errors quote nothing of what was sent or answered.
package hook

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/signed"
)

// Bounds of one attempt (our choice).
const (
	within    = 5 * time.Second
	maxAnswer = 64 << 10
)

// Hook is where events go.
type Hook struct {
	client *egress.Client
	url    string
	secret signed.Secret
}

// New returns the hook at a URL that the policy allows.
func New(client *egress.Client, policy egress.Policy, url string, secret signed.Secret) (*Hook, error) {
	if err := policy.Check(url); err != nil {
		return nil, fmt.Errorf("where events go: %w", err)
	}
	return &Hook{client, url, secret}, nil
}

// Send sends an event once, under an id that is the same for every attempt.
func (h *Hook) Send(ctx context.Context, id string, event []byte) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answer, err := h.client.Do(ctx, egress.Request{
		URL: h.url, Header: http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {id}}, Body: event,
		MaxAnswer: maxAnswer, Sign: h.secret.Webhook(id, event),
	})
	if err == nil && !answer.OK() {
		err = fault.New(fault.Unavailable, "it answered %d", answer.Status)
	}
	return err
}
