package workspace

import (
	"errors"

	"parley/app/admin"
	"parley/app/studio"
	"parley/domain/flow"
	"parley/domain/flow/lint"
	"parley/domain/permission"
	"parley/internal/fault"
)

func (s *Server) studioRoutes() []route {
	readers := permission.Of(permission.FlowsView, permission.FlowsEdit, permission.FlowsCreate)
	return []route{
		{"POST /api/flows/check", "CheckFlow", readers, s.checkFlow},
		{"POST /api/flows/compare", "CompareFlows", readers, s.compareFlows},
		{"POST /api/flows/rehearse", "RehearseFlow", readers, s.rehearseFlow},
		{"POST /api/views/check", "CheckView", permission.Of("Views.View", "Views.Edit", "Views.Create"), s.checkView},
		{"GET /api/contacts/{contact}/flow", "GetContactFlow", permission.Of(permission.FlowsView), s.contactFlow},
	}
}

// checkFlow says what publishing a content would refuse, and what else there is to say about it.
func (s *Server) checkFlow(c *call) (any, error) {
	var in struct {
		Type    flow.Type `json:"type"`
		Content string    `json:"content"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	found, err := s.o.Studio.Check(c.ctx(), c.caller.InstanceID, in.Type, in.Content)
	if found == nil {
		found = []lint.Finding{}
	}
	return map[string]any{"findings": found}, err
}

// checkView says what saving a view's content, or publishing it, would refuse.
func (s *Server) checkView(c *call) (any, error) {
	var in struct {
		Template string   `json:"template"`
		Actions  []string `json:"actions"`
		Publish  bool     `json:"publish"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	out := map[string]string{}
	var refused *fault.Error
	switch err := (&admin.ViewContent{Template: in.Template, Actions: in.Actions}).Check(in.Publish); {
	case errors.As(err, &refused):
		out["problem"] = refused.Message
	case err != nil:
		return nil, err
	}
	return out, nil
}

// compareFlows says what differs between two contents.
func (s *Server) compareFlows(c *call) (any, error) {
	var in struct {
		Before string `json:"before"`
		After  string `json:"after"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return s.o.Studio.Compare(in.Before, in.After)
}

// rehearseFlow plays a conversation against a content. Nothing is called, and no chat begins.
func (s *Server) rehearseFlow(c *call) (any, error) {
	var in studio.Script
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return s.o.Studio.Rehearse(c.ctx(), c.caller.InstanceID, in)
}

// contactFlow tells where the flow of a contact's chat stands.
func (s *Server) contactFlow(c *call) (any, error) {
	return s.o.Studio.Standing(c.ctx(), c.caller.InstanceID, c.r.PathValue("contact"))
}
