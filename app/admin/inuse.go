package admin

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/fault"
	"parley/work/resource"
)

// unused refuses to let a thing go that the published content of a flow or module names.
func (s *Service) unused(ctx context.Context, instance, id, member, noun string) error {
	all, err := flows().All(ctx, s.docs, instance)
	if err != nil {
		return err
	}
	more, err := modules().All(ctx, s.docs, instance)
	if err != nil {
		return err
	}
	refuse := func(by, name string) error {
		return fault.New(fault.Rule, "%s: the %s is in use by the %s %s", member, noun, by, name)
	}
	for i := range all {
		f := &all[i]
		if used, err := s.uses(ctx, &f.Stored, &f.Revisions, f.Uses, id); err != nil || used {
			return cmp.Or(err, refuse("flow", f.Name))
		}
	}
	for i := range more {
		m := &more[i]
		if used, err := s.uses(ctx, &m.Stored, &m.Revisions, m.Uses, id); err != nil || used {
			return cmp.Or(err, refuse("module", m.Name))
		}
	}
	return nil
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
