// Package access_test holds the object-access matrix: every operation that is
// built, every member that carries an identifier, and for each the ids of
// things that are not the caller's, do not exist, or are no ids. It is made
// from the operation tables, so an operation without a row fails.
package access_test

import (
	"os"
	"testing"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }
