package admin

import (
	"cmp"
	"context"

	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// UpdateFlowContent publishes a content that is valid, for all nodes at once;
// with the qualifier $SAVED it becomes the draft, valid or not. Chats that run
// the flow keep the content that they began with.
func (s *Service) UpdateFlowContent(ctx context.Context, instance string, ref arn.Ref, content string) error {
	publish, err := publishes(ref, flows().Member)
	if err != nil {
		return err
	}
	_, err = revise(ctx, s, flows(), instance, ref.ID, func(f *Flow) ([]change.Resource, error) {
		return s.newContent(ctx, f, content, publish)
	})
	return err
}

// publishes reads from a qualifier whether a new content is to be published or saved.
func publishes(ref arn.Ref, member string) (bool, error) {
	switch ref.Qualifier {
	case "", arn.Latest:
		return true, nil
	case arn.Saved:
		return false, nil
	}
	return false, fault.New(fault.Rule, "%s: versions never change", member)
}

// Metadata is what changes about a flow, a module or a view beside its content; nil leaves it.
type Metadata struct {
	Name, Description, State *string
}

func (m Metadata) apply(h *resource.Stored, description, state *string) {
	resource.Set(&h.Name, m.Name)
	resource.Set(description, m.Description)
	if state != nil {
		resource.Set(state, m.State)
	}
}

// UpdateFlow changes a flow's data. An archived flow is kept and starts no chat.
func (s *Service) UpdateFlow(ctx context.Context, instance, id string, m Metadata) error {
	_, err := flows().Update(ctx, s.docs, instance, id, func(f *Flow) ([]change.Resource, error) {
		m.apply(&f.Stored, &f.Description, &f.State)
		return nil, nil
	})
	return err
}

// DeleteFlow deletes a flow with its versions. One that an instance comes with,
// or that something else names, is fault.Rule. Chats that run it go on.
func (s *Service) DeleteFlow(ctx context.Context, instance, id string) error {
	return remove(ctx, s, flows(), instance, id, func(f *Flow) error {
		if resource.SeedID(instance, f.Name) == f.ID {
			return fault.New(fault.Rule, "ContactFlowId: the default flow %s cannot be deleted", f.Name)
		}
		err := flows().Free(ctx, s.docs, instance, f.ID, resource.KindQuickConnect, resource.KindQueue, resource.KindWidget)
		if fault.Is(err, fault.InUse) {
			return fault.Wrap(fault.Rule, err, "%s", err.Error()) // DeleteContactFlow knows no ResourceInUseException
		}
		return cmp.Or(err, s.unused(ctx, instance, f.ID, flows().Member, flows().Noun))
	})
}

// CutFlow makes a version of what a flow has published, or with the qualifier
// of a version publishes that one again (Revisions.cut). want, if not 0, is the number that it must get.
func (s *Service) CutFlow(ctx context.Context, instance string, ref arn.Ref, sha, description string, want int64) (made Version, err error) {
	_, err = revise(ctx, s, flows(), instance, ref.ID, func(f *Flow) ([]change.Resource, error) {
		if want != 0 && want != f.Last+1 {
			return nil, fault.New(fault.Rule, "ContactFlowVersion: the next version is %d", f.Last+1)
		}
		if made, err = f.cut(ref.Qualifier, sha, description, s.clock.Now()); err != nil {
			return nil, named(err, flows().Member)
		}
		if want != 0 && want != made.Number {
			return nil, fault.New(fault.LimitExceeded, "ContactFlowVersion: there are %d versions already", MaxVersions)
		}
		doc, err := s.FlowContent(ctx, instance, made.ContentID)
		if err == nil {
			f.Uses = mentioned(doc)
		}
		return nil, err
	})
	return made, err
}

// DropFlowVersion deletes a version.
func (s *Service) DropFlowVersion(ctx context.Context, instance, id string, number int64) error {
	_, err := revise(ctx, s, flows(), instance, id, func(f *Flow) ([]change.Resource, error) {
		return nil, named(f.drop(number), "ContactFlowVersion")
	})
	return err
}

// FlowVersions lists the versions of a flow, oldest first.
func (s *Service) FlowVersions(ctx context.Context, instance, id string, page resource.Page) (_ []Version, next string, err error) {
	f, err := flows().Get(ctx, s.docs, instance, id)
	if err != nil {
		return nil, "", err
	}
	all, next := versionPage(f.Versions, page, false)
	return all, next, nil
}
