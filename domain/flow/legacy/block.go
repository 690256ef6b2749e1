package legacy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/domain/flow"
)

// block is one module while it is converted.
type block struct {
	*converter
	m      *module
	action action
	names  map[string]any // what the console noted about the parameters
}

// module converts one module and adds the blocks that it becomes.
func (c *converter) module(m *module) {
	b := &block{converter: c, m: m, names: map[string]any{}}
	b.action = action{Identifier: c.ids[m.ID], Parameters: map[string]any{}}
	if _, done := c.noted[b.action.Identifier]; done {
		b.action.Identifier = c.identifier(m.ID)
		b.changed("Another block has the same id; branches lead to the first one, and this one is %q.", b.action.Identifier)
	}
	c.noted[b.action.Identifier] = nil
	b.convert()
	b.wire()
	b.complete()
	noted := map[string]any{}
	for name, value := range m.Metadata {
		noted[name] = value
	}
	if len(b.names) > 0 {
		noted["parameters"] = b.names
	}
	c.noted[b.action.Identifier] = noted
	c.actions = append(c.actions, b.action)
}

// becomes sets the type of the block.
func (b *block) becomes(actionType string) { b.action.Type = actionType }

func (b *block) set(name string, value any) { b.action.Parameters[name] = value }

func (b *block) changed(format string, args ...any) { b.change(b.m, false, format, args...) }

// param returns the first parameter with one of these names.
func (b *block) param(names ...string) (param, bool) {
	for _, name := range names {
		i := slices.IndexFunc(b.m.Parameters, func(p param) bool { return p.Name == name })
		if i >= 0 {
			return b.m.Parameters[i], true
		}
	}
	return param{}, false
}

// value returns the text of a parameter, as the flow language writes it.
func (b *block) value(names ...string) string {
	p, _ := b.param(names...)
	return p.text()
}

func (p param) text() string { return reference(string(p.Namespace), string(p.Value)) }

// yes reports whether a parameter is true.
func (b *block) yes(name string) bool { return strings.EqualFold(b.value(name), "true") }

// copyText copies a text, if the module has it.
func (b *block) copyText(to string, from ...string) {
	if text := b.value(from...); text != "" {
		b.set(to, text)
	}
}

// filled returns a text that is not empty: AWS refuses empty ones.
func (b *block) filled(text, what string) string {
	if text == "" {
		b.changed("%s was empty; it is a single space now, because an empty text cannot be published.", what)
		return " "
	}
	return text
}

// refer copies a parameter that names a resource. An export from which the ids
// were removed still says its name.
func (b *block) refer(to string, kind flow.RefKind, from ...string) bool {
	p, ok := b.param(from...)
	if !ok {
		return false
	}
	text := p.text()
	if text == "" && p.ResourceName != "" {
		text = flow.NameReference(kind, string(p.ResourceName), "")
		b.changed("%s has no id in the export; it is named %s now.", to, text)
	}
	if text == "" {
		text = flow.NameReference(kind, "fill in", "")
		b.changed("%s is empty in the export; fill it in.", to)
	}
	b.set(to, text)
	if p.ResourceName != "" {
		b.names[to] = map[string]any{"displayName": string(p.ResourceName)}
	}
	return true
}

// number copies a number into its bounds; a reference stays.
func (b *block) number(to string, low, high int64, from ...string) {
	p, ok := b.param(from...)
	if !ok || p.Value == "" {
		return
	}
	text := p.text()
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err == nil && n >= low && n <= high:
	case err == nil || !strings.HasPrefix(text, "$.") || b.static(to):
		bounded := strconv.FormatInt(min(max(n, low), high), 10)
		b.changed("%s was %q; it is %s now, because it must be from %d to %d.", to, text, bounded, low, high)
		text = bounded
	}
	b.set(to, text)
}

// static reports whether a parameter of the new block takes no references.
func (b *block) static(name string) bool {
	spec, _ := flow.SpecOf(b.action.Type)
	return slices.ContainsFunc(spec.Params, func(p flow.ParamSpec) bool { return p.Name == name && p.Mark == flow.Static })
}

// say sets what a block says: a text, SSML or a prompt.
func (b *block) say() {
	if p, ok := b.param("AudioPrompt", "PromptId"); ok && (p.Value != "" || p.ResourceName != "") {
		b.refer("PromptId", flow.PromptRef, p.Name)
		return
	}
	name := "Text"
	if strings.EqualFold(b.value("TextToSpeechType"), "ssml") {
		name = "SSML"
	}
	b.set(name, b.filled(b.value("Text"), name))
}

