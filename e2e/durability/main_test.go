package durability_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"parley/e2e/crashfs"
	"parley/e2e/harness"
)

var seedFlag = flag.Uint64("seed", 0, "repeats the run of this seed; 0 takes a new one")

func TestMain(m *testing.M) {
	if os.Getenv("PARLEY_CRASHFS_MOUNT") != "" { // the process that serves the file system
		crashfs.Main(m)
		return
	}
	os.Exit(harness.Main(m))
}

// seeded returns the test's random numbers and prints their seed.
func seeded(t testing.TB) *rand.Rand {
	t.Helper()
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// count returns how often a test does what it does.
func count(normal, long int) int {
	if os.Getenv("PARLEY_LONG") != "" {
		return long
	}
	return normal
}

// patience bounds what must happen in the end.
const patience = 30 * time.Second
