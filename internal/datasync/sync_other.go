//go:build !linux

package datasync

import "os"

// File makes what was written to a file durable.
func File(f *os.File) error { return f.Sync() }
