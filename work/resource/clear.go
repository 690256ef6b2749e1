package resource

import (
	"context"
	"iter"
	"strings"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
)

// clearedAtOnce is how many rows are deleted in one commit (our choice: commits between two of them never wait long).
const clearedAtOnce = 100

// Clear deletes the rows that it is given, some at a time, and goes through them until there are none. One that another changes or deletes meanwhile
// is taken as it is then.
func Clear(ctx context.Context, now func() time.Time, commit func(context.Context, *change.Set) (store.Result, error), rows iter.Seq2[*change.Resource, error]) error {
	for there := true; there; {
		there = false
		var some []change.Resource
		remove := func() error {
			_, err := commit(ctx, &change.Set{ID: NewID(), At: now(), Resources: some})
			if some = nil; fault.Is(err, fault.Conflict) {
				return nil // another was faster
			}
			return err
		}
		for r, err := range rows {
			if err != nil {
				return err
			}
			there = true
			some = append(some, change.Resource{Instance: r.Instance, Kind: r.Kind, ID: r.ID, Version: r.Version, Delete: true})
			if len(some) < clearedAtOnce {
				continue
			}
			if err := remove(); err != nil {
				return err
			}
		}
		if len(some) > 0 {
			if err := remove(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Under goes through the rows of a kind whose ids begin with a prefix and come before an id; "" = all of them.
func Under(ctx context.Context, s store.Store, instance, kind, prefix, before string) iter.Seq2[*change.Resource, error] {
	return func(yield func(*change.Resource, error) bool) {
		for r, err := range store.All(ctx, s, instance, kind, prefix) {
			if err == nil && (!strings.HasPrefix(r.ID, prefix) || before != "" && r.ID >= before) || !yield(r, err) {
				return
			}
		}
	}
}
