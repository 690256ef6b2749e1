package auth

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"fmt"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/store"
)

// kindPushKey is the resource kind of the key that signs push messages.
const kindPushKey = "push-key"

// PushKey returns the private key (P-256) that signs push messages, of all nodes over a store; a store without one gets it.
func PushKey(ctx context.Context, st store.Store, sealer *seal.Sealer, c *clock.Clock) ([]byte, error) {
	for {
		row, err := st.Resource(ctx, "", kindPushKey, "1")
		if err == nil {
			return sealer.Open(kindPushKey+"/1", row.Document)
		}
		if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		key, err := ecdh.P256().GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		_, err = st.Commit(ctx, &change.Set{ID: uuid.NewString(), At: c.Now(), Resources: []change.Resource{
			{Kind: kindPushKey, ID: "1", Document: sealer.Seal(kindPushKey+"/1", key.Bytes())},
		}})
		if err != nil && !fault.Is(err, fault.Duplicate) && !fault.Is(err, fault.Conflict) {
			return nil, fmt.Errorf("keep the key of push messages: %w", err)
		}
	}
}
