package chaos_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"parley/e2e/cluster"
)

// TestOneNode breaks a lone node over SQLite: the workloads hold there too.
func TestOneNode(t *testing.T) {
	r := rand.New(rand.NewPCG(seed(t), 0))
	w := newWorld(t, cluster.Config{Alone: true})
	n := w.Nodes[0]
	w.run(func() {
		for _, fault := range []func(){n.Kill, n.Pause, n.Front.Cut, func() { n.Front.Hold(cluster.Down) }} {
			w.awaitAcks(4, patience)
			fault()
			<-time.After(time.Duration(r.IntN(1000)) * time.Millisecond)
			w.Heal()
		}
		w.awaitAcks(4, patience)
	}, &talk{chats: 4, pace: 20 * time.Millisecond}, &timers{}, &starts{}, &leavers{})
}
