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
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/domain/catalog"
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
	// Call makes one attempt at a call and returns its answer, within the call's timeout. It logs what fails.
	Call(ctx context.Context, call interp.Call, said func(text string)) (json.RawMessage, error)
}

// Directory knows the instances.
type Directory interface {
	// FlowConfig returns what is known of an instance; fault.NotFound.
	FlowConfig(ctx context.Context, instance string) (catalog.Config, error)
}

// Runner gives messages to their processors. It is safe for concurrent use.
type Runner struct {
	sessions  *work.Sessions
	directory Directory
	caller    Caller
	clock     *clock.Clock
	log       *slog.Logger
	places    *places
}

// job is a call about the first message of a session that waits.
type job struct {
	session string
	turn    turn             // what is to be begun first; zero = it was begun
	on      *session.Session // as it was begun
	message session.Waiting
	landed  chan struct{} // closed when the job is over
}

// New returns a runner.
func New(sessions *work.Sessions, directory Directory, caller Caller, c *clock.Clock, log *slog.Logger) *Runner {
	return &Runner{sessions: sessions, directory: directory, caller: caller, clock: c, log: log, places: newPlaces(callsAtOnce)}
}

// again is when a session comes up again for which there is no place, nor one to wait for it (our choice).
const again = time.Second

// HandleDue begins with the messages of a session that wait, or goes on where a call was lost. A call that is under way
// here is not lost, however far a test has moved the clock. A message counts as given to its processor only where there is
// a place for the call; else it waits for one here, and its deadline is set anew.
func (r *Runner) HandleDue(ctx context.Context, ref change.DueRef) error {
	if err := r.places.await(ctx, ref.Owner); err != nil {
		return err
	}
	placed, until := r.places.take(), r.clock.Now().Add(r.patience())
	used := false
	defer func() {
		if placed && !used { // also after a panic
			r.places.release()
		}
	}()
	var j job
	res, err := r.sessions.DecideDue(ctx, ref, func(snap *session.Session) (*change.Set, error) {
		d, err := r.draft(ctx, snap)
		if err != nil {
			return nil, err
		}
		d.Handled(ref)
		if placed {
			j = next(d)
		} else {
			j = job{turn: turnOf(snap)}
			d.ProcessAt(until)
		}
		return d.Changes(), nil
	})
	decided := err == nil && res.Version > 0 // else it is somebody else's
	switch {
	case placed && decided && j.on != nil:
		used = true
		r.places.fill(j)
	case !placed && decided && j.turn != (turn{}):
		r.places.queue(j.turn)
	}
	return err
}

// patience is when to look whether a session that waits for a place got one.
func (r *Runner) patience() time.Duration {
	if r.places.crowded() {
		return again
	}
	return processing.Timeout
}

func (r *Runner) draft(ctx context.Context, snap *session.Session) (*contact.Draft, error) {
	return r.sessions.Draft(ctx, snap, r.sessions.IDs.New("process", snap.ID), r.clock.Now())
}

// next is the job that a decision leaves; its on is nil if there is none.
func next(d *contact.Draft) job {
	w := d.NextToProcess()
	if w == nil {
		return job{}
	}
	return job{session: d.Session().ID, on: d.Session(), message: *w}
}

// Run does jobs until ctx ends, and returns when none is under way any more.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer r.places.abandon()
	defer all.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-r.places.begun:
			all.Go(func() { r.work(ctx, j) })
		}
	}
}

