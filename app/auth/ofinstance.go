package auth

import (
	"context"
	"slices"

	"parley/internal/fault"
)

// mostOfInstance is how many keys an instance may have of its own (our choice).
const mostOfInstance = 100

// of reports whether a key is an instance's own: limited to it and to no other. What is not belongs to the whole server.
func (k Key) of(instance string) bool { return slices.Equal(k.Instances, []string{instance}) }

// ListOf returns the keys of an instance by id.
func (k *Keys) ListOf(ctx context.Context, instance string) ([]Key, error) {
	all, err := k.List(ctx)
	return slices.DeleteFunc(all, func(key Key) bool { return !key.of(instance) }), err
}

// CreateOf makes a key of an instance, which may do there what its operations name, nil for everything. It returns the secret: this is
// the only time that it can be seen. fault.Rule where the instance has 100.
func (k *Keys) CreateOf(ctx context.Context, instance string, key Key) (Key, string, error) {
	own, err := k.ListOf(ctx, instance)
	if err != nil {
		return Key{}, "", err
	}
	if len(own) >= mostOfInstance {
		return Key{}, "", fault.New(fault.Rule, "An instance has at most %d access keys: delete one that is not used any more", mostOfInstance)
	}
	key.Instances = []string{instance}
	return k.Create(ctx, key, "")
}

// Of finds a key of an instance; fault.NotFound also for one that belongs to the whole server or to another instance.
func (k *Keys) Of(ctx context.Context, instance, id string) (Key, error) {
	key, err := k.Get(ctx, id)
	if err == nil && !key.of(instance) || fault.Is(err, fault.NotFound) {
		return Key{}, fault.New(fault.NotFound, "There is no access key of that id")
	}
	return key, err
}
