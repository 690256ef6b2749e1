package sqlite

import (
	"database/sql"

	"parley/store/batch"
)

// request is something that waits for the writer: a Set, or work that takes a
// transaction of its own.
type request struct {
	*batch.Request

	alone   func(tx *sql.Conn) error
	between bool // alone runs between transactions, not in one
}

// Alone tells whether the request shares its transaction with no other.
func (r *request) Alone() bool { return r.alone != nil }
