package nats_test

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"parley/bus"
	"parley/bus/nats"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/natstest"
	"parley/internal/testload"
)

// eventually waits until a condition holds, for so long at most.
func eventually(t testing.TB, what string, within time.Duration, holds func() bool) {
	t.Helper()
	began := clock.Wall()
	for !holds() {
		if clock.Wall().Sub(began) > within {
			t.Fatalf("not within %v: %s", within, what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

const soon = 10 * time.Second

// reaches waits until a hint that one node publishes is heard on another.
func reaches(t testing.TB, from, to *nats.Bus) {
	t.Helper()
	heard := make(chan string, 4_096)
	cancel := to.Subscribe(bus.Config, func(h bus.Hint) {
		select {
		case heard <- h.Key:
		default:
		}
	})
	defer cancel()
	eventually(t, "a hint reaches the other node", soon, func() bool {
		from.Publish(context.Background(), bus.Config, bus.Hint{Key: "x"})
		return len(heard) > 0
	})
}

// listening counts what a node hears of a topic.
func listening(t testing.TB, b *nats.Bus, topic bus.Topic) *atomic.Int64 {
	t.Helper()
	var n atomic.Int64
	t.Cleanup(b.Subscribe(topic, func(bus.Hint) { n.Add(1) }))
	return &n
}

// load publishes until stop is called, which returns how many hints that were.
func load(b *nats.Bus, hint bus.Hint) (stop func() int64) {
	end, done := make(chan struct{}), make(chan int64)
	go func() {
		for n := int64(0); ; n++ {
			select {
			case <-end:
				done <- n
				return
			case <-time.After(100 * time.Microsecond):
				b.Publish(context.Background(), bus.Session("s"), hint)
			}
		}
	}()
	return func() int64 {
		close(end)
		return <-done
	}
}

func TestNATSIsKilledAndRestartedUnderLoad(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	a, b := node(t, server.URL()), node(t, server.URL())
	here, there, restored := listening(t, a, bus.Session("s")), listening(t, b, bus.Session("s")), listening(t, b, bus.Restored)
	reaches(t, a, b)
	stop := load(a, bus.Hint{Session: "s"})
	for range 3 {
		eventually(t, "hints flow", soon, func() bool { return there.Load() > 0 && a.Up() && b.Up() })
		server.Kill()
		eventually(t, "the nodes notice", time.Second, func() bool { return !a.Up() && !b.Up() })
		before := here.Load()
		eventually(t, "local subscribers hear on", time.Second, func() bool { return here.Load() > before })
		there.Store(0)
		restored.Store(0)
		server.Restart()
		eventually(t, "the node is told that the bus is there again", soon, func() bool { return restored.Load() == 1 })
	}
	eventually(t, "hints flow again", soon, func() bool { return there.Load() > 0 })
	if published := stop(); here.Load() != published {
		t.Errorf("of %d hints local subscribers heard %d", published, here.Load())
	}
	if got := a.Counts(); got.Unsent == 0 || got.Sent == 0 {
		t.Errorf("with NATS gone for a while: %+v", got)
	}
}

// A connection that nothing comes through looks healthy to the operating system.
func TestAServerThatHangsIsNoticedAndHoldsNobodyUp(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	a, b := node(t, server.URL()), node(t, server.URL())
	restored := listening(t, a, bus.Restored)
	reaches(t, a, b)
	restored.Store(0)
	server.Pause()
	longest := make(chan time.Duration, 1)
	starved := testload.Starved()
	go func() {
		var most time.Duration
		defer func() { longest <- most }()
		large := bus.Hint{Items: []transcript.Item{{Position: 1, Content: strings.Repeat("x", 10_000)}}}
		for i := range 20_000 { // more than all buffers on the way hold
			began := clock.Wall()
			a.Publish(context.Background(), bus.Session(strconv.Itoa(i)), large)
			most = max(most, clock.Wall().Sub(began))
		}
		for i := range 2_000 {
			a.Subscribe(bus.Session(strconv.Itoa(i)), func(bus.Hint) {})
		}
	}()
	eventually(t, "the nodes notice", 5*time.Second, func() bool { return !a.Up() && !b.Up() })
	select {
	case took := <-longest:
		if testload.Less(took, testload.Starved()-starved) > time.Second {
			t.Errorf("a call waited for %v: publishing waits for NATS", took)
		}
	case <-time.After(soon):
		t.Fatal("publishing waits for NATS")
	}
	if got := a.Counts(); got.Unsent == 0 {
		t.Errorf("200 MB are waiting for a server that hangs: %+v", got)
	}
	server.Resume()
	eventually(t, "the bus is there again", 2*soon, func() bool { return a.Up() && b.Up() && restored.Load() > 0 })
	reaches(t, a, b)
	reaches(t, b, a)
}

func TestOneServerOfAClusterDies(t *testing.T) {
	servers := natstest.Cluster(t, 3)
	a, b := node(t, servers[0].URL()), node(t, servers[1].URL())
	restored := listening(t, a, bus.Restored)
	reaches(t, a, b)
	before := restored.Load()
	servers[0].Kill()
	eventually(t, "the node moves to another server, and is told", soon, func() bool { return a.Up() && restored.Load() > before })
	reaches(t, a, b)
	reaches(t, b, a)
}

func TestNATSIsAwayAtTheStart(t *testing.T) {
	address := natstest.FreeAddress(t)
	a, b := node(t, "nats://"+address), node(t, "nats://"+natstest.FreeAddress(t)+", nats://"+address)
	here := listening(t, a, bus.Due)
	a.Publish(context.Background(), bus.Due, bus.Hint{})
	if a.Up() || here.Load() != 1 {
		t.Errorf("without NATS: up is %v, local subscribers heard %d, want false and 1", a.Up(), here.Load())
	}
	natstest.Start(t, natstest.Config{Listen: address})
	eventually(t, "the nodes find NATS", soon, func() bool { return a.Up() && b.Up() })
	reaches(t, a, b)
	reaches(t, b, a)
}

func TestASlowHandlerLosesHintsThatAreCounted(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	a, b := node(t, server.URL()), node(t, server.URL())
	reaches(t, a, b)
	release, stuck := make(chan struct{}), make(chan struct{}, 1)
	defer b.Subscribe(bus.Session("s"), func(bus.Hint) {
		select {
		case stuck <- struct{}{}:
		default:
		}
		<-release
	})()
	eventually(t, "the handler is stuck", soon, func() bool {
		a.Publish(context.Background(), bus.Session("s"), bus.Hint{})
		return len(stuck) > 0
	})
	eventually(t, "hints are dropped", soon, func() bool {
		for range 1_000 {
			a.Publish(context.Background(), bus.Session("s"), bus.Hint{})
		}
		return b.Counts().Dropped > 0
	})
	close(release)
	reaches(t, a, b)
}

func TestWhatCannotBeReadIsIgnored(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	b := node(t, server.URL())
	heard := listening(t, b, bus.Due)
	stranger, err := natsgo.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	eventually(t, "all three are counted", soon, func() bool {
		for _, raw := range []string{"", "{}", "\x02newer"} {
			if err := stranger.Publish("parley.main.due", []byte(raw)); err != nil {
				t.Fatal(err)
			}
		}
		return b.Counts().Ignored >= 3
	})
	if heard.Load() != 0 || b.Counts().Received != 0 {
		t.Errorf("%d of them were heard", heard.Load())
	}
}

func TestClustersDoNotHearOneAnother(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	a, b := node(t, server.URL()), node(t, server.URL())
	other := open(t, nats.Options{URL: server.URL(), Cluster: "other"})
	stranger := listening(t, other, bus.Config)
	eventually(t, "all are there", soon, func() bool { return a.Up() && b.Up() && other.Up() })
	reaches(t, a, b)
	if stranger.Load() != 0 {
		t.Error("a hint was heard in another cluster")
	}
	eventually(t, "the last subscription has ended", soon, func() bool { return b.Counts().Topics == 0 })
}

// What was published last is not lost with its node.
func TestCloseSendsWhatIsWaiting(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	a, b := node(t, server.URL()), node(t, server.URL())
	there := listening(t, b, bus.Due)
	reaches(t, a, b)
	eventually(t, "the subscription is there", soon, func() bool {
		a.Publish(context.Background(), bus.Due, bus.Hint{})
		return there.Load() > 0
	})
	sent := a.Counts().Sent
	for range 1_000 {
		a.Publish(context.Background(), bus.Due, bus.Hint{})
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got := a.Counts(); got.Sent < sent+1_000 {
		t.Errorf("sent %d of 1000 hints before the end", got.Sent-sent)
	}
	eventually(t, "all have arrived", soon, func() bool { return there.Load() >= 1_000 })
}

// A server that stops must not be held up by NATS.
func TestCloseDoesNotWaitForAServerThatHangs(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	a := node(t, server.URL())
	eventually(t, "the bus is there", soon, a.Up)
	server.Pause()
	large := bus.Hint{Items: []transcript.Item{{Position: 1, Content: strings.Repeat("x", 10_000)}}}
	for range 10_000 { // more than the connection takes
		a.Publish(context.Background(), bus.Due, large)
	}
	began := clock.Wall()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if took := clock.Wall().Sub(began); took > 4*time.Second {
		t.Errorf("Close took %v", took)
	}
}
