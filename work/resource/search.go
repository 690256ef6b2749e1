package resource

import (
	"context"
	"slices"
	"strings"

	"parley/internal/fault"
)

// Condition is what a searched resource must meet: everything that is given in it.
type Condition struct {
	Any []Condition // one of them at least; none = no condition
	All []Condition
	// Field, one of the resource's fields in any spelling, compares to Value.
	Field, Value, Compare string
	// Is holds for fields that are equal; empty values are no condition.
	Is map[string]string
	// Tag, unless empty, must be there; with TagValue, if not nil, as its value.
	Tag      string
	TagValue *string
}

// Fields that a Condition's Is names.
const (
	IsType   = "type"
	IsState  = "state"
	IsStatus = "status"
)

// Ways to compare a field. Those of texts, but for Exact, ignore case.
const (
	StartsWith = "STARTS_WITH"
	Contains   = "CONTAINS"
	Exact      = "EXACT"
	// dates, which are in order as they are written
	Before    = "LESS_THAN"
	NotAfter  = "LESS_THAN_OR_EQUAL_TO"
	SameDate  = "EQUAL_TO"
	NotBefore = "GREATER_THAN_OR_EQUAL_TO"
	After     = "GREATER_THAN"
)

// Found is a page of what a search found.
type Found[T any] struct {
	Items []T
	Next  string
	Total int64 // of all pages
}

// Searchable is a resource that a search looks into; the keys of its Fields are in lower case.
type Searchable[T any] interface {
	Holder[T]
	Fields() map[string]string
}

// Search returns a page of those of an instance that meet a condition, and counts them.
func Search[T any, P Searchable[T]](ctx context.Context, s *Store, k Kind[T, P], instance string, c Condition, page Page) (Found[T], error) {
	all, err := k.All(ctx, s, instance)
	if err != nil {
		return Found[T]{}, err
	}
	return Sift[T, P](all, c, page, func(doc T) string { return P(&doc).head().ID })
}

// Sift returns a page of those that meet a condition; all is in the order of key.
func Sift[T any, P Searchable[T]](all []T, c Condition, page Page, key func(T) string) (found Found[T], err error) {
	var hits []T
	for i := range all {
		doc := P(&all[i])
		ok, err := c.holds(doc.Fields(), doc.head().Tags)
		if err != nil {
			return found, err
		}
		if ok {
			hits = append(hits, all[i])
		}
	}
	found.Total = int64(len(hits))
	found.Items, found.Next = Cut(hits, page, key)
	return found, nil
}

func (c *Condition) holds(fields, tags map[string]string) (bool, error) {
	ok, err := c.leaf(fields, tags)
	for i := range c.All {
		one, bad := c.All[i].holds(fields, tags)
		if bad != nil {
			return false, bad
		}
		ok = ok && one
	}
	any := len(c.Any) == 0
	for i := range c.Any {
		one, bad := c.Any[i].holds(fields, tags)
		if bad != nil {
			return false, bad
		}
		any = any || one
	}
	return ok && any, err
}

func (c *Condition) leaf(fields, tags map[string]string) (bool, error) {
	for name, want := range c.Is {
		if want != "" && fields[name] != want {
			return false, nil
		}
	}
	if c.Tag != "" {
		if value, ok := tags[c.Tag]; !ok || c.TagValue != nil && *c.TagValue != value {
			return false, nil
		}
	}
	if c.Field == "" {
		return true, nil
	}
	value, ok := fields[strings.ToLower(c.Field)]
	if !ok {
		return false, fault.New(fault.Invalid, "SearchCriteria: there is no field %q", c.Field)
	}
	return slices.ContainsFunc(strings.Split(value, several), func(one string) bool { return compare(one, c.Value, c.Compare) }), nil
}

// several stands between the values of a field; no text has it.
const several = "\x00"

// Several is a field that has several values, such as ids: one of them must compare.
func Several(values ...string) string { return strings.Join(values, several) }

func compare(value, want, how string) bool {
	switch how {
	case StartsWith:
		return strings.HasPrefix(strings.ToLower(value), strings.ToLower(want))
	case Exact, SameDate:
		return value == want
	case Before:
		return value < want
	case NotAfter:
		return value <= want
	case NotBefore:
		return value >= want
	case After:
		return value > want
	default:
		return strings.Contains(strings.ToLower(value), strings.ToLower(want))
	}
}
