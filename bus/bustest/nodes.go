package bustest

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/bus"
	"parley/domain/transcript"
	"parley/internal/clock"
)

// RunNodes tests the adapter as several nodes have it: open returns the buses of n nodes.
func RunNodes(t *testing.T, open func(t *testing.T, n int) []bus.Bus) {
	cases := map[string]func(*testing.T, []bus.Bus){
		"a hint arrives whole on other nodes":     wholeElsewhere,
		"every node hears once and in order":      onceElsewhere,
		"a node that cancelled is silent":         silentElsewhere,
		"a hint that is too large says how far":   largeElsewhere,
		"many topics, each heard where it is due": manyElsewhere,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			nodes := open(t, 3)
			t.Cleanup(func() {
				for _, b := range nodes {
					b.Close()
				}
			})
			run(t, nodes)
		})
	}
}

// hello is the key of hints that are published only to see whether they are heard.
const hello = "hello "

// meet publishes to a topic until every ear hears: a subscription reaches other
// nodes in its own time.
func meet(t *testing.T, from bus.Bus, topic bus.Topic, ears ...ear) {
	t.Helper()
	for i, e := range ears {
		key := hello + strconv.Itoa(i)
		began := clock.Wall()
		for from.Publish(context.Background(), topic, bus.Hint{Key: key}); !e.hears(key); {
			if clock.Wall().Sub(began) > patience {
				t.Fatalf("subscriber %d of %s hears nothing", i, topic)
			}
			from.Publish(context.Background(), topic, bus.Hint{Key: key})
		}
	}
}

// hears waits a moment for a key, and drops what comes before it.
func (e ear) hears(key string) bool {
	moment := time.After(10 * time.Millisecond)
	for {
		select {
		case h := <-e:
			if h.Key == key {
				return true
			}
		case <-moment:
			return false
		}
	}
}

// after returns the next hint that was not published by meet.
func (e ear) after(t *testing.T) bus.Hint {
	t.Helper()
	for {
		if h := e.next(t); !strings.HasPrefix(h.Key, hello) {
			return h
		}
	}
}

// everywhere has each node listen to a topic.
func everywhere(t *testing.T, nodes []bus.Bus, topic bus.Topic) []ear {
	ears := make([]ear, len(nodes))
	for i, b := range nodes {
		e, cancel := listen(b, topic)
		t.Cleanup(cancel)
		ears[i] = e
	}
	return ears
}

func wholeElsewhere(t *testing.T, nodes []bus.Bus) {
	ears := everywhere(t, nodes, bus.Session("s1"))
	meet(t, nodes[0], bus.Session("s1"), ears...)
	want := sample()
	nodes[0].Publish(context.Background(), bus.Session("s1"), want)
	for i, e := range ears {
		if diff := cmp.Diff(want, e.after(t)); diff != "" {
			t.Errorf("node %d: the hint differs (-published +heard):\n%s", i, diff)
		}
	}
}

// onceElsewhere: while nothing is broken a hint is heard once, on the publishing node too.
func onceElsewhere(t *testing.T, nodes []bus.Bus) {
	ears := everywhere(t, nodes, bus.Due)
	meet(t, nodes[0], bus.Due, ears...)
	const hints = 200
	for i := range hints {
		nodes[0].Publish(context.Background(), bus.Due, bus.Hint{Key: strconv.Itoa(i)})
	}
	for node, e := range ears {
		for i := range hints {
			if got := e.after(t).Key; got != strconv.Itoa(i) {
				t.Fatalf("node %d heard %s, want %d", node, got, i)
			}
		}
	}
}

func silentElsewhere(t *testing.T, nodes []bus.Bus) {
	stays, gone := everywhere(t, nodes[1:2], bus.Config)[0], make(ear, 1024)
	cancel := nodes[2].Subscribe(bus.Config, func(h bus.Hint) { gone <- h })
	meet(t, nodes[0], bus.Config, stays, gone)
	cancel()
	nodes[0].Publish(context.Background(), bus.Config, bus.Hint{Key: "after"})
	stays.after(t)
	again := everywhere(t, nodes[2:], bus.Config) // the same node listens again
	meet(t, nodes[0], bus.Config, again...)
	if gone.hears("after") {
		t.Error("a cancelled subscription heard a hint")
	}
}

// largeElsewhere: whatever does not fit says at least up to where there is something.
func largeElsewhere(t *testing.T, nodes []bus.Bus) {
	ears := everywhere(t, nodes, bus.Session("s1"))
	meet(t, nodes[0], bus.Session("s1"), ears...)
	want := bus.Hint{Session: "s1", Version: 4, Changed: true, Gone: []string{"p"}}
	for position := range int64(2_000) {
		want.Items = append(want.Items, transcript.Item{Position: position + 1, Type: transcript.Message, Content: strings.Repeat("x", 1_000)})
	}
	nodes[0].Publish(context.Background(), bus.Session("s1"), want)
	for i, e := range ears {
		got := e.after(t)
		if got.Head != 2_000 && len(got.Items) != 2_000 {
			t.Errorf("node %d: %d items, up to %d, want 2000", i, len(got.Items), got.Head)
		}
		got.Head, got.Items = 0, want.Items
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("node %d: the rest differs (-published +heard):\n%s", i, diff)
		}
	}
}

func manyElsewhere(t *testing.T, nodes []bus.Bus) {
	const topics = 300
	ears := make([]ear, topics)
	for i := range ears {
		ears[i] = everywhere(t, nodes[i%3:i%3+1], bus.Session(strconv.Itoa(i)))[0]
	}
	for i, e := range ears {
		meet(t, nodes[(i+1)%3], bus.Session(strconv.Itoa(i)), e)
	}
	for i := range ears {
		nodes[(i+2)%3].Publish(context.Background(), bus.Session(strconv.Itoa(i)), bus.Hint{Key: strconv.Itoa(i)})
	}
	for i, e := range ears {
		if got := e.after(t).Key; got != strconv.Itoa(i) {
			t.Errorf("the subscriber of session %d heard %s", i, got)
		}
	}
}
