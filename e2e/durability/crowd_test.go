package durability_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/harness"
)

// backWithin is what P15 promises.
const backWithin = 30 * time.Second

// TestACrowdIsBackAfterARestart (P15): thousands of sockets lose their server at
// once, by SIGTERM and by kill; all are served again within half a minute, and
// nobody is answered with a failure of the server's. The server was started with
// a low soft limit of open files, which it raises by itself.
func TestACrowdIsBackAfterARestart(t *testing.T) {
	for _, held := range []bool{false, true} {
		t.Run(fmt.Sprint("listener held: ", held), func(t *testing.T) {
			options := []harness.Option{harness.FewFiles(256)}
			if held {
				options = append(options, harness.HoldListener())
			}
			s := harness.Start(t, options...)
			c := newCrowd(t, s, count(1000, 5000))
			for name, end := range map[string]func(){"stopped": s.Stop, "killed": s.Kill} {
				c.back.Store(0)
				end()
				began := time.Now()
				s.Boot()
				c.awaitAll(name)
				t.Logf("%s: %d are back %v after the start", name, len(c.chats), time.Since(began).Round(time.Millisecond))
				c.talk(name)
				c.unrefused(s)
			}
			if strings.Contains(s.Log(), "request failed") {
				t.Error("the server failed requests: see its log")
			}
		})
	}
}

// crowd is many chats, each with one participant who is connected.
type crowd struct {
	testing.TB
	chats []*client.Chat
	back  atomic.Int64 // who has connected again
	heard atomic.Int64 // messages that came over sockets
}

func newCrowd(t testing.TB, s *harness.Server, n int) *crowd {
	t.Helper()
	c := &crowd{TB: t, chats: make([]*client.Chat, n)}
	signed := newAPI(t, s, s.URL).signed
	flow := s.Flow("Crowd", harness.Wait(harness.Week))
	c.each(func(i int) error {
		started, err := signed.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
		if err != nil {
			return err
		}
		return client.Retry(t.Context(), func() (err error) { // the machine is busy with thousands who come at once
			c.chats[i], err = signed.Join(t.Context(), started.ParticipantToken, client.Events{Item: c.hear, State: c.note})
			return err
		})
	})
	t.Cleanup(func() { c.each(func(i int) error { c.chats[i].Close(); return nil }) })
	return c
}

// each does something for everybody, 64 at a time.
func (c *crowd) each(do func(i int) error) {
	c.Helper()
	var wait sync.WaitGroup
	var next atomic.Int64
	for range 64 {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(c.chats); i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					c.Errorf("participant %d: %v", i, err)
				}
			}
		})
	}
	wait.Wait()
	if c.Failed() {
		c.FailNow()
	}
}

func (c *crowd) note(state client.State) {
	if state == client.Connected {
		c.back.Add(1)
	}
}

func (c *crowd) hear(item client.Item) {
	if item.Type == "MESSAGE" {
		c.heard.Add(1)
	}
}

func (c *crowd) awaitAll(how string) {
	c.Helper()
	harness.Await(c, how+": everybody's return", backWithin, func() error {
		if n := c.back.Load(); n < int64(len(c.chats)) {
			return fmt.Errorf("%d of %d are back", n, len(c.chats))
		}
		return nil
	})
}

// unrefused checks that the server let in everybody at the first try.
func (c *crowd) unrefused(s *harness.Server) {
	c.Helper()
	if n := s.Metric("parley_upgrades_refused_total"); n != 0 {
		c.Errorf("%v upgrades were refused, want 0", n)
	}
}

// talk shows that every socket works: everybody says something and hears it.
func (c *crowd) talk(text string) {
	c.Helper()
	before := c.heard.Load()
	c.each(func(i int) error {
		_, err := c.chats[i].SendMessage(c.Context(), client.Message{ContentType: client.TextPlain, Content: text})
		return err
	})
	harness.Await(c, "everybody's message", patience, func() error {
		if n := c.heard.Load() - before; n != int64(len(c.chats)) {
			return fmt.Errorf("%d messages were heard", n)
		}
		return nil
	})
}
