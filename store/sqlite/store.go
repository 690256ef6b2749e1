// Package sqlite is the store in one SQLite file: the embedded default.
//
// It guarantees what package store promises on a single machine. One writer
// commits all Sets that wait at a moment in one transaction with one fsync
// (WAL, synchronous=FULL), statements batched over the whole transaction. Plain
// appends go into a journal first, one row for all of them, and from there to
// the tables in bulk.
// Readers have connections of their own and never wait for the writer.
//
// After a failed write or fsync the store refuses every further write, and
// Ping says so: the process has to open it again, which recovers what was
// acknowledged. A full disk only fails the Sets that meet it.
package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"parley/store"
)

// Options tune a Store. The zero value is what a server wants.
type Options struct {
	// Readers is how many connections read at a time; 0 = twice the processors, at least 4.
	Readers int
	// CheckpointRows is after about how many written pages the WAL is copied into
	// the database; 0 = 1,024, which is 4 MiB. The WAL grows to twice that before
	// the writer makes it begin anew.
	CheckpointRows int
	// JournalBytes is how far the tables may lag behind what was committed; 0 = 2 MiB.
	// Opening the database reads as much.
	JournalBytes int64
	// Unsafe turns every fsync off. It exists so that the crash tests can
	// prove that they would notice a lost write.
	Unsafe bool
	// Meter counts commits; nil counts nothing.
	Meter *store.Meter

	migrations fs.FS // the schema's; a test adds steps
}

// Store is a store.Store in one SQLite file.
type Store struct {
	write  *sql.DB
	read   *sql.DB
	reads  *reads
	writer *writer
	keeper *keeper

	journal *journal
}

var _ store.Store = (*Store)(nil)

// Open opens the database file at path, creates it (mode 0600) if it does not
// exist, and migrates its schema; an older one is first copied to BeforeName. The caller makes sure that no other process
// has the file open. A schema of a newer release is an error.
func Open(path string, opts Options) (*Store, error) {
	s, err := open(path, opts)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func open(path string, opts Options) (_ *Store, err error) {
	if err := createFile(path, opts.Unsafe); err != nil {
		return nil, err
	}
	s := &Store{}
	defer func() {
		if err != nil {
			s.closePools()
		}
	}()
	if s.write, err = sql.Open("sqlite", writeDSN(path, opts)); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(2) // the writer's and the keeper's
	ctx := context.Background()
	keep := func(target int64) error { return keepBefore(ctx, s.write, path, target) }
	if err := migrate(ctx, s.write, cmp.Or(opts.migrations, fs.FS(migrations)), keep); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if s.read, err = openReaders(path, opts); err != nil {
		return nil, err
	}
	s.reads = newReads(s.read)
	return s, s.start(ctx, opts)
}

// start runs the writer and the keeper.
func (s *Store) start(ctx context.Context, opts Options) (err error) {
	if s.keeper, err = newKeeper(ctx, s.write, cmp.Or(opts.CheckpointRows, 1024)); err != nil {
		return err
	}
	s.journal = newJournal(cmp.Or(opts.JournalBytes, journalBytes))
	if err := s.journal.load(ctx, s.write); err != nil {
		return err
	}
	if s.writer, err = newWriter(ctx, s.write, s.keeper, s.journal, opts.Meter); err != nil {
		return err
	}
	go s.writer.run()
	go s.keeper.run(s.writer)
	return nil
}

// createFile makes an empty file of mode 0600 and its directory entry
// durable, if there is none. SQLite gives the WAL the same mode.
func createFile(path string, unsafe bool) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil || unsafe {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// writeDSN names the file for the connections that write. Their caches are of
// 4 MiB: SQLite goes through all of a cache in many commits, so that a larger
// one costs more than it saves.
func writeDSN(path string, opts Options) string {
	synchronous := "FULL"
	if opts.Unsafe {
		synchronous = "OFF"
	}
	return dsn(path, "rw",
		"busy_timeout(1000)", "journal_mode(WAL)", "synchronous("+synchronous+")",
		"wal_autocheckpoint(0)", "secure_delete(1)", "cache_size(-4096)", "temp_store(MEMORY)")
}

func openReaders(path string, opts Options) (*sql.DB, error) {
	n := opts.Readers
	if n == 0 {
		n = max(4, 2*runtime.GOMAXPROCS(0))
	}
	db, err := sql.Open("sqlite", dsn(path, "ro", "busy_timeout(1000)", "query_only(1)", "cache_size(-1024)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// dsn names the file in the driver's form.
func dsn(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_pragma": pragmas}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

// Ping writes and syncs a probe; it fails if the store cannot be written to.
func (s *Store) Ping(ctx context.Context) error {
	return s.writer.exclusive(ctx, only(""), func(tx *sql.Conn) error {
		_, err := tx.ExecContext(context.Background(), "UPDATE counters SET value = value + 1 WHERE name = 'probe'")
		return err
	})
}

// Close commits what waits, refuses what comes later, and releases
// everything. It is safe to call more than once.
func (s *Store) Close() error {
	s.writer.close()
	s.keeper.close()
	return s.closePools()
}

func (s *Store) closePools() error {
	var first error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db == nil {
			continue
		}
		if err := db.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
