package chat_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestHeartbeats(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	chat.Socket.Write(`{"topic":"aws/ping"}`)
	chat.Socket.Write(`{"topic":"aws/heartbeat"}`)
	if ping := chat.Socket.AwaitFrame("aws/ping"); ping.StatusCode != 200 || ping.StatusContent != "OK" {
		t.Errorf("the ping is answered with %d %q, want 200 OK", ping.StatusCode, ping.StatusContent)
	}
	chat.Socket.AwaitFrame("aws/heartbeat")
}

// TestMalformedSubscribe: the iOS client ends its subscribe with a stray ")".
func TestMalformedSubscribe(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Welcome", harness.Say("Welcome"), harness.Wait(harness.Week))
	chat := s.StartChat(harness.WithFlow(flow))
	socket, status := harness.Dial(t, chat.SocketURL())
	if socket == nil {
		t.Fatalf("the upgrade is answered with %d", status)
	}
	socket.Write(`{"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}})`)
	socket.AwaitFrame("aws/subscribe")
	socket.AwaitText("Welcome")
}

func TestOtherFramesAreIgnored(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	for _, frame := range []string{``, `{}`, `[]`, `noise`, `{"topic":"aws/unheard-of"}`, `{"topic":"aws/chat","content":"x"}`} {
		chat.Socket.Write(frame)
	}
	chat.Send("still there")
	chat.Socket.AwaitText("still there")
}

func TestURLIsSpentByItsFirstSubscribe(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	address := chat.SocketURL()
	first, _ := harness.Dial(t, address)
	first.Subscribe()
	second, status := harness.Dial(t, address)
	if second == nil {
		if status != 403 {
			t.Errorf("the spent URL's upgrade is answered with %d, want 403", status)
		}
		return
	}
	second.Write(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)
	second.AwaitClose()
}

// TestMakeBeforeBreak: during a rotation both sockets are served.
func TestMakeBeforeBreak(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	old := chat.Socket
	chat.Send("before")
	chat.Connect()
	id := chat.Send("between")
	for _, socket := range []*harness.Socket{old, chat.Socket} {
		if item := socket.AwaitText("between"); item.ID != id {
			t.Errorf("the message has id %s on one socket, want %s", item.ID, id)
		}
	}
	old.Close()
	chat.Send("after")
	chat.Socket.AwaitText("after")
}

func TestFiveSocketsForEachParticipant(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	sockets := []*harness.Socket{chat.Socket}
	for range 4 {
		chat.Connect()
		sockets = append(sockets, chat.Socket)
	}
	if socket, status := harness.Dial(t, chat.SocketURL()); socket != nil || status != 403 {
		t.Errorf("the sixth upgrade is answered with %d, want 403: none of the five is silent", status)
	}
	chat.Send("to all five")
	for _, socket := range sockets {
		socket.AwaitText("to all five")
	}
	sockets[2].Close()
	sockets[2].AwaitClose()
	harness.Await(t, "free place", waiting, func() error {
		if socket, status := harness.Dial(t, chat.SocketURL()); socket == nil {
			return fmt.Errorf("the upgrade is answered with %d", status)
		}
		return nil
	})
}

// TestSocketStartsWhereItsURLWasMade: what is said between the answer and the
// subscribe reaches the new socket, so that socket and transcript have no hole.
func TestSocketStartsWhereItsURLWasMade(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	chat.Send("before")
	address := chat.SocketURL()
	chat.Send("between")
	late, _ := harness.Dial(t, address)
	late.Subscribe()
	chat.Send("after")
	late.AwaitText("after")
	if diff := cmp.Diff([]string{"between CUSTOMER", "after CUSTOMER"}, liveSummaries(late.Items())); diff != "" {
		t.Errorf("on the late socket (-want +got):\n%s", diff)
	}
}

func TestFirstSocketHasEverythingSinceTheStart(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Two texts", harness.Say("one"), harness.Say("two"), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("two")
	want := []string{"participant.joined CUSTOMER", "one SYSTEM", "two SYSTEM"}
	if diff := cmp.Diff(want, liveSummaries(chat.Socket.Items())); diff != "" {
		t.Errorf("on the first socket (-want +got):\n%s", diff)
	}
}

func TestEndedChatClosesNothingBeforeItsLastFrame(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	first := chat.Socket
	chat.Connect()
	if err := chat.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, socket := range []*harness.Socket{first, chat.Socket} {
		socket.AwaitEvent("chat.ended")
		items := socket.Items()
		if last := items[len(items)-1]; last.ContentType != harness.EventType("chat.ended") {
			t.Errorf("after chat.ended comes %+v", last)
		}
	}
}

// TestGracefulStopAsksToReconnect: no close code that makes a client give up.
func TestGracefulStopAsksToReconnect(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.HoldListener())
	chat := s.Join(s.Quiet())
	s.Restart()
	if code := chat.Socket.AwaitClose(); code != 1012 {
		t.Errorf("the draining server closes with %d, want 1012", code)
	}
	chat.Connect().Send("after the restart")
	chat.Socket.AwaitText("after the restart")
}
