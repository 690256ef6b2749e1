package chaos_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"parley/e2e/cluster"
)

// TestChaos breaks a cluster after a plan that a random seed decides, which is
// printed.
func TestChaos(t *testing.T) { breakThings(t, seed(t)) }

// TestChaosAgain does so after one plan that never changes.
func TestChaosAgain(t *testing.T) { breakThings(t, 55_996) }

// breakThings follows a plan and tells how it goes. After each step it waits
// until sends are acknowledged again.
func breakThings(t *testing.T, seed uint64) {
	steps := plan(seed, length(), faultNames())
	w := newWorld(t, cluster.Config{Disks: true})
	w.run(func() {
		begin := time.Now()
		for i, s := range steps {
			<-time.After(s.quiet)
			t.Logf("%6.1f s, step %d of %d: %v", time.Since(begin).Seconds(), i+1, len(steps), s)
			at, r := time.Now(), rand.New(rand.NewPCG(s.pick, 1))
			for _, name := range s.faults {
				faults()[name](w, r)
			}
			<-time.After(s.lasts)
			w.Heal()
			back := w.awaitAcks(2, patience)
			longest, _ := w.silence(at)
			t.Logf("%6.1f s, healed: the longest pause was %v, after the heal everybody's next two took %v", time.Since(begin).Seconds(),
				longest.Round(time.Millisecond), back.Round(time.Millisecond))
		}
	}, everything()...)
	for _, e := range w.Postgres.Events() {
		t.Logf("%s %s", e.At.Format("15:04:05.000"), e.What)
	}
}
