package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"parley/e2e/crashfs"
	"parley/e2e/harness"
)

// lone is the disk of a node that is alone: SQLite, and what else is in its data directory.
type lone struct {
	*crashfs.FS
	t      testing.TB
	node   *Node
	place  string // the data directory's name
	losses int
}

// onDisk moves a node that has started for the first time to a disk that forgets what was not synced. What it has written by now is safe.
func onDisk(t testing.TB, disk *crashfs.FS, n *Node) *lone {
	t.Helper()
	n.Stop()
	l := &lone{FS: disk, t: t, node: n}
	if err := l.lay(n.DataDir()); err != nil {
		t.Fatal(err)
	}
	n.Boot()
	return l
}

// lay copies a directory to the disk, where it is the node's data from now on.
func (l *lone) lay(from string) error {
	l.place = fmt.Sprint("data-", l.losses)
	to := filepath.Join(l.Dir, l.place)
	if err := errors.Join(os.Mkdir(to, 0o700), copySynced(from, to), filepath.WalkDir(to, private), syncPath(l.Dir)); err != nil {
		return err
	}
	harness.Data(to)(l.node.Server)
	return nil
}

// private gives a file the mode that the program gave it: a clone has none of them.
func private(path string, entry fs.DirEntry, err error) error {
	if err == nil && !entry.IsDir() {
		err = os.Chmod(path, 0o600)
	}
	return err
}

// lose takes the power: the node is gone until Heal, and then finds what was synced, and of the rest what chance has left.
func (l *lone) lose(seed uint64) {
	l.t.Helper()
	l.node.Kill()
	l.losses++
	old, after := filepath.Join(l.Dir, l.place), filepath.Join(l.t.TempDir(), "after")
	err := l.Clone(crashfs.CloneArgs{Dir: l.place, To: after, Seed: seed})
	if err == nil {
		err = errors.Join(l.lay(after), os.RemoveAll(old), syncPath(l.Dir)) // so that the memory is free again
	}
	if err != nil {
		l.t.Fatal(err)
	}
}
