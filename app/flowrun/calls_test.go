package flowrun_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow/interp"
)

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
	id := w.begin(w.asyncFlow())
	w.pass(0)
	w.until("the flow goes on", w.waits(id))
	if diff := cmp.Diff([]string{"one moment"}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	close(release)
	w.until("the answer", w.answered(id, "later"))
}

// More calls than are made at once: one that found no place in its time is not
// waited for, is not made when a place is free again, and is made again.
func TestACallThatFindsNoPlaceInItsTime(t *testing.T) {
	const atOnce = 4
	w := newWorld(t)
	w.flows.MakeAtOnce(atOnce)
	release := make(chan struct{})
	var long atomic.Int64
	short := make(chan string, 9)
	w.serve(func(_ context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
		if c.Async {
			long.Add(1)
			<-release
		} else {
			short <- fmt.Sprint(c.Attempt, " ", c.Timeout <= 8*time.Second)
		}
		return answer("42"), nil
	})
	slow := w.drawn("call", block("call", "InvokeLambdaFunction", map[string]any{"LambdaFunctionARN": function, "InvocationType": "ASYNCHRONOUS"}, "wait", "wait"), wait("wait"))
	for range atOnce {
		w.begin(slow)
	}
	w.pass(0)
	w.until("as many calls as are made at once", func() bool { return long.Load() == atOnce })
	id := w.begin(w.lambdaFlow())
	w.pass(0)
	w.pass(13 * time.Second)
	if f := w.session(id).Flow; !f.Calling || len(short) != 0 {
		t.Fatalf("the call is made: %d", len(short))
	}
	close(release)
	w.until("the answer", w.waits(id))
	if made := <-short; made != "2 true" || len(short) != 0 || w.flows.Stats().Dropped != 1 {
		t.Errorf("attempt %s, %d more, %d dropped", made, len(short), w.flows.Stats().Dropped)
	}
	if diff := cmp.Diff([]string{"42 "}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a stop or crash has cut off of an asynchronous call is made again with the same key, though its flow went on.
func TestALostAsynchronousCallIsMadeAgain(t *testing.T) {
	w := newWorld(t)
	keys := make(chan string, 9)
	stop := w.serve(func(ctx context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
		keys <- c.Key
		<-ctx.Done()
		return nil, ctx.Err()
	})
	id := w.begin(w.asyncFlow())
	w.pass(0)
	first := <-keys
	w.until("the flow goes on", w.waits(id))
	stop()
	w.close()
	w.open()
	w.serve(func(_ context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
		keys <- c.Key
		return answer("42"), nil
	})
	if w.pass(64 * time.Second); len(keys) != 0 {
		t.Error("the call counts as lost too early")
	}
	w.pass(2 * time.Second)
	if second := <-keys; second != first {
		t.Errorf("the call %s is made again as %s", first, second)
	}
	w.until("the answer", w.answered(id, "42"))
}

// asyncFlow calls a function and goes on meanwhile.
func (w *world) asyncFlow() string {
	return w.drawn("call",
		block("call", "InvokeLambdaFunction", map[string]any{"LambdaFunctionARN": function, "InvocationType": "ASYNCHRONOUS"}, "meanwhile", "sorry"),
		said("meanwhile", "one moment", "wait"), said("sorry", "no answer", "wait"), wait("wait"))
}

// answered: the run has the result of its asynchronous call.
func (w *world) answered(id, text string) func() bool {
	return func() bool {
		var run interp.Run
		if err := json.Unmarshal(w.session(id).Flow.Run, &run); err != nil {
			w.t.Fatal(err)
		}
		return len(run.Async) == 1 && run.Async[0].Done && string(run.Async[0].Answer) == string(answer(text))
	}
}
