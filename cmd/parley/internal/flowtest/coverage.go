package flowtest

import (
	"fmt"
	"slices"
	"strings"

	"parley/domain/flow"
)

// FlowCoverage is what of a flow ran.
type FlowCoverage struct {
	File     string   `json:"file"`
	Name     string   `json:"name"`
	Actions  int      `json:"actions"`
	Ran      int      `json:"ran"`
	Branches int      `json:"branches"`
	Taken    int      `json:"taken"`
	Missing  []string `json:"missing,omitempty"` // "action: branch", or an action alone
}

// coverage collects the steps of all conversations.
type coverage struct {
	flows []*Flow
	taken map[string]map[string]map[string]bool // by file, action and branch
}

func newCoverage() *coverage { return &coverage{taken: map[string]map[string]map[string]bool{}} }

func (c *coverage) scope(s *Scope) {
	for _, f := range s.Flows {
		if c.taken[f.Path] == nil {
			c.flows = append(c.flows, f)
			c.taken[f.Path] = map[string]map[string]bool{}
		}
	}
}

// add counts the steps of a result; nil has none.
func (c *coverage) add(r *Result) {
	if r == nil {
		return
	}
	for _, e := range r.History {
		if e.Step == nil {
			continue
		}
		f := r.world.flowOf(*e.Step)
		if f == nil || c.taken[f.Path] == nil {
			continue
		}
		a, ok := f.Doc.Action(e.Step.Action)
		if !ok {
			continue
		}
		actions := c.taken[f.Path]
		if actions[a.ID] == nil {
			actions[a.ID] = map[string]bool{}
		}
		actions[a.ID][wired(a, branchLabel(*e.Step))] = true
	}
}

// wired is the branch that was followed: an error without one goes the way of
// NoMatchingError.
func wired(a *flow.Action, label string) string {
	if !slices.Contains(branchesOf(a), label) {
		if _, ok := a.ErrorBranch(flow.NoMatchingError); ok && label != next && label != "waits" && label != "end" {
			return flow.NoMatchingError
		}
	}
	return label
}

func (c *coverage) report() []FlowCoverage {
	all := []FlowCoverage{}
	for _, f := range c.flows {
		one := FlowCoverage{File: f.Path, Name: f.Name}
		for _, a := range f.Doc.Actions() {
			one.action(a, c.taken[f.Path][a.ID])
		}
		all = append(all, one)
	}
	return all
}

func (one *FlowCoverage) action(a *flow.Action, taken map[string]bool) {
	branches := branchesOf(a)
	one.Actions++
	one.Branches += len(branches)
	if taken == nil {
		one.Missing = append(one.Missing, a.ID)
		return
	}
	one.Ran++
	for _, b := range branches {
		if taken[b] {
			one.Taken++
		} else {
			one.Missing = append(one.Missing, a.ID+": "+b)
		}
	}
}

func coverageText(all []FlowCoverage) string {
	var b strings.Builder
	wide := 0
	for _, f := range all {
		wide = max(wide, len([]rune(f.Name)))
	}
	fmt.Fprintf(&b, "Coverage%s   actions   branches\n", strings.Repeat(" ", max(0, wide-6)))
	for _, f := range all {
		fmt.Fprintf(&b, "  %-*s %4d/%-4d  %4d/%d\n", max(wide, 6), f.Name, f.Ran, f.Actions, f.Taken, f.Branches)
		if f.Ran == 0 {
			continue
		}
		for _, m := range f.Missing {
			fmt.Fprintf(&b, "      not taken: %s\n", m)
		}
	}
	return b.String()
}
