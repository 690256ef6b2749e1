// Package access_test holds the object-access matrix: every operation of both
// services that is built × every member that carries an identifier × ids of
// things that are another's, over, of another kind, unknown or no ids at all.
//
// The matrix is made from the operation tables: an operation without a row
// fails, and so does an id member without a rule. After every refusal both
// instances are read again by their owners and must be as they were.
package access_test

import (
	"os"
	"testing"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }
