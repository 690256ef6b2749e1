package interp

import (
	"encoding/json"
	"slices"
	"strings"

	"parley/domain/flow"
)

// lookup resolves a reference.
func (m *machine) lookup(path flow.Path) (flow.Value, bool) {
	v, ok := m.find(path)
	m.spend(v.Len())
	if !ok {
		m.lacks("$." + strings.Join(path, "."))
	}
	return v, ok
}

// maxMissing bounds the references that a step tells of (our choice).
const maxMissing = 5

func (m *machine) lacks(reference string) {
	if len(m.missing) < maxMissing && !slices.Contains(m.missing, reference) {
		m.missing = append(m.missing, reference)
	}
}

// find looks at the data of this flow first, then at the contact's.
func (m *machine) find(path flow.Path) (flow.Value, bool) {
	if raw, ok := m.run.Local.namespace(path[0]); ok {
		return search(path, func(p flow.Path) (flow.Value, bool) { return m.inside(raw, p) })
	}
	switch path[0] {
	case "FlowAttributes":
		return flowAttribute(m.run.FlowAttributes, path[1:])
	case "LambdaInvocation":
		return m.invocation(path[1:])
	case "Loop":
		return m.loopVariable(path[1:])
	}
	return m.world.Lookup(path)
}

// search looks the rest of a path up in its namespace.
func search(path flow.Path, at func(flow.Path) (flow.Value, bool)) (flow.Value, bool) {
	if path[0] == "Lex" {
		return lexValue(at, path[1:])
	}
	return at(path[1:])
}

// Lookup resolves a reference to what the flow of a run keeps: the namespaces that
// its blocks fill, and its attributes. It reports false for everything else.
func (r *Run) Lookup(path flow.Path) (flow.Value, bool) {
	if len(path) == 0 {
		return flow.Value{}, false
	}
	if raw, ok := r.Local.namespace(path[0]); ok && len(raw) > 0 {
		return search(path, flow.NewTree(raw).At)
	}
	if path[0] == "FlowAttributes" {
		return flowAttribute(r.FlowAttributes, path[1:])
	}
	return flow.Value{}, false
}

// namespace returns what the latest action of a kind left.
func (l *Local) namespace(name string) (json.RawMessage, bool) {
	switch name {
	case "External":
		return l.External, true
	case "Lex":
		return l.Lex, true
	case "Views":
		return l.Views, true
	case "StoredCustomerInput":
		return l.StoredCustomerInput, true
	case "Metrics":
		return l.Metrics, true
	case "Customer":
		return l.Customer, true
	case "Case":
		return l.Case, true
	case "Wisdom":
		return l.Wisdom, true
	case "Modules":
		return l.Modules, true
	}
	return nil, false
}

func flowAttribute(attributes map[string]string, path flow.Path) (flow.Value, bool) {
	if len(path) == 0 {
		return flow.JSONValue(encodeTexts(attributes)), len(attributes) > 0
	}
	s, ok := attributes[path[0]]
	return flow.TextValue(s), ok && len(path) == 1
}

// invocation is $.LambdaInvocation: InvocationId of the latest asynchronous
// call, ResultData of the latest result.
func (m *machine) invocation(path flow.Path) (flow.Value, bool) {
	switch {
	case len(path) == 1 && path[0] == "InvocationId":
		return flow.TextValue(m.run.Invocation), m.run.Invocation != ""
	case len(path) > 0 && path[0] == "ResultData":
		return m.inside(m.run.External, path[1:])
	}
	return flow.Value{}, false
}

// inside looks a path up in what a run keeps.
func (m *machine) inside(raw json.RawMessage, path flow.Path) (flow.Value, bool) {
	if len(raw) == 0 {
		return flow.Value{}, false
	}
	m.spend(0)
	return m.tree(raw).At(path)
}

// tree is something that a run keeps, which is not empty. Much of a flow may refer to
// one answer, so each is read once in an Advance.
func (m *machine) tree(raw json.RawMessage) *flow.Tree {
	at := &raw[0] // what a run keeps is replaced, never written into
	if m.trees[at] == nil {
		if m.trees == nil {
			m.trees = map[*byte]*flow.Tree{}
		}
		m.trees[at] = flow.NewTree(raw)
	}
	return m.trees[at]
}

// text returns what a parameter comes to. It reports false where the parameter
// is absent, is nothing but a reference to something that is not there, or comes
// to more than flow.MaxAttributeBytes.
func (m *machine) text(p flow.Param) (string, bool) {
	if p.Kind() != flow.Text {
		return "", false
	}
	path, whole := p.Text().Whole()
	if !whole {
		return m.expand(p.Text(), flow.MaxAttributeBytes)
	}
	v, ok := m.lookup(path)
	if !ok || m.excess() != "" {
		return "", false
	}
	s := v.String()
	if len(s) > flow.MaxAttributeBytes {
		return "", false
	}
	return s, true
}

// leastResolved is what each lookup, text and member counts of MaxResolvedPerAdvance, were
// it empty: many small ones are work too.
const leastResolved = 64

func (m *machine) spend(bytes int) { m.resolved += leastResolved + bytes }

// expand returns a text with its references replaced. It reports false beyond max bytes,
// and where the Advance resolves too much.
func (m *machine) expand(t flow.Template, max int) (string, bool) {
	m.spend(len(t.Source()))
	if m.excess() != "" {
		return "", false
	}
	return t.Expand(m.lookup, max)
}

// operand returns what an operand of a condition comes to.
func (m *machine) operand(t flow.Template) string {
	s, _ := m.expand(t, flow.MaxAttributeBytes)
	return s
}
