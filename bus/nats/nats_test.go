package nats_test

import (
	"io"
	"log/slog"
	"testing"

	"parley/bus"
	"parley/bus/bustest"
	"parley/bus/memory"
	"parley/bus/nats"
	"parley/internal/natstest"
)

// node opens the bus of one node.
func node(t testing.TB, url string) *nats.Bus {
	t.Helper()
	return open(t, nats.Options{URL: url})
}

// open opens a bus that is closed when the test ends.
func open(t testing.TB, o nats.Options) *nats.Bus {
	t.Helper()
	o.Local = memory.New()
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	b, err := nats.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func nodes(t testing.TB, urls ...string) []bus.Bus {
	t.Helper()
	all := make([]bus.Bus, len(urls))
	for i, url := range urls {
		all[i] = node(t, url)
	}
	return all
}

func TestConformance(t *testing.T) {
	server := natstest.Start(t, natstest.Config{})
	t.Run("alone", func(t *testing.T) {
		bustest.Run(t, func(t *testing.T) bus.Bus { return node(t, server.URL()) })
	})
	t.Run("without NATS", func(t *testing.T) {
		nowhere := "nats://" + natstest.FreeAddress(t)
		bustest.Run(t, func(t *testing.T) bus.Bus { return node(t, nowhere) })
	})
	t.Run("nodes of one server", func(t *testing.T) {
		bustest.RunNodes(t, func(t *testing.T, n int) []bus.Bus {
			return nodes(t, server.URL(), server.URL(), server.URL())
		})
	})
	t.Run("nodes of a cluster", func(t *testing.T) {
		servers := natstest.Cluster(t, 3)
		bustest.RunNodes(t, func(t *testing.T, n int) []bus.Bus {
			return nodes(t, servers[0].URL(), servers[1].URL(), servers[2].URL())
		})
	})
}
