package account

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/domain/change"
	"parley/store"
)

// Resealed seals anew, under the current master key, what an account's row of
// a kind holds sealed; ok is false if there is nothing to do.
func (s *Service) resealed(r *change.Resource) (row change.Resource, ok bool, err error) {
	if r.Kind == kindFirst {
		var f first
		if err := json.Unmarshal(r.Document, &f); err != nil {
			return row, false, fmt.Errorf("decode a first account: %w", err)
		}
		if ok, err = s.anew(firstSealedAs(r.Instance, r.ID), &f.Sealed); !ok {
			return row, false, err
		}
		row, err = f.row(r)
		return row, true, err
	}
	st := state{instance: r.Instance, user: r.ID, version: r.Version}
	if err := json.Unmarshal(r.Document, &st); err != nil {
		return row, false, fmt.Errorf("decode the account of %s: %w", r.ID, err)
	}
	one, err := s.anew(sealedAs(r.ID), &st.TOTP)
	if err != nil {
		return row, false, err
	}
	two, err := s.anew(sealedAs(r.ID), &st.Pending)
	if err != nil || !one && !two {
		return row, false, err
	}
	row, err = st.row()
	return row, true, err
}

// anew seals one value anew.
func (s *Service) anew(name string, sealed *[]byte) (bool, error) {
	if len(*sealed) == 0 || s.Sealer.Current(*sealed) {
		return false, nil
	}
	secret, err := s.Sealer.Open(name, *sealed)
	if err != nil {
		return false, fmt.Errorf("open %s: %w", name, err)
	}
	*sealed = s.Sealer.Seal(name, secret)
	return true, nil
}

// Reseal seals all that the accounts of an instance keep sealed under the current master key, and returns how many it sealed anew.
func (s *Service) Reseal(ctx context.Context, instance string) (count int, err error) {
	for _, kind := range []string{kindState, kindFirst} {
		for r, err := range store.All(ctx, s.Store, instance, kind, "") {
			if err != nil {
				return count, err
			}
			row, ok, err := s.resealed(r)
			if err == nil && ok {
				_, err = s.Store.Commit(ctx, s.set(row))
				count++
			}
			if err != nil {
				return count, err
			}
		}
	}
	return count, nil
}
