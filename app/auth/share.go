package auth

import (
	"context"
	"strings"

	"parley/bus"
)

// Bus is what keys hear and tell.
type Bus interface {
	Publish(ctx context.Context, topic bus.Topic, hint bus.Hint)
	Subscribe(topic bus.Topic, handle func(bus.Hint)) (cancel func())
}

// Share has other nodes told at once of keys that change here, and hears of
// theirs; without it, or where a hint is lost, they notice within keyAge. Call it before the keys are used.
func (k *Keys) Share(b Bus) {
	const about = kindKey + "/"
	k.tell = func(ctx context.Context, id string) { b.Publish(ctx, bus.Config, bus.Hint{Key: about + id}) }
	b.Subscribe(bus.Config, func(h bus.Hint) {
		if id, ok := strings.CutPrefix(h.Key, about); ok {
			k.forget(id)
		}
	})
}

func (k *Keys) forget(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes++
	delete(k.known, id)
}
