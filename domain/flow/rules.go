package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/internal/article"
)

// rules holds an action to the spec of its type.
func (v *validator) rules() {
	s, ok := SpecOf(v.action.Type)
	if !ok {
		v.report("Invalid Action type. Path: %s", v.path(".Type"))
		return
	}
	if !s.Allows(v.flowType) {
		v.report("Action type %s is not allowed in %s. Path: %s", v.action.Type, article.A(string(v.flowType)+" flow"), v.path(".Type"))
	}
	v.members(v.action.Parameters, s.ParamsFor(v.action), s.Open, ".Parameters")
	v.groups(v.action.Parameters, s.Groups, ".Parameters")
	v.branches(s)
}

// members holds the members of an object to their specs.
func (v *validator) members(p Param, specs []ParamSpec, open bool, place string) {
	for name, inner := range p.Fields() {
		spec, ok := memberSpec(specs, name)
		if !ok && !open {
			v.report("Invalid Action property name. Path: %s", v.path(place+"."+name))
			continue
		}
		if !ok {
			spec = free(name)
		}
		v.value(inner, spec, place+"."+name)
	}
	for _, spec := range specs {
		if spec.Required && spec.Name != "*" && !p.Field(spec.Name).Present() {
			v.missing(place + "." + spec.Name)
		}
	}
}

func (v *validator) value(p Param, spec ParamSpec, place string) {
	switch {
	case !p.Present(), spec.Kind == Absent:
	case p.Kind() != spec.Kind:
		v.badValue(place)
	case spec.Kind == Object:
		v.object(p, spec, place)
	case spec.Kind == List:
		for i, item := range p.Items() {
			v.value(item, *spec.Item, fmt.Sprintf("%s[%d]", place, i))
		}
	case spec.Quoted && p.literal: // what AWS says, but for the path
		v.report("Invalid Action type. Path: %s", v.path(place))
	case !spec.takes(p.Text()):
		v.badValue(place)
	}
}

func (v *validator) object(p Param, spec ParamSpec, place string) {
	v.members(p, spec.Fields, false, place)
	v.groups(p, spec.Groups, place)
	if !spec.Single || p.Len() == 1 {
		return
	}
	var names []string
	for name := range p.Fields() {
		names = append(names, name)
	}
	if len(names) == 0 {
		v.missing(place)
	} else {
		v.report("Only one of these properties may be defined. Properties: %s, Path: %s", listed(names), v.path(place))
	}
}

// takes reports whether a parameter may be that text. AWS takes an empty text
// nowhere but in free JSON: published views have them.
func (p ParamSpec) takes(t Template) bool {
	if t.Source() == "" {
		return false
	}
	if !t.Static() {
		_, whole := t.Whole()
		return p.Mark == Interpolated || p.Mark == Dynamic && whole
	}
	if p.Values != nil && !slices.Contains(p.Values, t.Source()) {
		return false
	}
	if p.High != 0 {
		n, err := strconv.ParseInt(t.Source(), 10, 64)
		return err == nil && p.Low <= n && n <= p.High
	}
	return true
}

// groups counts parameters that exclude one another.
func (v *validator) groups(p Param, groups []Group, place string) {
	for _, g := range groups {
		present := slices.DeleteFunc(slices.Clone(g.Names), func(name string) bool {
			return !p.Field(name).Present()
		})
		if len(present) > 1 && !g.Many {
			v.report("Only one of these properties may be defined. Properties: %s, Path: %s", listed(present), v.path(place))
		}
		if len(present) == 0 && g.Required {
			v.report("At least one of %s must be set. Path: %s", listed(g.Names), v.path(place))
		}
	}
}

// listed writes names as AWS does.
func listed(names []string) string { return "[" + strings.Join(names, ", ") + "]" }

func (v *validator) branches(s *Spec) {
	a := v.action
	if s.Terminal {
		if a.NextAction != "" || len(a.Conditions)+len(a.Errors) > 0 {
			v.report("Action does not support transitions. Path: %s", v.path(".Transitions"))
		}
		return
	}
	if s.Next && a.NextAction == "" {
		v.missing(".Transitions.NextAction")
	}
	v.results(s.ResultsOf(a))
	v.errors(s)
}

func (v *validator) results(r Results) {
	const place = ".Transitions.Conditions"
	lacking := slices.ContainsFunc(r.Required, func(result string) bool { return !v.action.equals(result) })
	if lacking || r.Operators == nil && len(v.action.Conditions) > 0 {
		v.badValue(place)
		return
	}
	for i, c := range v.action.Conditions {
		if !c.sound() {
			continue // reported with the structure
		}
		if !slices.Contains(r.Operators, c.Operator) {
			v.badValue(fmt.Sprintf("%s[%d].Condition.Operator", place, i))
		} else if r.Values != nil && c.Operands[0].Static() && !slices.Contains(r.Values, c.Operands[0].Source()) {
			v.badValue(fmt.Sprintf("%s[%d].Condition.Operands", place, i))
		}
	}
}

func (v *validator) errors(s *Spec) {
	required, allowed := s.ErrorsOf(v.action)
	for _, e := range required {
		if _, ok := v.action.ErrorBranch(e); !ok {
			v.report("Action is missing required error. Error: %s, Path: %s", e, v.path(""))
		}
	}
	for _, e := range v.action.Errors {
		if e.ErrorType != "" && !slices.Contains(allowed, e.ErrorType) {
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
