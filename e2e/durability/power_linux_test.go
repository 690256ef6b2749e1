package durability_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"parley/e2e/crashfs"
	"parley/e2e/harness"
)

// TestPowerLossOfTheProgram takes the power from the running program again and
// again: it is killed, what it did not sync is gone, and it starts on what
// is left (P1).
func TestPowerLossOfTheProgram(t *testing.T) {
	r := seeded(t)
	d := newDisk(t)
	d.boot()
	l := newLoad(t, d.s, d.s.URL, 4)
	d.losePower(l, r, count(5, 100))
}

// TestForgottenSyncsAreNoticed shows that the test above would see a program
// that does not sync: one that only believes so loses what it acknowledged.
func TestForgottenSyncsAreNoticed(t *testing.T) {
	r := seeded(t)
	for range 10 {
		if problems := losePowerUnsynced(t, r); len(problems) > 0 {
			t.Logf("as it must be: %.300s", problems[0])
			return
		}
	}
	t.Error("a program whose syncs do nothing lost nothing: the check is blind")
}

// losePowerUnsynced loses power once under a program that does not sync; it
// returns what went wrong afterwards.
func losePowerUnsynced(t *testing.T, r *rand.Rand) []string {
	c := &complaints{TB: t}
	d := newDisk(c)
	over := make(chan struct{})
	go func() { // with a thread of its own, which ends with it
		defer close(over)
		if err := forgetSyncs(); err != nil {
			t.Errorf("seccomp: %v", err)
			return
		}
		d.boot()
		l := newLoad(c, d.s, d.s.URL, 4)
		c.keep.Store(true)
		d.losePower(l, r, 1)
	}()
	<-over
	return c.kept()
}

// disk is a server and the lossy file system that it keeps its data on.
type disk struct {
	*crashfs.FS
	t     testing.TB
	s     *harness.Server
	place string // the data directory's name
}

// newDisk lays a first start's data on a disk, safe from the next loss. No
// server runs yet.
func newDisk(t testing.TB) *disk {
	t.Helper()
	first := t.TempDir()
	d := &disk{FS: crashfs.Mount(t), t: t, s: harness.Start(t, harness.Flags("--data", first))}
	d.s.Stop()
	d.lay(first, "data-0")
	return d
}

// lay copies a directory to the disk and makes it the next data directory.
func (d *disk) lay(from, place string) {
	d.t.Helper()
	to := filepath.Join(d.Dir, place)
	if err := copySynced(from, to); err != nil {
		d.t.Fatal(err)
	}
	harness.Flags("--data", to)(d.s)
	d.place = place
}

func (d *disk) boot() { d.t.Helper(); d.s.Boot() }

// losePower loses power under load, several times, and judges what clients saw.
func (d *disk) losePower(l *load, r *rand.Rand, losses int) {
	l.begin(2)
	defer l.stop()
	for i := range losses {
		l.after(r.IntN(300))
		d.s.Kill()
		after := filepath.Join(d.t.TempDir(), "after")
		if err := d.Clone(crashfs.CloneArgs{Dir: d.place, To: after, Seed: r.Uint64()}); err != nil {
			d.t.Fatal(err)
		}
		old := filepath.Join(d.Dir, d.place)
		d.lay(after, fmt.Sprint("data-", i+1))
		d.s.Boot()
		if err := errors.Join(os.RemoveAll(old), syncDir(d.Dir)); err != nil { // so that the memory is free again
			d.t.Fatal(err)
		}
	}
	l.after(20)
	l.end()
	l.check()
}

// complaints is a test whose failures are kept, instead of told, once keep is set.
type complaints struct {
	testing.TB
	keep  atomic.Bool
	mu    sync.Mutex
	texts []string
}

func (c *complaints) kept() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.texts)
}

// Error keeps or tells a failure.
func (c *complaints) Error(args ...any) {
	if !c.keep.Load() {
		c.TB.Error(args...)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, fmt.Sprint(args...))
}

// Errorf keeps or tells a failure.
func (c *complaints) Errorf(format string, args ...any) { c.Error(fmt.Sprintf(format, args...)) }

// Fatal keeps or tells a failure and ends the goroutine.
func (c *complaints) Fatal(args ...any) { c.Error(args...); runtime.Goexit() }

// Fatalf keeps or tells a failure and ends the goroutine.
func (c *complaints) Fatalf(format string, args ...any) { c.Fatal(fmt.Sprintf(format, args...)) }

// copySynced copies a directory so that all of it would survive.
func copySynced(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	if err := filepath.WalkDir(to, private); err != nil {
		return err
	}
	return syncPath(filepath.Dir(to))
}

// private gives a file the mode that the program gave it, and syncs it.
func private(path string, entry fs.DirEntry, err error) error {
	if err == nil && !entry.IsDir() {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	return syncPath(path)
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
