//go:build !linux

package postgres

import "syscall"

// userTimeout leaves it to keepalives and deadlines: only Linux has such a timeout.
func userTimeout(string, string, syscall.RawConn) error { return nil }
