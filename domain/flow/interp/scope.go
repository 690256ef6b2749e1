package interp

import (
	"encoding/json"

	"parley/domain/flow"
)

// lookup resolves a reference: the data of this flow first, then the contact's.
func (m *machine) lookup(path flow.Path) (flow.Value, bool) {
	switch path[0] {
	case "FlowAttributes":
		return flowAttribute(m.run.FlowAttributes, path[1:])
	case "External":
		return inside(m.run.External, path[1:])
	case "Lex":
		return inside(m.run.Lex, path[1:])
	case "Views":
		return inside(m.run.Views, path[1:])
	case "StoredCustomerInput":
		return inside(m.run.StoredCustomerInput, path[1:])
	}
	return m.world.Lookup(path)
}

func flowAttribute(attributes map[string]string, path flow.Path) (flow.Value, bool) {
	if len(path) != 1 {
		return flow.Value{}, false
	}
	s, ok := attributes[path[0]]
	return flow.TextValue(s), ok
}

func inside(raw json.RawMessage, path flow.Path) (flow.Value, bool) {
	if len(raw) == 0 {
		return flow.Value{}, false
	}
	return flow.JSONValue(raw).At(path)
}

// text returns what a parameter comes to. It reports false where the parameter
// is absent, is nothing but a reference to something that is not there, or comes
// to more than flow.MaxAttributeBytes.
func (m *machine) text(p flow.Param) (string, bool) {
	if p.Kind() != flow.Text {
		return "", false
	}
	if path, whole := p.Text().Whole(); whole {
		v, ok := m.lookup(path)
		return v.String(), ok
	}
	return p.Text().Expand(m.lookup, flow.MaxAttributeBytes)
}

// operand returns what an operand of a condition comes to.
func (m *machine) operand(t flow.Template) string {
	s, _ := t.Expand(m.lookup, flow.MaxAttributeBytes)
	return s
}
