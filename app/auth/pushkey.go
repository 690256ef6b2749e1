package auth

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"

	"parley/internal/clock"
	"parley/internal/seal"
	"parley/store"
	"parley/work/resource"
)

// kindPushKey is the resource kind of the key that signs push messages.
const kindPushKey = "push-key"

// PushKey returns the private key (P-256) that signs push messages, of all nodes over a store; a store without one gets it.
func PushKey(ctx context.Context, st store.Store, sealer *seal.Sealer, c *clock.Clock) ([]byte, error) {
	return resource.SealedKey(ctx, st, sealer, c, kindPushKey, "1", func() ([]byte, error) {
		key, err := ecdh.P256().GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return key.Bytes(), nil
	})
}
