package metered

import (
	"testing"

	"parley/store"
)

// BenchmarkCounting is what counting and timing one commit costs; the Sets in it share that.
func BenchmarkCounting(b *testing.B) {
	m := store.NewMeter(nil)
	s := New(nil, nil)
	b.ReportAllocs()
	for b.Loop() {
		waiting := m.Read()
		began := m.Read()
		m.Committed(1, waiting, began, m.Read())
		_, count := s.counts.outcome(store.Result{}, nil)
		count.Add(1)
	}
}
