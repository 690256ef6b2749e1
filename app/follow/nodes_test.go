package follow_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/follow"
	"parley/bus/bustest"
	"parley/bus/memory"
	"parley/domain/transcript"
)

// cluster is one session that three nodes follow over a bus that loses, delays,
// doubles and reorders hints and takes their items away.
type cluster struct {
	*world
	links []*bustest.Lossy
	hubs  []*follow.Hub
	dice  *rand.Rand
}

func newCluster(t *testing.T, seed uint64) *cluster {
	c := &cluster{world: newWorld(t), dice: rand.New(rand.NewPCG(seed, 1))}
	for i := range uint64(3) {
		link := bustest.NewLossy(c.bus.Bus, seed*10+i)
		hub := follow.New(c.record, link, follow.Options{Encode: render, Settle: 500 * time.Millisecond})
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		go hub.Run(ctx)
		c.links, c.hubs = append(c.links, link), append(c.hubs, hub)
	}
	return c
}

// render is world.encode without its count, which three nodes would race for.
func render(_ string, item *transcript.Item) []byte {
	return strconv.AppendInt(nil, item.Position, 10)
}

// socket is a sink and what it should see.
type socket struct {
	*sink
	node  int
	role  transcript.Role
	after int64
}

// connect adds a socket of each role on each node.
func (c *cluster) connect(t *testing.T, after int64) []socket {
	var all []socket
	for node, hub := range c.hubs {
		for id, role := range map[string]transcript.Role{customer: transcript.Customer, agent: transcript.Agent} {
			s := socket{&sink{}, node, role, after}
			f, err := hub.Follow(context.Background(), follow.Subscription{Session: "s", Participant: id, Role: role, After: after, Sink: s})
			if err != nil {
				t.Fatal(err)
			}
			f.Start()
			all = append(all, s)
		}
	}
	return all
}

// stir breaks or mends a node's link now and then.
func (c *cluster) stir() {
	link := c.links[c.dice.IntN(len(c.links))]
	switch c.dice.IntN(20) {
	case 0:
		link.Break()
	case 1:
		link.Mend()
	}
}

// TestEverySocketOfEveryNodeGetsEverythingOnce: whatever happens to hints,
// each socket gets each item that its role may see once and in order, the one that says that a
// participant left before its sockets are told, and the end last. PARLEY_LONG=1 runs 1,000 seeds.
func TestEverySocketOfEveryNodeGetsEverythingOnce(t *testing.T) {
	seeds := uint64(30)
	if os.Getenv("PARLEY_LONG") == "1" {
		seeds = 1_000
	}
	for seed := range seeds {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { chatOverLossyBus(t, newCluster(t, seed)) })
		})
	}
}

func chatOverLossyBus(t *testing.T, c *cluster) {
	const items, leaves = 120, 80
	sockets := c.connect(t, 0)
	for i := range items {
		if i == items/2 {
			sockets = append(sockets, c.connect(t, int64(c.dice.IntN(i)))...)
		}
		if i == leaves {
			c.publish(c.remove(agent))
		}
		item := message()
		item.Visibility = transcript.Visibility(c.dice.IntN(3))
		c.publish(c.commit(item))
		c.stir()
		time.Sleep(time.Duration(c.dice.IntN(30)) * time.Millisecond)
	}
	c.publish(c.end())
	time.Sleep(5 * time.Second)
	synctest.Wait()
	for _, s := range sockets {
		want, reason := c.visible(s.role, s.after, int64(items+2)), follow.Ended
		if s.role == transcript.Agent {
			want, reason = c.visible(s.role, s.after, leaves+1), follow.Gone
		}
		got, reasons := s.state()
		if s.role == transcript.Agent && len(got) > len(want) { // it may see more before it hears that it left
			want = c.visible(s.role, s.after, int64(items+2))[:len(got)]
		}
		if strings.Join(got, " ") != strings.Join(want, " ") || len(reasons) != 1 || reasons[0] != reason {
			t.Errorf("%s on node %d after %d\ngot  %v, done with %v\nwant %v, %v", s.role, s.node, s.after, got, reasons, want, reason)
		}
	}
}

// visible are the positions that a role may see after one up to another.
func (c *cluster) visible(role transcript.Role, after, upTo int64) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for _, item := range c.items[after:upTo] {
		if item.VisibleTo(role) {
			all = append(all, strconv.FormatInt(item.Position, 10))
		}
	}
	return all
}

// What was lost while the bus was away is read as soon as it is there again.
func TestARestoredBusIsMadeUpForAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		link := bustest.NewLossy(memory.New(), 1)
		w.hub = follow.New(w.record, link, follow.Options{Encode: w.encode})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go w.hub.Run(ctx)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		time.Sleep(time.Millisecond)
		link.Break()
		w.commit(message())
		expect(t, s, "")
		link.Mend()
		expect(t, s, "1")
	})
}

func TestAHintWithoutItsItemsIsReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		gone, _ := w.follow(t, agent, transcript.Agent, 0)
		h := w.commit(message())
		h.Items, h.Head = nil, 1
		w.publish(h)
		expect(t, s, "1")
		h = w.remove(agent)
		h.Items, h.Head = nil, 2
		w.publish(h)
		expect(t, gone, "1 2", follow.Gone)
		expect(t, s, "1 2")
		h = w.end()
		h.Items, h.Head = nil, 3
		w.publish(h)
		expect(t, s, "1 2 3", follow.Ended)
	})
}

// Other nodes may not know at once that this one listens.
func TestTheFirstHintsOfAFollowerMayBeMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.hub = follow.New(w.record, w.bus, follow.Options{Encode: w.encode, Settle: 500 * time.Millisecond})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go w.hub.Run(ctx)
		time.Sleep(100 * time.Millisecond)
		s, _ := w.follow(t, customer, transcript.Customer, 0)
		for _, c := range []struct{ at, within time.Duration }{
			{0, 250 * time.Millisecond}, {400 * time.Millisecond, 250 * time.Millisecond}, {900 * time.Millisecond, 2 * time.Second},
		} {
			time.Sleep(c.at - c.at/2)
			w.commit(message())
			want := strconv.FormatInt(w.record.session.Head, 10)
			time.Sleep(c.within)
			synctest.Wait()
			if got, _ := s.state(); len(got) == 0 || got[len(got)-1] != want {
				t.Errorf("item %s: got %v within %v", want, got, c.within)
			}
		}
	})
}
