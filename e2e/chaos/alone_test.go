package chaos_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"parley/e2e/cluster"
)

// TestOneNode breaks a lone node over SQLite, and takes its power: the workloads hold there too.
func TestOneNode(t *testing.T) {
	r := rand.New(rand.NewPCG(seed(t), 0))
	w := newWorld(t, cluster.Config{Alone: true, Disks: true})
	n := w.Nodes[0]
	w.run(func() {
		lose := func() { w.PowerLoss(r.Uint64()) }
		for _, fault := range []func(){n.Kill, lose, n.Pause, n.Front.Cut, lose, func() { n.Front.Hold(cluster.Down) }, lose} {
			w.awaitAcks(4, patience)
			fault()
			<-time.After(time.Duration(r.IntN(1000)) * time.Millisecond)
			w.Heal()
		}
		w.awaitAcks(4, patience)
	}, &talk{chats: 4, pace: 20 * time.Millisecond}, &timers{}, &starts{}, &leavers{}, &agents{chats: 4})
}
