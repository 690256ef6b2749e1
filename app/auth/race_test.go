package auth_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"parley/domain/change"
	"parley/store"
)

// together is a store whose first calls to list and read wait for one another,
// so that all who start at once find the same.
type together struct {
	store.Store
	left atomic.Int32
	all  chan struct{}
}

func (s *together) meet() {
	if s.left.Add(-1) == 0 {
		close(s.all)
	}
	<-s.all
}

func (s *together) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	defer s.meet()
	return s.Store.Resources(ctx, instance, kind, after, limit)
}

// Resource returns one resource.
func (s *together) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	defer s.meet()
	return s.Store.Resource(ctx, instance, kind, id)
}

// TestNodesThatStartAtOnceHaveOneFirstKey lets nodes find at the same moment
// that there is no key yet.
func TestNodesThatStartAtOnceHaveOneFirstKey(t *testing.T) {
	const nodes = 5
	for name, given := range map[string][2]string{"generated": {}, "given": {"AKIDGIVEN", "secret"}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			meeting := &together{Store: w.store, all: make(chan struct{})}
			meeting.left.Store(nodes)
			w.store = meeting
			var all sync.WaitGroup
			var ids, secrets [nodes]string
			for i := range nodes {
				keys := w.node()
				all.Go(func() {
					var err error
					if ids[i], secrets[i], err = keys.First(context.Background(), given[0], given[1]); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			for i := range nodes {
				if ids[i] != ids[0] || secrets[i] != secrets[0] || ids[i] == "" {
					t.Errorf("node %d has key %s, the first %s", i, ids[i], ids[0])
				}
			}
			if list, err := w.List(context.Background()); err != nil || len(list) != 1 {
				t.Errorf("%d keys, %v", len(list), err)
			}
		})
	}
}
