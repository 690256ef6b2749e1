// Package jwks verifies JSON web tokens with the keys that their issuers publish (JSON Web Key Sets).
//
// It guarantees: a token counts only with the signature of a key that its own issuer publishes now or published when it was last asked, by an
// asymmetric algorithm; keys are fetched through egress, and no more often than all ten seconds from one issuer, whatever visitors bring.
package jwks

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	lru "github.com/hashicorp/golang-lru/v2"

	"parley/internal/clock"
	"parley/internal/fault"
	"parley/outbound/egress"
)

// Bounds (our choice).
const (
	maxAnswer  = 256 << 10       // bytes of a set of keys
	within     = 5 * time.Second // of one fetch
	mostSets   = 500             // issuers whose keys are remembered
	leastPause = 10 * time.Second
)

// Keys are the keys of all issuers. It is safe for concurrent use.
type Keys struct {
	client *egress.Client
	policy egress.Policy
	pause  time.Duration // between two fetches from one issuer
	mu     sync.Mutex
	sets   *lru.Cache[string, *oidc.RemoteKeySet] // by URL
}

// New returns keys; nothing is fetched yet.
func New(client *egress.Client, policy egress.Policy) *Keys {
	sets, err := lru.New[string, *oidc.RemoteKeySet](mostSets)
	if err != nil { // only for a size below 1
		panic(err)
	}
	return &Keys{client: client, policy: policy, pause: leastPause, sets: sets}
}

// Check refuses a URL from which no keys may be fetched.
func (k *Keys) Check(url string) error { return k.policy.Check(url) }

// Verify returns what a token says that is signed with one of the keys at a URL; fault.Denied.
func (k *Keys) Verify(ctx context.Context, url, token string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	payload, err := k.set(ctx, url).VerifySignature(ctx, token)
	if err != nil {
		return nil, fault.Wrap(fault.Denied, err, "The customer token is refused: it is not signed with a key that its site publishes")
	}
	return payload, nil
}

func (k *Keys) set(ctx context.Context, url string) *oidc.RemoteKeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	set, ok := k.sets.Get(url)
	if !ok {
		client := k.client.HTTP(maxAnswer)
		client.Timeout, client.Transport = within, &sparing{next: client.Transport, pause: k.pause}
		set = oidc.NewRemoteKeySet(oidc.ClientContext(ctx, client), url)
		k.sets.Add(url, set)
	}
	return set
}

// sparing fetches now and then only: with made-up keys visitors would have an issuer asked for each.
type sparing struct {
	next  http.RoundTripper
	pause time.Duration

	mu   sync.Mutex
	last time.Time
}

// RoundTrip makes a call, unless the last one was just now.
func (s *sparing) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	now := clock.Wall()
	soon := now.Sub(s.last) < s.pause
	if !soon {
		s.last = now
	}
	s.mu.Unlock()
	if soon {
		return nil, errors.New("the keys were fetched just now")
	}
	return s.next.RoundTrip(r)
}
