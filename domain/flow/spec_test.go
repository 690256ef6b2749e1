package flow_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/domain/flow"
)

// sound is an action that has what its spec demands and no more.
type sound struct {
	Identifier, Type string
	Parameters       map[string]any
	Transitions      map[string]any
}

func soundAction(t *testing.T, s *flow.Spec) *sound {
	t.Helper()
	a := &sound{"a", s.Type, map[string]any{}, map[string]any{}}
	for _, p := range s.Params {
		if p.Required {
			a.Parameters[p.Name] = soundValue(p)
		}
	}
	for _, g := range s.Groups {
		if g.Required {
			a.Parameters[g.Names[0]] = soundValue(paramNamed(t, s, g.Names[0]))
		}
	}
	if s.Terminal {
		return a
	}
	if s.Next {
		a.Transitions["NextAction"] = "z"
	}
	parsed := a.parse(t)
	a.setErrors(required(s, parsed))
	var conditions []any
	for _, result := range s.ResultsOf(parsed).Required {
		conditions = append(conditions, map[string]any{"NextAction": "z", "Condition": map[string]any{"Operator": "Equals", "Operands": []string{result}}})
	}
	if conditions != nil {
		a.Transitions["Conditions"] = conditions
	}
	return a
}

func required(s *flow.Spec, a *flow.Action) []string { list, _ := s.ErrorsOf(a); return list }

func (a *sound) setErrors(types []string) {
	list := []any{}
	for _, e := range types {
		list = append(list, map[string]any{"NextAction": "z", "ErrorType": e})
	}
	a.Transitions["Errors"] = list
}

func paramNamed(t *testing.T, s *flow.Spec, name string) flow.ParamSpec {
	t.Helper()
	i := slices.IndexFunc(s.Params, func(p flow.ParamSpec) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("%s: the group names %s, which is no parameter", s.Type, name)
	}
	return s.Params[i]
}

func soundValue(p flow.ParamSpec) any {
	switch p.Kind {
	case flow.Object:
		object := map[string]any{}
		for _, f := range p.Fields {
			if name := strings.Replace(f.Name, "*", "any", 1); f.Required || p.Single && len(object) == 0 {
				object[name] = soundValue(f)
			}
		}
		for _, g := range p.Groups {
			object[g.Names[0]] = "x"
		}
		return object
	case flow.List:
		return []any{soundValue(*p.Item)}
	}
	switch {
	case p.Values != nil:
		return p.Values[0]
	case p.High != 0:
		return fmt.Sprint(p.Low)
	}
	return "x"
}

func (a *sound) document(t *testing.T) string {
	t.Helper()
	raw, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return document(string(raw), end)
}

func (a *sound) parse(t *testing.T) *flow.Action {
	t.Helper()
	parsed, _ := parse(t, a.document(t)).Action("a")
	return parsed
}

// problems validates the action where it may stand.
func (a *sound) problems(t *testing.T, s *flow.Spec) []string {
	t.Helper()
	d := parse(t, a.document(t))
	list := flow.Validate(d, "")
	if s.OnlyModule {
		list = flow.ValidateModule(d, json.RawMessage(`{}`))
	}
	var messages []string
	for _, p := range list {
		messages = append(messages, p.Message)
	}
	return messages
}

func TestEverySpecHolds(t *testing.T) {
	if n := len(flow.Specs()); n < 60 {
		t.Errorf("the table has only %d action types", n)
	}
	for _, s := range flow.Specs() {
		if got := soundAction(t, s).problems(t, s); got != nil {
			t.Errorf("%s with what it demands: %q", s.Type, got)
		}
		checkErrors(t, s)
		checkParameters(t, s)
		a := soundAction(t, s)
		delete(a.Transitions, "NextAction")
		want(t, s, a, s.Next, "Action is missing required property. Path: Actions[0].Transitions.NextAction")
		a.Transitions["NextAction"] = "z"
		want(t, s, a, s.Terminal, "Action does not support transitions. Path: Actions[0].Transitions")
	}
}

// want checks that the action has exactly this problem, or none where it is not
// to have it.
func want(t *testing.T, s *flow.Spec, a *sound, has bool, message string) {
	t.Helper()
	got := a.problems(t, s)
	if has && !slices.Equal(got, []string{message}) || !has && got != nil {
		t.Errorf("%s: %q, want %v: %q\n%s", s.Type, got, has, message, a.document(t))
	}
}

