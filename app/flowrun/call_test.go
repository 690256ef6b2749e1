package flowrun_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/app/due"
	"parley/app/flowrun"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/internal/fault"
)

// callee is a flowrun.Caller of a test.
type callee func(ctx context.Context, c interp.Call, said func(string)) (json.RawMessage, error)

func (f callee) Call(ctx context.Context, c interp.Call, said func(string)) (json.RawMessage, error) {
	return f(ctx, c, said)
}

// serve lets the runner make calls until the returned function, or the test, ends it.
func (w *world) serve(f callee) (stop func()) {
	w.flows.Caller = f
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	flows := w.flows
	go func() {
		flows.Run(ctx)
		close(ended)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	w.t.Cleanup(stop)
	return stop
}

// until waits for something that goroutines bring about.
func (w *world) until(what string, holds func() bool) {
	w.t.Helper()
	timeout := time.After(10 * time.Second)
	for !holds() {
		select {
		case <-timeout:
			w.t.Fatalf("%s does not happen", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// waits: the flow of the chat is blocked or over, and not in a call.
func (w *world) waits(id string) func() bool {
	return func() bool {
		f := w.session(id).Flow
		return f == nil || len(f.Run) > 0 && !f.Calling
	}
}

// drawn makes a flow out of actions.
func (w *world) drawn(start string, actions ...map[string]any) string {
	w.t.Helper()
	content, err := json.Marshal(map[string]any{"Version": "2019-10-30", "StartAction": start, "Actions": actions})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.flow("flow "+uuid.NewString(), string(content))
}

func block(id, kind string, parameters map[string]any, next, failed string) map[string]any {
	return map[string]any{"Identifier": id, "Type": kind, "Parameters": parameters, "Transitions": map[string]any{
		"NextAction": next, "Errors": []any{map[string]any{"NextAction": failed, "ErrorType": "NoMatchingError"}}}}
}

func said(id, text, next string) map[string]any {
	return block(id, "MessageParticipant", map[string]any{"Text": text}, next, next)
}

func wait(id string) map[string]any {
	return map[string]any{"Identifier": id, "Type": "Wait", "Parameters": map[string]any{"TimeLimitSeconds": "600000"},
		"Transitions": map[string]any{"NextAction": id, "Conditions": []any{map[string]any{"NextAction": id, "Condition": map[string]any{"Operator": "Equals", "Operands": []string{"WaitCompleted"}}}},
			"Errors": []any{map[string]any{"NextAction": id, "ErrorType": "NoMatchingError"}}}}
}

const function = "arn:aws:lambda:us-east-1:123456789012:function:orders"

// lambdaFlow calls a function and says what it answered and what the contact's attribute is.
func (w *world) lambdaFlow() string {
	return w.drawn("call",
		block("call", "InvokeLambdaFunction", map[string]any{"LambdaFunctionARN": function, "InvocationTimeLimitSeconds": "8"}, "say", "sorry"),
		said("say", "$.External.answer $.Attributes.set", "wait"),
		said("sorry", "no answer", "wait"),
		wait("wait"))
}

func answer(text string) json.RawMessage {
	raw, _ := json.Marshal(map[string]string{"answer": text})
	return raw
}

// While a function is called, nothing is locked: it changes the same contact.
func TestACalledFunctionChangesTheContact(t *testing.T) {
	w := newWorld(t)
	w.serve(func(ctx context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
		var event struct {
			Details struct{ ContactData struct{ ContactId string } }
		}
		if err := json.Unmarshal(c.Payload, &event); err != nil || c.Kind != interp.KindLambda || c.Target != function {
			t.Errorf("%+v, %v", c, err)
		}
		id := event.Details.ContactData.ContactId
		if f := w.session(id).Flow; !f.Calling {
			t.Error("the run was not committed before the call")
		}
		w.decide(id, func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"set": "by the function"}) })
		w.say(id, "from the customer meanwhile")
		return answer("42"), nil
	})
	id := w.begin(w.lambdaFlow())
	w.pass(0)
	w.until("the answer", w.waits(id))
	if diff := cmp.Diff([]string{"from the customer meanwhile", "42 by the function"}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatGoesWrongIsAnError(t *testing.T) {
	for name, f := range map[string]callee{
		"an error": func(context.Context, interp.Call, func(string)) (json.RawMessage, error) {
			return nil, fault.New(fault.Unavailable, "away")
		},
		"a panic": func(context.Context, interp.Call, func(string)) (json.RawMessage, error) { panic("broken") },
		"no JSON": func(context.Context, interp.Call, func(string)) (json.RawMessage, error) {
			return []byte("<html>"), nil
		},
		"not an object": func(context.Context, interp.Call, func(string)) (json.RawMessage, error) { return []byte("[1]"), nil },
	} {
		w := newWorld(t)
		w.serve(f)
		id := w.begin(w.lambdaFlow())
		w.pass(0)
		w.until(name, w.waits(id))
		if diff := cmp.Diff([]string{"no answer"}, w.said(id)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A hundred chats wait for slow functions; deadlines of others are handled all the same.
// A call that a stop or crash has cut off is made again, once, with the same key.
// A stop waits for calls, and what comes of them is committed.
// A stop leaves nothing that waits for a call which nobody will make.
// A test that moves the clock past a call's time gets the call's answer first.
// An asynchronous call lets the flow go on; its answer comes later.
// botFlow talks to a bot.
// hints collects what followers hear of a session.
// A bot's text is shown while it is made, and the message has the Id under which it was shown.
// Lines of the flow log are written once a step is committed, for contacts that enabled it only.
// fragile is a directory in which something breaks, for a while.
type fragile struct {
	flowrun.Directory
	breaks *atomic.Int64 // how often still
}

func (f fragile) FlowConfig(ctx context.Context, instance string) (catalog.Config, error) {
	if f.breaks.Add(-1) >= 0 {
		panic("broken")
	}
	return f.Directory.FlowConfig(ctx, instance)
}

// The goroutine that tells a flow what came of its call is nobody's request: a panic in it would end the server.
func TestAPanicInADecisionAfterACall(t *testing.T) {
	w := newWorld(t)
	var breaks atomic.Int64
	w.flows = flowrun.New(w.sessions, fragile{w.admin, &breaks}, w.clock, slog.New(slog.DiscardHandler))
	w.due = due.New(w.store, w.clock, map[string]due.Handler{contact.DueFlow: w.flows.HandleDue}, slog.New(slog.DiscardHandler))
	w.serve(func(context.Context, interp.Call, func(string)) (json.RawMessage, error) {
		breaks.Store(1)
		return answer("42"), nil
	})
	id := w.begin(w.lambdaFlow())
	w.pass(0)
	w.until("the answer", w.waits(id))
	if diff := cmp.Diff([]string{"42 "}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
