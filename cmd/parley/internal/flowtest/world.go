package flowtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"parley/domain/catalog"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/hours"
	"parley/domain/sim"
)

// The instance in which conversations take place.
const (
	instanceID = "00000000-0000-4000-8000-00000000f10a"
	region     = "us-east-1"
	homeARN    = "arn:aws:connect:" + region + ":123456789012:instance/" + instanceID
)

// Names that every new instance has (Amazon Connect).
const (
	basicQueue = "BasicQueue"
	basicHours = "Basic Hours"
)

// World is the instance of one conversation: the flows of its scope, and the
// resources that they name or that the script declares.
type World struct {
	scope    *Scope
	instance *sim.Instance
	// Warnings say which references stand for nothing that is known.
	Warnings []string

	calls map[string]string // names of functions and bots, by target
	views map[string]string // names of views, by id

	staff    []sim.Agent
	byHand   bool // the script has given no agents: there is one, who takes what waits when the script says so
	transfer map[flow.Type]string
}

// idOf is the id of a resource of that name: always the same.
func idOf(kind, name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(kind+"/"+name)).String()
}

// world makes the instance: every reference of every flow resolves by the name
// that the export carries, by what the script declared, or to a placeholder.
func (s *Scope) world(given *setup) (*World, error) {
	w := &World{scope: s, calls: map[string]string{}, views: map[string]string{}, transfer: map[flow.Type]string{}}
	w.instance = &sim.Instance{ID: instanceID, Config: catalog.Config{
		InstanceARN: homeARN, Region: region,
		Queues: map[string]catalog.Queue{}, Flows: map[string]catalog.FlowRef{}, Modules: map[string]catalog.FlowRef{},
		Views: map[string]catalog.View{}, Hours: map[string]hours.Hours{}, Prompts: map[string]catalog.Prompt{}, DefaultFlows: map[flow.Type]string{},
		Documents: map[string]*flow.Document{}, Pools: given.pools,
	}}
	if err := w.addFlows(given); err != nil {
		return nil, err
	}
	if err := w.addResources(given); err != nil {
		return nil, err
	}
	for id, n := range given.ids {
		w.resolve(n.kind, id, n.name, given)
	}
	for _, f := range s.Flows {
		for _, r := range f.refs {
			if !given.declares(r.Value) {
				w.resolve(r.Kind, r.Value, r.Name, given)
			}
		}
	}
	slices.Sort(w.Warnings)
	w.Warnings = slices.Compact(w.Warnings)
	return w, w.addAgents(given)
}

func (w *World) addFlows(given *setup) error {
	cfg := &w.instance.Config
	for _, f := range w.scope.Flows {
		doc, err := w.withAgents(f, given)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		cfg.Documents[f.Path] = doc
		ref := flowRef(f, idOf("flow", f.Path), "")
		if f.Module {
			cfg.Modules[ref.ID] = ref
			continue
		}
		cfg.Flows[ref.ID] = ref
		if f.Type == flow.CustomerQueue && f.Name == "Default customer queue" {
			cfg.DefaultFlows[f.Type] = ref.ID
		}
	}
	w.addTransfers()
	return nil
}

func flowRef(f *Flow, id, arn string) catalog.FlowRef {
	kind, t := "contact-flow", f.Type
	switch {
	case f.Module:
		kind, t = "flow-module", ""
	case t == "":
		t = flow.ContactFlow
	}
	return catalog.FlowRef{
		ID: id, ARN: orARN(arn, kind, id), Name: f.Name, Type: t, Active: true, Published: f.Path, Saved: f.Path,
	}
}

func orARN(arn, kind, id string) string {
	if strings.HasPrefix(arn, "arn:") {
		return arn
	}
	return homeARN + "/" + kind + "/" + id
}

