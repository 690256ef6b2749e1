// Package crashfs is a file system that shows what a power loss would leave.
//
// It guarantees that everything written to it can be read at once, and that a
// Clone holds, of what was not synced when it was taken, only a random part:
// nothing, all, a beginning, some of the writes, the last of them torn. Names
// are as volatile as bytes: a created, renamed or removed file needs a sync of
// its directory. So a program can run on it undisturbed while tests ask, at
// many moments, what it would find after a crash.
//
// The file system is served by a process of its own, because a Go program
// that waits for a page of a file that it serves itself can stop for good. A
// test binary that uses it calls Main from TestMain.
package crashfs

import (
	"fmt"
	"io"
	"net/rpc"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// childEnv tells a process that it is the server, and where to mount;
// optionsEnv tells it the options.
const (
	childEnv   = "PARLEY_CRASHFS_MOUNT"
	optionsEnv = "PARLEY_CRASHFS_OPTIONS"
)

// Main runs the tests, or serves the file system in the process that Mount started.
func Main(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		var opts Options
		_, err := fmt.Sscanf(os.Getenv(optionsEnv), "%d %t", &opts.UID, &opts.SyncNames)
		if err == nil {
			err = serve(dir, opts, stdio{os.Stdin, os.Stdout})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "crashfs:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// FS is a mounted file system.
type FS struct {
	// Dir is where it is mounted.
	Dir string

	client *rpc.Client
}

// Options say how a file system behaves.
type Options struct {
	// UID owns everything, and others than the mounting user may enter; 0 is root.
	UID uint32
	// SyncNames makes a file's sync make its name durable too, as ext4 and XFS
	// do for new files and as PostgreSQL expects of them.
	SyncNames bool
}

// Mount mounts an empty file system until the test ends. It needs /dev/fuse
// and the right to mount.
func Mount(t testing.TB) *FS { t.Helper(); return MountWith(t, Options{}) }

// MountWith is Mount with options.
func MountWith(t testing.TB, opts Options) *FS {
	t.Helper()
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(exe)
	child.Env = append(os.Environ(), childEnv+"="+dir, fmt.Sprintf("%s=%d %t", optionsEnv, opts.UID, opts.SyncNames))
	child.Stderr = os.Stderr
	in, errIn := child.StdinPipe()
	out, errOut := child.StdoutPipe()
	if errIn != nil || errOut != nil {
		t.Fatal(errIn, errOut)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	client := rpc.NewClient(stdio{out, in})
	t.Cleanup(func() {
		client.Close() // the server ends with its input
		if err := child.Wait(); err != nil {
			t.Errorf("crashfs: %v", err)
		}
	})
	f := &FS{Dir: dir, client: client}
	if err := client.Call("Server.Ready", struct{}{}, &struct{}{}); err != nil {
		t.Fatalf("crashfs: mount: %v", err)
	}
	return f
}

// CloneArgs says what to clone, and when.
type CloneArgs struct {
	Dir  string // a directory of the file system, "" for its root
	To   string // a directory outside of it, which is created
	Seed uint64 // decides what survives
	// After is how many more writes and syncs happen first; if they do not
	// happen, Settle takes the clone.
	After int
}

// Clone writes what a power loss could leave to a directory outside. With
// After it returns at once; everything that was durable before is in the clone.
func (f *FS) Clone(args CloneArgs) error {
	return f.client.Call("Server.Clone", args, &struct{}{})
}

// Settle takes the clones that still wait, and returns when all are written.
func (f *FS) Settle() error {
	return f.client.Call("Server.Settle", struct{}{}, &struct{}{})
}

// FailSyncs makes every sync of a file fail with EIO, or work again.
func (f *FS) FailSyncs(failing bool) error {
	return f.client.Call("Server.FailSyncs", failing, &struct{}{})
}

// OutageArgs say what a loss of power leaves.
type OutageArgs struct {
	To   string // a directory outside, which is created
	Seed uint64 // decides what survives
}

// Outage takes the power from everything at one instant: a clone of the root
// is written, and every later write, sync, creation and renaming below the
// directories that are there now fails with EIO. What is created in the root
// afterwards is a new disk.
func (f *FS) Outage(args OutageArgs) error {
	return f.client.Call("Server.Outage", args, &struct{}{})
}

// RefuseArgs say which disk takes no writes, and why.
type RefuseArgs struct {
	Dir string        // a directory in the root
	Why syscall.Errno // ENOSPC: it is full; EROFS: nothing below is changed in any way; EIO: it is broken; 0: it works
}

// Refuse makes every write and creation below a directory of the root fail, or work again.
func (f *FS) Refuse(args RefuseArgs) error {
	return f.client.Call("Server.Refuse", args, &struct{}{})
}

// stdio joins two halves of a connection.
type stdio struct {
	io.ReadCloser
	io.WriteCloser
}

// Close closes both halves.
func (s stdio) Close() error {
	err := s.WriteCloser.Close()
	if err := s.ReadCloser.Close(); err != nil {
		return err
	}
	return err
}
