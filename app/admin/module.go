package admin

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// Module is a flow module: blocks that flows invoke. Its Uses are those of the published content.
type Module struct {
	resource.Stored
	Description string `json:"description,omitempty"`
	State       string `json:"state"` // ACTIVE or ARCHIVED
	External    *bool  `json:"external,omitempty"`
	Revisions
	Aliases []Alias `json:"aliases,omitempty"` // in the order of their ids

	Content  string `json:"-"`
	Settings string `json:"-"`
}

// Alias is another name of a module's version.
type Alias struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Version     int64     `json:"version"`
	Modified    time.Time `json:"modified"`
}

func modules() resource.Kind[Module, *Module] {
	return resource.Of[Module](resource.KindModule, "ContactFlowModuleId", "flow module")
}

// ModuleRevision is a module with one of its contents.
type ModuleRevision struct {
	Module
	Revision
}

// CreateModule makes a module and publishes it. A content that Amazon Connect
// would refuse is fault.ModuleInvalid with the problems. One more than an instance may have is fault.LimitExceeded.
func (s *Service) CreateModule(ctx context.Context, m Module, t resource.Token) (Module, error) {
	return createWith(ctx, s, modules(), m.InstanceID, m, t, s.quotas.Modules, func(m *Module) ([]change.Resource, error) {
		m.State = Active
		row, err := s.newModuleContent(ctx, m, true)
		return []change.Resource{row}, err
	})
}

// newModuleContent makes the content and settings that a module carries its
// published ones, if they are valid, or the draft.
func (s *Service) newModuleContent(ctx context.Context, m *Module, publish bool) (row change.Resource, err error) {
	var settings json.RawMessage
	if m.Settings != "" {
		if err := validJSON("Settings", m.Settings); err != nil {
			return row, err
		}
		settings = json.RawMessage(m.Settings)
	}
	doc, err := flow.Parse([]byte(m.Content))
	if err != nil {
		return row, asModule(err)
	}
	if publish {
		var missing []flow.Problem
		if doc, missing, err = s.Resolved(ctx, m.InstanceID, doc); err != nil {
			return row, asModule(err)
		}
		if err := flow.ModuleRefusal(append(missing, flow.ValidateModule(doc, settings)...)); err != nil {
			return row, err
		}
	}
	m.Content = string(doc.Source())
	id, row, err := newBody(m.InstanceID, body{Text: m.Content, Settings: m.Settings})
	if publish {
		m.publish(id, hash(m.Content))
		m.Uses = mentioned(doc)
	} else {
		m.save(id, hash(m.Content))
	}
	return row, err
}

// asModule turns a flow's refusal into a module's.
func asModule(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.FlowInvalid {
		return &fault.Error{Kind: fault.ModuleInvalid, Message: f.Message, Problems: f.Problems, Err: f.Err}
	}
	return err
}

// Module returns a module with the content that a qualifier names (Revisions), or an alias.
func (s *Service) Module(ctx context.Context, instance string, ref arn.Ref) (ModuleRevision, error) {
	m, err := modules().Get(ctx, s.docs, instance, ref.ID)
	if err != nil {
		return ModuleRevision{}, err
	}
	rev, err := m.at(m.unaliased(ref.Qualifier))
	if fault.Is(err, fault.NotPublished) { // modules have no such exception; and they are born published
		err = fault.New(fault.NotFound, "It was not published")
	}
	if err != nil {
		return ModuleRevision{}, named(err, modules().Member)
	}
	b, err := bodies().Get(ctx, s.docs, instance, rev.ContentID)
	m.Content, m.Settings = b.Text, b.Settings
	return ModuleRevision{m, rev}, err
}

// Modules lists the modules of an instance without their contents; state "" = all.
func (s *Service) Modules(ctx context.Context, instance, state string, page resource.Page) (_ []Module, next string, err error) {
	return modules().List(ctx, s.docs, instance, page, func(m *Module) bool { return state == "" || m.State == state })
}

