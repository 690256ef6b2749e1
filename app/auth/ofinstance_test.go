package auth_test

import (
	"context"
	"testing"

	"parley/app/auth"
	"parley/internal/fault"
	"parley/internal/faulttest"
)

// TestKeysOfAnInstance: an instance sees and finds its own keys, and none that may do anything elsewhere.
func TestKeysOfAnInstance(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	own, secret, err := w.CreateOf(ctx, "i1", auth.Key{Operations: []string{"StartChatContact"}, Instances: []string{"i2"}, Note: "crm"})
	faulttest.OK(t, "make a key", err)
	if secret == "" || len(own.Instances) != 1 || own.Instances[0] != "i1" {
		t.Errorf("the key is %+v", own)
	}
	whole, _ := w.key(auth.Key{})
	both, _ := w.key(auth.Key{Instances: []string{"i1", "i2"}})
	other, _ := w.key(auth.Key{Instances: []string{"i2"}})
	list, err := w.ListOf(ctx, "i1")
	faulttest.OK(t, "list", err)
	if len(list) != 1 || list[0].ID != own.ID || list[0].Note != "crm" {
		t.Errorf("the keys of i1 are %+v, want %s alone", list, own.ID)
	}
	_, err = w.Of(ctx, "i1", own.ID)
	faulttest.OK(t, "find it", err)
	for _, id := range []string{whole, both, other, "AKIANONE"} {
		_, err := w.Of(ctx, "i1", id)
		faulttest.Want(t, "find "+id, err, fault.NotFound)
	}
}

// TestAnInstanceHasAHundredKeys: not one more, whatever others have.
func TestAnInstanceHasAHundredKeys(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.key(auth.Key{})
	for range 100 {
		_, _, err := w.CreateOf(ctx, "i1", auth.Key{})
		faulttest.OK(t, "make a key", err)
	}
	_, _, err := w.CreateOf(ctx, "i1", auth.Key{})
	faulttest.Want(t, "make the 101st", err, fault.Rule)
	_, _, err = w.CreateOf(ctx, "i2", auth.Key{})
	faulttest.OK(t, "make one of another instance", err)
}
