package admin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/fault"
)

// Flow is a flow resource: its data, and which content it has now.
type Flow struct {
	Stored
	Type        flow.Type `json:"type"`
	Description string    `json:"description,omitempty"`
	Status      string    `json:"status"` // PUBLISHED or SAVED
	State       string    `json:"state"`  // ACTIVE or ARCHIVED
	ContentID   string    `json:"content"`
	SHA256      string    `json:"sha256"` // of the content as it was given
	Content     string    `json:"-"`
}

// Statuses and states of flows (Amazon Connect, ContactFlow).
const (
	Published = "PUBLISHED"
	Saved     = "SAVED"
	Active    = "ACTIVE"
)

// content is a flow's content as stored: immutable.
type content struct {
	Text string `json:"text"`
}

// CreateFlow makes a flow. A content that Amazon Connect would refuse is
// fault.FlowInvalid with the problems.
func (s *Service) CreateFlow(ctx context.Context, f Flow) (Flow, error) {
	if _, err := s.view(ctx, f.InstanceID); err != nil {
		return f, err
	}
	if err := checkFlow(f); err != nil {
		return f, err
	}
	rows, err := s.newFlow(&f)
	if err != nil {
		return f, err
	}
	err = s.put(ctx, f.InstanceID, rows...)
	if fault.Is(err, fault.Duplicate) {
		return f, fault.New(fault.Duplicate, "Name: a flow with this name exists")
	}
	return f, err
}

func checkFlow(f Flow) error {
	doc, err := flow.Parse([]byte(f.Content))
	if err != nil {
		return err
	}
	if f.Status == Saved {
		return nil
	}
	return flow.Refusal(flow.Validate(doc, f.Type))
}

// newFlow gives a flow its ids and makes the rows of it and of its content.
func (s *Service) newFlow(f *Flow) ([]change.Resource, error) {
	f.ID, f.ContentID, f.State, f.Modified = orNew(f.ID), newID(), Active, s.clock.Now()
	if f.Status == "" {
		f.Status = Published
	}
	sum := sha256.Sum256([]byte(f.Content))
	f.SHA256 = hex.EncodeToString(sum[:])
	row, err := resource(f.InstanceID, kindFlow, f.ID, f.Name, f)
	if err != nil {
		return nil, err
	}
	body, err := resource(f.InstanceID, kindContent, f.ContentID, "", content{f.Content})
	return []change.Resource{row, body}, err
}

// Flow returns a flow with its content; fault.NotFound.
func (s *Service) Flow(ctx context.Context, instance, id string) (Flow, error) {
	f, err := s.flow(ctx, instance, id)
	if err != nil {
		return f, err
	}
	text, err := s.content(ctx, instance, f.ContentID)
	f.Content = text
	return f, err
}

func (s *Service) flow(ctx context.Context, instance, id string) (Flow, error) {
	v, err := s.view(ctx, instance)
	if err != nil {
		return Flow{}, err
	}
	f, ok := v.flows[id]
	if !ok {
		return Flow{}, fault.New(fault.NotFound, "ContactFlowId: the flow was not found")
	}
	return f, nil
}

func (s *Service) content(ctx context.Context, instance, id string) (string, error) {
	var c content
	_, err := s.get(ctx, instance, kindContent, id, "Content", &c)
	return c.Text, err
}

func readFlow(r *change.Resource) (Flow, error) {
	var f Flow
	if err := decode(r, &f); err != nil {
		return f, err
	}
	f.Stored = stored(r, f.Stored)
	return f, nil
}

// Flows lists the flows of an instance without their contents; types nil = all.
func (s *Service) Flows(ctx context.Context, instance string, types []string, page Page) (_ []Flow, next string, err error) {
	v, err := s.view(ctx, instance)
	if err != nil {
		return nil, "", err
	}
	var wanted []Flow
	for _, f := range v.flowList {
		if types == nil || slices.Contains(types, string(f.Type)) {
			wanted = append(wanted, f)
		}
	}
	things, next := cut(wanted, page, func(f Flow) string { return f.ID })
	return things, next, nil
}

// StartFlow returns the content that a chat started with the flow runs.
func (s *Service) StartFlow(ctx context.Context, instance, id string) (string, error) {
	f, err := s.flow(ctx, instance, id)
	switch {
	case err != nil:
		return "", err
	case f.Status != Published || f.State != Active:
		return "", fault.New(fault.NotFound, "ContactFlowId: the flow is not published")
	case f.Type != flow.ContactFlow:
		return "", fault.New(fault.Rule, "ContactFlowId: a chat starts with a flow of type %s, not %s", flow.ContactFlow, f.Type)
	}
	return f.ContentID, nil
}

// FlowContent returns a parsed content.
func (s *Service) FlowContent(ctx context.Context, instance, id string) (*flow.Document, error) {
	if doc, ok := s.contents.Get(id); ok {
		return doc, nil
	}
	text, err := s.content(ctx, instance, id)
	if err != nil {
		return nil, err
	}
	doc, err := flow.Parse([]byte(text))
	if err == nil {
		s.contents.Add(id, doc)
	}
	return doc, err
}
