// Package legacy converts the exports of older Amazon Connect consoles, which
// list "modules" with "branches", into the flow language. The result can be
// published, keeps the identifiers, positions and names, and comes with a list
// of every block that means something else now or has no counterpart.
package legacy

import (
	"encoding/json"
	"fmt"
	"strings"

	"parley/domain/flow"
	"parley/internal/fault"
)

// Change is something that is not the same after the conversion.
type Change struct {
	// Action is the block's identifier, Module its legacy type.
	Action string `json:"action"`
	Module string `json:"module"`
	// Lost says that the block could not be converted: another one that does
	// nothing stands in its place.
	Lost    bool   `json:"lost,omitempty"`
	Message string `json:"message"`
}

// export is the legacy document.
type export struct {
	Modules  []module                   `json:"modules"`
	Version  string                     `json:"version"`
	Type     string                     `json:"type"`
	Start    string                     `json:"start"`
	Metadata map[string]json.RawMessage `json:"metadata"`
}

type module struct {
	ID         string                     `json:"id"`
	Type       string                     `json:"type"`
	Target     string                     `json:"target"`
	Branches   []branch                   `json:"branches"`
	Parameters []param                    `json:"parameters"`
	Metadata   map[string]json.RawMessage `json:"metadata"`
}

type branch struct {
	Condition      string `json:"condition"`
	ConditionType  string `json:"conditionType"`
	ConditionValue scalar `json:"conditionValue"`
	Transition     string `json:"transition"`
}

type param struct {
	Name         string `json:"name"`
	Value        scalar `json:"value"`
	Namespace    scalar `json:"namespace"`
	ResourceName scalar `json:"resourceName"`
	Key          scalar `json:"key"`
}

// scalar reads a string, a number or a boolean as a text; a null is empty.
type scalar string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scalar) UnmarshalJSON(raw []byte) error {
	*s = scalar(flow.JSONValue(append([]byte(nil), raw...)).String())
	return nil
}

// Is reports whether the content looks like a legacy export.
func Is(content []byte) bool {
	var e struct {
		Modules json.RawMessage `json:"modules"`
		Version string          `json:"Version"`
	}
	return json.Unmarshal(content, &e) == nil && len(e.Modules) > 0 && e.Version != flow.Version
}

// Convert converts a legacy export. It fails with fault.FlowInvalid where the
// content is none, or none that the flow language can hold.
func Convert(content []byte) (*flow.Document, []Change, error) {
	if len(content) > flow.MaxBytes {
		return nil, nil, fault.New(fault.FlowInvalid, "The export is larger than %d bytes", flow.MaxBytes)
	}
	var e export
	if err := json.Unmarshal(content, &e); err != nil || e.Modules == nil {
		return nil, nil, fault.Wrap(fault.FlowInvalid, err, "This is no export of a legacy flow")
	}
	c := newConverter(&e)
	for i := range e.Modules {
		c.module(&e.Modules[i])
	}
	out, err := c.document()
	if err != nil {
		return nil, nil, err
	}
	d, err := flow.Parse(out)
	if err != nil {
		return nil, nil, err
	}
	return d, c.changes, nil
}

// converter converts one export.
type converter struct {
	export  *export
	kind    flow.Type
	ids     map[string]string // new identifier by legacy id
	taken   map[string]bool   // new identifiers
	actions []action
	noted   map[string]map[string]any // metadata by new identifier
	end     string                    // identifier of the block at which loose ends end; "" until there is one
	changes []Change
}

// action is a block of the flow language, as it is written.
type action struct {
	Identifier  string         `json:"Identifier"`
	Type        string         `json:"Type"`
	Parameters  map[string]any `json:"Parameters"`
	Transitions transitions    `json:"Transitions"`
}

type transitions struct {
	NextAction string        `json:"NextAction,omitempty"`
	Errors     []errorBranch `json:"Errors,omitempty"`
	Conditions []condition   `json:"Conditions,omitempty"`
}

type errorBranch struct {
	NextAction string `json:"NextAction"`
	ErrorType  string `json:"ErrorType"`
}

type condition struct {
	NextAction string `json:"NextAction"`
	Condition  test   `json:"Condition"`
}

type test struct {
	Operator flow.Operator `json:"Operator"`
	Operands []string      `json:"Operands"`
}

func newConverter(e *export) *converter {
	c := &converter{export: e, ids: map[string]string{}, taken: map[string]bool{}, noted: map[string]map[string]any{}}
	c.kind = flow.ConsoleType(e.kind())
	if c.kind == "" {
		c.kind = flow.ContactFlow
	}
	for _, m := range e.Modules {
		if _, known := c.ids[m.ID]; !known {
			c.ids[m.ID] = c.identifier(m.ID)
		}
	}
	return c
}

// kind is what the console called the type of flow; some exports say it in the
// metadata only.
func (e *export) kind() string {
	if e.Type != "" {
		return e.Type
	}
	return flow.JSONValue(e.Metadata["type"]).String()
}

// identifier makes an identifier that the flow language allows and nobody has.
func (c *converter) identifier(id string) string {
	clean := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`%:(\/)=$,;[]{}`, r) {
			return '-'
		}
		return r
	}, id))
	base := string(clean[:min(len(clean), flow.MaxIdentifier-5)])
	if len(clean) <= flow.MaxIdentifier && !flow.ReservedIdentifier(string(clean)) && len(clean) > 0 {
		base = string(clean)
	}
	name := base
	for n := 2; c.taken[name] || name == "" || flow.ReservedIdentifier(name); n++ {
		name = fmt.Sprintf("%.*s-%d", flow.MaxIdentifier-5, base, n)
	}
	c.taken[name] = true
	return name
}

func (c *converter) change(m *module, lost bool, format string, args ...any) {
	c.changes = append(c.changes, Change{Action: c.ids[m.ID], Module: m.Type, Lost: lost, Message: fmt.Sprintf(format, args...)})
}

// target returns the identifier that a transition leads to: the legacy block,
// or the end where it leads nowhere.
func (c *converter) target(m *module, id, what string) string {
	if to, ok := c.ids[id]; ok {
		return to
	}
	c.change(m, false, "%s led nowhere; it ends the flow now.", what)
	return c.ending()
}

// ending returns the block at which loose ends end.
func (c *converter) ending() string {
	if c.end == "" {
		c.end = c.identifier("end")
	}
	return c.end
}

// document writes the whole document.
func (c *converter) document() ([]byte, error) {
	start, ok := c.ids[c.export.Start]
	if !ok && len(c.actions) > 0 {
		start = c.actions[0].Identifier
	}
	if c.end != "" {
		c.actions = append(c.actions, action{Identifier: c.end, Type: c.endType(), Parameters: map[string]any{}})
	}
	metadata := map[string]any{}
	for name, value := range c.export.Metadata {
		if name != "hash" && name != "status" { // they were those of the export
			metadata[name] = value
		}
	}
	metadata["ActionMetadata"], metadata["status"] = c.noted, "saved"
	if _, ok := metadata["type"]; !ok {
		metadata["type"] = c.export.Type
	}
	raw, err := json.Marshal(struct {
		Version     string
		StartAction string
		Metadata    map[string]any
		Actions     []action
	}{flow.Version, start, metadata, c.actions})
	if err != nil {
		return nil, fault.Wrap(fault.FlowInvalid, err, "The export cannot be written as a flow")
	}
	return raw, nil
}

func (c *converter) endType() string {
	spec, _ := flow.SpecOf("DisconnectParticipant")
	if spec.Allows(c.kind) {
		return "DisconnectParticipant"
	}
	return "EndFlowExecution"
}
