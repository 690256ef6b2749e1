package follow

import (
	"testing"

	"parley/domain/transcript"
	"parley/internal/clock"
)

// BenchmarkCounting is what counting and timing one delivered item costs, and counting its two sockets.
func BenchmarkCounting(b *testing.B) {
	var c clock.Clock
	h := New(nil, nil, Options{Now: c.Now})
	item := &transcript.Item{Time: c.Now()}
	b.ReportAllocs()
	for b.Loop() {
		h.timed(item)
		h.delivered.Add(1)
		h.delivered.Add(1)
	}
}
