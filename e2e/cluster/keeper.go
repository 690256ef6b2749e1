package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"parley/e2e/harness"
)

// resumeKeeping starts the keeper.
func (p *Postgres) resumeKeeping() {
	ctx, cancel := context.WithCancel(context.Background())
	p.stop, p.stopped = cancel, make(chan struct{})
	go p.keep(ctx, p.stopped)
}

// pauseKeeping stops the keeper and returns when it does nothing any more.
func (p *Postgres) pauseKeeping() {
	p.stop()
	<-p.stopped
}

// keep decides who is the primary. A primary that does not answer is killed and
// its standby promoted, if that has all that was acknowledged. A standby that
// does not follow is given up, so that the primary does not wait for it, and is
// then not promoted until it has caught up again.
func (p *Postgres) keep(ctx context.Context, stopped chan<- struct{}) {
	defer close(stopped)
	w := &watch{}
	defer w.close()
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := errors.Join(p.keepPrimary(ctx, w), p.keepStandby(ctx, w)); err != nil && ctx.Err() == nil {
			p.trouble(err)
		}
	}
}

// keepPrimary fails over, or starts the primary again, or ends a promotion that
// a full disk or a kill cut short.
func (p *Postgres) keepPrimary(ctx context.Context, w *watch) error {
	i, recovers := p.Primary(), false
	err := w.query(ctx, p.reach[i].Address(), "SELECT pg_is_in_recovery()", &recovers)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil && recovers {
		return p.promote(ctx)
	}
	if err == nil {
		p.answered = time.Now()
		return nil
	}
	s := p.servers[i]
	silent := time.Since(p.answered)
	if p.inSync && (silent > primaryGone || !s.runs()) {
		if promoted, err := p.failOver(ctx); promoted || err != nil {
			return err
		}
	}
	gone := !s.runs() && time.Since(p.started) > restartEvery
	if p.broken[i] || !gone && silent < primaryStuck {
		return nil
	}
	p.note("starting %s", s.name)
	p.inSync, p.namedAt, p.target, p.answered, p.started = false, time.Now(), 0, time.Now(), time.Now()
	s.kill()
	return s.start()
}

// failOver kills the primary and promotes its standby, if that is there to be
// promoted; the caller holds the lock.
func (p *Postgres) failOver(ctx context.Context) (promoted bool, err error) {
	old, next := p.primary, 1-p.primary
	recovers := false
	if query(ctx, p.reach[next].Address(), "SELECT pg_is_in_recovery()", &recovers) != nil || !recovers {
		return false, nil
	}
	p.note("killing %s", p.servers[old].name)
	p.servers[old].kill()
	p.primary, p.named, p.inSync, p.stale[old] = next, false, false, true
	return true, errors.Join(p.configure(), p.promote(ctx))
}

// promote makes the chosen primary, which is still a standby, one that writes;
// the caller holds the lock. Where it takes too long that is an error, and the
// next look at the primary goes on with it.
func (p *Postgres) promote(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, promoteWithin)
	defer cancel()
	s, recovers := p.servers[p.primary], true
	err := query(ctx, s.address, "SELECT pg_promote(false)", new(bool))
	for err == nil && recovers {
		<-time.After(lookEvery)
		err = query(ctx, s.address, "SELECT pg_is_in_recovery()", &recovers)
	}
	p.answered, p.streamed, p.flushed = time.Now(), time.Now(), 0
	if err != nil {
		return fmt.Errorf("promoting %s: %w", s.name, err)
	}
	p.note("promoted %s", s.name)
	return nil
}

// keepStandby lets the primary wait for a standby that follows, and for no other.
func (p *Postgres) keepStandby(ctx context.Context, w *watch) error {
	p.mu.Lock()
	primary, standby := p.primary, 1-p.primary
	start := !p.servers[standby].runs() && !p.broken[standby] && time.Since(p.answered) < primaryGone
	p.mu.Unlock()
	if start { // and if it ends at once, again and again, it does not follow
		if err := p.join(standby); err != nil {
			p.trouble(err)
		}
	}
	var sent, flushed int64 // the message gives the standby something to flush, in a quiet moment too
	err := w.query(ctx, p.reach[primary].Address(), `SELECT (pg_logical_emit_message(false, 'keeper', '') - '0/0')::bigint, (coalesce(max(flush_lsn), '0/0') - '0/0')::bigint
		FROM pg_stat_replication WHERE state = 'streaming'`, &sent, &flushed)
	if err != nil {
		return nil // the primary's trouble
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	follows := flushed > p.flushed // one that comes back again and again with what it had, its disk being full, does not
	if follows {
		p.flushed, p.streamed = flushed, time.Now()
	}
	switch {
	case p.named && p.mode == Available && time.Since(p.streamed) > standbyGone:
		p.note("going on without %s", p.servers[standby].name)
		p.inSync = false
		return p.name(false)
	case !p.named && follows:
		return p.name(true)
	case p.named && p.target == 0 && time.Since(p.namedAt) > reloadWithin:
		p.target = sent
	case p.named && p.target > 0 && !p.inSync && flushed >= p.target:
		p.inSync = true
		p.note("%s is in sync", p.servers[standby].name)
	}
	return nil
}

// name makes the primary wait for its standby, or not; the caller holds the lock.
func (p *Postgres) name(wait bool) error {
	p.named, p.namedAt, p.target = wait, time.Now(), 0
	if err := p.configure(); err != nil {
		return err
	}
	return p.servers[p.primary].reload()
}

// join starts a standby, on a copy of the primary's data where its own is stale.
func (p *Postgres) join(i int) error {
	s := p.servers[i]
	s.kill()
	if p.stale[i] {
		old := s.data
		s.data = p.place(s)
		args := []string{"-D", s.data, "-d", "postgres://parley@" + p.stream[i].Address(), "-X", "stream", "-c", "fast"}
		if p.fs == nil {
			args = append(args, "--no-sync") // these disks lose no power
		}
		if err := run("pg_basebackup", args...); err != nil {
			return errors.Join(err, os.RemoveAll(s.data))
		}
		p.stale[i] = false
		if err := os.RemoveAll(old); err != nil && old != "" {
			return err
		}
	}
	signal := filepath.Join(s.data, "standby.signal") // without it this would be a second primary, so it must outlive a power loss
	if err := errors.Join(os.WriteFile(signal, nil, 0o644), syncPath(signal), syncPath(s.data)); err != nil {
		return err
	}
	p.mu.Lock()
	p.note("starting %s as a standby", s.name)
	p.mu.Unlock()
	return s.start()
}

// AwaitSync waits until the standby has all that was acknowledged, so that the
// primary may be lost.
func (p *Postgres) AwaitSync() {
	p.t.Helper()
	harness.Await(p.t, "standby in sync", readyWithin, func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.inSync {
			return errors.New("not yet")
		}
		return nil
	})
}
