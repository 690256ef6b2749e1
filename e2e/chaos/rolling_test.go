package chaos_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/e2e/cluster"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// TestRollingRestart restarts one node after the other under 200 calls a
// second through one address: no call fails and none is refused. A call is
// repeated only where its kept connection was closed before an answer began, as
// HTTP clients do by themselves.
func TestRollingRestart(t *testing.T) {
	w := newWorld(t, cluster.Config{})
	balancer := w.NewBalancer(t)
	flow := w.flow("Rolling", harness.Wait(harness.Week))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wait sync.WaitGroup
	guests := make([]*guest, 20)
	for i := range guests {
		g := newGuest(w, balancer, flow, fmt.Sprint("guest ", i))
		guests[i] = g
		wait.Go(func() { g.call(ctx, 100*time.Millisecond) })
	}
	for i, n := range w.Nodes {
		<-time.After(time.Second)
		t.Logf("restarting node %d", i)
		n.Restart()
	}
	<-time.After(time.Second)
	stop()
	wait.Wait()
	calls := 0
	for _, g := range guests {
		calls += g.calls
		for _, problem := range g.check() {
			t.Errorf("%s: %s", g.name, problem)
		}
	}
	t.Logf("%d calls", calls)
}

// guest is a customer who makes each call once, over the one address.
type guest struct {
	w          *world
	name       string
	base       string
	connection string
	http       *caller
	calls      int
	log        record
	problems
}

func newGuest(w *world, b *cluster.Balancer, flow, name string) *guest {
	w.Helper()
	g := &guest{w: w, name: name, base: b.URL(), http: newCaller(w, 0)}
	started, err := g.http.start(flow, name)
	if err != nil {
		w.Fatal(err)
	}
	answer, err := g.post(w.Context(), started.ParticipantToken, "connection", credentials)
	if err == nil {
		g.connection, err = connected(answer)
	}
	if err != nil {
		w.Fatal(err)
	}
	return g
}

func (g *guest) post(ctx context.Context, token, path, body string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.base+"/participant/"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{
		"Content-Type": {"application/json"}, "X-Amz-Bearer": {token},
		"Idempotency-Key": {}, // is not sent: tells net/http that the call may be repeated
	}
	return g.http.answer(request)
}

// call sends and reads in turn until ctx ends.
func (g *guest) call(ctx context.Context, pace time.Duration) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for ; ctx.Err() == nil; g.calls++ {
		var err error
		if g.calls%4 == 3 {
			_, err = g.post(g.w.Context(), g.connection, "transcript", `{"MaxResults":10}`)
		} else {
			text := fmt.Sprint(g.name, ", message ", g.calls)
			_, err = g.log.send(text, func() ([]byte, error) { return g.post(g.w.Context(), g.connection, "message", message(text)) })
		}
		if err != nil {
			g.add("call %d: %v", g.calls, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func (g *guest) check() []string {
	items, err := g.http.transcript(g.w.Context(), 0, g.connection, 100)
	if err != nil {
		g.add("%v", err)
	}
	for _, problem := range (history.History{Sends: g.log.all(), Transcript: items}).Check() {
		g.add("%s", problem)
	}
	return g.all()
}
