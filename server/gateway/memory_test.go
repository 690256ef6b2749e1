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
