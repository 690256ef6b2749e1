// Package process gives messages that are processed on their way to their processors, and says
// what comes of them.
//
// It guarantees: the messages of a session are said in the order in which they were acknowledged; each is said exactly
// once, whatever its processor does and however often the server is killed meanwhile; a call that was lost is made
// once more, with the same idempotency key; no lock is held and no deadline of others waits while a processor works.
package process

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/processing"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/work"
)

// Caller makes calls to processors.
type Caller interface {
	// Call makes one attempt at a call and returns its answer, within the call's timeout.
	Call(ctx context.Context, call interp.Call, said func(text string)) (json.RawMessage, error)
}

// Directory knows the instances.
type Directory interface {
	// FlowConfig returns what is known of an instance; fault.NotFound.
	FlowConfig(ctx context.Context, instance string) (contact.Config, error)
}

// Bounds of the calls of one node (our choice).
const (
	atOnce = 256
	queued = 4096
)

// Runner gives messages to their processors. It is safe for concurrent use.
type Runner struct {
	sessions  *work.Sessions
	directory Directory
	caller    Caller
	clock     *clock.Clock
	log       *slog.Logger
	queue     chan job

	mu       sync.Mutex
	pending  map[string]chan struct{} // by session: closed when its job is over
	draining bool
	accepted sync.WaitGroup
}

// job is what is asked about one session: the first message that waits, and then the next one.
type job struct {
	on     *session.Session
	first  session.Waiting
	landed chan struct{}
}

// New returns a runner.
func New(sessions *work.Sessions, directory Directory, caller Caller, c *clock.Clock, log *slog.Logger) *Runner {
	return &Runner{
		sessions: sessions, directory: directory, caller: caller, clock: c, log: log,
		queue: make(chan job, queued), pending: map[string]chan struct{}{},
	}
}

// HandleDue begins with the messages of a session that wait, or goes on where a call was lost. A call that is under way
// here is not lost, however far a test has moved the clock.
func (r *Runner) HandleDue(ctx context.Context, ref change.DueRef) error {
	if err := r.await(ctx, ref.Owner); err != nil {
		return err
	}
	var j job
	res, err := r.sessions.DecideDue(ctx, ref, func(snap *session.Session) (*change.Set, error) {
		d := r.draft(snap)
		j = next(d)
		d.Handled(ref)
		return d.Changes(), nil
	})
	if err == nil && res.Version > 0 && j.on != nil {
		r.begin(j)
	}
	return err
}

func (r *Runner) draft(snap *session.Session) *contact.Draft {
	return contact.Decide(snap, uuid.Must(uuid.NewV7()).String(), r.clock.Now())
}

// next is the job that a decision leaves; its on is nil if there is none.
func next(d *contact.Draft) job {
	w := d.NextToProcess()
	if w == nil {
		return job{}
	}
	return job{on: d.Session(), first: *w}
}

// begin accepts a job. Where there is no room, or the server stops, the deadline that was set makes it again.
func (r *Runner) begin(j job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return
	}
	j.landed = make(chan struct{})
	select {
	case r.queue <- j:
		r.accepted.Add(1)
		r.pending[j.on.ID] = j.landed
	default:
	}
}

func (r *Runner) land(j job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pending[j.on.ID] == j.landed {
		delete(r.pending, j.on.ID)
	}
	close(j.landed)
	r.accepted.Done()
}

// await waits until no job of the session is under way here.
func (r *Runner) await(ctx context.Context, id string) error {
	r.mu.Lock()
	landed := r.pending[id]
	r.mu.Unlock()
	if landed == nil {
		return nil
	}
	select {
	case <-landed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run does jobs until ctx ends, and returns when none is under way any more.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer r.abandon()
	defer all.Wait()
	slots := make(chan struct{}, atOnce)
	for {
		select {
		case <-ctx.Done():
			return
		case slots <- struct{}{}:
		}
		select {
		case <-ctx.Done():
			return
		case j := <-r.queue:
			all.Go(func() {
				r.work(ctx, j)
				<-slots
			})
		}
	}
}

// abandon lets go of what was accepted and not begun; the deadlines make it.
func (r *Runner) abandon() {
	for {
		select {
		case j := <-r.queue:
			r.land(j)
		default:
			return
		}
	}
}

// Drain begins nothing more and waits for what is under way, until ctx ends.
func (r *Runner) Drain(ctx context.Context) {
	r.mu.Lock()
	r.draining = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() {
		r.accepted.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// work asks about one message after the other, until none waits or the server stops.
func (r *Runner) work(ctx context.Context, j job) {
	defer r.land(j)
	for on, w := j.on, j.first; on != nil && ctx.Err() == nil; {
		result := r.ask(ctx, on, w)
		if ctx.Err() != nil {
			return // the deadline makes the call again
		}
		after, ok := r.tell(ctx, on.ID, w.ID, result)
		if !ok {
			return
		}
		if on, w = after.on, after.first; r.stopping() {
			return
		}
	}
}

func (r *Runner) stopping() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.draining
}

// ask gives a message to its processor. Whatever goes wrong is a failure of this one message.
func (r *Runner) ask(ctx context.Context, on *session.Session, w session.Waiting) (result processing.Result) {
	defer func() {
		if p := recover(); p != nil { // what it says may quote a customer
			r.log.ErrorContext(ctx, "panic in a call of a message processor", slog.String("contact", on.ID))
			result = processing.Result{Status: processing.Failed}
		}
	}()
	cfg, err := r.directory.FlowConfig(ctx, on.InstanceID)
	if err == nil {
		result, err = r.call(ctx, on, w, cfg.InstanceARN+"/contact/"+w.ContactID)
	}
	if err != nil {
		r.log.WarnContext(ctx, "a message could not be processed", slog.String("contact", on.ID), slog.Any("error", err))
		return processing.Result{Status: processing.Failed}
	}
	return result
}

func (r *Runner) call(ctx context.Context, on *session.Session, w session.Waiting, arn string) (processing.Result, error) {
	answer, err := r.caller.Call(ctx, interp.Call{
		Kind: processing.Kind, Key: w.ID, Attempt: w.Attempt, Target: w.Processor,
		Timeout: processing.Timeout, Payload: processing.Event(on, arn, w),
	}, nil)
	if err != nil {
		return processing.Result{}, err
	}
	return processing.Read(answer)
}

// Pauses between tries to say a message (our choice).
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// tell says a message as it was decided, and takes the next one. While the store is away it is tried again, until
// the call counts as lost anyhow.
func (r *Runner) tell(ctx context.Context, id, message string, result processing.Result) (after job, ok bool) {
	until := clock.Wall().Add(processing.Timeout)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		res, err := r.said(ctx, id, message, result, &after)
		switch {
		case err == nil:
			return after, res.Version > 0
		case fault.Is(err, fault.NotFound): // the chat was erased
			return job{}, false
		case ctx.Err() != nil || clock.Wall().Add(pause).After(until):
			r.log.ErrorContext(ctx, "a processed message could not be said", slog.String("contact", id), slog.Any("error", err))
			return job{}, false
		}
		rest(ctx, pause)
	}
}

func (r *Runner) said(ctx context.Context, id, message string, result processing.Result, after *job) (store.Result, error) {
	return r.sessions.Decide(ctx, id, func(snap *session.Session) (*change.Set, error) {
		d := r.draft(snap)
		*after = job{}
		if !d.Processed(message, result) {
			return nil, nil // somebody else said it
		}
		*after = next(d)
		return d.Changes(), nil
	})
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
