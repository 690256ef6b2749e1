package resource

import (
	"context"
	"fmt"

	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/store"
)

// SealedKey returns a key of all nodes over a store, which is kept sealed for its kind and id; a store without it gets one. Of several nodes that
// start at once one makes it.
func SealedKey(ctx context.Context, st store.Store, sealer *seal.Sealer, c *clock.Clock, kind, id string, random func() ([]byte, error)) ([]byte, error) {
	name := kind + "/" + id
	for {
		row, err := st.Resource(ctx, "", kind, id)
		if err == nil {
			key, err := sealer.Open(name, row.Document)
			if err != nil {
				return nil, fmt.Errorf("open %s: %w", name, err)
			}
			return key, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		key, err := random()
		if err != nil {
			return nil, err
		}
		_, err = st.Commit(ctx, &change.Set{ID: NewID(), At: c.Now(), Resources: []change.Resource{{Kind: kind, ID: id, Document: sealer.Seal(name, key)}}})
		if err != nil && !fault.Is(err, fault.Duplicate) && !fault.Is(err, fault.Conflict) { // those: another node was faster
			return nil, fmt.Errorf("keep %s: %w", name, err)
		}
	}
}
