package connect

import (
	"parley/api/connect"
	"parley/domain/session"
	"parley/internal/fault"
)

// segmentsOf reads segment attributes; each value has exactly one member.
func segmentsOf(in map[string]connect.SegmentAttributeValue) (map[string]session.Value, error) {
	if in == nil {
		return nil, nil
	}
	out := make(map[string]session.Value, len(in))
	for k, v := range in {
		value, err := segmentOf(v)
		if err != nil {
			return nil, err
		}
		out[k] = value
	}
	return out, nil
}

func segmentOf(v connect.SegmentAttributeValue) (out session.Value, err error) {
	set := 0
	for _, given := range []bool{v.ValueString != nil, v.ValueInteger != nil, v.ValueArn != nil, v.ValueMap != nil, v.ValueList != nil} {
		if given {
			set++
		}
	}
	if set != 1 {
		return out, fault.New(fault.Invalid, "SegmentAttributes: a value must have exactly one of its members set, got %d", set)
	}
	out = session.Value{String: v.ValueString, ARN: v.ValueArn}
	if v.ValueInteger != nil {
		out.Integer = new(int64(*v.ValueInteger))
	}
	if out.Map, err = segmentsOf(v.ValueMap); err != nil {
		return out, err
	}
	for _, item := range v.ValueList {
		one, err := segmentOf(item)
		if err != nil {
			return out, err
		}
		out.List = append(out.List, one)
	}
	return out, nil
}
