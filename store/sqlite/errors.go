package sqlite

import (
	"errors"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"parley/internal/fault"
)

// failed turns an error of the database into a fault with a kind.
func failed(err error, what string) error {
	switch resultCode(err) {
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(fault.Unavailable, err, "the disk is full: %s", what)
	default:
		return fault.Wrap(fault.Unavailable, err, "the store failed: %s", what)
	}
}

// fatal reports whether nothing that the database says can be believed any
// more until it is opened again: after a failed write or fsync the operating
// system may have dropped pages that it still shows to readers.
func fatal(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	default:
		return false
	}
}

// resultCode returns SQLite's primary result code, 0 if err carries none.
func resultCode(err error) int {
	var e *driver.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}
