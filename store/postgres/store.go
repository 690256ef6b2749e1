// Package postgres is the store in a PostgreSQL database that several equal
// nodes share.
//
// It guarantees what package store promises, for all nodes together. Sets that
// wait at a moment are committed together, by a few lanes, each with one
// connection: one round trip locks and reads the rows that guards name, the
// rules of package batch decide, a second one writes and commits. Plain messages are
// compared, written and committed in one. Correctness rests on row locks and
// unique keys at READ COMMITTED alone.
//
// When a connection dies during a commit, the lane asks on a new one what
// became of it before anybody is answered. After a failover the store finds
// the new primary by itself; nothing has to be opened again.
package postgres

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/store/batch"
)

// Options tune a Store. The zero value is what a server wants.
type Options struct {
	// Wait is how long Open waits for a database that does not answer yet; 30 s.
	Wait time.Duration
	// Patience is how long a commit or read is tried again while no database
	// that can be written to answers; 12 s: the five seconds after which a silent server is given up,
	// and a promotion, of which the slowest measured took 5.2 s (our choice).
	Patience time.Duration
	// ClaimLife is how long a claim of due work holds without being renewed, by the
	// database's clock; 10 s. What a node that stops had claimed, another one takes up then.
	ClaimLife time.Duration
	// Log receives what an operator should know of; nil discards it.
	Log *slog.Logger
	// Meter counts commits; nil counts nothing.
	Meter *store.Meter
}

func (o Options) withDefaults() Options {
	if o.Wait == 0 {
		o.Wait = 30 * time.Second
	}
	if o.Patience == 0 {
		o.Patience = 12 * time.Second
	}
	if o.ClaimLife == 0 {
		o.ClaimLife = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Store is a store.Store in a PostgreSQL database.
type Store struct {
	settings settings
	opts     Options
	ways     ways   // of searching for words
	name     string // of this Store among those on the database: claims carry it
	pool     *pgxpool.Pool
	lanes    []*lane
	seed     maphash.Seed
	closed   chan struct{}
	once     sync.Once
	outage   outage
}

var _ store.Store = (*Store)(nil)

// Open opens the database that a connection string names, as libpq has it (a
// URL, several hosts allowed), and brings its schema to this release's version.
// Beside the parameters that PostgreSQL knows, it may have pool_max_conns
// (connections that read), lanes (connections that commit) and unsafe=on
// (accept a server that does not sync). A schema of a newer release is an error.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	settings, err := parse(url)
	if err != nil {
		return nil, err
	}
	s := &Store{
		settings: settings, opts: opts.withDefaults(), ways: ways{batch.Lately, patience}, name: uuid.NewString(),
		seed: maphash.MakeSeed(), closed: make(chan struct{}),
	}
	s.outage.log = s.opts.Log
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("open the PostgreSQL database: %w", err)
	}
	if s.pool, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), settings.pool); err != nil {
		return nil, fmt.Errorf("open the PostgreSQL database: %w", err)
	}
	for range settings.lanes {
		l := newLane(s)
		s.lanes = append(s.lanes, l)
		go l.run()
	}
	return s, nil
}

// prepare waits for the database, and checks and migrates it.
func (s *Store) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Wait)
	defer cancel()
	for pause := firstPause; ; pause = pause.next() {
		err := s.prepareOnce(ctx)
		if err == nil {
			s.outage.over()
		}
		if err == nil || !lost(err) || ctx.Err() != nil || !pause.wait(ctx.Done()) {
			return err
		}
		s.outage.note(err)
	}
}

func (s *Store) prepareOnce(ctx context.Context) error {
	conn, err := s.settings.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := s.settings.check(ctx, conn); err != nil {
		return err
	}
	return migrate(ctx, conn)
}

// lane returns the lane of a Set: Sets that lock the same rows share one, so
// that they do not wait for one another's commits.
func (s *Store) lane(set *change.Set) *lane {
	return s.lanes[maphash.String(s.seed, laneKey(set))%uint64(len(s.lanes))]
}

// laneKey is what many Sets contend for: the count, where one is changed.
func laneKey(set *change.Set) string {
	switch {
	case len(set.Usage) > 0:
		return set.Usage[0].Key
	case set.Session != nil:
		return set.Session.ID
	case len(set.Done) > 0:
		return set.Done[0].Owner
	case len(set.Due) > 0:
		return set.Due[0].Owner
	}
	return ""
}

// Commit applies a Set together with others that wait.
func (s *Store) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	r, err := batch.NewRequest(set)
	if err != nil {
		return store.Result{}, err
	}
	if err := ctx.Err(); err != nil {
		return store.Result{}, fault.Wrap(fault.Unavailable, err, "the request ended before it was committed")
	}
	if !s.lane(set).queue.Put(r) {
		return store.Result{}, errClosed()
	}
	if err := r.Wait(ctx); err != nil {
		return store.Result{}, err
	}
	return r.Result(), nil
}

func errClosed() error { return fault.New(fault.Unavailable, "the store is closed") }

// Ping commits a probe; it fails if the database cannot be written to.
func (s *Store) Ping(ctx context.Context) error {
	return s.exec(ctx, `INSERT INTO commits (id) VALUES ($1) ON CONFLICT DO NOTHING`, uuid.New()) // the answer to the first try may be lost
}

// Close commits what waits, refuses what comes later, and releases everything.
// It tries nothing again: what others or a database that does not answer keep
// from being committed fails. It is safe to
// call more than once.
func (s *Store) Close() error {
	s.once.Do(func() {
		for _, l := range s.lanes {
			l.queue.Close()
		}
		close(s.closed)
		for _, l := range s.lanes {
			<-l.stopped
		}
		s.pool.Close()
	})
	return nil
}

// pause is a growing time between tries.
type pause time.Duration

const (
	firstPause = pause(20 * time.Millisecond)
	maxPause   = pause(500 * time.Millisecond)
)

func (p pause) next() pause { return min(2*p, maxPause) }

// wait waits; false if done was closed first.
func (p pause) wait(done <-chan struct{}) bool {
	timer := time.NewTimer(time.Duration(p))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-done:
		return false
	}
}

// patience is the end of an effort that begins now.
func (s *Store) patience() time.Time { return clock.Wall().Add(s.opts.Patience) }

// over tells whether an effort has come to its end.
func over(end time.Time) bool { return !clock.Wall().Before(end) }
