package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/fault"
)

// maxTags is how many tags a resource may have (Amazon Connect, TagMap).
const maxTags = 50

// holding finds the resource with an ARN, "" for an instance's own.
func (s *Store) holding(ctx context.Context, a arn.ARN) (*change.Resource, error) {
	if a.Kind == "" {
		return s.InstanceRow(ctx, a.Instance)
	}
	r, err := s.Rows.Resource(ctx, a.Instance, tagged()[a.Kind], a.Ref.ID)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "resourceArn: the resource was not found")
	}
	return r, err
}

// Tags returns the tags of a resource.
func (s *Store) Tags(ctx context.Context, a arn.ARN) (map[string]string, error) {
	r, err := s.holding(ctx, a)
	if err != nil {
		return nil, err
	}
	var have Stored
	if err := json.Unmarshal(r.Document, &have); err != nil {
		return nil, fmt.Errorf("decode %s %s: %w", r.Kind, r.ID, err)
	}
	return have.Tags, nil
}

// Tag sets and removes tags of a resource.
func (s *Store) Tag(ctx context.Context, a arn.ARN, add map[string]string, remove []string) error {
	return Decided(ctx, "The resource", func() error {
		r, err := s.holding(ctx, a)
		if err != nil {
			return err
		}
		if r.Document, err = retag(r, add, remove); err != nil {
			return err
		}
		if a.Kind == "" {
			_, err = s.Commit(ctx, a.Instance, &change.Set{ID: NewID(), At: s.Clock.Now(), Resources: []change.Resource{*r}})
		} else {
			_, err = s.Put(ctx, a.Instance, Token{}, *r)
		}
		return err
	})
}

// retag changes the tags in a document of any kind; all else stays as it is.
func retag(r *change.Resource, add map[string]string, remove []string) ([]byte, error) {
	var have Stored
	document := map[string]json.RawMessage{}
	if err := json.Unmarshal(r.Document, &have); err != nil {
		return nil, fmt.Errorf("decode %s %s: %w", r.Kind, r.ID, err)
	}
	if err := json.Unmarshal(r.Document, &document); err != nil {
		return nil, fmt.Errorf("decode %s %s: %w", r.Kind, r.ID, err)
	}
	tags := maps.Clone(have.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, add)
	for _, key := range remove {
		delete(tags, key)
	}
	if len(tags) > maxTags {
		return nil, fault.New(fault.Rule, "tags: a resource has at most %d tags", maxTags)
	}
	raw, err := json.Marshal(tags)
	if err != nil {
		return nil, fmt.Errorf("encode tags: %w", err)
	}
	document["tags"] = raw
	return json.Marshal(document)
}
