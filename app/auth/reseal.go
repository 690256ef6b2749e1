package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/seal"
	"parley/store"
)

// Reseal seals the secrets of access keys and the keys of tokens under the
// current master key, and returns how many it sealed anew; fault.Conflict if one is changed meanwhile.
func Reseal(ctx context.Context, st store.Store, sealer *seal.Sealer, now time.Time) (count int, err error) {
	for _, kind := range []string{kindKey, kindTokenKey, kindPushKey} {
		n, err := resealKind(ctx, st, sealer, now, kind)
		if count += n; err != nil {
			return count, err
		}
	}
	return count, nil
}

func resealKind(ctx context.Context, st store.Store, sealer *seal.Sealer, now time.Time, kind string) (count int, err error) {
	for row, err := range store.All(ctx, st, "", kind, "") {
		if err != nil {
			return count, err
		}
		ok, err := resealed(row, sealer)
		if err == nil && ok {
			_, err = st.Commit(ctx, &change.Set{ID: uuid.NewString(), At: now, Resources: []change.Resource{*row}})
			count++
		}
		if err != nil {
			return count, err
		}
	}
	return count, nil
}

// resealed seals anew what a row holds sealed, and reports whether there was anything to do.
func resealed(r *change.Resource, sealer *seal.Sealer) (bool, error) {
	if r.Kind == kindTokenKey || r.Kind == kindPushKey {
		return anew(sealer, r.Kind+"/"+r.ID, &r.Document)
	}
	var key Key
	if err := json.Unmarshal(r.Document, &key); err != nil {
		return false, fmt.Errorf("decode access key %s: %w", r.ID, err)
	}
	ok, err := anew(sealer, sealedAs(r.ID), &key.Sealed)
	if err != nil || !ok {
		return false, err
	}
	if r.Document, err = json.Marshal(key); err != nil {
		return false, fmt.Errorf("encode access key: %w", err)
	}
	return true, nil
}

func anew(sealer *seal.Sealer, name string, sealed *[]byte) (bool, error) {
	if sealer.Current(*sealed) {
		return false, nil
	}
	secret, err := sealer.Open(name, *sealed)
	if err != nil {
		return false, fmt.Errorf("open %s: %w", name, err)
	}
	*sealed = sealer.Seal(name, secret)
	return true, nil
}
