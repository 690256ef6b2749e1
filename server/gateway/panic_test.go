package gateway_test

import (
	"context"
	"testing"

	"parley/server/gateway"
)

// faulty panics when a socket of the session "faulty" subscribes.
type faulty struct{ *world }

func (f faulty) Subscribed(ctx context.Context, t gateway.Ticket) (int64, error) {
	if t.Session == "faulty" {
		panic("by the test")
	}
	return f.world.Subscribed(ctx, t)
}

// TestAPanicEndsOneSocketOnly (H5).
func TestAPanicEndsOneSocketOnly(t *testing.T) {
	heard := make(chan any, 1)
	w := newWorld(t, func(o *gateway.Options) {
		o.Subscriber = faulty{o.Subscriber.(*world)}
		o.Panicked = func(value any, _ []byte) { heard <- value }
	})
	bystander := w.subscribed(t, "s/c/1")
	victim := w.dial(t, "faulty/c/1")
	victim.WriteString(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)
	if got := <-heard; got != "by the test" {
		t.Errorf("heard of %v", got)
	}
	for range victim.closed { // until it is
	}
	bystander.alive(t)
	w.expectDrops(t, "panic", 1)
}
