package interp

import (
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/flow"
)

// Bounds of a run.
const (
	// MaxStepsPerAdvance is how many actions run without a wait (our choice).
	MaxStepsPerAdvance = 1000
	// MaxResolvedPerAdvance is how many bytes of values the actions look up, and of parameters
	// they write, without a wait (our choice: 16 KiB for each of MaxStepsPerAdvance); each
	// value and parameter counts 64 more.
	// The step that comes to it does nothing more, and the flow ends.
	MaxResolvedPerAdvance = 16 << 20
	// MaxStepsPerRun is how many actions one run has in all (our choice), those of
	// the flows that it goes to and the modules that it calls included. A flow that
	// says something every 20 seconds for a week, the longest chat, stays below.
	MaxStepsPerRun = 100_000
	// MaxRunBytes bounds what a run keeps in all (our choice): the data of its flow and of
	// those that wait for a module, and its asynchronous calls.
	MaxRunBytes = 1 << 20
)

// Advance gives a run one input and runs actions until one blocks or the flow
// ends. It returns the new state, how it ended and the steps taken; what the
// flow did to the chat it has told the world. An input that does not concern the
// run returns the run unchanged, Ignored and no step. With an outcome that Needs the
// whole decision, the world's changes included, is to be thrown away and made again.
//
// rnd is the source of random numbers for DistributeByPercentage.
func Advance(run Run, w World, in Input, now time.Time, rnd func() uint64) (Run, Outcome, []Trace) {
	if run.Status == Ended {
		return run, Outcome{Kind: Ignored}, nil
	}
	m := &machine{run: run.clone(), world: w, now: now, rnd: rnd}
	at, ok := m.open()
	if ok {
		at, ok = m.accept(in)
		if !ok {
			return run, Outcome{Kind: Ignored}, nil
		}
	}
	out := m.loop(at)
	if out.Kind.Needs() {
		return run, out, nil
	}
	return m.run, m.finish(out), m.trace
}

// machine is one Advance under way.
type machine struct {
	doc   *flow.Document // the content of run.Frame
	run   Run
	world World
	now   time.Time
	rnd   func() uint64
	trace []Trace
	trees map[*byte]*flow.Tree // of what the run keeps, by where it is kept
	// resolved counts the bytes of MaxResolvedPerAdvance.
	resolved  int
	unwritten bool            // something that the run was to keep or send could not be encoded
	logged    json.RawMessage // the resolved parameters of the action under way, where logging is on
	results   string          // what came of it
	plain     string          // why the step failed, in our words alone
	missing   []string        // the references at which it found nothing
}

// move is where a step leads: to an action, or to the end of the Advance.
type move struct {
	next string
	out  *Outcome
}

// open finds the document of the current frame.
func (m *machine) open() (move, bool) {
	doc, ok := m.world.Document(m.run.Content)
	m.doc = doc
	switch {
	case !ok:
		return move{out: &Outcome{Kind: NeedDocument, Content: m.run.Content}}, false
	case doc == nil:
		return m.gone(m.run.Frame), false
	}
	return move{}, true
}

// gone is where a run leads whose own content is not there any more.
func (m *machine) gone(at Frame) move {
	return move{out: &Outcome{Kind: Unwired, Reason: fmt.Sprintf("the content %s of flow %s is gone", at.Content, at.FlowID)}}
}

// accept takes the input; ok is false when it does not concern the run.
func (m *machine) accept(in Input) (next move, ok bool) {
	if m.run.Status == Ready {
		_, ok := in.(Start)
		return move{next: m.doc.StartAction()}, ok
	}
	if _, timed := in.(Timer); timed {
		call, was := m.again()
		switch {
		case call != nil:
			return move{out: &Outcome{Kind: Noted, Call: call}}, true
		case was:
			in = noted{}
		}
	} else if m.note(in) {
		in = noted{}
	}
	a, found := m.doc.Action(m.run.Action)
	if !found {
		return m.lost(m.run.Action), true
	}
	r, ok := m.resume(a, in)
	if !ok {
		_, took := in.(noted)
		return move{out: &Outcome{Kind: Noted}}, took
	}
	m.run.Wait, m.run.Call = nil, nil
	return m.choose(a, r), true
}

// resume asks the blocked action what the input means.
func (m *machine) resume(a *flow.Action, in Input) (result, bool) {
	if m.run.Status == Calling {
		return m.resumeCall(a, in)
	}
	switch in.(type) {
	case Started, Result: // of a call that is not under way
		return result{}, false
	}
	h := handlerOf(a.Type)
	if h.resume == nil || m.run.Wait == nil {
		return result{}, false
	}
	m.logParameters(a)
	return h.resume(m, a, in)
}

// loop runs actions until a step leads to the end of the Advance.
func (m *machine) loop(at move) Outcome {
	for steps := 0; at.out == nil; steps++ {
		if limit := m.overSteps(steps); limit != "" {
			return m.over(limit, at.next)
		}
		at = m.step(at.next)
	}
	return *at.out
}

// over is how a run ends that came to a limit.
func (m *machine) over(limit, at string) Outcome {
	return Outcome{Kind: Budget, Reason: fmt.Sprintf("%s, now at %.50q of flow %s", limit, at, m.run.FlowID)}
}

// overSteps says which limit keeps the next step from being made, "" for none.
func (m *machine) overSteps(steps int) string {
	switch {
	case steps >= MaxStepsPerAdvance:
		return fmt.Sprintf("%d actions without a wait", MaxStepsPerAdvance)
	case m.run.Steps >= MaxStepsPerRun:
		return fmt.Sprintf("%d actions in one run", MaxStepsPerRun)
	}
	return m.excess()
}

// excess says what the Advance has done that the run cannot go on with, "" for nothing.
func (m *machine) excess() string {
	switch {
	case m.resolved > MaxResolvedPerAdvance:
		return fmt.Sprintf("more than %d bytes resolved without a wait", MaxResolvedPerAdvance)
	case m.unwritten:
		return "what it comes to cannot be written as JSON"
	}
	return ""
}

// overSize says why the run as it is now cannot be kept, "" if it can.
func (m *machine) overSize() string {
	if m.run.size() > MaxRunBytes {
		return fmt.Sprintf("it keeps more than %d bytes", MaxRunBytes)
	}
	return m.excess()
}

// step runs one action.
func (m *machine) step(id string) move {
	a, ok := m.doc.Action(id)
	if !ok {
		return m.lost(id)
	}
	m.run.Action = id
	m.run.Steps++
	m.logParameters(a)
	return m.choose(a, handlerOf(a.Type).run(m, a))
}

// finish writes the outcome into the run. A run that keeps or did too much ends instead.
func (m *machine) finish(out Outcome) Outcome {
	switch out.Kind {
	case Blocked:
		m.run.Status, m.run.Wait = Waiting, &Wait{Until: out.Until, Events: out.Events, Bot: out.bot, Hide: out.hide}
	case CallOut:
		m.run.Status, m.run.Call = Calling, out.Call
	case Noted: // stays as it is
	default:
		m.run.Status = Ended
	}
	if m.run.Status == Ended {
		return out
	}
	if limit := m.overSize(); limit != "" {
		m.run.Status = Ended
		return m.over(limit, m.run.Action)
	}
	return out
}

// lost is where a branch leads that names no action of the document.
func (m *machine) lost(id string) move {
	reason := fmt.Sprintf("the flow has no action %.50q", id)
	if id == "" {
		reason = "the branch leads nowhere"
	}
	return move{out: &Outcome{Kind: Unwired, Reason: reason}}
}
