package client_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/client"
)

// seat is a joined participant whose events are read one by one.
type seat struct {
	*client.Chat
	items  chan client.Item
	states chan client.State
}

func connectTo(t *testing.T, f *fake, change func(*client.Config)) *client.Client {
	t.Helper()
	config := client.Config{
		Endpoint: f.URL, Region: "eu-west-1", AccessKeyID: "AK", SecretAccessKey: "SK", InstanceID: "inst",
	}
	if change != nil {
		change(&config)
	}
	c, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func join(t *testing.T, c *client.Client) *seat {
	t.Helper()
	s := &seat{items: make(chan client.Item, 1000), states: make(chan client.State, 100)}
	chat, err := c.Join(t.Context(), "tok", client.Events{
		Item:  func(i client.Item) { s.items <- i },
		State: func(st client.State) { s.states <- st },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Chat = chat
	t.Cleanup(chat.Close)
	s.await(t, client.Connected)
	return s
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
	}
	panic("unreachable")
}

func (s *seat) await(t *testing.T, want client.State) {
	t.Helper()
	if got := receive(t, s.states); got != want {
		t.Fatalf("state %v, want %v", got, want)
	}
}

// expect reads as many items as named and compares their contents.
func (s *seat) expect(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for range want {
		got = append(got, receive(t, s.items).Content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("items (-want +got):\n%s", diff)
	}
}

func (s *seat) expectNone(t *testing.T) {
	t.Helper()
	select {
	case i := <-s.items:
		t.Fatalf("unexpected item %+v", i)
	default:
	}
}

func TestSocketCarriesWhatIsSent(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	content := "Grüße, \"you\" \\ 😀\n\t\x01"
	sent, err := s.SendMessage(t.Context(), client.Message{ContentType: client.TextPlain, Content: content})
	if err != nil {
		t.Fatal(err)
	}
	got := receive(t, s.items)
	want := client.Item{ID: sent.ID, Type: "MESSAGE", ContentType: "text/plain", Content: content}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("item (-want +got):\n%s", diff)
	}
	if sent.AbsoluteTime != "2026-11-22T10:00:00.000Z" {
		t.Errorf("time %q", sent.AbsoluteTime)
	}
}

func TestRefusedSubscriptionFailsTheJoin(t *testing.T) {
	f := newFake(t)
	f.nak = true
	if _, err := connectTo(t, f, nil).Join(t.Context(), "tok", client.Events{}); err == nil {
		t.Error("joined in spite of status failure")
	}
}

func TestRepeatsAreShownOnce(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	receive(t, f.opened)
	one := f.store("one")
	f.push(one)
	f.push(one)
	f.push(f.store("two"))
	f.push(one)
	f.push(f.store("three"))
	s.expect(t, "one", "two", "three")
	s.expectNone(t)
}

func TestLostSocketIsReplacedAndTheGapFilled(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	receive(t, f.opened)
	f.push(f.store("before"))
	s.expect(t, "before")

	f.mu.Lock()
	f.deny = []int{503, 429, 0}
	f.mu.Unlock()
	for i := range 5 {
		f.store(fmt.Sprint("missed ", i))
	}
	f.drop(1012)
	s.await(t, client.Reconnecting)
	s.await(t, client.Connected)
	f.push(f.store("after"))
	s.expect(t, "missed 0", "missed 1", "missed 2", "missed 3", "missed 4", "after")
	s.expectNone(t)
	if got := f.called("/participant/transcript")[0]; !strings.Contains(got, `"StartPosition":{"Id":"i1"}`) {
		t.Errorf("the gap was not read from the last item: %s", got)
	}
}

func TestGapBeforeAnythingWasSeenIsTheWholeTranscript(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	receive(t, f.opened)
	for i := range 5 {
		f.store(fmt.Sprint(i))
	}
	f.drop(1001)
	s.expect(t, "0", "1", "2", "3", "4")
}

// What the new socket carries while the gap is read must not overtake it.
func TestLiveItemsWaitForTheGap(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	receive(t, f.opened)
	f.push(f.store("first"))
	s.expect(t, "first")
	f.store("missed")
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	t.Cleanup(open)
	f.mu.Lock()
	f.gate = gate
	f.mu.Unlock()
	f.drop(1012)
	receive(t, f.opened)
	f.push(f.store("live"))
	f.settle()
	s.expectNone(t)
	open()
	s.expect(t, "missed", "live")
	s.expectNone(t)
}

func TestDeniedReconnectEndsTheChat(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	receive(t, f.opened)
	f.mu.Lock()
	f.deny = []int{403}
	f.mu.Unlock()
	f.drop(1012)
	s.await(t, client.Reconnecting)
	s.await(t, client.Ended)
	receive(t, s.Done())
	if got := len(f.called("/participant/connection")); got != 2 {
		t.Errorf("%d calls of CreateParticipantConnection, want 2: none after the refusal", got)
	}
}

func TestChatEndedEndsTheChat(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	receive(t, f.opened)
	if err := s.Disconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, s.items); got.ContentType != client.ChatEnded {
		t.Errorf("item %+v", got)
	}
	s.await(t, client.Ended)
	receive(t, s.Done())
	if got := len(f.called("/participant/connection")); got != 1 {
		t.Errorf("%d calls of CreateParticipantConnection, want 1", got)
	}
}

func TestSilentSocketIsReplacedBeforeItIsClosed(t *testing.T) {
	f := newFake(t)
	f.mute = 1
	s := join(t, connectTo(t, f, func(c *client.Config) { c.Heartbeat = 50 * time.Millisecond }))
	receive(t, f.opened)
	receive(t, f.opened)
	if code := receive(t, f.gone); code != 1000 {
		t.Errorf("close code %d, want 1000", code)
	}
	f.mu.Lock()
	log := append([]string{}, f.log...)
	f.mu.Unlock()
	if diff := cmp.Diff([]string{"subscribe", "subscribe", "close"}, log); diff != "" {
		t.Errorf("sockets (-want +got):\n%s", diff)
	}
	f.push(f.store("still here"))
	s.expect(t, "still here")
	select {
	case st := <-s.states:
		t.Errorf("state %v shown; nothing was lost", st)
	default:
	}
}

func TestAnsweredHeartbeatsKeepTheSocket(t *testing.T) {
	f := newFake(t)
	join(t, connectTo(t, f, func(c *client.Config) { c.Heartbeat = 50 * time.Millisecond }))
	for range 5 {
		receive(t, f.beats)
	}
	if got := len(f.called("/participant/connection")); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

func TestCloseLeavesTheChatOpen(t *testing.T) {
	f := newFake(t)
	s := join(t, connectTo(t, f, nil))
	receive(t, f.opened)
	s.Close()
	if code := receive(t, f.gone); code != 1000 {
		t.Errorf("close code %d, want 1000", code)
	}
	if got := f.called("/participant/disconnect"); len(got) != 0 {
		t.Errorf("disconnect called: %v", got)
	}
	if len(s.states) != 0 {
		t.Errorf("state %v after Close", <-s.states)
	}
}

func TestRetryRepeatsWhatMaySucceed(t *testing.T) {
	answers := []error{&client.Error{Status: 503}, &client.Error{Status: 429}, nil}
	calls := 0
	err := client.Retry(context.Background(), func() error { calls++; return answers[calls-1] })
	if err != nil || calls != 3 {
		t.Errorf("err %v after %d calls", err, calls)
	}
	calls = 0
	final := &client.Error{Status: 403}
	err = client.Retry(context.Background(), func() error { calls++; return final })
	if err != final || calls != 1 {
		t.Errorf("err %v after %d calls", err, calls)
	}
}
