package request

import (
	"parley/api/connect"
	"parley/server/edge"
	"parley/work/resource"
)

// Text is the condition of a search on one field.
func Text(c *connect.StringCondition) resource.Condition {
	if c == nil {
		return resource.Condition{}
	}
	return resource.Condition{Field: edge.Val(c.FieldName), Value: edge.Val(c.Value), Compare: edge.Val(c.ComparisonType)}
}

// Each translates the members of a condition.
func Each[T any](in []T, translate func(T) resource.Condition) []resource.Condition {
	var out []resource.Condition
	for _, c := range in {
		out = append(out, translate(c))
	}
	return out
}

// All is the condition that all hold.
func All(conditions ...resource.Condition) resource.Condition {
	return resource.Condition{All: conditions}
}

// Tags is the filter of a search by tags.
func Tags(f *connect.ControlPlaneTagFilter) resource.Condition {
	if f == nil {
		return resource.Condition{}
	}
	c := resource.Condition{All: Each(f.AndConditions, Tag)}
	for _, some := range f.OrConditions {
		c.Any = append(c.Any, All(Each(some, Tag)...))
	}
	if f.TagCondition != nil {
		c.All = append(c.All, Tag(*f.TagCondition))
	}
	return c
}

// Tag is the condition that a resource has a tag.
func Tag(c connect.TagCondition) resource.Condition {
	return resource.Condition{Tag: edge.Val(c.TagKey), TagValue: c.TagValue}
}

// Attributes is the other form of the filter by tags.
func Attributes(f *connect.ControlPlaneAttributeFilter) resource.Condition {
	if f == nil {
		return resource.Condition{}
	}
	c := resource.Condition{Any: Each(f.OrConditions, func(some connect.CommonAttributeAndCondition) resource.Condition {
		return All(Each(some.TagConditions, Tag)...)
	})}
	if f.AndCondition != nil {
		c.All = append(c.All, Each(f.AndCondition.TagConditions, Tag)...)
	}
	if f.TagCondition != nil {
		c.All = append(c.All, Tag(*f.TagCondition))
	}
	return c
}

// Is is the condition that fields have the values that are given.
func Is(fields map[string]*string) map[string]string {
	out := map[string]string{}
	for name, value := range fields {
		if value != nil {
			out[name] = *value
		}
	}
	return out
}
