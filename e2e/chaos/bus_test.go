package chaos_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// withoutBus is how late a message is on another node's socket when NATS is away.
const withoutBus = 250 * time.Millisecond

// TestWithoutNATS takes NATS away: messages reach the sockets of other nodes
// within 250 ms, and at once when it is back.
func TestWithoutNATS(t *testing.T) {
	w := newWorld(t, cluster.Config{})
	l := &talk{chats: 1}
	l.Begin(w)
	r := l.rooms[0]
	r.people[0].calls.at.Store(int64(r.people[1].eyes.node() + 2)) // the socket is one node further than its watcher calls
	with := r.latencies(t, 50, "with")
	for _, b := range w.NATS {
		b.Kill()
	}
	r.latencies(t, 5, "losing") // a node notices within its time
	without := r.latencies(t, 50, "without")
	w.Heal()
	t.Logf("from the acknowledgement to another node's socket: with NATS %v, without %v (median, most)", spread(with), spread(without))
	if median := without[len(without)/2]; median > withoutBus {
		t.Errorf("without NATS the median is %v, want at most %v", median, withoutBus)
	}
	harness.Await(t, "the bus", patience, func() error {
		if back := r.latencies(t, 10, "back"); back[5] > withoutBus/5 {
			return fmt.Errorf("the median is %v", back[5])
		}
		return nil
	})
	for _, problem := range l.Check() {
		t.Error(problem)
	}
}

// latencies sends messages one by one and returns, sorted, how long after its
// acknowledgement each was on the socket of the one who watches elsewhere.
func (r *room) latencies(t *testing.T, n int, when string) (took []time.Duration) {
	t.Helper()
	p, eyes := r.people[0], r.people[1].eyes
	for i := range n {
		<-time.After(rand.N(withoutBus)) // in no step with the nodes' looks at the store
		text := fmt.Sprint(when, " ", len(r.log.all()), " ", i)
		answer, err := r.log.send(text, func() (answer []byte, err error) {
			err = p.calls.until(func(ctx context.Context, node int) (err error) {
				answer, err = p.calls.post(ctx, node, p.connection, "message", message(text))
				return err
			})
			return answer, err
		})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		out, err := sent(answer)
		if err != nil {
			t.Fatal(err)
		}
		harness.Await(t, text, patience, func() error {
			if eyes.last() != out.ID {
				return fmt.Errorf("not shown after %v", time.Since(begin))
			}
			return nil
		})
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took
}

func spread(sorted []time.Duration) []time.Duration {
	return []time.Duration{sorted[len(sorted)/2].Round(time.Millisecond), sorted[len(sorted)-1].Round(time.Millisecond)}
}
