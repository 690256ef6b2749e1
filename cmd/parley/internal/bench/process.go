package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc (USER_HZ, 100 on every Linux
// that Go runs on).
const tick = 10 * time.Millisecond

// process is the server's, by its id; 0 means unknown, and then, as where there
// is no /proc, its figures are 0.
type process int

// cpu returns the processor time that all threads have used so far.
func (p process) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
	if p == 0 || err != nil {
		return 0
	}
	// The name, in brackets, may hold blanks; utime and stime are fields 14 and
	// 15, the 12th and 13th after it.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// resident returns the resident memory in bytes.
func (p process) resident() int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
	if p == 0 || err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// machineBusy returns the processor time that everything on this machine has
// used so far, the hypervisor's theft included; 0 where there is no /proc.
func machineBusy() time.Duration {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	// cpu user nice system idle iowait irq softirq steal …; user holds guests'.
	fields := strings.Fields(line)
	busy := 0
	for _, i := range []int{1, 2, 3, 6, 7, 8} {
		if i < len(fields) {
			ticks, _ := strconv.Atoi(fields[i])
			busy += ticks
		}
	}
	return time.Duration(busy) * tick
}
