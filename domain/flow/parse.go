package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"parley/internal/fault"
)

// MaxBytes bounds what Parse reads: the 1 MB that the console imports.
const MaxBytes = 1 << 20

// Parse reads a flow document. It fails with fault.FlowInvalid on anything
// that is no document of this language: not JSON, not UTF-8, larger than
// MaxBytes, another Version, a member of the wrong kind, an object that names a
// member twice. Whether the flow makes sense is Validate's question.
func Parse(content []byte) (*Document, error) {
	d, err := parse(content)
	if err != nil {
		return nil, &fault.Error{
			Kind:     fault.FlowInvalid,
			Message:  "The flow content is not valid: " + err.Error(),
			Problems: []fault.Problem{{Message: clip(err.Error())}},
		}
	}
	return d, nil
}

// checkJSON says where a content stops being JSON.
func checkJSON(content []byte) error {
	if !utf8.Valid(content) {
		return errors.New("the content is not text in UTF-8")
	}
	if json.Valid(content) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(content, &raw)
	at := len(content)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = min(int(syntax.Offset), len(content))
	}
	before := content[:max(at-1, 0)]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Errorf("the content is not JSON, line %d, column %d: %w", line, column, err)
}

func parse(content []byte) (*Document, error) {
	if len(content) > MaxBytes {
		return nil, fmt.Errorf("the content is larger than %d bytes", MaxBytes)
	}
	if err := checkJSON(content); err != nil {
		return nil, err
	}
	content = bytes.Clone(content)
	list, err := members(content)
	if err != nil {
		return nil, fmt.Errorf("the content %w", err)
	}
	d := &Document{members: list, index: map[string]*Action{}, source: content, chars: utf8.RuneCount(content)}
	return d, d.read()
}

// read fills the document from its members.
func (d *Document) read() error {
	version, err := text(d.members, "Version")
	if _, legacy := find(d.members, "modules"); legacy && version == "" {
		return refuse("it is an export of an older console, with modules; convert it with parley flow convert")
	}
	if err != nil || version != Version {
		return refuse("Version must be %q", Version)
	}
	if d.start, err = text(d.members, "StartAction"); err != nil {
		return err
	}
	raw, ok := find(d.members, "Actions")
	if !ok {
		return refuse("Actions is missing")
	}
	list, err := items(raw)
	if err != nil {
		return refuse("Actions %w", err)
	}
	for i, raw := range list {
		if err := d.add(raw); err != nil {
			return refuse("Actions[%d] %w", i, err)
		}
	}
	return nil
}

func (d *Document) add(raw json.RawMessage) error {
	a, err := parseAction(raw)
	if err != nil {
		return err
	}
	d.actions = append(d.actions, a)
	if _, taken := d.index[a.ID]; !taken && a.ID != "" {
		d.index[a.ID] = a
	}
	return nil
}

func parseAction(raw json.RawMessage) (*Action, error) {
	list, err := members(raw)
	if err != nil {
		return nil, err
	}
	a := &Action{members: list}
	if a.ID, err = text(list, "Identifier"); err != nil {
		return nil, err
	}
	if a.Type, err = text(list, "Type"); err != nil {
		return nil, err
	}
	if a.Parameters, err = parseParameters(list); err != nil {
		return nil, refuse("Parameters %w", err)
	}
	if raw, ok := find(list, "Transitions"); ok {
		if err := a.readTransitions(raw); err != nil {
			return nil, refuse("Transitions %w", err)
		}
	}
	return a, nil
}

func parseParameters(list []member) (Param, error) {
	raw, ok := find(list, "Parameters")
	if !ok {
		return Param{kind: Object}, nil
	}
	p, err := parseParam(raw)
	if err == nil && p.kind != Object {
		err = fmt.Errorf("must be an object")
	}
	return p, err
}

func (a *Action) readTransitions(raw json.RawMessage) error {
	list, err := members(raw)
	if err != nil {
		return err
	}
	if a.NextAction, err = text(list, "NextAction"); err != nil {
		return err
	}
	if a.Conditions, err = each(list, "Conditions", parseCondition); err != nil {
		return err
	}
	a.Errors, err = each(list, "Errors", parseError)
	return err
}

// each parses the objects in the list that the named member holds.
func each[T any](list []member, name string, parse func([]member) (T, error)) ([]T, error) {
	raw, ok := find(list, name)
	if !ok {
		return nil, nil
	}
	elements, err := items(raw)
	if err != nil {
		return nil, fmt.Errorf("%s %w", name, err)
	}
	out := make([]T, len(elements))
	for i, e := range elements {
		m, err := members(e)
		if err == nil {
			out[i], err = parse(m)
		}
		if err != nil {
			return nil, fmt.Errorf("%s[%d] %w", name, i, err)
		}
	}
	return out, nil
}

func parseError(list []member) (e ErrorBranch, err error) {
	if e.ErrorType, err = text(list, "ErrorType"); err != nil {
		return e, err
	}
	e.NextAction, err = text(list, "NextAction")
	return e, err
}

func parseCondition(list []member) (c Condition, err error) {
	if c.NextAction, err = text(list, "NextAction"); err != nil {
		return c, err
	}
	raw, ok := find(list, "Condition")
	if !ok {
		return c, refuse("Condition is missing")
	}
	inner, err := members(raw)
	if err != nil {
		return c, refuse("Condition %w", err)
	}
	operator, err := text(inner, "Operator")
	if err != nil {
		return c, err
	}
	c.Operator = Operator(operator)
	c.Operands, err = parseOperands(inner)
	return c, err
}

func parseOperands(list []member) ([]Template, error) {
	raw, ok := find(list, "Operands")
	if !ok {
		return nil, nil
	}
	p, err := parseParam(raw)
	if err != nil || p.kind != List {
		return nil, refuse("Operands must be a list")
	}
	out := make([]Template, len(p.items))
	for i, item := range p.items {
		if item.kind != Text {
			return nil, refuse("Operands[%d] must be a string", i)
		}
		out[i] = item.text
	}
	return out, nil
}

// refuse makes an error that begins with a member's name, as AWS spells it.
func refuse(format string, args ...any) error { return fmt.Errorf(format, args...) }
