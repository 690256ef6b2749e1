package store

import (
	"context"
	"iter"

	"parley/domain/change"
)

// some is how many resources are read at a time by All.
const some = 500

// All goes through the resources of a kind in an instance ("" = those of no instance) whose ids come after one, by id; with the first
// error it ends. What is changed meanwhile is seen as it was or as it is.
func All(ctx context.Context, s Store, instance, kind, after string) iter.Seq2[*change.Resource, error] {
	return func(yield func(*change.Resource, error) bool) {
		for {
			rows, err := s.Resources(ctx, instance, kind, after, some)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range rows {
				if !yield(&rows[i], nil) {
					return
				}
			}
			if len(rows) < some {
				return
			}
			after = rows[len(rows)-1].ID
		}
	}
}
