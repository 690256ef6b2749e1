package flowrun_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/app/due"
	"parley/app/flowrun"
	"parley/bus"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
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
func TestSlowCallsHoldNobodyUp(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	var calls atomic.Int64
	w.serve(func(ctx context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
		calls.Add(1)
		<-release
		return answer("late"), nil
	})
	slow := w.lambdaFlow()
	var ids []string
	for range 100 {
		ids = append(ids, w.begin(slow))
	}
	w.pass(0)
	w.until("a hundred calls", func() bool { return calls.Load() == 100 })
	other := w.begin(w.inbound)
	w.pass(0)
	if diff := cmp.Diff([]string{greeting}, w.said(other)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	close(release)
	for _, id := range ids {
		w.until("the answer", w.waits(id))
		if diff := cmp.Diff([]string{"late "}, w.said(id)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

// A call that a stop or crash has cut off is made again, once, with the same key.
func TestALostCallIsMadeAgainOnce(t *testing.T) {
	w := newWorld(t)
	keys := make(chan string, 9)
	lost := func(ctx context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
		keys <- fmt.Sprint(c.Key, " ", c.Attempt)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	stop := w.serve(lost)
	id := w.begin(w.lambdaFlow())
	w.pass(0)
	first := <-keys
	stop()
	w.close()
	w.open()
	if w.pass(12 * time.Second); !w.session(id).Flow.Calling {
		t.Fatal("the call counts as lost too early")
	}
	stop = w.serve(lost)
	w.pass(time.Second)
	second := <-keys
	stop()
	w.close()
	w.open()
	w.serve(func(context.Context, interp.Call, func(string)) (json.RawMessage, error) {
		t.Error("a third call")
		return nil, nil
	})
	w.pass(13 * time.Second)
	w.until("the end", w.waits(id))
	if len(first) < 3 || first[:len(first)-1] != second[:len(second)-1] || first[len(first)-1] != '1' || second[len(second)-1] != '2' {
		t.Errorf("calls %s and %s", first, second)
	}
	if diff := cmp.Diff([]string{"no answer"}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A stop waits for calls, and what comes of them is committed.
func TestDrainWaitsForCalls(t *testing.T) {
	w := newWorld(t)
	begun, release := make(chan struct{}), make(chan struct{})
	stop := w.serve(func(context.Context, interp.Call, func(string)) (json.RawMessage, error) {
		close(begun)
		<-release
		return answer("in time"), nil
	})
	id := w.begin(w.lambdaFlow())
	w.pass(0)
	<-begun
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	w.flows.Drain(short) // comes back although the call goes on
	late := w.begin(w.lambdaFlow())
	w.pass(0)
	close(release)
	w.flows.Drain(t.Context())
	if diff := cmp.Diff([]string{"in time "}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !w.session(late).Flow.Calling || w.flows.Stats().Dropped != 1 {
		t.Errorf("a call that begins after the drain: %+v", w.flows.Stats())
	}
	stop()
}

// A stop leaves nothing that waits for a call which nobody will make.
func TestAfterTheStopNoCallWaits(t *testing.T) {
	w := newWorld(t)
	w.begin(w.lambdaFlow())
	w.pass(0)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	w.flows.Run(ended)
	patient, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if w.flows.Drain(patient); patient.Err() != nil {
		t.Error("a call that was never begun is waited for")
	}
}

// A test that moves the clock past a call's time gets the call's answer first.
func TestAMovedClockWaitsForTheAnswer(t *testing.T) {
	w := newWorld(t)
	begun := make(chan struct{})
	var calls atomic.Int64
	w.serve(func(context.Context, interp.Call, func(string)) (json.RawMessage, error) {
		calls.Add(1)
		close(begun)
		<-time.After(100 * time.Millisecond)
		return answer("real time"), nil
	})
	id := w.begin(w.lambdaFlow())
	w.pass(0)
	<-begun
	w.pass(time.Hour)
	if diff := cmp.Diff([]string{"real time "}, w.said(id)); diff != "" || calls.Load() != 1 {
		t.Errorf("%d calls (-want +got):\n%s", calls.Load(), diff)
	}
}

// An asynchronous call lets the flow go on; its answer comes later.
func TestAnAsynchronousCall(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	w.serve(func(_ context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
		if !c.Async || c.Timeout != 60*time.Second {
			t.Errorf("%+v", c)
		}
		<-release
		return answer("later"), nil
	})
	id := w.begin(w.drawn("call",
		block("call", "InvokeLambdaFunction", map[string]any{"LambdaFunctionARN": function, "InvocationType": "ASYNCHRONOUS"}, "meanwhile", "sorry"),
		said("meanwhile", "one moment", "wait"), said("sorry", "no answer", "wait"), wait("wait")))
	w.pass(0)
	w.until("the flow goes on", w.waits(id))
	if diff := cmp.Diff([]string{"one moment"}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	close(release)
	w.until("the answer", func() bool {
		var run interp.Run
		if err := json.Unmarshal(w.session(id).Flow.Run, &run); err != nil {
			t.Fatal(err)
		}
		return len(run.Async) == 1 && run.Async[0].Done && string(run.Async[0].Answer) == string(answer("later"))
	})
}

const alias = "arn:aws:lex:us-east-1:123456789012:bot-alias/BOT/LIVE"

// botFlow talks to a bot.
func (w *world) botFlow() string {
	return w.drawn("bot", block("bot", "ConnectParticipantWithLexBot", map[string]any{"Text": "How can we help?", "LexV2Bot": map[string]any{"AliasArn": alias}}, "done", "done"),
		said("done", "intent $.Lex.IntentName", "wait"), wait("wait"))
}

// hints collects what followers hear of a session.
func (w *world) hints(id string) func() []transcript.Item {
	var mu sync.Mutex
	var all []transcript.Item
	w.t.Cleanup(w.bus.Subscribe(bus.Session(id), func(h bus.Hint) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, h.Items...)
	}))
	return func() []transcript.Item {
		mu.Lock()
		defer mu.Unlock()
		return append([]transcript.Item(nil), all...)
	}
}

func reply(text string) json.RawMessage {
	raw, _ := json.Marshal(map[string]any{
		"messages":     []any{map[string]string{"content": text, "contentType": "PlainText"}},
		"sessionState": map[string]any{"dialogAction": map[string]string{"type": "ElicitIntent"}, "sessionAttributes": map[string]string{}},
	})
	return raw
}

// A bot's text is shown while it is made, and the message has the Id under which it was shown.
func TestABotsTextIsShownWhileItIsMade(t *testing.T) {
	const pace = 100 * time.Millisecond
	text := "We have green " + strings.Repeat("t", 1000) + "ea."
	for mode, shown := range map[string]bool{"INCREMENTAL": true, "COMPLETE": false, "": false} {
		w := newWorld(t)
		w.serve(func(_ context.Context, c interp.Call, said func(string)) (json.RawMessage, error) {
			if (said != nil) != shown {
				t.Errorf("%s: somebody listens: %v", mode, said != nil)
			}
			if said != nil {
				said("We have ")
				<-time.After(pace)
				said("green ")
				for range 1000 { // much faster than it is shown
					said("t")
				}
			}
			return reply(text), nil
		})
		w.mode = mode
		id := w.begin(w.botFlow())
		w.pass(0)
		heard := w.hints(id)
		w.say(id, "What do you have?")
		w.pass(0)
		w.until("the answer", func() bool { // the hint comes after the commit
			items := heard()
			return len(items) > 0 && items[len(items)-1].Content == text
		})
		items := heard()
		whole := items[len(items)-1]
		var parts []string
		for _, i := range items {
			if i.Chunk == 0 {
				continue
			}
			parts = append(parts, i.Content)
			if i.Chunk != len(parts) || i.ID != whole.ID || i.Position != 0 || i.Author != whole.Author || i.Type != transcript.Message {
				t.Errorf("%s: part %+v of %+v", mode, i, whole)
			}
		}
		if shown != (len(parts) >= 2) || len(parts) > 100 || !strings.HasPrefix(text, strings.Join(parts, "")) || whole.Content != text ||
			whole.Position == 0 || (whole.Stream != "") != shown {
			t.Errorf("%s: parts %q, then %+v", mode, parts, whole)
		}
		if whole.Author != contact.BotAuthor() {
			t.Errorf("%s: said by %+v", mode, whole.Author)
		}
	}
}

// Lines of the flow log are written once a step is committed, for contacts that enabled it only.
func TestFlowLog(t *testing.T) {
	w := newWorld(t)
	var lines []string
	w.flows.Log = &flowrun.FlowLog{Write: func(line []byte) error {
		lines = append(lines, string(line))
		return nil
	}}
	id := w.begin(w.drawn("quiet", said("quiet", "not logged", "log"),
		map[string]any{"Identifier": "log", "Type": "UpdateFlowLoggingBehavior", "Parameters": map[string]any{"FlowLoggingBehavior": "Enabled"}, "Transitions": map[string]any{"NextAction": "say"}},
		said("say", "hello $.ContactId", "wait"), wait("wait")))
	w.pass(0)
	var got []map[string]any
	for _, line := range lines {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil || line[len(line)-1] != '\n' {
			t.Fatalf("%q: %v", line, err)
		}
		if _, err := time.Parse("2006-01-02T15:04:05.000Z07:00", one["Timestamp"].(string)); err != nil || one["ContactId"] != id {
			t.Errorf("%s", line)
		}
		got = append(got, map[string]any{"type": one["ContactFlowModuleType"], "id": one["Identifier"], "parameters": one["Parameters"]})
	}
	want := []map[string]any{
		{"type": "SetLoggingBehavior", "id": "log", "parameters": map[string]any{"FlowLoggingBehavior": "Enabled"}},
		{"type": "PlayPrompt", "id": "say", "parameters": map[string]any{"Text": "hello " + id}},
		{"type": "Wait", "id": "wait", "parameters": map[string]any{"TimeLimitSeconds": "600000"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if w.session(id).Status != session.Active {
		t.Error("the chat has ended")
	}
}

// fragile is a directory in which something breaks, for a while.
type fragile struct {
	flowrun.Directory
	breaks *atomic.Int64 // how often still
}

func (f fragile) FlowConfig(ctx context.Context, instance string) (contact.Config, error) {
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
