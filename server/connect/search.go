package connect

import (
	"parley/api/connect"
	"parley/server/edge"
	"parley/work/resource"
)

// text is the condition of a search on one field.
func text(c *connect.StringCondition) resource.Condition {
	if c == nil {
		return resource.Condition{}
	}
	return resource.Condition{Field: edge.Val(c.FieldName), Value: edge.Val(c.Value), Compare: edge.Val(c.ComparisonType)}
}

// each translates the members of a condition.
func each[T any](in []T, translate func(T) resource.Condition) []resource.Condition {
	var out []resource.Condition
	for _, c := range in {
		out = append(out, translate(c))
	}
	return out
}

// all is the condition that all hold.
func all(conditions ...resource.Condition) resource.Condition {
	return resource.Condition{All: conditions}
}

// tags is the filter of a search by tags.
func tags(f *connect.ControlPlaneTagFilter) resource.Condition {
	if f == nil {
		return resource.Condition{}
	}
	c := resource.Condition{All: each(f.AndConditions, tag)}
	for _, some := range f.OrConditions {
		c.Any = append(c.Any, all(each(some, tag)...))
	}
	if f.TagCondition != nil {
		c.All = append(c.All, tag(*f.TagCondition))
	}
	return c
}

func tag(c connect.TagCondition) resource.Condition {
	return resource.Condition{Tag: edge.Val(c.TagKey), TagValue: c.TagValue}
}

// attributes is the other form of the filter by tags.
func attributes(f *connect.ControlPlaneAttributeFilter) resource.Condition {
	if f == nil {
		return resource.Condition{}
	}
	c := resource.Condition{Any: each(f.OrConditions, func(some connect.CommonAttributeAndCondition) resource.Condition {
		return all(each(some.TagConditions, tag)...)
	})}
	if f.AndCondition != nil {
		c.All = append(c.All, each(f.AndCondition.TagConditions, tag)...)
	}
	if f.TagCondition != nil {
		c.All = append(c.All, tag(*f.TagCondition))
	}
	return c
}

// is is the condition that fields have the values that are given.
func is(fields map[string]*string) map[string]string {
	out := map[string]string{}
	for name, value := range fields {
		if value != nil {
			out[name] = *value
		}
	}
	return out
}
