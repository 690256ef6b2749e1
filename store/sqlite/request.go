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
	moves   moves
}

// Alone tells whether the request shares its transaction with no other.
func (r *request) Alone() bool { return r.alone != nil }

// moves says what has to leave the journal before work is done: everything, or
// one session.
type moves struct {
	all     bool
	session string
}

// everything is for work that must find the tables whole.
func everything() moves { return moves{all: true} }

// only is for work on one session, or on none.
func only(session string) moves { return moves{session: session} }
