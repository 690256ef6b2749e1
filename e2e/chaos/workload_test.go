package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// Workload is what clients do while a cluster is broken, and what they were
// promised. Its methods are called once each, in this order.
type Workload interface {
	// Begin prepares it, on a cluster that serves.
	Begin(w *world)
	// Run makes calls until ctx ends, and returns when each of them is settled.
	// Calls fail meanwhile: that is no reason to fail the test.
	Run(ctx context.Context)
	// Check returns the promises that were broken, on a cluster that serves again.
	Check() []string
}

// world is a cluster and its clients.
type world struct {
	testing.TB
	*cluster.Cluster
	signed []*client.Client // of each node
	alive  atomic.Int64     // chats that were started and have not ended

	mu   sync.Mutex
	acks []time.Time // of sends, in order
}

// patience bounds what must happen in the end, on a busy machine.
const patience = 60 * time.Second

func newWorld(t testing.TB, config cluster.Config) *world {
	t.Helper()
	w := &world{TB: t, Cluster: cluster.Start(t, config)}
	for _, n := range w.Nodes {
		c, err := client.New(client.Config{
			Endpoint: n.URL(), Region: n.Region, InstanceID: n.InstanceID, AccessKeyID: n.AccessKeyID, SecretAccessKey: n.SecretAccessKey,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		w.signed = append(w.signed, c)
	}
	return w
}

// flow makes a flow and waits until every node knows it.
func (w *world) flow(name string, blocks ...harness.Block) string {
	w.Helper()
	return w.Nodes[0].At(w.Nodes[0].URL()).Flow(name, blocks...)
}

// acked notes that a send was acknowledged.
func (w *world) acked() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acks = append(w.acks, time.Now())
}

// silence returns the longest time without an acknowledgement since a moment,
// and how many there were.
func (w *world) silence(since time.Time) (longest time.Duration, acks int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := since
	for _, at := range w.acks {
		if at.Before(since) {
			continue
		}
		acks++
		longest, last = max(longest, at.Sub(last)), at
	}
	return max(longest, time.Since(last)), acks
}

// awaitAcks waits until sends that began after this call are acknowledged.
func (w *world) awaitAcks(n int, within time.Duration) time.Duration {
	w.Helper()
	begin := time.Now()
	harness.Await(w, fmt.Sprint(n, " acknowledged sends"), within, func() error {
		if _, acks := w.silence(begin); acks < n {
			return fmt.Errorf("only %d", acks)
		}
		return nil
	})
	return time.Since(begin)
}

// run lets workloads work while during does what it does, heals the cluster
// and checks everything.
func (w *world) run(during func(), workloads ...Workload) {
	w.Helper()
	for _, load := range workloads {
		load.Begin(w)
	}
	ctx, stop := context.WithCancel(w.Context())
	defer stop()
	var wait sync.WaitGroup
	for _, load := range workloads {
		wait.Go(func() { load.Run(ctx) })
	}
	during()
	w.Heal()
	stop()
	wait.Wait()
	for _, load := range workloads {
		for _, problem := range load.Check() {
			w.Errorf("%T: %s", load, problem)
		}
	}
}

// problems collects broken promises. It is safe for concurrent use.
type problems struct {
	mu    sync.Mutex
	texts []string
}

func (p *problems) add(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.texts = append(p.texts, fmt.Sprintf(format, args...))
}

func (p *problems) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.texts
}

// refused reports whether a call was answered, with an error that says that
// nothing was done.
func refused(err error) bool {
	var answer *client.Error
	return errors.As(err, &answer) && !client.Retryable(err)
}
