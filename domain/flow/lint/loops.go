package lint

import (
	"fmt"
	"slices"
	"strings"

	"parley/domain/flow"
)

// loops finds circles in which the flow neither waits nor counts.
func loops(l *linter) {
	for _, ring := range l.rings() {
		first, _ := l.doc.Action(ring[0])
		names := strings.Join(ring, " → ")
		if l.leaves(ring) {
			l.report("loop-without-wait", Warning, first, fmt.Sprintf("The flow can go round without a pause: %s.", names), "Put a Wait or a Loop block into the circle.")
		} else {
			l.report("endless-loop", Error, first, fmt.Sprintf("The flow never leaves this circle: %s.", names), "Give it a way out.")
		}
	}
}

// pauses reports whether a circle through this block ends or waits: it waits for
// somebody, or counts.
func pauses(a *flow.Action) bool {
	switch a.Type {
	case "Wait", "ConnectParticipantWithLexBot", "ConnectParticipantWithAgenticCX", "ShowView", "AuthenticateParticipant", "Loop":
		return true
	}
	return false
}

// leaves reports whether a branch leads out of the circle.
func (l *linter) leaves(ring []string) bool {
	for _, id := range ring {
		a, _ := l.doc.Action(id)
		for _, b := range a.Branches() {
			if !b.Dead && !slices.Contains(ring, b.Target) {
				return true
			}
		}
	}
	return false
}

// rings returns the strongly connected parts of the flow without the blocks
// that pause, as far as they have a circle (Tarjan's algorithm). Each begins
// with its first block in the order of the document.
func (l *linter) rings() [][]string {
	t := &tarjan{linter: l, number: map[string]int{}, low: map[string]int{}, onStack: map[string]bool{}}
	for a := range l.live {
		if !pauses(a) && t.number[a.ID] == 0 {
			t.visit(a)
		}
	}
	slices.SortFunc(t.rings, func(x, y []string) int { return l.order[x[0]] - l.order[y[0]] })
	return t.rings
}

type tarjan struct {
	*linter
	number, low map[string]int
	stack       []string
	onStack     map[string]bool
	rings       [][]string
}

func (t *tarjan) visit(a *flow.Action) {
	n := len(t.number) + 1
	t.number[a.ID], t.low[a.ID] = n, n
	t.stack, t.onStack[a.ID] = append(t.stack, a.ID), true
	self := false
	for _, b := range a.Branches() {
		next, ok := t.doc.Action(b.Target)
		if !ok || b.Dead || pauses(next) {
			continue
		}
		self = self || next.ID == a.ID
		if t.number[next.ID] == 0 {
			t.visit(next)
			t.low[a.ID] = min(t.low[a.ID], t.low[next.ID])
		} else if t.onStack[next.ID] {
			t.low[a.ID] = min(t.low[a.ID], t.number[next.ID])
		}
	}
	if t.low[a.ID] == n {
		t.pop(a.ID, self)
	}
}

// pop takes one finished part from the stack.
func (t *tarjan) pop(id string, self bool) {
	i := slices.Index(t.stack, id)
	ring := slices.Clone(t.stack[i:])
	t.stack = t.stack[:i]
	for _, member := range ring {
		t.onStack[member] = false
	}
	if len(ring) > 1 || self {
		slices.SortFunc(ring, func(x, y string) int { return t.order[x] - t.order[y] })
		t.rings = append(t.rings, ring)
	}
}
