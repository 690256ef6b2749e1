package admin

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

// taggable returns where resources with an ARN of that kind are stored, "" for
// kinds that are not here.
func taggable(k arn.Kind) string {
	return map[arn.Kind]string{
		arn.Flow: kindFlow, arn.FlowModule: kindModule, arn.Hours: kindHours, arn.Integration: kindIntegration, arn.Prompt: kindPrompt, arn.Queue: kindQueue, arn.View: kindView, arn.TestCase: kindTestCase,
		arn.SecurityProfile: kindSecurityProfile, arn.RoutingProfile: kindRoutingProfile, arn.AgentStatus: kindStatus, arn.User: kindUser,
		arn.HierarchyGroup: kindGroup, arn.QuickConnect: kindQuickConnect,
	}[k]
}

// tagged finds the resource with an ARN, "" for an instance's own.
func (s *Service) tagged(ctx context.Context, a arn.ARN) (*change.Resource, error) {
	if a.Kind == "" {
		return s.instanceRow(ctx, a.Instance)
	}
	r, err := s.store.Resource(ctx, a.Instance, taggable(a.Kind), a.Ref.ID)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "resourceArn: the resource was not found")
	}
	return r, err
}

// Tags returns the tags of a resource.
func (s *Service) Tags(ctx context.Context, a arn.ARN) (map[string]string, error) {
	r, err := s.tagged(ctx, a)
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
func (s *Service) Tag(ctx context.Context, a arn.ARN, add map[string]string, remove []string) error {
	for range decisions {
		r, err := s.tagged(ctx, a)
		if err != nil {
			return err
		}
		if r.Document, err = retag(r, add, remove); err != nil {
			return err
		}
		if a.Kind == "" {
			_, err = s.commit(ctx, a.Instance, &change.Set{ID: newID(), At: s.clock.Now(), Resources: []change.Resource{*r}})
		} else {
			_, err = s.put(ctx, a.Instance, Token{}, *r)
		}
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Throttled, "The resource is being changed by many: try again")
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
		return nil, fault.New(fault.Rule, "A resource has at most %d tags", maxTags)
	}
	raw, err := json.Marshal(tags)
	if err != nil {
		return nil, fmt.Errorf("encode tags: %w", err)
	}
	document["tags"] = raw
	return json.Marshal(document)
}
