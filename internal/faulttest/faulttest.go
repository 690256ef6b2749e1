// Package faulttest holds what is answered to what tests expect.
package faulttest

import (
	"testing"

	"parley/internal/fault"
)

// Want fails the test, and goes on, unless err is of a kind; what says what was tried.
func Want(t testing.TB, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: got %v (kind %d), want kind %d", what, err, fault.KindOf(err), kind)
	}
}

// OK fails the test, and goes on, if there is an error; what says what was tried.
func OK(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}
