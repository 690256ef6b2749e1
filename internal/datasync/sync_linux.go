package datasync

import (
	"os"

	"golang.org/x/sys/unix"
)

// File makes what was written to a file durable.
func File(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }
