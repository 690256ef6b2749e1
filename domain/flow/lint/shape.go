package lint

import (
	"fmt"
	"strconv"

	"parley/domain/flow"
	"parley/internal/article"
)

// invalid repeats what Amazon Connect refuses.
func invalid(l *linter) {
	for _, p := range flow.ValidateAs(l.doc, l.options.Type) {
		a, _ := l.doc.Action(p.ActionID)
		l.report("invalid", Error, a, p.Message, why(l.doc, a, p.Message))
	}
}

func unreachable(l *linter) {
	for _, a := range l.doc.Actions() {
		if !l.reachable[a.ID] && a.ID != "" {
			l.report("unreachable", Warning, a, "No branch leads to this block.", "Connect it, or delete it.")
		}
	}
}

// duplicates finds branches that an earlier one always takes instead, and
// conditions that can never hold.
func duplicates(l *linter) {
	for a := range l.live {
		seen := map[string]bool{}
		for _, b := range a.Branches() {
			key := fmt.Sprint(b.Kind, b.Label)
			if b.Kind != flow.OnSuccess && seen[key] {
				l.report("duplicate-branch", Warning, a, fmt.Sprintf("There are two branches for %s; the second is never taken.", b.Label), "Delete one of them.")
			}
			seen[key] = true
		}
		for _, c := range a.Conditions {
			if neverHolds(c) {
				l.report("never-true", Warning, a, fmt.Sprintf("The condition %s never holds: it compares numbers, and that is none.", c.Label()), "Compare with a number, or compare texts.")
			}
		}
	}
}

func neverHolds(c flow.Condition) bool {
	switch c.Operator {
	case flow.NumberGreaterThan, flow.NumberGreaterOrEqualTo, flow.NumberLessThan, flow.NumberLessOrEqualTo:
	default:
		return false
	}
	if len(c.Operands) != 1 || !c.Operands[0].Static() {
		return false
	}
	_, err := strconv.ParseFloat(c.Operands[0].Source(), 64)
	return err != nil
}

// deadNext finds a NextAction that somebody may have meant to be followed: it
// leads elsewhere than every other branch.
func deadNext(l *linter) {
	for a := range l.live {
		if mirrored(a) {
			continue
		}
		l.report("next-not-followed", Warning, a, fmt.Sprintf("NextAction leads to %q, and is never followed: this block either goes on elsewhere or takes another branch.", a.NextAction),
			"Do not count on it; put what is to happen into the other branches.")
	}
}

// mirrored reports whether a dead NextAction copies another branch, as consoles
// write it; true for a NextAction that is followed.
func mirrored(a *flow.Action) bool {
	branches := a.Branches()
	if len(branches) == 0 || !branches[0].Dead {
		return true
	}
	for _, b := range branches[1:] {
		if b.Target == a.NextAction {
			return true
		}
	}
	return false
}

// portable finds what Parley publishes and Amazon Connect does not.
func portable(l *linter) {
	switch l.options.Type {
	case flow.ContactFlow, flow.AgentTransfer, flow.QueueTransfer, flow.CustomerHold, flow.AgentHold:
	default:
		return
	}
	for a := range l.live {
		if a.Type == "EndFlowExecution" {
			l.report("not-portable", Warning, a, fmt.Sprintf("Amazon Connect takes this block in customer queue and whisper flows only; Parley takes it in %s too.", article.A(string(l.options.Type)+" flow")), "End the flow with a Disconnect block, if it is to run on Amazon Connect.")
		}
	}
}

// returns finds modules that never come back.
func returns(l *linter) {
	if l.options.Type != flow.Module {
		return
	}
	for a := range l.live {
		if a.Type == "EndFlowModuleExecution" {
			return
		}
	}
	l.report("no-return", Warning, nil, "The module never returns to the flow that calls it.", "End it with a Return block (EndFlowModuleExecution).")
}
