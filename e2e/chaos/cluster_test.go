package chaos_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/e2e/cluster"
	"parley/e2e/harness"
	"parley/internal/testload"
)

// everything is the workloads of a run.
func everything() []Workload {
	return []Workload{&talk{chats: 6, pace: 50 * time.Millisecond}, &timers{}, &starts{}, &leavers{}, &agents{chats: 4}}
}

// TestThreeNodes starts three nodes at once on an empty database. They serve
// chats whose participants, senders, sockets and timers are on different nodes.
func TestThreeNodes(t *testing.T) {
	w := newWorld(t, cluster.Config{})
	begin := time.Now()
	w.run(func() {
		w.awaitAcks(40, patience)
		longest, acks := w.silence(begin)
		t.Logf("%d acknowledged sends in %v, the longest pause %v", acks, time.Since(begin).Round(time.Millisecond), longest.Round(time.Millisecond))
	}, everything()...)
}

// promptly is how soon sends are acknowledged again when a node or the primary
// is lost (P8).
const promptly = 10 * time.Second

// TestLosingAnyNode kills each node in turn, pauses each and isolates each:
// nothing is lost, and whoever used it goes on elsewhere within ten seconds.
func TestLosingAnyNode(t *testing.T) {
	w := newWorld(t, cluster.Config{})
	w.run(func() {
		for what, lose := range map[string]func(*cluster.Node){
			"killed": (*cluster.Node).Kill, "paused": (*cluster.Node).Pause, "isolated": isolate,
		} {
			for i, n := range w.Nodes {
				w.awaitAcks(2, patience)
				begin, starved := time.Now(), testload.Starved()
				lose(n)
				w.awaitAcks(2, patience)
				longest, _ := w.silence(begin)
				t.Logf("node %d %s: the longest wait of any sender was %v", i, what, longest.Round(time.Millisecond))
				if testload.Less(longest, testload.Starved()-starved) > promptly {
					t.Errorf("node %d %s: a sender waited %v, want at most %v", i, what, longest, promptly)
				}
				w.Heal()
			}
		}
	}, everything()...)
}

// TestFailover kills the primary and isolates the next one: no acknowledged
// message is lost, and sends are acknowledged within ten seconds after the
// promotion.
func TestFailover(t *testing.T) {
	w := newWorld(t, cluster.Config{})
	w.run(func() {
		for what, lose := range map[string]func(){
			"killed":   func() { w.Postgres.Kill(w.Postgres.Primary()) },
			"isolated": func() { isolatePrimary(w, rand.New(rand.NewPCG(1, 1))) },
		} {
			w.awaitAcks(2, patience)
			was := w.Postgres.Primary()
			lose()
			harness.Await(t, "promotion", patience, func() error {
				if w.Postgres.Primary() == was {
					return errors.New("not yet")
				}
				return nil
			})
			starved := testload.Starved()
			back := w.awaitAcks(1, patience)
			t.Logf("primary %s: everybody's next send was acknowledged %v after the promotion began", what, back.Round(time.Millisecond))
			if testload.Less(back, testload.Starved()-starved) > promptly {
				t.Errorf("primary %s: sends were acknowledged %v after the promotion, want at most %v", what, back, promptly)
			}
			w.Heal()
			w.Postgres.AwaitSync()
		}
	}, everything()...)
}

// TestNothingIsAcknowledgedThatTheStandbyLacks holds the replication so long
// that every wait for the standby is given up, while clients repeat their
// calls; then the standby, which lacks all of it, takes over.
func TestNothingIsAcknowledgedThatTheStandbyLacks(t *testing.T) {
	w := newWorld(t, cluster.Config{Mode: cluster.Strict})
	w.run(func() { w.loseTheUnreplicated(func() { <-time.After(8 * time.Second) }) }, everything()...)
}

// TestNothingIsAcknowledgedAfterARestartThatTheStandbyLacks restarts the
// primary while the replication is held. It shows at once what it had written,
// though nobody has waited for the standby; then the standby takes over.
func TestNothingIsAcknowledgedAfterARestartThatTheStandbyLacks(t *testing.T) {
	w := newWorld(t, cluster.Config{Mode: cluster.Strict})
	w.run(func() {
		w.loseTheUnreplicated(func() {
			<-time.After(time.Second)
			w.Postgres.Bounce()
			<-time.After(6 * time.Second)
		})
	}, everything()...)
}

// TestALossIsNoticed shows that the test above would see a loss: here the
// primary does not wait for the standby.
func TestALossIsNoticed(t *testing.T) {
	w := newWorld(t, cluster.Config{Mode: cluster.Blind})
	problems := w.broken(func() { w.loseTheUnreplicated(func() { <-time.After(time.Second) }) }, &talk{chats: 4, pace: 50 * time.Millisecond})
	if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, ": lost: ") }) {
		t.Errorf("nothing replicated, and nothing is said to be lost: the check is blind; it says %q", problems)
	}
}

// loseTheUnreplicated holds the replication for a while and then fails over.
func (w *world) loseTheUnreplicated(while func()) {
	w.awaitAcks(2, patience)
	was := w.Postgres.Primary()
	w.Postgres.Links(was)[1].Hold(cluster.Both)
	while()
	w.Postgres.Kill(was)
	w.awaitAcks(2, patience)
	w.Heal()
	w.Postgres.AwaitSync()
}

// TestPowerLoss takes the power from all machines at once, again and again.
func TestPowerLoss(t *testing.T) {
	r := rand.New(rand.NewPCG(seed(t), 0))
	w := newWorld(t, cluster.Config{Disks: true})
	w.run(func() {
		for range 3 {
			w.awaitAcks(2, patience)
			<-time.After(time.Duration(r.IntN(1000)) * time.Millisecond)
			w.PowerLoss(r.Uint64())
			w.Heal()
		}
		w.awaitAcks(2, patience)
	}, everything()...)
}
