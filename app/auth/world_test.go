package auth_test

import (
	"context"
	"path/filepath"
	"testing"

	"parley/app/auth"
	"parley/internal/clock"
	"parley/internal/faulttest"
	"parley/internal/seal"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
)

// world is one store and the nodes over it.
type world struct {
	*auth.Keys
	t      *testing.T
	store  store.Store
	sealer *seal.Sealer
	clock  *clock.Clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	return inMemory(t, st)
}

func inMemory(t *testing.T, st store.Store) *world {
	t.Helper()
	master, err := seal.LoadOrCreateMasterKey(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(master)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: st, sealer: sealer, clock: &clock.Clock{}}
	w.Keys = w.node()
	return w
}

// node is another node: it remembers keys of its own.
func (w *world) node() *auth.Keys { return auth.NewKeys(w.store, w.sealer, w.clock) }

// key makes a key with limits.
func (w *world) key(k auth.Key) (id, secret string) {
	w.t.Helper()
	made, secret, err := w.Create(context.Background(), k, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return made.ID, secret
}

// accepted tells whether a node takes a secret for a key's own.
func accepted(t *testing.T, k *auth.Keys, id, secret string) bool {
	t.Helper()
	got, enabled, err := k.Secret(context.Background(), id)
	faulttest.OK(t, "secret", err)
	return enabled && got == secret
}
