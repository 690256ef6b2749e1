package interp_test

import (
	"encoding/json"
	"testing"
	"time"

	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// silent is a World that keeps nothing, so that the benchmark sees only the
// interpreter.
type silent struct {
	doc             *flow.Document
	interp.Contacts // not asked for
	interp.Instance
}

func (silent) Lookup(flow.Path) (flow.Value, bool)                    { return flow.TextValue("gold"), true }
func (silent) ContactData() json.RawMessage                           { return json.RawMessage(`{}`) }
func (silent) SetAttributes(map[string]string) error                  { return nil }
func (silent) BotPresent() bool                                       { return true }
func (w silent) Document(string) (*flow.Document, bool)               { return w.doc, true }
func (silent) Flow(string) (interp.Target, error)                     { return interp.Target{}, nil }
func (silent) Module(string) (interp.Target, error)                   { return interp.Target{}, nil }
func (silent) Prompt(string) (string, bool)                           { return "", false }
func (silent) Say(string) error                                       { return nil }
func (silent) SayBot(string, string) error                            { return nil }
func (silent) View(string, string) (interp.ViewRef, error)            { return interp.ViewRef{}, nil }
func (silent) ShowView(string, interp.ViewRef, json.RawMessage) error { return nil }
func (silent) Logging() bool                                          { return false }
func (silent) SetLogging(bool)                                        {}
func (silent) SetTargetQueue(string) error                            { return nil }
func (silent) SetRecording(json.RawMessage)                           {}
func (silent) Enqueue() error                                         { return nil }

// BenchmarkAdvance runs a flow of every built action to its first wait and
// reports the time of one step; the budget is 20 µs.
func BenchmarkAdvance(b *testing.B) {
	doc := read(b, "../testdata/flows/every_built_action.json")
	run := interp.New("r", "f", "1")
	now := time.Unix(0, 0)
	steps := 0
	b.ReportAllocs()
	for b.Loop() {
		_, _, trace := interp.Advance(run, silent{doc: doc}, interp.Start{}, now, func() uint64 { return 99 })
		steps += len(trace)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}
