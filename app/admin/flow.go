package admin

import (
	"context"
	"slices"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// Flow is a flow resource: its data, and which contents it has. Its Uses are those of the published content.
type Flow struct {
	resource.Stored
	Type        flow.Type `json:"type"`
	Description string    `json:"description,omitempty"`
	State       string    `json:"state"` // ACTIVE or ARCHIVED
	Revisions

	Content string `json:"-"`
}

func flows() resource.Kind[Flow, *Flow] {
	return resource.Of[Flow](resource.KindFlow, "ContactFlowId", "flow")
}

// FlowRevision is a flow with one of its contents.
type FlowRevision struct {
	Flow
	Revision
}

// CreateFlow makes a flow. A content that Amazon Connect would refuse is
// fault.FlowInvalid with the problems; with Status SAVED it must be a flow, valid or not. One more than an
// instance may have is fault.LimitExceeded.
func (s *Service) CreateFlow(ctx context.Context, f Flow) (Flow, error) {
	return createWith(ctx, s, flows(), f.InstanceID, f, resource.Token{}, s.quotas.Flows, func(f *Flow) ([]change.Resource, error) {
		f.State = Active
		return s.newContent(ctx, f, f.Content, f.Status != Saved)
	})
}

// newContent gives a flow a content and returns its row. To be published it must be
// valid, and names in it become ids; else it becomes the draft.
func (s *Service) newContent(ctx context.Context, f *Flow, content string, publish bool) ([]change.Resource, error) {
	doc, err := flow.Parse([]byte(content))
	if err != nil {
		return nil, err
	}
	if publish {
		var missing []flow.Problem
		if doc, missing, err = s.Resolved(ctx, f.InstanceID, doc); err != nil {
			return nil, err
		}
		if err := flow.Refusal(append(missing, flow.Validate(doc, f.Type)...)); err != nil {
			return nil, err
		}
	}
	return f.accept(doc, publish)
}

// accept makes a checked content the published one, or the draft.
func (f *Flow) accept(doc *flow.Document, publish bool) ([]change.Resource, error) {
	f.Content = string(doc.Source())
	id, row, err := newBody(f.InstanceID, body{Text: f.Content})
	if publish {
		f.publish(id, hash(f.Content))
		f.Uses = mentioned(doc)
	} else {
		f.save(id, hash(f.Content))
	}
	return []change.Resource{row}, err
}

// Flow returns a flow with the content that a qualifier names (Revisions);
// fault.NotFound, fault.NotPublished.
func (s *Service) Flow(ctx context.Context, instance string, ref arn.Ref) (FlowRevision, error) {
	f, err := flows().Get(ctx, s.docs, instance, ref.ID)
	if err != nil {
		return FlowRevision{}, err
	}
	rev, err := f.at(ref.Qualifier)
	if err != nil {
		return FlowRevision{}, named(err, flows().Member)
	}
	b, err := bodies().Get(ctx, s.docs, instance, rev.ContentID)
	f.Content = b.Text
	return FlowRevision{f, rev}, err
}

// named says of which member a refusal speaks.
func named(err error, member string) error {
	kind := fault.KindOf(err)
	if kind == fault.NotFound || kind == fault.NotPublished || kind == fault.Rule {
		return fault.Wrap(kind, err, "%s: %s", member, err.Error())
	}
	return err
}

// Flows lists the flows of an instance without their contents; types nil = all.
func (s *Service) Flows(ctx context.Context, instance string, types []string, page resource.Page) (_ []Flow, next string, err error) {
	return flows().List(ctx, s.docs, instance, page, func(f *Flow) bool {
		return types == nil || slices.Contains(types, string(f.Type))
	})
}

// SearchFlows lists the flows that meet a condition, and counts them.
func (s *Service) SearchFlows(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[Flow], error) {
	return resource.Search(ctx, s.docs, flows(), instance, c, page)
}

// Fields are what searches compare.
func (f *Flow) Fields() map[string]string {
	return map[string]string{
		"name": f.Name, "description": f.Description, "resourceid": f.ID,
		resource.IsType: string(f.Type), resource.IsState: f.State, resource.IsStatus: f.Status,
	}
}

// StartFlow returns the content that a chat started with the flow runs. One that another node has just made is there at once.
func (s *Service) StartFlow(ctx context.Context, instance, id string) (string, error) {
	v, err := s.view(ctx, instance)
	if err != nil {
		return "", err
	}
	content, refused := v.starts(id)
	if refused == nil {
		return content, nil
	}
	if v, err = s.current(ctx, instance); err != nil {
		return "", err
	}
	return v.starts(id)
}

func (v *view) starts(id string) (content string, err error) {
	f, ok := v.config.Flows[id]
	switch {
	case !ok:
		return "", flows().Missing()
	case f.Published == "" || !f.Active:
		return "", fault.New(fault.NotFound, "ContactFlowId: the flow is not published")
	case f.Type != flow.ContactFlow:
		return "", fault.New(fault.Rule, "ContactFlowId: a chat starts with a flow of type %s, not %s", flow.ContactFlow, f.Type)
	}
	return f.Published, nil
}
