package flowrun

import (
	"context"
	"sync"

	"parley/domain/flow/interp"
	"parley/domain/session"
)

// Bounds of the calls of one node (our choice).
const (
	callsAtOnce  = 512
	callsWaiting = 4096
)

// calls are the calls under way on this node. They hold no lock and no worker of
// anything else; nothing in here is needed to be right: a call that is lost is made again by its deadline.
type calls struct {
	queue chan job

	mu       sync.Mutex
	pending  map[string]chan struct{} // by session: closed when what came of its call was committed
	draining bool
	accepted sync.WaitGroup
}

// job is one attempt at a call.
type job struct {
	interp.Call
	session, contact string
	incremental      bool // the chat takes texts bit by bit
	landed           chan struct{}
}

func newCalls() *calls {
	return &calls{queue: make(chan job, callsWaiting), pending: map[string]chan struct{}{}}
}

// begin accepts the call that a committed run waits for. Where there is no room, or
// the server stops, the call's deadline makes it again.
func (r *Runner) begin(on *session.Session, call interp.Call) {
	j := job{
		Call: call, session: on.ID, contact: on.Current().ID,
		// What is processed on its way must not be seen before.
		incremental: on.State.ResponseMode == "INCREMENTAL" && call.Kind == interp.KindBot && on.State.Processing == nil, landed: make(chan struct{}),
	}
	if !r.calls.accept(j) {
		r.counts.dropped.Add(1)
	}
}

func (c *calls) accept(j job) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.draining {
		return false
	}
	select {
	case c.queue <- j:
	default:
		return false
	}
	c.accepted.Add(1)
	if !j.Async {
		c.pending[j.session] = j.landed
	}
	return true
}

// land says that nothing more will come of an attempt.
func (c *calls) land(j job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending[j.session] == j.landed {
		delete(c.pending, j.session)
	}
	close(j.landed)
	c.accepted.Done()
}

// await waits until no call of the session is under way here. A call ends long before its
// deadline, unless a test moves the clock: then the answer counts, not the deadline.
func (c *calls) await(ctx context.Context, session string) error {
	for {
		c.mu.Lock()
		landed := c.pending[session]
		c.mu.Unlock()
		if landed == nil {
			return nil
		}
		select {
		case <-landed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// abandon lets go of the calls that were accepted and not begun; their deadlines make them.
func (c *calls) abandon() {
	for {
		select {
		case j := <-c.queue:
			c.land(j)
		default:
			return
		}
	}
}

// Run makes calls until ctx ends, and returns when none is under way any more.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer r.calls.abandon()
	defer all.Wait()
	slots := make(chan struct{}, callsAtOnce)
	for {
		select {
		case <-ctx.Done():
			return
		case slots <- struct{}{}:
		}
		select {
		case <-ctx.Done():
			return
		case j := <-r.calls.queue:
			all.Go(func() {
				r.call(ctx, j)
				<-slots
			})
		}
	}
}

// Drain takes no more calls and waits for those under way, until ctx ends. What is
// then cut is made again by whoever handles its deadline.
func (r *Runner) Drain(ctx context.Context) {
	r.calls.mu.Lock()
	r.calls.draining = true
	r.calls.mu.Unlock()
	done := make(chan struct{})
	go func() {
		r.calls.accepted.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}
