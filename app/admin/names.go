package admin

import (
	"context"
	"slices"
	"strings"

	"parley/domain/catalog"
	"parley/domain/flow"
	"parley/internal/arn"
)

// Resolved returns a document with the ids of this instance where it names
// things by name ("name:queue/Sales"), and as problems the names of nothing.
func (s *Service) Resolved(ctx context.Context, instance string, doc *flow.Document) (*flow.Document, []flow.Problem, error) {
	out, unknown, err := s.resolve(ctx, instance, doc)
	if err == nil && len(unknown) > 0 { // perhaps made by another node just now
		s.forget(instance)
		out, unknown, err = s.resolve(ctx, instance, doc)
	}
	var problems []flow.Problem
	for _, r := range unknown {
		problems = append(problems, flow.Problem{ActionID: r.Action, Message: clip("There is no " + string(r.Kind) + " with the name " + r.Name + ". Path: " + r.Place())})
	}
	return out, problems, err
}

// maxProblem is how many characters one problem holds (Amazon Connect, ProblemDetail).
const maxProblem = 256

func clip(s string) string {
	if r := []rune(s); len(r) > maxProblem {
		return string(r[:maxProblem])
	}
	return s
}

func (s *Service) resolve(ctx context.Context, instance string, doc *flow.Document) (*flow.Document, []flow.Reference, error) {
	if !slices.ContainsFunc(flow.References(doc), func(r flow.Reference) bool { return r.ByName }) {
		return doc, nil, nil
	}
	v, err := s.current(ctx, instance)
	if err != nil {
		return nil, nil, err
	}
	outside, err := s.outside(ctx, instance)
	if err != nil {
		return nil, nil, err
	}
	return flow.Resolve(doc, func(kind flow.RefKind, name string) (string, bool) {
		if kind == flow.FunctionRef || kind == flow.BotRef {
			id, ok := outside[string(kind)+"/"+name]
			return id, ok
		}
		return inside(&v.config, kind, name)
	})
}

// inside finds a thing of an instance by its name.
func inside(cfg *catalog.Config, kind flow.RefKind, name string) (string, bool) {
	switch kind {
	case flow.QueueRef:
		return find(cfg.Queues, name, func(q catalog.Queue) (string, string) { return q.Name, q.ARN })
	case flow.FlowRef:
		return find(cfg.Flows, name, func(f catalog.FlowRef) (string, string) { return f.Name, f.ARN })
	case flow.ModuleRef:
		return find(cfg.Modules, name, func(f catalog.FlowRef) (string, string) { return f.Name, f.ARN })
	case flow.PromptRef:
		return find(cfg.Prompts, name, func(p catalog.Prompt) (string, string) { return p.Name, p.ARN })
	case flow.ViewRef:
		return find(cfg.Views, name, func(v catalog.View) (string, string) { return v.Name, v.ARN })
	case flow.HoursRef:
		for _, h := range cfg.Hours {
			if h.Name == name {
				return h.ARN, true
			}
		}
	}
	return "", false
}

func find[T any](things map[string]T, name string, read func(T) (name, arn string)) (string, bool) {
	for _, t := range things {
		if n, id := read(t); n == name {
			return id, true
		}
	}
	return "", false
}

// outside returns the ARNs of the associated functions and bots by kind and
// name: that of a function is the last part of its ARN, that of a bot "bot/alias" in its ARN.
func (s *Service) outside(ctx context.Context, instance string) (map[string]string, error) {
	all := map[string]string{}
	for kind, ref := range map[AssociationKind]flow.RefKind{Functions: flow.FunctionRef, BotsV2: flow.BotRef} {
		known, err := kind.kind().All(ctx, s.docs, instance)
		if err != nil {
			return nil, err
		}
		for _, a := range known {
			all[string(ref)+"/"+associationName(a.ID)] = a.ID
		}
	}
	return all, nil
}

func associationName(id string) string {
	if _, name, ok := strings.Cut(id, ":function:"); ok {
		return name
	}
	_, name, _ := strings.Cut(id, ":bot-alias/")
	return name
}

// mentioned returns the ids that a content names, sorted.
func mentioned(doc *flow.Document) []string {
	ids := []string{}
	for _, r := range flow.References(doc) {
		if r.ID != "" && !strings.HasPrefix(r.ID, "arn:") {
			ids = append(ids, r.ID)
		} else if a, err := arn.Parse(r.Value); err == nil {
			ids = append(ids, a.Ref.ID)
		}
	}
	slices.Sort(ids)
	return slices.Clip(slices.Compact(ids))
}
