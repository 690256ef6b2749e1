// Package datadir knows what lies in a server's data directory.
//
// It guarantees that a directory has one user at a time: a server, or a
// restore. Reading the database beside a running server needs no lock.
package datadir

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// The files of a data directory.
const (
	Database  = "parley.db"  // with its WAL beside it
	MasterKey = "master.key" // seals the secrets in the database
	// Attachments is a directory: the bytes of attached files, unless they are kept elsewhere.
	Attachments = "attachments"
	// Spool is a directory: files on their way to a bucket.
	Spool = "uploading"
	// NextMasterKey is to replace MasterKey at the next start, which seals everything with it.
	NextMasterKey = "master.key.next"
	lockFile      = "lock"
)

// Lock makes a directory the caller's own, and makes it (mode 0700) if there is
// none. The lock ends when the file is closed, or with the process.
func Lock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("the data directory %s is in use by another server", dir)
	}
	return f, nil
}

// Used returns the names of what a directory holds, the lock aside; nil if it is not there.
func Used(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	for _, e := range entries {
		if e.Name() != lockFile {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// Sync makes the names in a directory durable.
func Sync(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
