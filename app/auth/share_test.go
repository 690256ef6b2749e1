package auth_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/auth"
	"parley/bus"
	"parley/bus/memory"
	"parley/bus/nats"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/faulttest"
	"parley/internal/natstest"
	"parley/store/storetest"
)

// A node hears at once of a key that another one disables, rotates or deletes.
func TestANodeHearsOfAKeyThatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w, b := inMemory(t, storetest.NewMemory()), memory.New()
		here, there := w.node(), w.node()
		here.Share(b)
		there.Share(b)
		id, secret := w.key(auth.Key{})
		knows := func(what string, want bool) {
			t.Helper()
			if got := accepted(t, there, id, secret); got != want {
				t.Errorf("%s: accepted %v, want %v", what, got, want)
			}
		}
		knows("at first", true)
		faulttest.OK(t, "disable", here.SetDisabled(ctx, id, true))
		knows("disabled", false)
		faulttest.OK(t, "enable", here.SetDisabled(ctx, id, false))
		knows("enabled", true)
		next, err := here.Rotate(ctx, id, "")
		faulttest.OK(t, "rotate", err)
		knows("rotated", false)
		secret = next
		knows("rotated, the new secret", true)
		faulttest.OK(t, "delete", here.Delete(ctx, id))
		knows("deleted", false)
	})
}

// A hint may overtake the read of what was before it.
func TestAKeyThatChangesWhileItIsReadIsReadAgain(t *testing.T) {
	ctx := context.Background()
	st := &slowStore{Memory: storetest.NewMemory()}
	w, b := inMemory(t, st.Memory), memory.New()
	here := w.node()
	here.Share(b)
	there := auth.NewKeys(st, w.sealer, w.clock)
	there.Share(b)
	id, secret := w.key(auth.Key{})
	st.then = func() {
		st.then = func() {}
		faulttest.OK(t, "disable", here.SetDisabled(ctx, id, true))
	}
	accepted(t, there, id, secret) // either answer is right: it is asked and changed at once
	if accepted(t, there, id, secret) {
		t.Error("a disabled key is remembered as enabled")
	}
}

// slowStore lets something happen between a read and its answer.
type slowStore struct {
	*storetest.Memory
	then func()
}

func (s *slowStore) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	r, err := s.Memory.Resource(ctx, instance, kind, id)
	s.then()
	return r, err
}

// With the real bus a change is known much sooner than what is remembered grows old.
func TestKeysOverNATS(t *testing.T) {
	ctx := context.Background()
	server := natstest.Start(t, natstest.Config{})
	w := newWorld(t)
	nodes := [2]*auth.Keys{w.node(), w.node()}
	for _, k := range nodes {
		k.Share(natsBus(t, server.URL()))
	}
	id, secret := w.key(auth.Key{})
	began := clock.Wall()
	const changes = 20
	for i := range changes {
		on := i%2 == 1
		accepted(t, nodes[1], id, secret) // it is remembered as it is
		faulttest.OK(t, "change", nodes[0].SetDisabled(ctx, id, !on))
		for accepted(t, nodes[1], id, secret) != on {
			<-time.After(time.Millisecond)
		}
	}
	if took := clock.Wall().Sub(began); took > changes/2*time.Second {
		t.Errorf("%d changes were known after %v: no sooner than without hints", changes, took)
	}
	server.Kill()
	faulttest.OK(t, "disable", nodes[0].SetDisabled(ctx, id, true))
	cut := clock.Wall()
	for accepted(t, nodes[1], id, secret) {
		if clock.Wall().Sub(cut) > 2*time.Second {
			t.Fatal("without the bus a disabled key is accepted for longer than a second")
		}
		<-time.After(time.Millisecond)
	}
}

// natsBus is the bus of a node, once it is there.
func natsBus(t *testing.T, url string) bus.Bus {
	t.Helper()
	b, err := nats.Open(nats.Options{URL: url, Local: memory.New(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { faulttest.OK(t, "close the bus", b.Close()) })
	for !b.Up() {
		<-time.After(time.Millisecond)
	}
	return b
}
