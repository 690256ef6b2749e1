package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/fault"
	"parley/work/resource"
)

// mostUsers bounds the flows and modules that a refusal names (our choice).
const mostUsers = 5

// unused refuses to let a thing go that the published content of flows or modules names: which, up to mostUsers.
func (s *Service) unused(ctx context.Context, instance, id, member, noun string) error {
	all, err := flows().All(ctx, s.docs, instance)
	if err != nil {
		return err
	}
	more, err := modules().All(ctx, s.docs, instance)
	if err != nil {
		return err
	}
	var by []string
	note := func(kind string, h *resource.Stored, r *Revisions, noted []string) error {
		used, err := s.uses(ctx, h, r, noted, id)
		if used {
			by = append(by, "the "+kind+" "+h.Name)
		}
		return err
	}
	for i := range all {
		if err := note("flow", &all[i].Stored, &all[i].Revisions, all[i].Uses); err != nil {
			return err
		}
	}
	for i := range more {
		if err := note("module", &more[i].Stored, &more[i].Revisions, more[i].Uses); err != nil {
			return err
		}
	}
	if len(by) == 0 {
		return nil
	}
	text := strings.Join(by[:min(len(by), mostUsers)], ", ")
	if rest := len(by) - mostUsers; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return fault.New(fault.Rule, "%s: the %s is in use by %s", member, noun, text)
}

// uses tells whether a flow or module other than the thing itself names it. What it
// names is not noted where an earlier release published it: then its content is read.
func (s *Service) uses(ctx context.Context, h *resource.Stored, r *Revisions, noted []string, id string) (bool, error) {
	if h.ID == id || r.Status != Published {
		return false, nil
	}
	if noted == nil {
		doc, err := s.FlowContent(ctx, h.InstanceID, r.ContentID)
		if err != nil {
			return false, err
		}
		noted = mentioned(doc)
	}
	return slices.Contains(noted, id), nil
}
