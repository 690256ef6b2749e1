package testload_test

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/testload"
)

func TestLess(t *testing.T) {
	for _, c := range []struct{ took, starved, want time.Duration }{
		{10 * time.Second, 0, 10 * time.Second},
		{10 * time.Second, 4 * time.Second, 6 * time.Second},
		{9 * time.Second, 9 * time.Second, 3 * time.Second},
	} {
		if got := testload.Less(c.took, c.starved); got != c.want {
			t.Errorf("%v less %v is %v, want %v", c.took, c.starved, got, c.want)
		}
	}
}

// TestStarvedGrows: more work than there are processors makes some of it wait.
func TestStarvedGrows(t *testing.T) {
	if _, err := os.ReadFile("/proc/pressure/cpu"); err != nil {
		t.Log("nobody counts here; nothing must be taken off")
		if testload.Starved() != 0 {
			t.Error("time from nowhere")
		}
		return
	}
	runtime.GOMAXPROCS(4 * runtime.NumCPU())
	watch, before := testload.Start(), testload.Starved()
	var over atomic.Bool
	var work sync.WaitGroup
	for range 4 * runtime.NumCPU() {
		work.Go(func() {
			for !over.Load() {
			}
		})
	}
	for deadline := time.Now().Add(20 * time.Second); testload.Starved() == before && time.Now().Before(deadline); {
		runtime.Gosched()
	}
	over.Store(true)
	work.Wait()
	if testload.Starved() == before || watch.Took() <= 0 {
		t.Errorf("%v after %v, the watch says %v", testload.Starved(), before, watch.Took())
	}
}
