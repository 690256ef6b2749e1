// Package lint says what in a flow will surprise its author, beyond what
// Amazon Connect refuses when it is published: blocks that nothing reaches,
// values that are read and never set, blocks that do not work on a chat, loops
// that do not end. It is pure, and says nothing twice.
package lint

import (
	"cmp"
	"slices"

	"parley/domain/flow"
)

// Severity says how bad a finding is.
type Severity string

// An Error cannot be published, or cannot work. A Warning is most likely not
// meant. A Note is worth knowing.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Finding is one thing that was found.
type Finding struct {
	// Rule is the name of the rule, as docs/flow-tools.md lists it.
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// Action is the identifier of the block, "" for the document; Type is its type.
	Action string `json:"action,omitempty"`
	Type   string `json:"type,omitempty"`
	// Message says what was found, Hint what to do about it.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Options are what a document does not say itself.
type Options struct {
	// Type is where the flow runs: flow.Module for a module, "" if nobody knows.
	Type flow.Type
	// Known reports whether a resource exists; nil where there is no instance to
	// ask. References whose value is dynamic are not asked for.
	Known func(flow.Reference) bool
}

// Check returns what there is to say about a document, block by block in the
// order of the document, what is said about the document itself first.
func Check(d *flow.Document, o Options) []Finding {
	l := newLinter(d, o)
	for _, rule := range []func(*linter){
		invalid, unreachable, duplicates, deadNext, unwired, voiceOnly, reads, identifiers, resources, lengths, loops, loopItems, returns, portable,
	} {
		rule(l)
	}
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(l.order[a.Action], l.order[b.Action]), cmp.Compare(rank(a.Severity), rank(b.Severity)))
	})
	return l.found
}

func rank(s Severity) int { return slices.Index([]Severity{Error, Warning, Note}, s) }

// linter collects the findings about one document.
type linter struct {
	doc       *flow.Document
	options   Options
	order     map[string]int // 1 and up; 0 is the document
	reachable map[string]bool
	found     []Finding
}

func newLinter(d *flow.Document, o Options) *linter {
	l := &linter{doc: d, options: o, order: map[string]int{}}
	for i, a := range d.Actions() {
		l.order[a.ID] = i + 1
	}
	l.reachable = l.from(d.StartAction())
	if _, ok := d.Action(d.StartAction()); !ok { // that is one problem, not one of every block
		l.reachable = map[string]bool{}
		for id := range l.order {
			l.reachable[id] = true
		}
	}
	return l
}

// from returns the actions that the flow can come to from those, they included.
func (l *linter) from(ids ...string) map[string]bool {
	seen := map[string]bool{}
	for len(ids) > 0 {
		id := ids[len(ids)-1]
		ids = ids[:len(ids)-1]
		a, ok := l.doc.Action(id)
		if !ok || seen[id] {
			continue
		}
		seen[id] = true
		for _, b := range a.Branches() {
			if !b.Dead {
				ids = append(ids, b.Target)
			}
		}
	}
	return seen
}

// live yields the actions that the flow can come to, in the order of the document.
func (l *linter) live(yield func(*flow.Action) bool) {
	for _, a := range l.doc.Actions() {
		if l.reachable[a.ID] && !yield(a) {
			return
		}
	}
}

func (l *linter) report(rule string, severity Severity, a *flow.Action, message, hint string) {
	f := Finding{Rule: rule, Severity: severity, Message: message, Hint: hint}
	if a != nil {
		f.Action, f.Type = a.ID, a.Type
	}
	if !slices.Contains(l.found, f) {
		l.found = append(l.found, f)
	}
}
