package gateway_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
)

// residentLimit is what an idle subscribed participant may cost over plain TCP.
const residentLimit = 16 << 10

// TestMemoryPerIdleSocket opens 2,000 sockets of 2,000 sessions and measures what the
// process grew by, the clients' ends (a bare connection each, within the same process) included.
func TestMemoryPerIdleSocket(t *testing.T) {
	const sockets = 2000
	w := newWorld(t, nil)
	open := func(i int) {
		_, r := w.rawDial(t, "s"+strconv.Itoa(i)+"/c/1", "", masked(0x81, subscribe))
		readFrame(t, r)
	}
	for i := range 50 { // what is paid once
		open(i)
	}
	before := measure()
	for i := range sockets {
		open(50 + i)
	}
	w.expectFollowings(t, sockets+50)
	after := measure()
	heap, resident := (after.heap-before.heap)/sockets, (after.resident-before.resident)/sockets
	t.Logf("per idle socket: %d bytes of heap and stacks, %d bytes resident", heap, resident)
	if heap > residentLimit {
		t.Errorf("%d bytes of heap and stacks per idle socket, want at most %d", heap, residentLimit)
	}
}

type footprint struct{ heap, resident int64 }

func measure() footprint {
	for range 3 {
		runtime.GC() // stacks shrink by half each time
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	f := footprint{heap: int64(m.HeapInuse + m.StackInuse)}
	if statm, err := os.ReadFile("/proc/self/statm"); err == nil {
		var size int64
		fmt.Fscan(bytes.NewReader(statm), &size, &f.resident)
		f.resident *= int64(os.Getpagesize())
	}
	return f
}

// TestManySlowReaders (P11): sockets that read nothing cost a bounded queue each, whatever is said to them, until they are cut; who reads misses nothing.
func TestManySlowReaders(t *testing.T) {
	const (
		sockets = 200
		items   = 400            // of 16 KB for each, which is more than the queue and the kernel hold
		most    = 1<<20 + 64<<10 // bytes of a socket: its queue, and what any socket costs
	)
	w := newWorld(t, nil)
	for i := range sockets {
		w.rawDial(t, "slow"+strconv.Itoa(i)+"/c/1", "", masked(0x81, subscribe)) // never reads
	}
	fast := w.subscribed(t, "fast/a/1")
	w.expectFollowings(t, sockets+1)
	before := measure()
	var peak int64
	for i := range items {
		for n := range sockets {
			w.say("slow"+strconv.Itoa(n), message(padding))
		}
		w.say("fast", message(strconv.Itoa(i)))
		if got := content(t, fast.next(t)); got != strconv.Itoa(i) {
			t.Fatalf("item %d of who reads: %q", i, got)
		}
		if i%25 == 24 {
			peak = max(peak, (measure().heap-before.heap)/sockets)
		}
	}
	w.expectDrops(t, "overflow", sockets)
	fast.alive(t)
	t.Logf("at most %d bytes of heap and stacks per slow reader", peak)
	if peak > most || peak < 64<<10 { // less: nothing was queued
		t.Errorf("%d bytes of heap and stacks per slow reader, want at most %d", peak, most)
	}
}
