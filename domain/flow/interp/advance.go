package interp

import (
	"fmt"
	"time"

	"parley/domain/flow"
)

// Bounds of a run.
const (
	// MaxStepsPerAdvance is how many actions run without a wait (our choice).
	MaxStepsPerAdvance = 1000
	// MaxStepsPerRun is how many actions one run has in all (our choice).
	MaxStepsPerRun = 10000
)

// Advance gives a run one input and runs actions until one blocks or the flow
// ends. It returns the new state, how it ended and the steps taken; what the
// flow did to the chat it has told the world. An input that does not concern the
// run returns the run unchanged, Ignored and no step.
//
// rnd is the source of random numbers for DistributeByPercentage.
func Advance(doc *flow.Document, run Run, w World, in Input, now time.Time, rnd func() uint64) (Run, Outcome, []Trace) {
	m := &machine{doc: doc, run: run.clone(), world: w, now: now, rnd: rnd}
	next, ok := m.accept(in)
	if !ok {
		return run, Outcome{Kind: Ignored}, nil
	}
	return m.finish(m.loop(next))
}

// machine is one Advance under way.
type machine struct {
	doc   *flow.Document
	run   Run
	world World
	now   time.Time
	rnd   func() uint64
	trace []Trace
}

// move is where a step leads: to an action, or to the end of the Advance.
type move struct {
	next string
	out  *Outcome
}

// accept takes the input; ok is false when it does not concern the run.
func (m *machine) accept(in Input) (next move, ok bool) {
	if m.run.Status == Ready {
		_, ok := in.(Start)
		return move{next: m.doc.StartAction()}, ok
	}
	a, found := m.doc.Action(m.run.Action)
	if !found {
		return m.lost(m.run.Action), m.run.Status != Ended
	}
	r, ok := m.resume(a, in)
	if !ok {
		return move{}, false
	}
	m.run.Wait, m.run.Call = nil, nil
	return m.choose(a, r), true
}

// resume asks the blocked action what the input means.
func (m *machine) resume(a *flow.Action, in Input) (result, bool) {
	h := handlerOf(a.Type)
	if h.resume == nil || !m.expects(in) {
		return result{}, false
	}
	return h.resume(m, a, in)
}

// expects reports whether the run's status admits such an input at all.
func (m *machine) expects(in Input) bool {
	answer, isAnswer := in.(Result)
	switch m.run.Status {
	case Waiting:
		return m.run.Wait != nil
	case Calling:
		return m.run.Call != nil && isAnswer && answer.Key == m.run.Call.Key
	}
	return false
}

// loop runs actions until a step leads to the end of the Advance.
func (m *machine) loop(at move) Outcome {
	for steps := 0; at.out == nil; steps++ {
		if reason := m.overBudget(steps); reason != "" {
			return Outcome{Kind: Budget, Reason: reason}
		}
		at = m.step(at.next)
	}
	return *at.out
}

func (m *machine) overBudget(steps int) string {
	if steps >= MaxStepsPerAdvance {
		return fmt.Sprintf("%d actions without a wait", MaxStepsPerAdvance)
	}
	if m.run.Steps >= MaxStepsPerRun {
		return fmt.Sprintf("%d actions in one flow", MaxStepsPerRun)
	}
	return ""
}

// step runs one action.
func (m *machine) step(id string) move {
	a, ok := m.doc.Action(id)
	if !ok {
		return m.lost(id)
	}
	m.run.Action = id
	m.run.Steps++
	return m.choose(a, handlerOf(a.Type).run(m, a))
}

// finish writes the outcome into the run.
func (m *machine) finish(out Outcome) (Run, Outcome, []Trace) {
	switch out.Kind {
	case Blocked:
		m.run.Status, m.run.Wait = Waiting, &Wait{Until: out.Until, Events: out.Events}
	case CallOut:
		m.run.Status, m.run.Call = Calling, out.Call
	default:
		m.run.Status = Ended
	}
	return m.run, out, m.trace
}

// lost is where a branch leads that names no action of the document.
func (m *machine) lost(id string) move {
	reason := fmt.Sprintf("the flow has no action %.50q", id)
	if id == "" {
		reason = "the branch leads nowhere"
	}
	return move{out: &Outcome{Kind: Unwired, Reason: reason}}
}
