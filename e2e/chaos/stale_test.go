package chaos_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// TestAPausedNodeWritesNothingStale pauses a node that has calls of chats to
// answer, and timers to fire. Meanwhile the chats end, and the timers fire,
// elsewhere. When it wakes it accepts none of the calls, and fires none again (P9).
func TestAPausedNodeWritesNothingStale(t *testing.T) {
	w := newWorld(t, cluster.Config{})
	clocks := &timers{}
	clocks.Begin(w)
	quiet := w.flow("Stale", harness.Wait(harness.Week))
	var chats []*ticking
	for i := range 12 {
		ended, ticks := &ticking{name: fmt.Sprint("ends ", i), calls: newCaller(w, 0)}, &ticking{name: fmt.Sprint("ticks ", i), calls: newCaller(w, 0)}
		for c, flow := range map[*ticking]string{ended: quiet, ticks: clocks.flow} {
			if err := c.begin(flow); err != nil {
				t.Fatal(err)
			}
		}
		chats, clocks.chats = append(chats, ended), append(clocks.chats, ticks)
		if _, err := ended.calls.post(t.Context(), 0, ended.connection, "message", message("before")); err != nil {
			t.Fatal(err)
		}
	}
	w.Nodes[0].Pause()
	late := make(chan error, len(chats))
	for _, c := range chats {
		go func() { late <- c.lateCall(t.Context()) }()
		c.leave(t, 1)
	}
	<-time.After(ticks * tickEvery)
	w.Heal()
	for range chats {
		if err := <-late; err != nil {
			t.Error(err)
		}
	}
	for _, problem := range clocks.Check() {
		t.Error(problem)
	}
}

// lateCall sends a message to the paused node; it returns what is wrong with the answer.
func (c *ticking) lateCall(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := c.calls.post(ctx, 0, c.connection, "message", message("too late"))
	if !refused(err) {
		return fmt.Errorf("%s: the node that slept while the chat ended answers %s (%v)", c.name, answer, err)
	}
	return nil
}

// leave ends the chat at a node.
func (c *ticking) leave(t *testing.T, node int) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"ClientToken": c.name})
	if err == nil {
		_, err = c.calls.post(t.Context(), node, c.connection, "disconnect", string(body))
	}
	if err != nil {
		t.Fatal(err)
	}
}
