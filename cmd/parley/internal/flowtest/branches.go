package flowtest

import (
	"fmt"
	"slices"
	"strings"

	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// next is the label of the branch that an action takes when it has done what it does.
const next = "next"

// branchLabel names the branch that a step took, as "next", "Equals gold" or
// "NoMatchingError"; "waits" and "end" where it took none.
func branchLabel(s interp.Trace) string {
	switch s.Rule {
	case interp.ByResult:
		return next
	case interp.ByCondition:
		return s.Detail
	case interp.ByError:
		kind, _, _ := strings.Cut(s.Detail, ":")
		return kind
	case interp.ByBlock:
		return "waits"
	}
	return "end"
}

// branchesOf lists the branches that an action can take. NextAction is none where
// consoles write a copy of another branch there: on actions that end in a
// condition, and on transfers.
func branchesOf(a *flow.Action) []string {
	var labels []string
	for _, c := range a.Conditions {
		if len(c.Operands) == 1 {
			labels = append(labels, fmt.Sprintf("%s %.50s", c.Operator, c.Operands[0].Source()))
		}
	}
	for _, e := range a.Errors {
		labels = append(labels, e.ErrorType)
	}
	if a.NextAction != "" && !mirrors(a) {
		labels = append([]string{next}, labels...)
	}
	return labels
}

func mirrors(a *flow.Action) bool {
	if _, ok := a.ErrorBranch(flow.NoMatchingCondition); ok || len(a.Conditions) > 0 {
		return true
	}
	return slices.Contains([]string{"TransferContactToQueue", "TransferToFlow", "DequeueContactAndTransferToQueue"}, a.Type)
}
