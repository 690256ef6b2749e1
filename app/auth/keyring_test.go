package auth_test

import (
	"context"
	"sync"
	"testing"

	"parley/app/auth"
	"parley/internal/faulttest"
	"parley/internal/token"
)

func TestNodesThatStartTogetherShareOneTokenKey(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	rings := make([]*token.Keyring, 6)
	var all sync.WaitGroup
	for i := range rings {
		all.Go(func() {
			ring, err := auth.Keyring(ctx, w.store, w.sealer, w.clock)
			faulttest.OK(t, "keyring", err)
			rings[i] = ring
		})
	}
	all.Wait()
	claims := token.Claims{Kind: token.Participant, Session: [16]byte{1}, Participant: [16]byte{2}}
	for i, ring := range rings {
		if ring.Sign(claims) != rings[0].Sign(claims) {
			t.Errorf("keyring %d signs otherwise", i)
		}
	}
}

func TestATokenKeyNeedsItsMasterKey(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	_, err := auth.Keyring(ctx, w.store, w.sealer, w.clock)
	faulttest.OK(t, "keyring", err)
	other := inMemory(t, w.store)
	if _, err := auth.Keyring(ctx, w.store, other.sealer, w.clock); err == nil {
		t.Error("the token keys open under another master key")
	}
}