// pairs collects parameters that have a key.
func (b *block) pairs(name string, empty bool) map[string]any {
	list := map[string]any{}
	for _, p := range b.m.Parameters {
		if p.Name != name || p.Key == "" {
			continue
		}
		if p.Value == "" && empty {
			b.changed("%s has no value and was left out, because an empty text cannot be published.", p.Key)
			continue
		}
		list[string(p.Key)] = b.filled(p.text(), string(p.Key))
	}
	return list
}

// complete wires what publishing demands and the module did not have, and takes
// away what it does not allow.
func (b *block) complete() {
	spec, ok := flow.SpecOf(b.action.Type)
	if !ok {
		return
	}
	b.fillRequired(spec)
	t := &b.action.Transitions
	if spec.Terminal {
		if t.NextAction != "" || len(t.Errors)+len(t.Conditions) > 0 {
			b.changed("Its branches were removed: %s has none.", spec.Block)
		}
		*t = transitions{}
		return
	}
	required, allowed := spec.ErrorsOf(b.parsed())
	t.Errors = slices.DeleteFunc(t.Errors, func(e errorBranch) bool {
		gone := !slices.Contains(allowed, e.ErrorType)
		if gone {
			b.changed("The branch %s was removed: the block never takes it.", e.ErrorType)
		}
		return gone
	})
	for _, e := range required {
		if t.target(e) == "" {
			to := b.fallback()
			b.changed("The block needs a branch %s; it leads to %q.", e, to)
			t.Errors = append(t.Errors, errorBranch{to, e})
		}
	}
	if spec.Next && t.NextAction == "" { // consoles write a copy of the error branch
		t.NextAction = b.fallback()
	}
	b.completeResults(spec.ResultsOf(b.parsed()))
}

// fillRequired gives parameters a value that the module had none for.
func (b *block) fillRequired(spec *flow.Spec) {
	for _, p := range spec.Params {
		if _, has := b.action.Parameters[p.Name]; has || !p.Required || p.Kind != flow.Text {
			continue
		}
		value := " "
		switch {
		case p.Refers != "":
			value = flow.NameReference(p.Refers, "fill in", "")
		case p.Values != nil:
			value = p.Values[0]
		case p.High != 0:
			value = strconv.FormatInt(max(p.Low, 1), 10)
		}
		b.set(p.Name, value)
		b.changed("%s is not in the export; it is %q now.", p.Name, value)
	}
}

func (b *block) completeResults(r flow.Results) {
	t := &b.action.Transitions
	t.Conditions = slices.DeleteFunc(t.Conditions, func(c condition) bool {
		dynamic := strings.HasPrefix(c.Condition.Operands[0], "$.")
		gone := !slices.Contains(r.Operators, c.Condition.Operator) || r.Values != nil && !dynamic && !slices.Contains(r.Values, c.Condition.Operands[0])
		if gone {
			b.changed("A condition %s %q was removed: the block has no such result.", c.Condition.Operator, c.Condition.Operands[0])
		}
		return gone
	})
	for _, result := range r.Required {
		has := slices.ContainsFunc(b.action.Transitions.Conditions, func(c condition) bool {
			return c.Condition.Operator == flow.Equals && c.Condition.Operands[0] == result
		})
		if !has {
			to := b.fallback()
			b.changed("The block needs a branch for %s; it leads to %q.", result, to)
			b.on(flow.Equals, result, to)
		}
	}
}

// fallback is where a branch leads that the module did not have.
func (b *block) fallback() string {
	t := b.action.Transitions
	for _, to := range []string{t.target(flow.NoMatchingError), t.NextAction, t.target(flow.NoMatchingCondition)} {
		if to != "" {
			return to
		}
	}
	return b.ending()
}

func (t transitions) target(errorType string) string {
	for _, e := range t.Errors {
		if e.ErrorType == errorType {
			return e.NextAction
		}
	}
	return ""
}

// parsed returns the block as the flow language reads it, to ask its spec.
func (b *block) parsed() *flow.Action {
	raw, _ := json.Marshal(b.action) // texts and maps of texts always encode
	d, err := flow.Parse(fmt.Appendf(nil, `{"Version":%q,"StartAction":"","Actions":[%s]}`, flow.Version, raw))
	if err != nil {
		return &flow.Action{}
	}
	for _, a := range d.Actions() {
		return a
	}
	return &flow.Action{}
}
