// Package outbound makes the calls of flows and chats to the outside: functions, message processors among them, bots, and
// the providers at which customers sign in.
//
// It guarantees: a call takes no longer than it may; what failed is counted, traced
// and logged by its kind and target, never with what was sent or answered. What is called, and how, is the
// business of the packages below.
package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"

	"parley/domain/flow/interp"
	"parley/domain/processing"
	"parley/internal/fault"
	"parley/internal/telemetry"
	"parley/internal/trace"
	"parley/outbound/bot"
	"parley/outbound/egress"
	"parley/outbound/lambda"
	"parley/outbound/oidc"
)

// Options are the parts of Services. All but Tracer are needed.
type Options struct {
	Client    *egress.Client
	Functions *lambda.Functions
	Bots      *bot.Bots
	Customers *oidc.Customers
	Tracer    *trace.Tracer
	Log       *slog.Logger
}

// Services make calls. They are safe for concurrent use.
type Services struct {
	o        Options
	watch    telemetry.Stopwatch
	active   atomic.Int64
	outcomes map[string]*telemetry.Tally     // by kind
	took     map[string]*telemetry.Histogram // by kind
}

// New returns the services.
func New(o Options) *Services {
	s := &Services{o: o, watch: telemetry.NewStopwatch(), outcomes: map[string]*telemetry.Tally{}, took: map[string]*telemetry.Histogram{}}
	for _, kind := range []string{interp.KindLambda, interp.KindBot, interp.KindSignIn, processing.Kind} {
		s.outcomes[kind], s.took[kind] = &telemetry.Tally{}, telemetry.NewDurations()
	}
	return s
}

// Call makes a call and returns its answer. said, if not nil, hears the beginning of
// a bot's text while it is being made.
func (s *Services) Call(ctx context.Context, c interp.Call, said func(text string)) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	ctx, span := s.o.Tracer.Root(ctx, "call")
	defer span.End()
	began := s.watch.Now()
	s.active.Add(1)
	answer, err := s.dispatch(ctx, c, said)
	s.active.Add(-1)
	outcome := outcomeOf(ctx, err)
	span.Text("parley.call.kind", c.Kind)
	span.Text("parley.call.outcome", outcome)
	span.Number("parley.call.attempt", int64(c.Attempt))
	if known := s.outcomes[c.Kind]; known != nil {
		known.Add(outcome, 1)
		s.took[c.Kind].Took(s.watch.Now() - began)
	}
	if err != nil {
		span.Fail(outcome)
		s.o.Log.WarnContext(ctx, "a call failed", slog.String("kind", c.Kind), slog.String("target", clip(c.Target)),
			slog.String("outcome", outcome), slog.String("key", c.Key), slog.Int("attempt", c.Attempt), slog.Any("error", err))
	}
	return answer, err
}

func (s *Services) dispatch(ctx context.Context, c interp.Call, said func(string)) (json.RawMessage, error) {
	switch c.Kind {
	case interp.KindLambda, processing.Kind:
		return s.o.Functions.Invoke(ctx, lambda.Call{Key: c.Key, Function: c.Target, Event: c.Payload})
	case interp.KindBot:
		return s.o.Bots.Ask(ctx, bot.Call{Key: c.Key, Alias: c.Target, Turn: c.Payload}, said)
	case interp.KindSignIn:
		return s.o.Customers.Who(ctx, c.Target, c.Payload)
	}
	return nil, fault.New(fault.Unsupported, "calls of the kind %.20q cannot be made", c.Kind)
}

// Knows reports whether a function is configured.
func (s *Services) Knows(function string) bool { return s.o.Functions.Knows(function) }

// outcomeOf names how a call ended, for metrics.
func outcomeOf(ctx context.Context, err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "timeout"
	case ctx.Err() != nil:
		return "cut"
	case fault.Is(err, fault.NotFound):
		return "unknown"
	case fault.Is(err, fault.Denied):
		return "refused"
	case fault.Is(err, fault.Rule), fault.Is(err, fault.Unsupported):
		return "failed"
	}
	return "unreachable"
}

// clip bounds what a flow wrote.
func clip(text string) string { return text[:min(len(text), 200)] }

// Stats counts what Services do.
type Stats struct {
	Active   int64                             // calls under way
	Outcomes map[string]map[string]int64       // by kind and outcome
	Took     map[string]telemetry.Distribution // by kind
	egress.Stats
}

// Stats returns the counts.
func (s *Services) Stats() Stats {
	st := Stats{Active: s.active.Load(), Outcomes: map[string]map[string]int64{}, Took: map[string]telemetry.Distribution{}, Stats: s.o.Client.Stats()}
	for kind := range s.outcomes {
		st.Outcomes[kind], st.Took[kind] = s.outcomes[kind].Read(), s.took[kind].Read()
	}
	return st
}

// Close closes the connections.
func (s *Services) Close() { s.o.Client.Close() }
