package cluster

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/e2e/crashfs"
)

// Disks returns what a crashfs must be for NewPostgres.
func Disks(t testing.TB) crashfs.Options {
	t.Helper()
	uid, err := postgresUID()
	if err != nil {
		t.Fatal(err)
	}
	return crashfs.Options{UID: uid, SyncNames: true}
}

// Outage takes the power from both servers at one instant, and gives it back:
// they go on with what was synced. Nobody is promoted meanwhile.
func (p *Postgres) Outage(seed uint64) error {
	p.PowerOff(seed)
	return p.PowerOn()
}

// PowerOff takes the power: from when it returns nothing is written any more.
func (p *Postgres) PowerOff(seed uint64) {
	p.pauseKeeping()
	if err := p.fs.Outage(crashfs.OutageArgs{To: p.after(), Seed: seed}); err != nil {
		p.t.Errorf("cluster: outage: %v", err)
	}
	for _, s := range p.servers {
		s.kill()
	}
}

// after is where an outage leaves what survived.
func (p *Postgres) after() string { return filepath.Join(p.home, "after") }

// PowerOn starts the primary on what the outage left. The keeper starts the
// standby on what is left there, as one: by itself it might take itself for a primary.
func (p *Postgres) PowerOn() error {
	for i, s := range p.servers {
		old := s.data
		if !p.stale[i] {
			s.data = p.place(s)
			if err := copySynced(filepath.Join(p.after(), filepath.Base(old)), s.data); err != nil {
				return err
			}
		}
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	if err := p.servers[p.Primary()].start(); err != nil {
		return err
	}
	p.mu.Lock()
	p.inSync, p.namedAt, p.target, p.flushed = false, time.Now(), 0, 0
	p.answered, p.streamed = time.Now(), time.Now()
	p.note("the power is back")
	p.mu.Unlock()
	p.resumeKeeping()
	return errors.Join(syncPath(p.root), os.RemoveAll(p.after()))
}

// Recovers waits until the primary answers; false means that it gave up.
func (p *Postgres) Recovers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	for ctx.Err() == nil {
		s := p.servers[p.Primary()]
		if query(ctx, s.address, "SELECT 1", new(int)) == nil {
			return true
		}
		if !s.runs() {
			return false
		}
		<-time.After(lookEvery)
	}
	return false
}

// copySynced copies a directory so that all of it would survive.
func copySynced(from, to string) error {
	if err := os.Remove(to); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return errors.Join(os.Chmod(to, 0o700), filepath.WalkDir(to, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, syncPath(path))
	}))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
