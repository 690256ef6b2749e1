package chat_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"parley/app/chat"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/work"
)

// soon is less than the two seconds for which a place is kept for somebody who does not come.
const soon = time.Second

// TestTheNextComesInWhenOneIsServed: who asks for a websocket while all places are taken is
// answered as soon as somebody's socket is subscribed, or will not be.
func TestTheNextComesInWhenOneIsServed(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	narrow := chat.New(chat.Options{Sessions: work.NewSessions(w.store, w.bus, func() {}), Clock: w.clock, Tokens: w.tokens, Directory: w.directory, Places: 1})
	ask := chat.Connect{Websocket: true}
	first, second, third := w.begin(), w.begin(), w.begin()
	inside, err := narrow.Connection(ctx, first.token, ask)
	faulttest.OK(t, "the first", err)
	answered := make(chan error, 1)
	go func() {
		_, err := narrow.Connection(ctx, second.token, ask)
		answered <- err
	}()
	for narrow.Waiting() == 0 {
		select {
		case err := <-answered:
			t.Fatalf("answered while the place was taken: %v", err)
		default:
			runtime.Gosched()
		}
	}
	_, err = narrow.Connection(ctx, third.token, chat.Connect{Credentials: true})
	faulttest.OK(t, "one who wants no websocket", err)
	ticket, err := narrow.Open(ctx, inside.SocketToken)
	faulttest.OK(t, "open", err)
	faulttest.OK(t, "subscribe", narrow.Subscribed(ctx, ticket))
	select {
	case err := <-answered:
		faulttest.OK(t, "the second", err)
	case <-time.After(soon):
		t.Fatal("the first is served, the second still waits")
	}
	faulttest.OK(t, "stop", narrow.Stop(ctx, here, second.contact))
	if _, err := narrow.Connection(ctx, second.token, ask); !fault.Is(err, fault.Denied) {
		t.Errorf("the second, after its chat: %v", err)
	}
	hurried, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	_, err = narrow.Connection(hurried, third.token, ask)
	faulttest.OK(t, "the third", err)
}
