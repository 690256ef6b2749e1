package chaos_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"parley/e2e/cluster"
)

var (
	seedFlag   = flag.Uint64("seed", 0, "repeats the plan of this seed; 0 takes a new one")
	lengthFlag = flag.Duration("length", 0, "how long a run breaks things; 0 is a quarter of a minute, or ten minutes with PARLEY_LONG=1")
)

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }

// seed returns the seed of a run and prints it.
func seed(t testing.TB) uint64 {
	t.Helper()
	s := *seedFlag
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("seed %d", s)
	return s
}

// length returns how long a run breaks things.
func length() time.Duration {
	switch {
	case *lengthFlag > 0:
		return *lengthFlag
	case os.Getenv("PARLEY_LONG") != "":
		return 10 * time.Minute
	}
	return 15 * time.Second
}
