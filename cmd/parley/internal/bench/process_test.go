package bench

import (
	"context"
	"os"
	"runtime"
	"syscall"
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
	before, all, began := self.cpu(), machineBusy(), used(t)
	for used(t)-began < 60*time.Millisecond { // of the processor, however long that takes beside others
	}
	work := used(t) - began
	if counted := self.cpu() - before; counted < work-4*tick || counted > work+4*tick { // /proc rounds each of its sums
		t.Errorf("%v of work counted as %v", work, counted)
	}
	if machine := machineBusy() - all; machine < 20*time.Millisecond {
		t.Errorf("%v of work counted as %v of the machine", work, machine)
	}
	if rss := self.resident(); rss < 1<<20 || rss > 1<<33 {
		t.Errorf("resident %d bytes", rss)
	}
	if process(0).cpu() != 0 || process(0).resident() != 0 {
		t.Error("an unknown process has figures")
	}
}

// used is the processor time of this process, as getrusage(2) knows it.
func used(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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
