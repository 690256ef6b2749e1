package chaos_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/e2e/harness"
)

// leavers is chats whose customers write and then leave: once the leaving is
// acknowledged no node accepts anything from them, not even one that was
// paused or cut off since before.
type leavers struct {
	w    *world
	flow string
	gone []*ticking // who left
	problems
}

// Begin makes the flow.
func (l *leavers) Begin(w *world) {
	l.w = w
	l.flow = w.flow("Leavers", harness.Wait(harness.Week))
}

// Run has one customer after the other.
func (l *leavers) Run(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		c := &ticking{name: fmt.Sprint("leaver ", n), calls: newCaller(l.w, n)}
		if err := l.visit(c, n); err != nil {
			l.add("%s: %v", c.name, err)
		}
		<-time.After(100 * time.Millisecond)
	}
}

// visit starts a chat, writes at every node, so that each knows it, and leaves.
func (l *leavers) visit(c *ticking, n int) error {
	if err := c.begin(l.flow); err != nil {
		return err
	}
	for i := range l.w.Nodes {
		c.calls.at.Store(int64(n + i))
		err := c.calls.until(func(ctx context.Context, node int) error {
			_, err := c.calls.post(ctx, node, c.connection, "message", message(fmt.Sprint(c.name, " ", i)))
			return err
		})
		if err != nil {
			return err
		}
	}
	err := c.calls.until(func(ctx context.Context, node int) error {
		_, err := c.calls.post(ctx, node, c.connection, "disconnect",
			fmt.Sprintf(`{"ClientToken":%q}`, c.name))
		return err
	})
	if err != nil {
		return fmt.Errorf("leaving: %w", err)
	}
	l.w.alive.Add(-1)
	l.gone = append(l.gone, c)
	l.knock(c, "at once")
	return nil
}

// knock wants no node to accept a message of somebody who has left.
func (l *leavers) knock(c *ticking, when string) {
	for node := range l.w.Nodes {
		ctx, cancel := context.WithTimeout(l.w.Context(), tryFor)
		answer, err := c.calls.post(ctx, node, c.connection, "message", message(fmt.Sprint(c.name, " ", when, " ", node)))
		cancel()
		if err == nil {
			l.add("%s has left, and node %d accepts %s a message: %s", c.name, node, when, answer)
		}
	}
}

// Check asks every node about everybody who left.
func (l *leavers) Check() []string {
	var wait sync.WaitGroup
	slots := make(chan struct{}, 8)
	for _, c := range l.gone {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			l.knock(c, "in the end")
			for node := range l.w.Nodes {
				_, err := c.calls.post(l.w.Context(), node, c.connection, "transcript", "{}")
				if !refused(err) {
					l.add("%s has left, and node %d shows the transcript: %v", c.name, node, err)
				}
			}
		})
	}
	wait.Wait()
	l.w.Logf("leavers: %d chats", len(l.gone))
	return l.all()
}
