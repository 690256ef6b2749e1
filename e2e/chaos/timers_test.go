package chaos_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// timers is chats whose flows wait again and again, a second each time, while
// nobody calls: each wait ends once, not before its time, and the next text
// comes from whichever node is there.
type timers struct {
	w     *world
	flow  string
	chats []*ticking
	problems
}

// ticking is one chat of a flow that ticks.
type ticking struct {
	name       string
	connection string
	calls      *caller
}

const (
	ticks     = 6
	tickEvery = time.Second
)

func tickText(n int) string { return fmt.Sprint("tick ", n) }

// Begin makes the flow.
func (l *timers) Begin(w *world) {
	l.w = w
	var blocks []harness.Block
	for n := range ticks {
		blocks = append(blocks, harness.Say(tickText(n)), harness.Wait(int(tickEvery.Seconds())))
	}
	l.flow = w.flow("Ticks", append(blocks, harness.Wait(harness.Week))...)
}

// Run starts two chats a second.
func (l *timers) Run(ctx context.Context) {
	var wait sync.WaitGroup
	pace := time.NewTicker(500 * time.Millisecond)
	defer pace.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		c := &ticking{name: fmt.Sprint("timer ", n), calls: newCaller(l.w, n)}
		l.chats = append(l.chats, c)
		wait.Go(func() {
			if err := c.begin(l.flow); err != nil {
				l.add("%s: %v", c.name, err)
			}
		})
		select {
		case <-pace.C:
		case <-ctx.Done():
		}
	}
	wait.Wait()
}

// begin starts the chat; the flow begins when its customer connects.
func (c *ticking) begin(flow string) error {
	started, err := c.calls.start(flow, c.name)
	if err != nil {
		return err
	}
	c.connection, err = c.calls.enter(started.ParticipantToken)
	return err
}

// Check waits for the last tick of every chat and counts them all.
func (l *timers) Check() []string {
	var wait sync.WaitGroup
	for _, c := range l.chats {
		wait.Go(func() {
			items, err := c.await()
			if err != nil {
				l.add("%s: %v", c.name, err)
			}
			for _, problem := range checkTicks(items) {
				l.add("%s: %s", c.name, problem)
			}
		})
	}
	wait.Wait()
	l.w.Logf("timers: %d chats, %d waits each", len(l.chats), ticks)
	return l.all()
}

// await reads the chat until it has the last tick; what is overdue comes at once.
func (c *ticking) await() (items []history.Item, err error) {
	end := time.Now().Add(ticks*tickEvery + patience)
	for tick := time.NewTicker(200 * time.Millisecond); ; <-tick.C {
		err = c.calls.until(func(ctx context.Context, node int) (err error) {
			items, err = c.calls.transcript(ctx, node, c.connection, 100)
			return err
		})
		if err != nil {
			return nil, err
		}
		if n := len(items); n > 0 && items[n-1].Text == tickText(ticks-1) {
			return items, nil
		}
		if time.Now().After(end) {
			return items, fmt.Errorf("the last tick is overdue, among %d items", len(items))
		}
	}
}

// checkTicks returns what is wrong with the texts of a ticking flow: each must
// be there once, in order, and none before the wait before it was over.
func checkTicks(items []history.Item) (problems []string) {
	next := 0
	var last time.Time
	for _, item := range items {
		if !strings.HasPrefix(item.Text, "tick ") {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, item.Time)
		switch {
		case err != nil:
			problems = append(problems, err.Error())
		case item.Text != tickText(next):
			problems = append(problems, fmt.Sprintf("%q comes where %q belongs", item.Text, tickText(next)))
		case next > 0 && at.Sub(last) < tickEvery:
			problems = append(problems, fmt.Sprintf("%q comes %v after the one before", item.Text, at.Sub(last)))
		}
		next, last = next+1, at
	}
	if next != ticks {
		problems = append(problems, fmt.Sprintf("%d ticks, want %d", next, ticks))
	}
	return problems
}
