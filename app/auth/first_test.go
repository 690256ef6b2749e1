package auth_test

import (
	"context"
	"testing"

	"parley/internal/fault"
)

// TestTheFirstKeyStays: the server's own commands rely on it.
func TestTheFirstKeyStays(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	keys := w.node()
	id, secret, err := keys.First(ctx, "", "")
	if err != nil {
		t.Fatal(err)
	}
	_, rotated := keys.Rotate(ctx, id, "")
	for what, err := range map[string]error{
		"delete": keys.Delete(ctx, id), "disable": keys.SetDisabled(ctx, id, true), "rotate": rotated,
	} {
		if !fault.Is(err, fault.Rule) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got, ok, err := keys.Secret(ctx, id); got != secret || !ok || err != nil {
		t.Errorf("afterwards: secret kept %v, allowed %v, %v", got == secret, ok, err)
	}
}
