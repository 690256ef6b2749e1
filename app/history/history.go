// Package history finds contacts and what was said in them, after the fact and while they go on.
//
// It guarantees: what is found belongs to the instance that is asked about; a page goes on exactly where the one before it ended, also
// when contacts were added meanwhile; a token of one search is no good for another.
package history

import (
	"parley/internal/clock"
	"parley/internal/token"
	"parley/store"
)

// Service answers searches. It is safe for concurrent use.
type Service struct {
	store  store.Store
	tokens *token.Keyring
	clock  *clock.Clock
}

// New returns the service of a store.
func New(st store.Store, tokens *token.Keyring, c *clock.Clock) *Service {
	return &Service{store: st, tokens: tokens, clock: c}
}
