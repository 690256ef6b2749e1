package clients_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// fleet is a way in which servers stand behind one address.
type fleet struct {
	start    func(t *testing.T) *harness.Fleet
	sessions int // of chatjs
	rolls    int // restarts of each server
}

// fleets are what is restarted, in the short or the long form.
func fleets() map[string]fleet {
	all := map[string]fleet{
		"one server whose socket is held":                          {held, 50, 2},
		"one server behind a balancer":                             {behind, 50, 2},
		"three servers over PostgreSQL and NATS behind a balancer": {three, 40, 1},
	}
	if os.Getenv("PARLEY_LONG") != "" {
		for name, f := range all {
			all[name] = fleet{f.start, 200, 5 * f.rolls / 2}
		}
	}
	return all
}

// drainWait gives the balancer time to notice.
var drainWait = []string{"--drain-wait", "500ms"}

func held(t *testing.T) *harness.Fleet { return harness.Held(t) }

func behind(t *testing.T) *harness.Fleet {
	return harness.Behind(t, harness.Start(t, harness.Flags(drainWait...)))
}

func three(t *testing.T) *harness.Fleet {
	var nodes []*harness.Server
	for _, n := range cluster.Start(t, cluster.Config{Flags: drainWait}).Nodes {
		nodes = append(nodes, n.Server)
	}
	return harness.Behind(t, nodes...)
}

// TestRollingRestart: servers are restarted one after the other under 200 calls
// a second and many chatjs sessions. No call fails, no connection is refused, no session breaks,
// and what was acknowledged is there once.
func TestRollingRestart(t *testing.T) {
	for name, fleet := range fleets() {
		t.Run(name, func(t *testing.T) {
			f, sessions := fleet.start(t), fleet.sessions
			flow := quiet(f.Server)
			script := converse(t, node(t, f.Server, "restart.mjs", f.InstanceID, flow, fmt.Sprint(sessions)))
			script.want("connected")
			load := newCallers(t, f, flow)
			load.begin()
			load.await(100)
			script.say("restarting")
			for range fleet.rolls {
				f.Roll()
				load.await(100)
			}
			load.awaitSockets(sessions)
			script.say("restarted")
			r := note(t, "amazon-connect-chatjs", script.line())
			load.end()
			if r.Sessions != sessions || r.Broken != 0 {
				t.Errorf("of %d sessions %d broke, want 0 of %d", r.Sessions, r.Broken, sessions)
			}
			if n := f.Refused(); n != 0 {
				t.Errorf("the balancer was refused %d times", n)
			}
			if err := script.cmd.Wait(); err != nil {
				t.Errorf("the script: %v\n%s", err, script.errors.String())
			}
		})
	}
}

// callers call a fleet at a steady rate, never repeating a call.
type callers struct {
	*testing.T
	f       *harness.Fleet
	signed  *client.Client
	flow    string
	chats   []*client.Chat
	said    []sync.Map // in each chat: the text by the id of its message
	stop    chan struct{}
	wait    sync.WaitGroup
	done    atomic.Int64
	slowest atomic.Int64 // nanoseconds
}

// callEvery makes 200 calls a second.
const callEvery = 5 * time.Millisecond

func newCallers(t *testing.T, f *harness.Fleet, flow string) *callers {
	t.Helper()
	c := &callers{T: t, f: f, flow: flow, stop: make(chan struct{})}
	var err error
	c.signed, err = client.New(client.Config{
		Endpoint: f.URL, Region: f.Region, InstanceID: f.InstanceID, AccessKeyID: f.AccessKeyID, SecretAccessKey: f.SecretAccessKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.signed.Close)
	for range 20 {
		started, err := c.signed.StartChat(t.Context(), client.Start{FlowID: c.flow, DisplayName: "Customer"})
		if err != nil {
			t.Fatal(err)
		}
		chat, err := c.signed.Join(t.Context(), started.ParticipantToken, client.Events{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(chat.Close)
		c.chats = append(c.chats, chat)
	}
	c.said = make([]sync.Map, len(c.chats))
	return c
}

// begin calls until end, or the test's, however long the answers take.
func (c *callers) begin() {
	c.Cleanup(c.wait.Wait)
	c.wait.Go(func() {
		tick := time.NewTicker(callEvery)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-c.stop:
				return
			case <-c.Context().Done(): // the test has failed
				return
			case <-tick.C:
				c.wait.Go(func() { c.one(n) })
			}
		}
	})
}

// one makes the nth call: mostly messages, some readings, some new chats.
func (c *callers) one(n int) {
	chat, began := c.chats[n%len(c.chats)], time.Now()
	var err error
	switch n % 10 {
	case 0:
		_, err = c.signed.StartChat(c.Context(), client.Start{FlowID: c.flow, DisplayName: "Customer"})
	case 1, 2:
		_, err = chat.Transcript(c.Context(), client.Query{})
	default:
		var sent client.Sent
		sent, err = chat.SendMessage(c.Context(), client.Message{ContentType: client.TextPlain, Content: fmt.Sprint(n)})
		c.said[n%len(c.chats)].Store(sent.ID, fmt.Sprint(n))
	}
	if err != nil && c.Context().Err() == nil {
		c.Errorf("call %d: %v", n, err)
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		c.Errorf("call %d was refused a connection", n)
	}
	took := int64(time.Since(began))
	for old := c.slowest.Load(); took > old && !c.slowest.CompareAndSwap(old, took); old = c.slowest.Load() {
	}
	c.done.Add(1)
}

// await waits for so many answers from now on.
func (c *callers) await(n int64) {
	c.Helper()
	want := c.done.Load() + n
	harness.Await(c, "answers", 30*time.Second, func() error {
		if have := c.done.Load(); have < want {
			return fmt.Errorf("%d of %d", have, want)
		}
		return nil
	})
}

// awaitSockets waits until the callers and so many others are subscribed again.
// What is said before a client that lost its socket asks for another URL does not
// come on the new socket: such a client reads the transcript.
func (c *callers) awaitSockets(others int) {
	c.Helper()
	want := float64(others + len(c.chats))
	harness.Await(c, "subscribed sockets", time.Minute, func() error {
		if have := c.f.Metric("parley_sockets_subscribed"); have < want {
			return fmt.Errorf("%v of %v", have, want)
		}
		return nil
	})
}

// end stops the calls and compares what was said with the transcripts.
func (c *callers) end() {
	close(c.stop)
	c.wait.Wait()
	c.Logf("%d calls, the slowest took %v", c.done.Load(), time.Duration(c.slowest.Load()).Round(time.Millisecond))
	for i, chat := range c.chats {
		want := map[string]string{}
		c.said[i].Range(func(id, text any) bool { want[id.(string)] = text.(string); return true })
		if got := c.messages(chat); !maps.Equal(got, want) {
			c.Errorf("chat %d has %d messages of which %d were acknowledged: %v, want %v", i, len(got), len(want), got, want)
		}
	}
}

// messages reads the texts of a chat by the ids of their messages.
func (c *callers) messages(chat *client.Chat) map[string]string {
	texts := map[string]string{}
	q := client.Query{MaxResults: 100}
	for {
		page, err := chat.Transcript(c.Context(), q)
		if err != nil {
			c.Fatal(err)
		}
		for _, item := range page.Items {
			if item.Type == "MESSAGE" {
				texts[item.ID] = item.Content
			}
		}
		if q.NextToken = page.NextToken; q.NextToken == "" {
			return texts
		}
	}
}
