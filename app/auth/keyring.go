package auth

import (
	"context"
	"fmt"
	"strconv"

	"parley/internal/clock"
	"parley/internal/seal"
	"parley/internal/token"
	"parley/store"
	"parley/work/resource"
)

// kindTokenKey is the resource kind of the keys that sign participants' tokens.
const kindTokenKey = "token-key"

// Keyring returns the keys that sign participants' tokens; a store without any
// gets its first one. Of several nodes that start at once one makes it.
func Keyring(ctx context.Context, st store.Store, sealer *seal.Sealer, c *clock.Clock) (*token.Keyring, error) {
	ring, err := readKeyring(ctx, st, sealer)
	if err != nil || ring != nil {
		return ring, err
	}
	if _, err := resource.SealedKey(ctx, st, sealer, c, kindTokenKey, "1", func() ([]byte, error) { return random(32), nil }); err != nil {
		return nil, err
	}
	return readKeyring(ctx, st, sealer)
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
