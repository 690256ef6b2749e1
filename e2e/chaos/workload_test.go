package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	signed   []*client.Client // of each node
	instance string           // its id
	alive    atomic.Int64     // chats that were started and have not ended
	http     *http.Client     // of all callers: each with connections of its own would be thousands

	mu   sync.Mutex
	acks []ack // of sends, in order
}

// patience bounds what must happen in the end, on a busy machine.
const patience = 60 * time.Second

func newWorld(t testing.TB, config cluster.Config) *world {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute, DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	w := &world{TB: t, Cluster: cluster.Start(t, config), http: &http.Client{Transport: transport}}
	w.instance = w.Nodes[0].InstanceID
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

// acked notes that somebody's send was acknowledged.
func (w *world) acked(who string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acks = append(w.acks, ack{who, time.Now()})
}

// ack is an acknowledged send.
type ack struct {
	who string
	at  time.Time
}

// silence returns the longest time since a moment that anybody who sends had to
// wait for an acknowledgement, and how many there were.
func (w *world) silence(since time.Time) (longest time.Duration, acks int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := map[string]time.Time{}
	for _, a := range w.acks {
		before, known := last[a.who]
		if !known || before.Before(since) {
			before = since
		}
		if last[a.who] = a.at; a.at.After(since) {
			acks++
			longest = max(longest, a.at.Sub(before))
		}
	}
	for _, at := range last {
		if at.Before(since) {
			at = since
		}
		longest = max(longest, time.Since(at))
	}
	return longest, acks
}

// awaitAcks waits until so many sends of everybody are acknowledged from now on.
func (w *world) awaitAcks(each int, within time.Duration) time.Duration {
	w.Helper()
	begin := time.Now()
	harness.Await(w, fmt.Sprint(each, " acknowledged sends of everybody"), within, func() error { return w.everybody(each, begin) })
	return time.Since(begin)
}

// everybody returns an error as long as somebody who sends has had fewer
// acknowledgements since a moment.
func (w *world) everybody(each int, since time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	counts := map[string]int{}
	for _, a := range w.acks {
		if counts[a.who] += 0; a.at.After(since) {
			counts[a.who]++
		}
	}
	if len(counts) == 0 {
		return errors.New("nobody sends")
	}
	for who, n := range counts {
		if n < each {
			return fmt.Errorf("%s had %d", who, n)
		}
	}
	return nil
}

// run lets workloads work while during does what it does, heals the cluster
// and fails the test for every broken promise.
func (w *world) run(during func(), workloads ...Workload) {
	w.Helper()
	for _, problem := range w.broken(during, workloads...) {
		w.Error(problem)
	}
}

// broken is run that returns the broken promises.
func (w *world) broken(during func(), workloads ...Workload) (found []string) {
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
			found = append(found, fmt.Sprintf("%T: %s", load, problem))
		}
	}
	return append(found, w.miscounted()...)
}

// miscounted compares the chats that were started with those that the cluster
// counts: of as many more as a quota allows, one starts, the next does not.
func (w *world) miscounted() (found []string) {
	n, want := w.Nodes[0], w.alive.Load()
	n.Stop()
	harness.Flags("--limit", fmt.Sprint("active-chats=", want+1))(n.Server)
	n.Boot()
	if _, err := n.TryStart(); err != nil {
		found = append(found, fmt.Sprintf("there are more than the %d chats that were started: %v", want, err))
	}
	full := harness.Refusal{Status: 429, Name: "LimitExceededException"}
	for fewer := range 100 {
		if _, err := n.TryStart(); err == nil {
			continue
		} else if refusal := harness.RefusalOf(err); refusal != full {
			found = append(found, fmt.Sprintf("of %d chats that were started: %v", want, err))
		} else if fewer > 0 {
			found = append(found, fmt.Sprintf("there are %d fewer than the %d chats that were started", fewer, want))
		}
		return found
	}
	return append(found, fmt.Sprintf("there are a hundred fewer than the %d chats that were started", want))
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
