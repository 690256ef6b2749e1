package sqlite

import (
	"context"
	"database/sql"
	"sync"
)

// reads keeps the statements of reads prepared; database/sql prepares each once
// per connection. Their texts are constants of this package, so that there are few.
type reads struct {
	db    *sql.DB
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func newReads(db *sql.DB) *reads { return &reads{db: db, stmts: map[string]*sql.Stmt{}} }

func (r *reads) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	r.mu.RLock()
	stmt := r.stmts[text]
	r.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if stmt := r.stmts[text]; stmt != nil {
		return stmt, nil
	}
	stmt, err := r.db.PrepareContext(ctx, text)
	if err == nil {
		r.stmts[text] = stmt
	}
	return stmt, err
}
