package admin

import (
	"context"
	"strconv"

	"parley/domain/catalog"
	"parley/domain/flow"
	"parley/domain/hours"
	"parley/internal/arn"
	"parley/work/practice"
	"parley/work/resource"
)

// newConfig begins what flows may read of an instance, with its flows and modules. It holds no contents: these are read, and stay
// parsed in memory, one by one as flows need them. Flows and modules come first: what a flow names was there
// when the flow was published, so whatever is read after it holds that, too.
func (s *Service) newConfig(ctx context.Context, instance string) (catalog.Config, error) {
	scope := s.Scope(instance)
	cfg := catalog.Config{
		InstanceARN: scope.InstanceARN(instance), Region: s.home.Region, SameCustomer: s.settings.RequireSameCustomer,
		Queues: map[string]catalog.Queue{}, Hours: map[string]hours.Hours{},
		DefaultFlows: map[flow.Type]string{}, Views: map[string]catalog.View{}, Prompts: map[string]catalog.Prompt{},
	}
	return cfg, s.flowsOf(ctx, &cfg, scope)
}

// complete adds the rest: what flows name.
func (s *Service) complete(ctx context.Context, v *view) (catalog.Config, error) {
	cfg, id, scope := v.config, v.instance.ID, s.Scope(v.instance.ID)
	set, err := practice.Read(ctx, s.docs, id)
	if err != nil {
		return cfg, err
	}
	for _, q := range v.queueList {
		cfg.Queues[q.ID] = catalog.Queue{
			ID: q.ID, ARN: scope.ARN(arn.Queue, q.ID), Name: q.Name, HoursID: q.HoursID, MaxContacts: q.MaxContacts, Disabled: q.Status == disabled,
			Return: set.ReturnOf(q.ID),
		}
	}
	for _, h := range v.hours {
		open, err := h.open(scope.ARN(arn.Hours, h.ID), v.overrides[h.ID])
		if err != nil {
			return cfg, err
		}
		cfg.Hours[h.ID] = open
	}
	if err := s.viewsOf(ctx, &cfg, scope); err != nil {
		return cfg, err
	}
	if err := s.attributesOf(ctx, &cfg, id); err != nil {
		return cfg, err
	}
	all, err := prompts().All(ctx, s.docs, id)
	for i := range all {
		p := &all[i]
		cfg.Prompts[p.ID] = catalog.Prompt{ID: p.ID, ARN: scope.ARN(arn.Prompt, p.ID), Name: p.Name, Text: p.Text()}
	}
	return cfg, err
}

// flowsOf adds flows and modules.
func (s *Service) flowsOf(ctx context.Context, cfg *catalog.Config, scope arn.Scope) error {
	all, err := flows().All(ctx, s.docs, scope.Instance)
	if err != nil {
		return err
	}
	cfg.Flows = make(map[string]catalog.FlowRef, len(all))
	for i := range all {
		f := &all[i]
		ref := refOf(&f.Stored, &f.Revisions, f.State)
		ref.ARN, ref.Type = scope.ARN(arn.Flow, f.ID), f.Type
		cfg.Flows[f.ID] = ref
	}
	for _, seed := range seeds() {
		if f := cfg.Flows[resource.SeedID(scope.Instance, seed.name)]; seed.kind == flow.CustomerQueue && f.Active && f.Published != "" {
			cfg.DefaultFlows[seed.kind] = f.ID
		}
	}
	more, err := modules().All(ctx, s.docs, scope.Instance)
	cfg.Modules = make(map[string]catalog.FlowRef, len(more))
	for i := range more {
		m := &more[i]
		ref := refOf(&m.Stored, &m.Revisions, m.State)
		ref.ARN = scope.ARN(arn.FlowModule, m.ID)
		for _, a := range m.Aliases {
			if ref.Aliases == nil {
				ref.Aliases = map[string]string{}
			}
			ref.Aliases[a.Name] = versionName(a.Version)
		}
		cfg.Modules[m.ID] = ref
	}
	return err
}

func refOf(h *resource.Stored, r *Revisions, state string) catalog.FlowRef {
	ref := catalog.FlowRef{ID: h.ID, Name: h.Name, Active: state != Archived, Versions: versionsOf(r)}
	if rev, err := r.at(""); err == nil {
		ref.Published = rev.ContentID
	}
	if rev, err := r.at(arn.Saved); err == nil {
		ref.Saved = rev.ContentID
	}
	return ref
}

// versionsOf returns content ids by version number, nil if there are no versions.
func versionsOf(r *Revisions) map[string]string {
	var versions map[string]string
	for _, v := range r.Versions {
		if versions == nil {
			versions = make(map[string]string, len(r.Versions))
		}
		versions[strconv.FormatInt(v.Number, 10)] = v.ContentID
	}
	return versions
}

// viewsOf adds views, the managed ones included.
func (s *Service) viewsOf(ctx context.Context, cfg *catalog.Config, scope arn.Scope) error {
	all, err := s.allViews(ctx, scope.Instance)
	for i := range all {
		v := &all[i]
		ref := catalog.View{ID: v.ID, ARN: s.viewARN(scope, v), Name: v.Name, Versions: versionsOf(&v.Revisions)}
		if ref.Versions == nil {
			ref.Versions = map[string]string{}
		}
		for _, qualifier := range []string{arn.Saved, arn.Latest} {
			if rev, err := v.at(qualifier); err == nil {
				ref.Versions[qualifier], ref.Version = rev.ContentID, int(rev.Version)
			}
		}
		cfg.Views[v.ID] = ref
	}
	return err
}

// viewARN returns the ARN of a view; a managed one's names no instance.
func (s *Service) viewARN(scope arn.Scope, v *View) string {
	if v.Managed {
		return arn.Managed(s.home.Region, v.ID)
	}
	return scope.ARN(arn.View, v.ID)
}

// attributesOf adds the names of the predefined attributes.
func (s *Service) attributesOf(ctx context.Context, cfg *catalog.Config, instance string) error {
	all, err := s.docs.All(ctx, instance, resource.KindAttribute)
	cfg.Attributes = make(map[string]bool, len(all))
	for i := range all {
		cfg.Attributes[all[i].Name] = true
	}
	return err
}
