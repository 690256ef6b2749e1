package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"parley/internal/seal"
	"parley/node/datadir"
	"parley/store"
	"parley/store/postgres"
	"parley/store/sqlite"
)

// shared tells whether other nodes work on the same store.
func (c Config) shared() bool {
	return strings.HasPrefix(c.Store, "postgres://") || strings.HasPrefix(c.Store, "postgresql://")
}

// openStore opens what chats are kept in.
func (n *Node) openStore(ctx context.Context) (store.Store, error) {
	if n.cfg.shared() {
		return postgres.Open(ctx, n.cfg.Store, postgres.Options{Log: n.log, Meter: n.seen.meter})
	}
	return sqlite.Open(n.cfg.file(datadir.Database), sqlite.Options{Meter: n.seen.meter})
}

// storeFailed is what happens when the store could not be written to for a
// while. A file has to be opened again, so the process ends; a database that
// is away comes back, or another one takes its place.
func (n *Node) storeFailed(err error) {
	if n.cfg.shared() {
		n.log.Error("the database cannot be written to; calls fail until it can", slog.Any("error", err))
		return
	}
	n.fail(err)
}

// masterKey returns the key that seals all others: the given one, or one that
// is made at the first start and kept.
func (n *Node) masterKey() (seal.Key, error) {
	if n.cfg.MasterKey == "" {
		path := n.cfg.file(datadir.MasterKey)
		_, err := os.Stat(path)
		n.madeKey = errors.Is(err, fs.ErrNotExist)
		return seal.LoadOrCreateMasterKey(path)
	}
	key, err := seal.ParseKey(n.cfg.MasterKey)
	if err != nil {
		return key, fmt.Errorf("PARLEY_MASTER_KEY: %w", err)
	}
	return key, nil
}

// wrongKey says what to do where the store was first used with another master
// key. One that was made a moment ago has sealed nothing and goes again.
func (n *Node) wrongKey(err error) error {
	if !errors.Is(err, seal.ErrSealed) {
		return err
	}
	c := n.cfg
	if c.shared() && n.madeKey {
		removed := os.Remove(c.file(datadir.MasterKey))
		return errors.Join(errors.New("another server has used this database before, and all servers on it need the same master key: "+
			"give this one a copy of the file master.key in the first one's data directory, by PARLEY_MASTER_KEY_FILE"), removed)
	}
	if c.shared() && c.MasterKey == "" {
		return fmt.Errorf("the master key in %s is not the one that the store was first used with: all nodes need the same, by PARLEY_MASTER_KEY_FILE: %w", c.file(datadir.MasterKey), err)
	}
	return fmt.Errorf("the master key is not the one that the store was first used with: %w", err)
}
