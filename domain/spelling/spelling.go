// Package spelling reads and writes what a contact carries as the flow language spells it: references and segment attributes.
//
// It guarantees: what it reads has exactly one value each and fits the lengths of Amazon Connect; else it is refused with fault.Rule.
package spelling

import (
	"encoding/json"
	"unicode/utf8"

	"parley/domain/session"
	"parley/internal/fault"
)

// maxReference bounds name and value of a reference, in characters (Amazon Connect, UpdateContact).
const maxReference = 4_096

// References reads {"name": {"Type": …, "Value": …}}.
func References(raw json.RawMessage) (map[string]session.Reference, error) {
	if raw == nil {
		return nil, nil
	}
	var given map[string]struct{ Type, Value string }
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, fault.New(fault.Rule, "References are not objects with Type and Value")
	}
	refs := make(map[string]session.Reference, len(given))
	for name, r := range given {
		if name == "" || r.Type == "" || utf8.RuneCountInString(name) > maxReference || utf8.RuneCountInString(r.Value) > maxReference {
			return nil, fault.New(fault.Rule, "a reference has no name or Type, or is too long")
		}
		refs[name] = session.Reference{Type: r.Type, Value: r.Value}
	}
	return refs, nil
}

// segmentKey is the length of a key of segment attributes, segmentText of a text in them (StartChatContact).
const (
	segmentKey  = 128
	segmentText = 1_024
)

// Segments reads {"key": {"ValueString": …}} and its sisters.
func Segments(raw json.RawMessage) (map[string]session.Value, error) {
	if raw == nil {
		return nil, nil
	}
	var given map[string]segmentValue
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, fault.New(fault.Rule, "SegmentAttributes are not objects with a value")
	}
	all := make(map[string]session.Value, len(given))
	for key, v := range given {
		if !v.fits() || key == "" || utf8.RuneCountInString(key) > segmentKey {
			return nil, fault.New(fault.Rule, "a segment attribute has not exactly one value, or is too long")
		}
		all[key] = session.Value{String: v.ValueString, Integer: v.ValueInteger, ARN: v.ValueArn}
	}
	return all, nil
}

// segmentValue is a segment attribute as the flow language spells it; maps and lists only the API takes.
type segmentValue struct {
	ValueString, ValueArn *string
	ValueInteger          *int64
}

func (v segmentValue) fits() bool {
	n := 0
	for _, given := range []bool{v.ValueString != nil, v.ValueArn != nil, v.ValueInteger != nil} {
		if given {
			n++
		}
	}
	return n == 1 && (v.ValueString == nil || utf8.RuneCountInString(*v.ValueString) <= segmentText)
}

// Values spells segment attributes as flows read them: $.SegmentAttributes['k'].ValueString.
func Values(attrs map[string]session.Value) map[string]map[string]any {
	all := make(map[string]map[string]any, len(attrs))
	for k, v := range attrs {
		all[k] = spellSegment(v)
	}
	return all
}

func spellSegment(v session.Value) map[string]any {
	one := map[string]any{}
	switch {
	case v.String != nil:
		one["ValueString"] = *v.String
	case v.Integer != nil:
		one["ValueInteger"] = *v.Integer
	case v.ARN != nil:
		one["ValueArn"] = *v.ARN
	case v.Map != nil:
		one["ValueMap"] = Values(v.Map)
	case v.List != nil:
		list := make([]map[string]any, len(v.List))
		for i, item := range v.List {
			list[i] = spellSegment(item)
		}
		one["ValueList"] = list
	}
	return one
}
