package interp_test

import (
	"testing"
	"time"

	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// silent is a World that keeps nothing, so that the benchmark sees only the
// interpreter.
type silent struct{}

func (silent) Lookup(flow.Path) (flow.Value, bool)   { return flow.TextValue("gold"), true }
func (silent) Say(string) error                      { return nil }
func (silent) SetAttributes(map[string]string) error { return nil }
func (silent) SetTargetQueue(string) error           { return nil }
func (silent) Enqueue() error                        { return nil }
func (silent) BotPresent() bool                      { return true }

// BenchmarkAdvance runs a flow of every built action to its first wait and
// reports the time of one step; the budget is 20 µs.
func BenchmarkAdvance(b *testing.B) {
	doc := read(b, "../testdata/flows/every_built_action.json")
	run := interp.New("r", "f", "1")
	now := time.Unix(0, 0)
	steps := 0
	b.ReportAllocs()
	for b.Loop() {
		_, _, trace := interp.Advance(doc, run, silent{}, interp.Start{}, now, func() uint64 { return 99 })
		steps += len(trace)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}
