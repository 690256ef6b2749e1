package sqlite

import (
	"context"
	"database/sql"
	"sync"
)

// keeper copies the WAL into the database off the writer's path, and keeps
// the WAL's size bounded.
type keeper struct {
	conn    *sql.Conn
	limit   int // rows between checkpoints
	wake    chan struct{}
	stop    chan struct{}
	stopped chan struct{}
	once    sync.Once

	rows int // since the last wake; only the writer's goroutine touches it
}

func newKeeper(ctx context.Context, db *sql.DB, limit int) (*keeper, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &keeper{conn: conn, limit: limit, wake: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{})}, nil
}

// wrote tells the keeper that the writer has committed so many rows.
func (k *keeper) wrote(rows int) {
	k.rows += rows + 1
	if k.rows < k.limit {
		return
	}
	k.rows = 0
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (k *keeper) run(w *writer) {
	defer close(k.stopped)
	for {
		select {
		case <-k.wake:
			k.checkpoint(w)
		case <-k.stop:
			return
		}
	}
}

// checkpoint copies what the WAL holds, off the writer's path. While commits go on there is always a
// rest, so that the WAL can only begin anew from the writer itself, which then
// has little left to copy. A checkpoint that fails is tried again after the
// next rows; if the disk is at fault, the next commit says so.
func (k *keeper) checkpoint(w *writer) {
	frames, err := checkpoint(k.conn, "PASSIVE")
	if err != nil || frames < 2*k.limit {
		return
	}
	_ = w.restartLog(context.Background())
}

// checkpoint runs a checkpoint and returns how many pages the WAL holds.
func checkpoint(conn *sql.Conn, mode string) (frames int, err error) {
	_, frames, err = checkpointed(conn, mode)
	return frames, err
}

// checkpointed also tells whether somebody kept it from being completed.
func checkpointed(conn *sql.Conn, mode string) (busy bool, frames int, err error) {
	var done int
	err = conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &frames, &done)
	return busy, frames, err
}

func (k *keeper) close() {
	k.once.Do(func() { close(k.stop) })
	<-k.stopped
	k.conn.Close()
}
