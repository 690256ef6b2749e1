package flow

import "strings"

// BranchKind says what leads along a branch.
type BranchKind uint8

// OnSuccess is NextAction, OnResult a condition, OnError an error branch.
const (
	OnSuccess BranchKind = iota
	OnResult
	OnError
)

// Branch is one way out of an action.
type Branch struct {
	Kind BranchKind
	// Label says when it is taken: the error type, or the condition in words,
	// such as `= "yes"` and `> "5"`; "" on success.
	Label  string
	Target string
	// Dead branches are never taken: the NextAction of an action that ends the
	// flow when it succeeds, or one whose every result has its own branch.
	// Consoles write a copy of an error branch there.
	Dead bool
}

// Branches returns the ways out of an action: success, then the conditions and
// the error branches in the order of the document.
func (a *Action) Branches() []Branch {
	var list []Branch
	if a.NextAction != "" {
		list = append(list, Branch{Kind: OnSuccess, Target: a.NextAction, Dead: !a.followsNext()})
	}
	for _, c := range a.Conditions {
		list = append(list, Branch{Kind: OnResult, Label: c.Label(), Target: c.NextAction})
	}
	for _, e := range a.Errors {
		list = append(list, Branch{Kind: OnError, Label: e.ErrorType, Target: e.NextAction})
	}
	return list
}

// followsNext reports whether there is a case in which NextAction is taken.
func (a *Action) followsNext() bool {
	switch a.Type {
	case "TransferToFlow", "TransferContactToQueue", "DequeueContactAndTransferToQueue":
		return false
	}
	s, ok := SpecOf(a.Type)
	if !ok {
		return true
	}
	r := s.ResultsOf(a)
	if _, rest := a.ErrorBranch(NoMatchingCondition); rest && r.Operators != nil {
		return false
	}
	for _, result := range r.Required {
		if !a.equals(result) {
			return true
		}
	}
	return len(r.Required) == 0
}

// Label writes a condition in words.
func (c Condition) Label() string {
	operands := make([]string, len(c.Operands))
	for i, o := range c.Operands {
		operands[i] = `"` + o.Source() + `"`
	}
	return c.Operator.sign() + " " + strings.Join(operands, ", ")
}

func (o Operator) sign() string {
	switch o {
	case Equals:
		return "="
	case TextStartsWith:
		return "starts with"
	case TextEndsWith:
		return "ends with"
	case TextContains:
		return "contains"
	case NumberGreaterThan:
		return ">"
	case NumberGreaterOrEqualTo:
		return "≥"
	case NumberLessThan:
		return "<"
	case NumberLessOrEqualTo:
		return "≤"
	}
	return string(o)
}
