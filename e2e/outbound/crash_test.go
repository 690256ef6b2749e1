package outbound_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/e2e/harness"
)

// counter is a function that counts its calls by their key, and answers with the
// contact's number of the call.
type counter struct {
	mu    sync.Mutex
	calls map[string]int      // by key
	of    map[string][]string // distinct keys by contact, in the order of their first calls
	seen  chan struct{}
}

func (c *counter) answer(r *http.Request, event map[string]any) any {
	defer func() { <-time.After(30 * time.Millisecond) }() // so that a kill finds calls under way
	c.mu.Lock()
	defer c.mu.Unlock()
	key := r.Header.Get("Idempotency-Key")
	contact, _ := member(event, "Details", "ContactData", "ContactId").(string)
	if c.calls[key]++; c.calls[key] == 1 {
		c.of[contact] = append(c.of[contact], key)
	}
	select {
	case c.seen <- struct{}{}:
	default:
	}
	return map[string]int{"n": len(c.of[contact])}
}

// Killed at any moment between the checkpoints of its flows, the program repeats in
// each chat at most the one call that was under way, with its key, and the
// chat goes on as if nothing had happened.
func TestKilledWhileFlowsCall(t *testing.T) {
	t.Parallel()
	const chats, calls = 12, 4
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	c := &counter{calls: map[string]int{}, of: map[string][]string{}, seen: make(chan struct{}, 1<<12)}
	s := harness.Start(t, loopback("--function", "*="+serve(t, c.answer)))
	blocks := []harness.Block{}
	for i := range calls {
		blocks = append(blocks, Invoke(function, "failed").Named(fmt.Sprint("call-", i)), harness.Say(fmt.Sprintf("%d: $.External.n", i+1)).Named(fmt.Sprint("say-", i)))
	}
	blocks = append(blocks, harness.Say("done").Then("wait"), harness.Say("failed").Named("failed").Then("wait"), harness.Wait(harness.Week).Named("wait"))
	flow := s.Flow("Calls", blocks...)
	var all []*harness.Chat
	for range chats {
		all = append(all, s.StartChat(harness.WithFlow(flow)))
	}
	for _, chat := range all { // their flows begin
		chat.Connect()
		chat.Socket.Close()
	}
	for range r.IntN(chats * calls / 2) { // as many calls as there may be
		select {
		case <-c.seen:
		case <-time.After(20 * time.Millisecond):
		}
	}
	s.Crash()
	s.Advance(14 * time.Second) // the calls that were cut off count as lost
	want := []string{}
	for i := range calls {
		want = append(want, fmt.Sprintf("%d: %d", i+1, i+1))
	}
	want = append(want, "done")
	repeated := 0
	for _, chat := range all {
		var said []string
		harness.Await(t, "the end of the calls", 20*time.Second, func() error {
			said = nil
			for _, item := range chat.Transcript() {
				if item.Content != nil {
					said = append(said, *item.Content)
				}
			}
			if len(said) < len(want) {
				return fmt.Errorf("it said %q", said)
			}
			return nil
		})
		if got := strings.Join(said, "|"); got != strings.Join(want, "|") {
			t.Errorf("the chat is %q, want %q", got, want)
		}
		again := c.again(t, chat.ContactID, calls)
		repeated += again
		if again > 1 {
			t.Errorf("%d calls of one chat were repeated: %v", again, c.calls)
		}
	}
	if t.Logf("%d of %d calls were repeated", repeated, chats*calls); repeated == 0 {
		t.Error("no call was under way when the program was killed: the test is blind")
	}
}

// again counts the calls of a chat that came twice; none may come more often, or with another key.
func (c *counter) again(t *testing.T, contact string, calls int) (again int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.of[contact]) != calls {
		t.Errorf("a chat of %d calls made %d with keys of their own", calls, len(c.of[contact]))
	}
	for _, key := range c.of[contact] {
		if n := c.calls[key]; n > 2 {
			t.Errorf("the call %s came %d times", key, n)
		} else if n == 2 {
			again++
		}
	}
	return again
}

// A stop waits for the calls under way: what they answer is not asked again.
func TestStoppedWhileAFlowCalls(t *testing.T) {
	t.Parallel()
	called, release := make(chan struct{}, 9), make(chan struct{})
	url := serve(t, func(*http.Request, map[string]any) any {
		called <- struct{}{}
		<-release
		return map[string]string{"n": "1"}
	})
	s := harness.Start(t, loopback("--function", "*="+url))
	chat := s.Join(harness.WithFlow(s.Flow("Slow", Invoke(function, "failed"), harness.Say("answer $.External.n"),
		harness.Say("failed").Named("failed"), harness.Wait(harness.Week))))
	<-called
	time.AfterFunc(300*time.Millisecond, func() { close(release) })
	s.Restart()
	raw, _ := json.Marshal(chat.Transcript())
	if !strings.Contains(string(raw), "answer 1") || len(called) != 0 {
		t.Errorf("after the stop the chat is %s, and there were %d more calls", raw, len(called))
	}
}
