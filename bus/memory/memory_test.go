package memory_test

import (
	"context"
	"slices"
	"testing"

	"parley/bus"
	"parley/bus/bustest"
	"parley/bus/memory"
)

func TestConformance(t *testing.T) {
	bustest.Run(t, func(*testing.T) bus.Bus { return memory.New() })
}

// Within a process all nodes are one.
func TestNodes(t *testing.T) {
	bustest.RunNodes(t, func(_ *testing.T, n int) []bus.Bus {
		return slices.Repeat([]bus.Bus{memory.New()}, n)
	})
}

func TestPublishWithoutSubscribersAllocatesNothing(t *testing.T) {
	b := memory.New()
	topic := bus.Session("s")
	if n := testing.AllocsPerRun(100, func() { b.Publish(context.Background(), topic, bus.Hint{Session: "s"}) }); n != 0 {
		t.Errorf("%v allocations per publish, want 0", n)
	}
}

func BenchmarkPublishToNobody(b *testing.B) {
	bb := memory.New()
	topic := bus.Session("s")
	for b.Loop() {
		bb.Publish(context.Background(), topic, bus.Hint{Session: "s"})
	}
}