func checkErrors(t *testing.T, s *flow.Spec) {
	t.Helper()
	if s.Terminal {
		return
	}
	needed := required(s, soundAction(t, s).parse(t))
	for _, e := range needed {
		a := soundAction(t, s)
		a.setErrors(slices.DeleteFunc(slices.Clone(needed), func(other string) bool { return other == e }))
		want(t, s, a, true, "Action is missing required error. Error: "+e+", Path: Actions[0]")
	}
	a := soundAction(t, s)
	a.setErrors(append(slices.Clone(needed), "NoSuchError"))
	want(t, s, a, true, "Invalid Action error. Error: NoSuchError, Path: Actions[0]")
	if s.ResultsOf(soundAction(t, s).parse(t)).Operators == nil {
		a := soundAction(t, s)
		a.Transitions["Conditions"] = []any{map[string]any{"NextAction": "z", "Condition": map[string]any{"Operator": "Equals", "Operands": []string{"x"}}}}
		want(t, s, a, true, "Invalid Action property value. Path: Actions[0].Transitions.Conditions")
	}
}

func checkParameters(t *testing.T, s *flow.Spec) {
	t.Helper()
	a := soundAction(t, s)
	a.Parameters["NoSuchParameter"] = "x"
	want(t, s, a, !s.Open, "Invalid Action property name. Path: Actions[0].Parameters.NoSuchParameter")
	for _, p := range s.Params {
		place := "Actions[0].Parameters." + p.Name
		if p.Required {
			a := soundAction(t, s)
			delete(a.Parameters, p.Name)
			want(t, s, a, true, "Action is missing required property. Path: "+place)
		}
		if _, has := soundAction(t, s).Parameters[p.Name]; !has {
			continue // another one of its group
		}
		bad := func(has bool, value any) {
			t.Helper()
			a := soundAction(t, s)
			a.Parameters[p.Name] = value
			want(t, s, a, has, "Invalid Action property value. Path: "+place)
		}
		if p.Kind != flow.Text {
			bad(p.Kind != flow.Absent, "x")
			continue
		}
		bad(true, "")
		bad(true, []string{"x"})
		bad(p.Mark == flow.Static, "$.Attributes.x")
		bad(p.Mark != flow.Interpolated, "x $.Attributes.x")
		bad(p.Values != nil || p.High != 0, "neither of those")
		if p.High != 0 {
			bad(true, fmt.Sprint(p.Low-1))
			bad(true, fmt.Sprint(uint64(p.High)+1))
		}
	}
}

func TestSpecsAreComplete(t *testing.T) {
	for _, s := range flow.Specs() {
		if s.Block == "" || s.Module == "" {
			t.Errorf("%s has no name for people or for logs", s.Type)
		}
		fails := s.Chat == flow.ChatFails
		has := slices.ContainsFunc(s.Errors, func(e flow.ErrorSpec) bool { return e.Type == s.Branch })
		if (s.Branch != "") != (fails && !s.Terminal) || s.Branch != "" && !has {
			t.Errorf("%s takes the branch %q on a chat", s.Type, s.Branch)
		}
		for _, e := range s.Errors {
			if (e.If != nil) != (e.When != "") {
				t.Errorf("%s: %s does not say when it is needed", s.Type, e.Type)
			}
		}
	}
	for i, s := range flow.Specs() {
		if again, ok := flow.SpecOf(s.Type); !ok || again != s || i > 0 && flow.Specs()[i-1].Type >= s.Type {
			t.Errorf("%s is not where it should be", s.Type)
		}
	}
}

func TestWhereActionsMayStand(t *testing.T) {
	for _, test := range []struct {
		action string
		yes    []flow.Type
		no     []flow.Type
	}{
		{"MessageParticipant", []flow.Type{flow.ContactFlow, flow.AgentTransfer, flow.CustomerQueue, flow.AgentWhisper, flow.Module, ""}, []flow.Type{flow.CustomerHold, flow.AgentHold}},
		{"TransferContactToQueue", []flow.Type{flow.ContactFlow, flow.QueueTransfer, flow.Module}, []flow.Type{flow.CustomerQueue, flow.AgentWhisper}},
		{"DequeueContactAndTransferToQueue", []flow.Type{flow.CustomerQueue}, []flow.Type{flow.ContactFlow, flow.Module}},
		{"EndFlowModuleExecution", []flow.Type{flow.Module}, []flow.Type{flow.ContactFlow, flow.CustomerQueue}},
		{"EndFlowExecution", []flow.Type{flow.CustomerQueue, flow.AgentWhisper}, []flow.Type{flow.Module}},
		{"UpdateContactAttributes", []flow.Type{flow.CustomerHold, flow.OutboundWhisper, flow.Module, flow.Campaign}, nil},
		{"AuthenticateParticipant", []flow.Type{flow.ContactFlow}, []flow.Type{flow.AgentTransfer, flow.CustomerQueue}},
	} {
		s, _ := flow.SpecOf(test.action)
		for _, where := range test.yes {
			if !s.Allows(where) {
				t.Errorf("%s is not allowed in %q", test.action, where)
			}
		}
		for _, where := range test.no {
			if s.Allows(where) {
				t.Errorf("%s is allowed in %q", test.action, where)
			}
		}
	}
}
