package interp

import (
	"fmt"

	"parley/domain/flow"
)

// result is what running an action came to; choose turns it into a branch.
// Exactly one of its constructors below makes it.
type result struct {
	kind resultKind
	// text is the value for the conditions, or the error type. A condition that
	// equals also holds too: a bot gives an intent, and the customer's sentiment.
	text, also string
	// cause says why an action failed or did nothing.
	cause string
	out   Outcome
	frame Frame
}

type resultKind uint8

const (
	succeeded resultKind = iota
	produced
	failed
	stopped
	entered
	returned
)

// done is the result of an action that has no conditions: its NextAction.
func done() result { return result{kind: succeeded} }

// skip is done for an action that could do nothing, and says why.
func skip(cause string) result { return result{kind: succeeded, cause: "skipped: " + cause} }

// value is a result for the conditions of the action.
func value(text string) result { return result{kind: produced, text: text} }

// fail takes the branch of an error type, else that of NoMatchingError.
func fail(errorType, cause string) result {
	return result{kind: failed, text: errorType, cause: cause}
}

// refuse takes the NoMatchingError branch.
func refuse(cause string) result { return fail(flow.NoMatchingError, cause) }

// plainly takes the NoMatchingError branch, for a reason that quotes nobody.
func (m *machine) plainly(cause string) result {
	m.plain = cause
	return refuse(cause)
}

// stop ends the Advance at this action: the flow is over, or blocked.
func stop(out Outcome) result { return result{kind: stopped, out: out} }

// enter goes on in another flow or module.
func enter(to Frame) result { return result{kind: entered, frame: to} }

// giveBack ends a module with a result for its caller, "" for plain success.
func giveBack(text string) result { return result{kind: returned, text: text} }

// choose finds the branch for a result and records the step. One that resolved too much
// has none: what it came to is not what the flow says.
func (m *machine) choose(a *flow.Action, r result) move {
	if limit := m.excess(); limit != "" && r.kind != stopped {
		m.record(a, ByEnd, string(Budget), "")
		out := m.over(limit, a.ID)
		return move{out: &out}
	}
	switch r.kind {
	case succeeded:
		return m.follow(a, ByResult, r.cause, a.NextAction)
	case produced:
		return m.match(a, r)
	case failed:
		return m.catch(a, r)
	case entered:
		return m.enter(a, r.frame)
	case returned:
		return m.leave(a, r.text)
	}
	rule := ByEnd
	if r.out.Kind == Blocked || r.out.Kind == CallOut {
		rule = ByBlock
	}
	if !r.out.Kind.Needs() {
		m.record(a, rule, string(r.out.Kind), "")
	}
	return move{out: &r.out}
}

// match takes the first condition that holds, else NoMatchingCondition, else
// NextAction, where consoles write a copy of one of the branches.
func (m *machine) match(a *flow.Action, r result) move {
	m.results = r.text
	for _, c := range a.Conditions {
		if len(c.Operands) == 1 && r.holds(c.Operator, m.operand(c.Operands[0])) {
			detail := fmt.Sprintf("%s %.50s", c.Operator, c.Operands[0].Source())
			return m.follow(a, ByCondition, detail, c.NextAction)
		}
	}
	if b, ok := a.ErrorBranch(flow.NoMatchingCondition); ok {
		return m.follow(a, ByCondition, flow.NoMatchingCondition, b.NextAction)
	}
	if a.Type == loopType { // its NextAction copies one of its two branches
		return m.follow(a, ByCondition, "no condition holds", "")
	}
	return m.follow(a, ByCondition, "no condition holds, NextAction", a.NextAction)
}

func (r result) holds(o flow.Operator, operand string) bool {
	return o.Holds(r.text, operand) || r.also != "" && o == flow.Equals && operand == r.also
}

// catch takes the branch of the error, else that of NoMatchingError; unwired,
// the flow ends there.
func (m *machine) catch(a *flow.Action, r result) move {
	branch, ok := a.ErrorBranch(r.text)
	if !ok {
		branch, ok = a.ErrorBranch(flow.NoMatchingError)
	}
	detail := r.text + ": " + r.cause
	m.results = detail
	if !ok {
		m.record(a, ByError, detail, "")
		reason := fmt.Sprintf("%s at %.50q has no branch", r.text, a.ID)
		return move{out: &Outcome{Kind: Unwired, Reason: reason, Cause: r.cause}}
	}
	return m.follow(a, ByError, detail, branch.NextAction)
}

// follow records a step and leads to the next action.
func (m *machine) follow(a *flow.Action, rule Rule, detail, next string) move {
	m.record(a, rule, detail, next)
	return move{next: next}
}

func (m *machine) record(a *flow.Action, rule Rule, detail, next string) {
	step := Trace{Flow: m.run.FlowID, Action: a.ID, Type: a.Type, Rule: rule, Detail: detail, Next: next, Plain: m.plain, Missing: m.missing}
	step.Log = m.log(a)
	m.trace = append(m.trace, step)
}
