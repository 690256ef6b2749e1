package flowrun

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/domain/flow/interp"
	"parley/domain/session"
)

// Bounds of the calls of one node (our choice).
const (
	callsAtOnce  = 512
	callsWaiting = 4096
)

// calls are the calls of this node. They hold no lock and no worker of anything else;
// nothing in here is needed to be right: a call that is lost is made again by its deadline.
type calls struct {
	begun   chan job // its room is how many calls may be under way, so that it is never full
	dropped atomic.Int64

	mu       sync.Mutex
	under    int              // way: begun, and not landed
	waiting  []job            // for a place, the oldest first
	pending  map[string][]job // begun, by session
	draining bool
	accepted sync.WaitGroup
}

// job is one attempt at a call.
type job struct {
	interp.Call
	session, contact string
	incremental      bool          // the chat takes texts bit by bit
	landed           chan struct{} // closed when what came of it was committed, or never will be
}

func newCalls(atOnce int) *calls {
	return &calls{begun: make(chan job, atOnce), pending: map[string][]job{}}
}

// begin accepts the call that a committed run waits for. Where there is no room, or
// the server stops, the call's deadline makes it again.
func (r *Runner) begin(on *session.Session, call interp.Call) {
	j := job{
		Call: call, session: on.ID, contact: on.Current().ID,
		// What is processed on its way must not be seen before.
		incremental: on.State.ResponseMode == "INCREMENTAL" && call.Kind == interp.KindBot && on.State.Processing == nil, landed: make(chan struct{}),
	}
	r.calls.accept(j, r.clock.Now())
}

// accept begins a call, or lets it wait for a place.
func (c *calls) accept(j job, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.under < cap(c.begun) && !c.draining {
		c.accepted.Add(1)
		c.begin(j)
		return
	}
	if len(c.waiting) >= callsWaiting {
		c.waiting = slices.DeleteFunc(c.waiting, func(j job) bool { return c.late(j, now) })
	}
	if len(c.waiting) >= callsWaiting || c.draining {
		c.dropped.Add(1)
		return
	}
	c.accepted.Add(1)
	c.waiting = append(c.waiting, j)
}

// begin begins an accepted call.
func (c *calls) begin(j job) {
	c.under++
	c.pending[j.session] = append(c.pending[j.session], j)
	c.begun <- j
}

// late drops a call that found no place in its time: by now it is made again, or was given up.
func (c *calls) late(j job, now time.Time) bool {
	if now.Before(j.Until) {
		return false
	}
	c.dropped.Add(1)
	c.accepted.Done()
	return true
}

// land says that nothing more will come of an attempt, and gives its place to the
// next one, which has what is left of its time.
func (c *calls) land(j job, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending[j.session] = slices.DeleteFunc(c.pending[j.session], func(p job) bool { return p.landed == j.landed })
	if len(c.pending[j.session]) == 0 {
		delete(c.pending, j.session)
	}
	close(j.landed)
	c.accepted.Done()
	c.under--
	for c.under < cap(c.begun) && len(c.waiting) > 0 {
		next := c.waiting[0]
		c.waiting = c.waiting[1:]
		if !c.late(next, now) {
			next.Timeout = min(next.Timeout, next.Until.Sub(now))
			c.begin(next)
		}
	}
}

// await waits for the calls of a session that are under way although their time is
// over. A call ends before its deadline, unless a test moves the clock: then the
// answer counts, not the deadline. What was not begun is not waited for.
func (c *calls) await(ctx context.Context, session string, now time.Time) error {
	for {
		c.mu.Lock()
		all := c.pending[session]
		i := slices.IndexFunc(all, func(j job) bool { return !now.Before(j.Until) })
		var landed chan struct{}
		if i >= 0 {
			landed = all[i].landed
		}
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

// abandon lets go of the calls that nobody makes any more; their deadlines make them.
func (c *calls) abandon(now time.Time) {
	c.mu.Lock()
	c.draining = true
	for range c.waiting {
		c.accepted.Done()
	}
	c.waiting = nil
	c.mu.Unlock()
	for {
		select {
		case j := <-c.begun:
			c.land(j, now)
		default:
			return
		}
	}
}

// Run makes calls until ctx ends, and returns when none is under way any more.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer func() {
		all.Wait()
		r.calls.abandon(r.clock.Now())
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-r.calls.begun:
			all.Go(func() { r.call(ctx, j) })
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
