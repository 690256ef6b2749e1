package auth

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/internal/token"
	"parley/store"
)

// kindTokenKey is the resource kind of the keys that sign participants' tokens.
const kindTokenKey = "token-key"

// Keyring returns the keys that sign participants' tokens; a store without any
// gets its first one. Of several nodes that start at once one makes it.
func Keyring(ctx context.Context, st store.Store, sealer *seal.Sealer, c *clock.Clock) (*token.Keyring, error) {
	for {
		ring, err := readKeyring(ctx, st, sealer)
		if err != nil || ring != nil {
			return ring, err
		}
		sealed := sealer.Seal(kindTokenKey+"/1", random(32))
		_, err = st.Commit(ctx, &change.Set{
			ID: uuid.NewString(), At: c.Now(),
			Resources: []change.Resource{{Kind: kindTokenKey, ID: "1", Document: sealed}},
		})
		if err != nil && !fault.Is(err, fault.Duplicate) {
			return nil, fmt.Errorf("keep the first token key: %w", err)
		}
	}
}

func readKeyring(ctx context.Context, st store.Store, sealer *seal.Sealer) (*token.Keyring, error) {
	const most = 1_000
	rows, err := st.Resources(ctx, "", kindTokenKey, "", most)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	keys := make(map[uint32][]byte, len(rows))
	newest := uint32(0)
	for _, r := range rows {
		id, err := strconv.ParseUint(r.ID, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("token key %q: %w", r.ID, err)
		}
		if keys[uint32(id)], err = sealer.Open(kindTokenKey+"/"+r.ID, r.Document); err != nil {
			return nil, fmt.Errorf("open token key %s: %w", r.ID, err)
		}
		newest = max(newest, uint32(id))
	}
	return token.NewKeyring(newest, keys)
}
