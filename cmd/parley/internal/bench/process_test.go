package bench

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"
)

func TestProcessFiguresAreThisProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("there is no /proc here; the figures must be 0")
		if process(os.Getpid()).cpu() != 0 {
			t.Error("processor time from nowhere")
		}
		return
	}
	self := process(os.Getpid())
	before, all := self.cpu(), machineBusy()
	for start := time.Now(); time.Since(start) < 60*time.Millisecond; {
	}
	if used := self.cpu() - before; used < 20*time.Millisecond || used > 5*time.Second {
		t.Errorf("60 ms of work counted as %v", used)
	}
	if machine := machineBusy() - all; machine < 20*time.Millisecond {
		t.Errorf("60 ms of work counted as %v of the machine", machine)
	}
	if rss := self.resident(); rss < 1<<20 || rss > 1<<33 {
		t.Errorf("resident %d bytes", rss)
	}
	if process(0).cpu() != 0 || process(0).resident() != 0 {
		t.Error("an unknown process has figures")
	}
}

func TestDiskProbeSyncsAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	var h Histogram
	if err := probeDisk(context.Background(), dir, 30*time.Millisecond, &h); err != nil {
		t.Fatal(err)
	}
	if h.Count() == 0 || h.Quantile(0.5) <= 0 {
		t.Errorf("%d syncs, median %v", h.Count(), h.Quantile(0.5))
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := probeDisk(context.Background(), dir+"/absent", time.Second, &h); err == nil {
		t.Error("no error for an absent directory")
	}
}