// addResources makes what the script declares, and what every instance has. A
// queue can be meant by its name too.
func (w *World) addResources(given *setup) error {
	cfg := &w.instance.Config
	if _, ok := given.hours[basicHours]; !ok {
		always, err := openingHours("always")
		if err != nil {
			return err
		}
		given.hours[basicHours] = always
	}
	for name, h := range given.hours {
		h.ID, h.Name, h.ARN = name, name, orARN("", "operating-hours", name)
		cfg.Hours[name] = h
	}
	if _, ok := given.queues[basicQueue]; !ok {
		given.queues[basicQueue] = queueOf{}
	}
	for name, q := range given.queues {
		if _, ok := given.hours[q.hours]; !ok && q.hours != "" {
			return fmt.Errorf("queue %q has hours %q, and the script does not say what they are: write “given hours \"%s\": …”", name, q.hours, q.hours)
		}
		w.addQueue(name, name, "", given)
	}
	for name := range given.waiting {
		w.addQueue(name, name, "", given)
	}
	return nil
}

func (w *World) addQueue(id, name, arn string, given *setup) {
	q := given.queues[name]
	if q.hours == "" {
		q.hours = basicHours
	}
	w.instance.Config.Queues[id] = catalog.Queue{ID: id, ARN: orARN(arn, "queue", id), Name: name, HoursID: q.hours, MaxContacts: q.max}
}

// addView makes a view of one version: the simulated customer answers what the
// script says, so its template is not needed.
func (w *World) addView(id, arn, name string) {
	w.views[id] = name
	w.instance.Config.Views[id] = catalog.View{
		ID: id, ARN: orARN(arn, "view", id), Name: name, Version: 1,
		Versions: map[string]string{"1": id, "$LATEST": id, "$SAVED": id},
	}
}

// waiting is who waits in the queues already; one that has several ids waits for each of them.
func (w *World) waiting(given *setup) map[string]int64 {
	all := map[string]int64{}
	for id, q := range w.instance.Config.Queues {
		if n := given.waiting[q.Name]; n > 0 {
			all[id] = n
		}
	}
	return all
}

// inbound finds the flow that a chat begins with.
func (w *World) inbound(name string) (string, error) {
	if name == "" {
		all := w.scope.inboundFlows()
		if len(all) != 1 {
			return "", fmt.Errorf("which flow? There are %d inbound flows here: write “flow: NAME”", len(all))
		}
		return idOf("flow", all[0].Path), nil
	}
	f, err := w.scope.named(name, false)
	if errors.Is(err, errNoFlow) {
		return "", fmt.Errorf("there is no flow %q in %s%s%s", name, w.scope.Root, w.scope.broken(name), w.scope.like(name))
	}
	if err != nil {
		return "", err
	}
	if !f.inbound() {
		return "", fmt.Errorf("a chat begins with an inbound flow, and %q is of type %s", name, f.Type)
	}
	return idOf("flow", f.Path), nil
}

// broken says why a file of that name is no flow.
func (s *Scope) broken(name string) string {
	for file, err := range s.Other {
		if strings.Contains(file, name) {
			return fmt.Sprintf(" (%s: %v)", file, err)
		}
	}
	return ""
}

// like names the inbound flow that was most likely meant, or all if there are few.
func (s *Scope) like(name string) string {
	var names []string
	for _, f := range s.inboundFlows() {
		names = append(names, f.Name)
	}
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	if len(names) == 0 || len(names) > 8 {
		return ""
	}
	return "; there is: " + strings.Join(names, ", ")
}

// isView reports whether a view of that id is meant by the name.
func (w *World) isView(id, name string) bool {
	return id == name || w.views[id] == name || tail(id) == name
}

// callNames returns what a script may call the target of a call.
func (w *World) callNames(call interp.Call) []string {
	names := []string{}
	if name := w.calls[call.Target]; name != "" {
		names = append(names, name)
	}
	return append(names, shortName(call.Target), call.Target)
}

// shortName is the function's name of a Lambda ARN, or the bot's id or name.
func shortName(target string) string {
	if _, rest, ok := strings.Cut(target, ":function:"); ok {
		name, _, _ := strings.Cut(rest, ":")
		return name
	}
	if _, rest, ok := strings.Cut(target, ":bot-alias/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		return id
	}
	if name, _, v1 := strings.Cut(target, ":"); v1 && !strings.HasPrefix(target, "arn:") {
		return name
	}
	return target
}
