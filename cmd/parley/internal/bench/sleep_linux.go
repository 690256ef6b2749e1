package bench

import (
	"time"

	"golang.org/x/sys/unix"
)

// preciseSleep waits in the kernel: the runtime's timers may be a whole
// millisecond late in an otherwise idle process, longer than what is measured.
func preciseSleep(d time.Duration) {
	left := unix.NsecToTimespec(int64(d))
	for unix.Nanosleep(&left, &left) == unix.EINTR {
	}
}
