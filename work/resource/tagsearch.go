package resource

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"parley/internal/arn"
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

// SearchTags lists the different tags of the resources of an instance, by key and value.
func (s *Store) SearchTags(ctx context.Context, instance string, c TagSearch, page Page) ([]TagPair, string, error) {
	found := map[TagPair]bool{}
	for k, kind := range tagged() {
		if len(c.Types) > 0 && !slices.Contains(c.Types, string(k)) && (k != arn.Queue || !slices.Contains(c.Types, "standard-queue")) {
			continue
		}
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
