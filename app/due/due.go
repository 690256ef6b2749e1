// Package due runs due work: it waits for stored deadlines and hands each to
// the use-case that it is for.
//
// It guarantees: every deadline is handled at or after its time, also one that
// came due while no server ran; handlers commit under the deadline's
// generation, so that what two runners handle at once happens once; a handler that
// fails is tried again with growing pauses, and one that keeps failing never holds up the others.
// Nodes on one database share the work by claims, which guard nothing.
package due

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/telemetry"
	"parley/internal/trace"
	"parley/store"
)

// Handler does what a deadline is for. It must take the deadline away, or move
// it, in what it commits.
type Handler func(ctx context.Context, ref change.DueRef) error

// Runner waits for deadlines and runs their handlers.
type Runner struct {
	Tracer *trace.Tracer // nil traces nothing; set before Run
	// Aside are kinds that Advance does not count: what follows from everything, and nobody waits for. Set before Run.
	Aside map[string]bool

	store    Store
	clock    *clock.Clock
	handlers map[string]Handler
	log      *slog.Logger
	wake     chan struct{}

	advance chan struct{} // whoever is in it moves the clock

	mu      sync.Mutex
	held    bool // Run begins nothing
	running map[change.DueKey]bool
	failed  map[change.DueKey]failure

	handled, failures telemetry.Tally // by kind
}

// Store is what the runner needs of the store.
type Store interface {
	Claim(ctx context.Context, until time.Time, limit int) ([]store.Due, error)
	Due(ctx context.Context, until time.Time, limit int) ([]store.Due, error)
	NextDue(ctx context.Context) (time.Time, error)
}

// failure is when a deadline whose handler failed is tried again.
type failure struct {
	after time.Time // wall clock
	pause time.Duration
}

const (
	batch    = 256
	workers  = 32
	maxSleep = time.Second // how long the runner trusts its own idea of what is next: another node may have set a deadline and died
	minPause = 100 * time.Millisecond
	maxPause = time.Minute
)

// New returns a runner with a handler for each kind of deadline.
func New(st Store, c *clock.Clock, handlers map[string]Handler, log *slog.Logger) *Runner {
	return &Runner{
		store: st, clock: c, handlers: handlers, log: log,
		wake: make(chan struct{}, 1), advance: make(chan struct{}, 1),
		running: map[change.DueKey]bool{}, failed: map[change.DueKey]failure{},
	}
}

// Kinds are the kinds of deadlines that the runner handles.
func (r *Runner) Kinds() []string { return slices.Sorted(maps.Keys(r.handlers)) }

// Wake says that a deadline was set that may be earlier than all others.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run handles deadlines until ctx ends, and returns when all handlers have.
func (r *Runner) Run(ctx context.Context) {
	var handlers sync.WaitGroup
	defer handlers.Wait()
	slots := make(chan struct{}, workers)
	for ctx.Err() == nil {
		if r.dispatch(ctx, &handlers, slots) == 0 {
			r.sleep(ctx)
		}
	}
}

// dispatch starts handlers for what is due and returns how many it started.
func (r *Runner) dispatch(ctx context.Context, handlers *sync.WaitGroup, slots chan struct{}) int {
	if r.isHeld() {
		return 0
	}
	rows, err := r.store.Claim(ctx, r.clock.Now(), batch+r.busy())
	if err != nil {
		r.log.ErrorContext(ctx, "due work cannot be read", slog.Any("error", err))
		return 0
	}
	r.forget(rows)
	started := 0
	for _, row := range rows {
		if !r.begin(row.DueKey) {
			continue
		}
		started++
		slots <- struct{}{}
		handlers.Go(func() {
			defer func() { <-slots }()
			r.handle(ctx, row)
		})
	}
	return started
}

// forget drops the failures of deadlines that do not stand any more.
func (r *Runner) forget(rows []store.Due) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.failed) == 0 {
		return
	}
	stand := make(map[change.DueKey]bool, len(rows))
	for _, row := range rows {
		stand[row.DueKey] = true
	}
	maps.DeleteFunc(r.failed, func(k change.DueKey, _ failure) bool { return !stand[k] && !r.running[k] })
}

// busy is how many deadlines are being handled or pause: they must not hide others.
func (r *Runner) busy() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.running) + len(r.failed)
}

func (r *Runner) isHeld() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held
}

// begin claims a deadline for this runner, unless it is being handled or pauses after a failure, or the clock is being moved.
func (r *Runner) begin(key change.DueKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held || r.running[key] || clock.Wall().Before(r.failed[key].after) {
		return false
	}
	r.running[key] = true
	return true
}

func (r *Runner) handle(ctx context.Context, row store.Due) {
	err := r.run(ctx, row)
	if err != nil && ctx.Err() == nil {
		r.log.ErrorContext(ctx, "due work failed", slog.String("kind", row.Kind), slog.String("owner", row.Owner), slog.Any("error", err))
	}
	r.finish(row.DueKey, err)
	r.Wake()
}

// run calls the handler; a panic in it is an error of this one deadline.
func (r *Runner) run(ctx context.Context, row store.Due) (err error) {
	ctx, span := r.Tracer.Root(ctx, "due")
	defer func() {
		if p := recover(); p != nil {
			err = panicked{p}
		}
		r.note(span, row.Kind, err)
	}()
	handler, ok := r.handlers[row.Kind]
	if !ok {
		return unknownKind(row.Kind)
	}
	return handler(ctx, row.DueRef)
}

func (r *Runner) finish(key change.DueKey, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, key)
	if err == nil {
		delete(r.failed, key)
		return
	}
	pause := min(max(2*r.failed[key].pause, minPause), maxPause)
	r.failed[key] = failure{after: clock.Wall().Add(pause), pause: pause}
}

// sleep waits for the next deadline, the end of a pause, a wake, or the end.
func (r *Runner) sleep(ctx context.Context) {
	timer := time.NewTimer(r.untilNext(ctx))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-r.wake:
	case <-timer.C:
	}
}

func (r *Runner) untilNext(ctx context.Context) time.Duration {
	next, err := r.store.NextDue(ctx)
	if err != nil {
		return time.Second
	}
	if next.IsZero() {
		return maxSleep
	}
	wait := next.Sub(r.clock.Now())
	if wait <= 0 { // due, but being handled or pausing
		wait = minPause
	}
	return min(wait, maxSleep)
}
