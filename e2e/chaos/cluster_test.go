package chaos_test

import (
	"testing"
	"time"

	"parley/e2e/cluster"
)

// everything is the workloads of a run.
func everything() []Workload {
	return []Workload{&talk{chats: 6, pace: 50 * time.Millisecond}, &timers{}, &starts{}, &leavers{}}
}

// TestThreeNodes starts three nodes at once on an empty database. They serve
// chats whose participants, senders, sockets and timers are on different nodes.
func TestThreeNodes(t *testing.T) {
	w := newWorld(t, cluster.Config{})
	begin := time.Now()
	w.run(func() {
		w.awaitAcks(500, patience)
		longest, acks := w.silence(begin)
		t.Logf("%d acknowledged sends in %v, the longest pause %v", acks, time.Since(begin).Round(time.Millisecond), longest.Round(time.Millisecond))
	}, everything()...)
}
