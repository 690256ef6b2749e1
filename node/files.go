package node

import (
	"golang.org/x/sys/unix"
)

// openFiles returns how many files and connections the process may have open.
// Go raises the limit to the hard one at the start of every program; raising
// the hard one is the operator's to do (LimitNOFILE of systemd).
func openFiles() (uint64, error) {
	var limit unix.Rlimit
	err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err
}
