package edge

import "testing"

// BenchmarkCounting is what counting and timing one call costs.
func BenchmarkCounting(b *testing.B) {
	c := NewCalls().add(Route{"participant", "SendMessage"})
	b.ReportAllocs()
	for b.Loop() {
		c.end(c.begin(), nil, nil)
	}
}
