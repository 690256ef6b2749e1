package flowrun_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"parley/internal/clock"
	"parley/store/sqlite"
)

// BenchmarkWaitingFlows measures what flows that wait for a week cost those that do not: how long a server that has nothing to do
// looks for due work (it does so once a second), and how long it takes until a customer who says something has an answer of
// the flow. Both must be the same with none and with 10,000; what else the machine does meets both, in turn. No write is synced:
// that is another benchmark's.
func BenchmarkWaitingFlows(b *testing.B) {
	arms := []arm{waitingFlows(b, 0), waitingFlows(b, 10_000)}
	for range 3 {
		for _, a := range arms {
			b.Run("look/"+a.name, a.look)
		}
		for _, a := range arms {
			b.Run("wake/"+a.name, a.wake)
		}
	}
}

// arm is a server whose flows wait, and a chat that goes on.
type arm struct {
	*world
	name, talking string
	goroutines    int // that the flows brought along
}

func waitingFlows(b *testing.B, n int) arm {
	w := &world{t: b, path: filepath.Join(b.TempDir(), "parley.db"), clock: &clock.Clock{}, options: sqlite.Options{Unsafe: true}}
	w.open()
	b.Cleanup(w.close)
	before := runtime.NumGoroutine()
	flowID := w.waitingFor("604800")
	for range n {
		w.begin(flowID)
	}
	a := arm{world: w, name: fmt.Sprintf("waiting=%d", n), talking: w.begin(flowID)}
	w.all()
	a.goroutines = runtime.NumGoroutine() - before
	return a
}

func (a arm) look(b *testing.B) {
	for b.Loop() {
		rows, err := a.store.Claim(context.Background(), a.clock.Now(), 256)
		if err != nil || len(rows) > 0 {
			b.Fatal(len(rows), err)
		}
		if _, err := a.store.NextDue(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(a.goroutines), "goroutines")
}

func (a arm) wake(b *testing.B) {
	for b.Loop() {
		a.say(a.talking, "hello")
		if n := a.pass(0); n != 1 {
			b.Fatalf("%d flows ran", n)
		}
	}
}
