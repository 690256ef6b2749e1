package resource

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/internal/fault"
)

// TagPair is a tag that some resource has.
type TagPair struct{ Key, Value string }

// position is where a list of tags goes on.
func (t TagPair) position() string { return t.Key + "\x00" + t.Value }

// TagSearch picks tags; an empty Key or Value picks all. How they compare is one of the ways of a Condition.
type TagSearch struct {
	Types               []string // of resources, as in their ARNs; standard-queue is a queue; none = all
	Key, KeyCompare     string
	Value, ValueCompare string
}

// kinds are those of the resources whose tags are searched.
func (c *TagSearch) kinds() ([]string, error) {
	known := map[string]string{"standard-queue": KindQueue}
	for k, kind := range tagged() {
		known[string(k)] = kind
	}
	var some []string
	for _, name := range c.Types {
		if known[name] == "" {
			return nil, fault.New(fault.Invalid, "ResourceTypes: %q is not one of %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		some = append(some, known[name])
	}
	if some == nil {
		some = slices.Collect(maps.Values(known))
	}
	return Sorted(some), nil
}

// SearchTags lists the different tags of the resources of an instance, by key and value; fault.Invalid for a type that there is not.
func (s *Store) SearchTags(ctx context.Context, instance string, c TagSearch, page Page) ([]TagPair, string, error) {
	found := map[TagPair]bool{}
	kinds, err := c.kinds()
	if err != nil {
		return nil, "", err
	}
	for _, kind := range kinds {
		rows, err := s.All(ctx, instance, kind)
		if err != nil {
			return nil, "", err
		}
		for _, r := range rows {
			var have Stored
			if err := json.Unmarshal(r.Document, &have); err != nil {
				return nil, "", fmt.Errorf("decode %s %s: %w", r.Kind, r.ID, err)
			}
			c.pick(found, have.Tags)
		}
	}
	all := make([]TagPair, 0, len(found))
	for t := range found {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b TagPair) int { return cmp.Compare(a.position(), b.position()) })
	some, next := Cut(all, page, TagPair.position)
	return some, next, nil
}

func (c *TagSearch) pick(found map[TagPair]bool, tags map[string]string) {
	for key, value := range tags {
		if (c.Key == "" || compare(key, c.Key, c.KeyCompare)) && (c.Value == "" || compare(value, c.Value, c.ValueCompare)) {
			found[TagPair{key, value}] = true
		}
	}
}
