package flowrun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
	"parley/work"
)

// Caller makes calls to the outside.
type Caller interface {
	// Call makes one attempt at a call and returns its answer, within the call's timeout.
	// said, if not nil, hears what a bot says while it says it: the beginning of the
	// first text of the answer.
	Call(ctx context.Context, call interp.Call, said func(text string)) (json.RawMessage, error)
}

// call makes a call and tells the flow what came of it. A call that the server's stop
// has cut off is told to nobody: it is made again.
func (r *Runner) call(ctx context.Context, j job) {
	defer func() { r.calls.land(j, r.clock.Now()) }()
	if j.Async && !r.tell(ctx, j, interp.Started{Key: j.Key}, nil) {
		return
	}
	view := r.show(ctx, j)
	answer, err := r.attempt(ctx, j, view)
	if ctx.Err() != nil {
		return
	}
	r.tell(ctx, j, interp.Result{Key: j.Key, Payload: answer, Err: reason(err)}, view)
}

// attempt makes the call; a panic in it is the failure of this one call.
func (r *Runner) attempt(ctx context.Context, j job, view *show) (answer json.RawMessage, err error) {
	defer r.survive(ctx, j, &err)
	if j.Kind == interp.KindAttributes {
		return r.relate(ctx, j)
	}
	if r.Caller == nil {
		return nil, fault.New(fault.Unsupported, "this server makes no calls")
	}
	return r.Caller.Call(ctx, j.Call, view.hears())
}

// survive makes a panic an error of this one call. What it says may quote a customer: only its type is logged.
func (r *Runner) survive(ctx context.Context, j job, err *error) {
	if p := recover(); p != nil {
		r.log.ErrorContext(ctx, "panic in a call of a flow", slog.String("kind", j.Kind), slog.String("contact", j.session), slog.String("panic", fmt.Sprintf("%T", p)))
		*err = errors.New("the call broke")
	}
}

// reason is what a flow is told of an error.
func reason(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return "it failed"
}

// Pauses between tries to tell a flow what came of its call (our choice).
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// tell gives the flow an input and reports whether that was decided. While the store is
// away it is tried again, until the call counts as lost anyhow.
func (r *Runner) tell(ctx context.Context, j job, in interp.Input, view *show) bool {
	ctx, span := r.Tracer.Root(ctx, "answer")
	defer span.End()
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := r.told(ctx, j, in, view)
		switch {
		case err == nil, fault.Is(err, fault.NotFound): // the chat was erased
			return true
		case ctx.Err() != nil || r.clock.Now().Add(pause).After(j.Until):
			r.log.ErrorContext(ctx, "what came of a call could not be told to its flow", slog.String("contact", j.session), slog.Any("error", err))
			span.Fail("failed")
			return false
		}
		rest(ctx, pause)
	}
}

// told makes one such decision. A panic in it ends neither the server nor the chats of others.
func (r *Runner) told(ctx context.Context, j job, in interp.Input, view *show) (err error) {
	defer r.survive(ctx, j, &err)
	return r.proceed(ctx, j.session,
		func(ctx context.Context, rule work.Rule) (store.Result, error) {
			return r.sessions.Decide(ctx, j.session, rule)
		},
		func(ctx context.Context, snap *session.Session, docs loaded, full map[string]bool) (*change.Set, contact.FlowStep, error) {
			if snap.Flow == nil || snap.Status != session.Active {
				return nil, contact.FlowStep{}, nil
			}
			d, step, err := r.decide(ctx, snap, docs, full, func(d *contact.Draft, cfg catalog.Config) (contact.FlowStep, error) {
				view.streamed(d)
				return d.TellFlow(in, cfg, rand.Uint64)
			})
			if err != nil || step.Outcome.Kind == interp.Ignored {
				return nil, step, err
			}
			return d.Changes(), step, nil
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
