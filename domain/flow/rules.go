package flow

import (
	"slices"
	"strconv"
)

// rules holds an action that this project runs to the spec of its type.
func (v *validator) rules() {
	s, ok := specOf(v.action.Type)
	if v.action.Type == "Wait" {
		s, ok = waitSpec(v.action), true
	}
	if !ok {
		if !knownAction(v.action.Type) {
			v.report("Invalid Action type. Path: %s", v.path(".Type"))
		}
		return
	}
	if s.types != nil && v.flowType != "" && !slices.Contains(s.types, v.flowType) {
		v.report("Action type %s is not allowed in a %s flow. Path: %s", v.action.Type, v.flowType, v.path(".Type"))
	}
	v.parameterSpec(s)
	v.numberSpec(s)
	v.branchSpec(s)
}

func (v *validator) parameterSpec(s spec) {
	for _, names := range s.oneOf {
		v.exactlyOne(names)
	}
	for name := range v.action.Parameters.Fields() {
		if s.bare {
			v.report("Invalid Action property name. Path: %s", v.path(".Parameters."+name))
		}
	}
	if place, found := emptyText(v.action.Parameters); found { // AWS refuses them anywhere
		v.badValue(".Parameters" + place)
	}
}

func (v *validator) exactlyOne(names []string) {
	present := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !v.action.Parameters.Field(name).Present()
	})
	switch {
	case len(present) > 1:
		v.report("Only one of these properties may be defined. Properties: %s, Path: %s", present, v.path(".Parameters"))
	case len(present) == 0 && len(names) > 1:
		v.report("At least one of %s must be set. Path: %s", names, v.path(".Parameters"))
	case len(present) == 0:
		v.missing(".Parameters." + names[0])
	}
}

func (v *validator) numberSpec(s spec) {
	p := v.action.Parameters.Field(s.number)
	if !p.Present() || !p.Text().Static() {
		return
	}
	n, err := strconv.Atoi(p.Text().Source())
	if err != nil || n < s.low || n > s.high {
		v.badValue(".Parameters." + s.number)
	}
}

func (v *validator) branchSpec(s spec) {
	a := v.action
	if s.terminal {
		if a.NextAction != "" || len(a.Conditions)+len(a.Errors) > 0 {
			v.report("Action does not support transitions. Path: %s", v.path(".Transitions"))
		}
		return
	}
	if s.next && a.NextAction == "" {
		v.missing(".Transitions.NextAction")
	}
	for _, result := range s.results {
		if !a.equals(result) {
			v.badValue(".Transitions.Conditions")
		}
	}
	v.errorSpec(s)
}

func (v *validator) errorSpec(s spec) {
	for _, e := range s.errors {
		if _, ok := v.action.ErrorBranch(e); !ok {
			v.report("Action is missing required error. Error: %s, Path: %s", e, v.path(""))
		}
	}
	for _, e := range v.action.Errors {
		if !slices.Contains(s.errors, e.ErrorType) && !slices.Contains(s.allowed, e.ErrorType) {
			v.report("Invalid Action error. Error: %.50s, Path: %s", e.ErrorType, v.path(""))
		}
	}
}

// equals reports whether a condition asks for exactly that result.
func (a *Action) equals(result string) bool {
	return slices.ContainsFunc(a.Conditions, func(c Condition) bool {
		return c.Operator == Equals && len(c.Operands) == 1 && c.Operands[0].Source() == result
	})
}
