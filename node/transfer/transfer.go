// Package transfer moves an installation from a SQLite data directory into a
// PostgreSQL database.
//
// It guarantees: everything is moved, or nothing; every row was read back and
// compared before it counts. The directory stays usable as it was. A directory
// that a server uses and a database that holds something are refused.
package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"parley/blob"
	"parley/node/datadir"
	"parley/store/postgres"
	"parley/store/sqlite"
)

// Options are what is moved whereto.
type Options struct {
	Data string // the data directory; no server may use it
	To   string // the PostgreSQL database, as --store has it
	// Attachments opens where the new installation keeps the files that are attached to chats; nil if nobody said. It is
	// asked once the directory is ours.
	Attachments func() (blob.Store, error)
	Progress    func(string) // told what is being done; nil tells nobody
}

// wait is how long a database that does not answer is waited for: somebody waits (our choice).
const wait = 3 * time.Second

// Copy copies an installation and returns how many rows each table has. The
// directory's database is brought to this release's schema first, as at a server's start.
func Copy(ctx context.Context, o Options) (_ postgres.Filled, err error) {
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	file := filepath.Join(o.Data, datadir.Database)
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("%s holds no installation: %w", o.Data, err)
	}
	lock, err := datadir.Lock(o.Data)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	from, err := sqlite.Open(file, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if err := files(ctx, o); err != nil {
		return nil, err
	}
	o.Progress("opening the PostgreSQL database")
	to, err := postgres.Open(ctx, o.To, postgres.Options{Wait: wait})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	return to.Fill(ctx, from.Dump, o.Progress)
}