// Drain begins nothing more and waits for what is under way, until ctx ends.
func (r *Runner) Drain(ctx context.Context) {
	r.places.stop()
	done := make(chan struct{})
	go func() {
		r.places.accepted.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// work asks about one message, and about the next ones as long as nobody else waits for the place.
func (r *Runner) work(ctx context.Context, j job) {
	defer r.places.land(j)
	now := j
	if j.on == nil {
		now = r.begin(ctx, j.turn)
	}
	for now.on != nil && ctx.Err() == nil {
		result := r.ask(ctx, now.on, now.message)
		if ctx.Err() != nil {
			return // the deadline makes the call again
		}
		now = r.tell(ctx, now.on.ID, now.message.ID, result)
	}
}

// begin gives a message whose turn has come to its processor, unless another node did.
func (r *Runner) begin(ctx context.Context, t turn) (begun job) {
	_, err := r.decide(ctx, t.session, func(snap *session.Session, d *contact.Draft) bool {
		begun = job{}
		if turnOf(snap) != t {
			return false
		}
		begun = next(d)
		return true
	})
	if err != nil { // the deadline comes again
		r.log.WarnContext(ctx, "a message that waits could not be given to its processor", slog.String("contact", t.session), slog.Any("error", err))
		return job{}
	}
	return begun
}

// decide makes a decision on a session; edit reports whether there is any. A panic in it ends neither the server nor the
// chats of others. What it says may quote a customer: only its type is told.
func (r *Runner) decide(ctx context.Context, id string, edit func(*session.Session, *contact.Draft) bool) (res store.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			res, err = store.Result{}, fmt.Errorf("panic: %T", p)
		}
	}()
	return r.sessions.Decide(ctx, id, func(snap *session.Session) (*change.Set, error) {
		d, err := r.draft(ctx, snap)
		if err != nil || !edit(snap, d) {
			return nil, err
		}
		return d.Changes(), nil
	})
}

// ask gives a message to its processor. Whatever goes wrong with it is a failure of this one message.
func (r *Runner) ask(ctx context.Context, on *session.Session, w session.Waiting) (result processing.Result) {
	defer func() {
		if p := recover(); p != nil { // what it says may quote a customer
			r.log.ErrorContext(ctx, "panic in a call of a message processor", slog.String("contact", on.ID))
			result = processing.Result{Status: processing.Failed}
		}
	}()
	result = processing.Result{Status: processing.Failed}
	var cfg catalog.Config
	err := r.persist(ctx, func() (err error) { cfg, err = r.directory.FlowConfig(ctx, on.InstanceID); return err })
	if err == nil {
		answer, broken := r.caller.Call(ctx, interp.Call{
			Kind: processing.Kind, Key: w.ID, Attempt: w.Attempt, Target: w.Processor,
			Timeout: processing.Timeout, Payload: processing.Event(on, cfg.InstanceARN+"/contact/"+w.ContactID, w),
		}, nil)
		if broken != nil {
			return result // the caller has logged it
		}
		result, err = processing.Read(answer)
	}
	if err != nil {
		r.log.WarnContext(ctx, "a message could not be processed", slog.String("contact", on.ID), slog.Any("error", err))
		return processing.Result{Status: processing.Failed}
	}
	return result
}

// Pauses between tries while the store is away (our choice).
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// persist tries something again while the store is away, until a call counts as lost anyhow. What is not found does not come back.
func (r *Runner) persist(ctx context.Context, try func() error) error {
	until := clock.Wall().Add(processing.Timeout)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := try()
		if err == nil || fault.Is(err, fault.NotFound) || ctx.Err() != nil || clock.Wall().Add(pause).After(until) {
			return err
		}
		rest(ctx, pause)
	}
}

// tell says a message as it was decided, and begins with the next one.
func (r *Runner) tell(ctx context.Context, id, message string, result processing.Result) (after job) {
	var res store.Result
	err := r.persist(ctx, func() (err error) { res, err = r.said(ctx, id, message, result, &after); return err })
	switch {
	case err == nil && res.Version > 0:
		return after
	case err == nil, fault.Is(err, fault.NotFound): // the chat was erased
	default:
		r.log.ErrorContext(ctx, "a processed message could not be said", slog.String("contact", id), slog.Any("error", err))
	}
	return job{}
}

// said makes that decision. Where others want the place the next message waits for its turn.
func (r *Runner) said(ctx context.Context, id, message string, result processing.Result, after *job) (store.Result, error) {
	return r.decide(ctx, id, func(_ *session.Session, d *contact.Draft) bool {
		if *after = (job{}); !d.Processed(message, result) {
			return false // somebody else said it
		}
		if r.places.wanted() {
			d.ProcessAt(r.clock.Now())
		} else {
			*after = next(d)
		}
		return true
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