// SearchModules lists the modules that meet a condition, and counts them.
func (s *Service) SearchModules(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[Module], error) {
	return resource.Search(ctx, s.docs, modules(), instance, c, page)
}

// Fields are what searches compare.
func (m *Module) Fields() map[string]string {
	return map[string]string{
		"name": m.Name, "description": m.Description, "resourceid": m.ID, resource.IsState: m.State, resource.IsStatus: m.Status,
	}
}

// ModuleChange is a new content of a module, or new settings; nil leaves it.
type ModuleChange struct{ Content, Settings *string }

// UpdateModuleContent publishes a content, or with the qualifier $SAVED makes it the draft.
// What the change leaves is that of the published content, or of the draft.
func (s *Service) UpdateModuleContent(ctx context.Context, instance string, ref arn.Ref, c ModuleChange) error {
	publish, err := publishes(ref, modules().Member)
	if err != nil {
		return err
	}
	_, err = revise(ctx, s, modules(), instance, ref.ID, func(m *Module) ([]change.Resource, error) {
		now, err := m.at(ref.Qualifier)
		if err != nil {
			return nil, named(err, modules().Member)
		}
		b, err := bodies().Get(ctx, s.docs, instance, now.ContentID)
		if err != nil {
			return nil, err
		}
		m.Content, m.Settings = b.Text, b.Settings
		resource.Set(&m.Content, c.Content)
		resource.Set(&m.Settings, c.Settings)
		row, err := s.newModuleContent(ctx, m, publish)
		return []change.Resource{row}, err
	})
	return err
}

// UpdateModule changes a module's data.
func (s *Service) UpdateModule(ctx context.Context, instance, id string, d Metadata) error {
	_, err := modules().Update(ctx, s.docs, instance, id, func(m *Module) ([]change.Resource, error) {
		d.apply(&m.Stored, &m.Description, &m.State)
		return nil, nil
	})
	return err
}

// DeleteModule deletes a module with its versions and aliases, unless a flow names it (fault.Rule).
func (s *Service) DeleteModule(ctx context.Context, instance, id string) error {
	return remove(ctx, s, modules(), instance, id, func(m *Module) error {
		return s.unused(ctx, instance, m.ID, modules().Member, modules().Noun)
	})
}

// CutModule makes a version of what a module has published, or with the
// qualifier of a version or an alias publishes that one again (Revisions.cut).
func (s *Service) CutModule(ctx context.Context, instance string, ref arn.Ref, sha, description string) (made Version, err error) {
	_, err = revise(ctx, s, modules(), instance, ref.ID, func(m *Module) ([]change.Resource, error) {
		if made, err = m.cut(m.unaliased(ref.Qualifier), sha, description, s.clock.Now()); err != nil {
			return nil, named(err, modules().Member)
		}
		doc, err := s.FlowContent(ctx, instance, made.ContentID)
		if err == nil {
			m.Uses = mentioned(doc)
		}
		return nil, err
	})
	return made, err
}

// DropModuleVersion deletes a version that no alias names.
func (s *Service) DropModuleVersion(ctx context.Context, instance, id string, number int64) error {
	_, err := revise(ctx, s, modules(), instance, id, func(m *Module) ([]change.Resource, error) {
		for _, a := range m.Aliases {
			if a.Version == number {
				return nil, fault.New(fault.Rule, "ContactFlowModuleVersion: the alias %s names the version", a.Name)
			}
		}
		return nil, named(m.drop(number), "ContactFlowModuleVersion")
	})
	return err
}

// ModuleVersions lists the versions of a module, oldest first.
func (s *Service) ModuleVersions(ctx context.Context, instance, id string, page resource.Page) (_ []Version, next string, err error) {
	m, err := modules().Get(ctx, s.docs, instance, id)
	if err != nil {
		return nil, "", err
	}
	all, next := versionPage(m.Versions, page, false)
	return all, next, nil
}
