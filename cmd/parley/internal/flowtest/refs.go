package flowtest

import (
	"encoding/json"
	"fmt"
	"strings"

	"parley/domain/contact"
	"parley/domain/flow"
)

// reference is a place in a flow that names a resource of its instance.
type reference struct {
	kind  string
	value string // an id, an ARN or a name
	name  string // what the export calls it, "" where it does not say
}

// references lists what a document names, without what is computed when it runs.
func references(d *flow.Document) []reference {
	var meta struct {
		ActionMetadata map[string]json.RawMessage
	}
	_ = json.Unmarshal(d.Metadata(), &meta) // free-form: what does not fit is not there
	var all []reference
	for _, a := range d.Actions() {
		names := readNames(meta.ActionMetadata[a.ID])
		for param, kind := range singles() {
			all = appendRef(all, kind, a.Parameters.Field(param), names(param))
		}
		for hook, p := range a.Parameters.Field("EventHooks").Fields() {
			all = appendRef(all, "flow", p, names("EventHooks."+hook))
		}
		all = appendRef(all, "view", a.Parameters.Field("ViewResource").Field("Id"), names("ViewResource.Id"))
		all = appendRef(all, "bot", a.Parameters.Field("LexV2Bot").Field("AliasArn"), names("LexV2Bot.AliasArn"))
	}
	return all
}

// singles are the parameters that name a resource, in whatever action they stand.
func singles() map[string]string {
	return map[string]string{
		"QueueId": "queue", "ContactFlowId": "flow", "FlowModuleId": "module",
		"HoursOfOperationId": "hours", "LambdaFunctionARN": "lambda", "PromptId": "prompt",
	}
}

func appendRef(all []reference, kind string, p flow.Param, name string) []reference {
	if p.Kind() != flow.Text || !p.Text().Static() || p.Text().Source() == "" {
		return all
	}
	return append(all, reference{kind, p.Text().Source(), name})
}

// readNames returns what the console's metadata of an action calls a
// parameter's resource. Consoles of old and of today write it to different places.
func readNames(raw json.RawMessage) func(param string) string {
	var meta any
	_ = json.Unmarshal(raw, &meta)
	return func(param string) string {
		paths := []string{"parameters." + param + ".displayName"}
		switch first, _, _ := strings.Cut(param, "."); first {
		case "ContactFlowId":
			paths = append(paths, "ContactFlow.text", "contactFlow.text")
		case "EventHooks":
			paths = append(paths, "contactFlow.text", "ContactFlow.text")
		case "QueueId":
			paths = append(paths, "queue.text")
		case "HoursOfOperationId":
			paths = append(paths, "Hours.text", "hours.text")
		}
		for _, path := range paths {
			if s, ok := dig(meta, strings.Split(path, ".")).(string); ok && s != "" {
				return s
			}
		}
		return ""
	}
}

func dig(v any, path []string) any {
	for _, key := range path {
		o, _ := v.(map[string]any)
		v = o[key]
	}
	return v
}

// tail is the id in an ARN, without a version.
func tail(value string) string {
	id := value[strings.LastIndexByte(value, '/')+1:]
	if strings.HasPrefix(value, "arn:") || strings.Contains(id, ":$") {
		id, _, _ = strings.Cut(id, ":")
	}
	return id
}

// resolve gives an id or ARN the resource that it stands for in this scope.
func (w *World) resolve(kind, value, name string, given *setup) {
	id, cfg := tail(value), &w.instance.Config
	guessed := name == ""
	if guessed {
		name = id
	}
	switch kind {
	case "queue":
		if _, ok := given.queues[name]; guessed && !ok {
			w.warn("queue %q is known by its id only: write “given \"%s\": queue NAME”", id, value)
		}
		w.addQueue(id, name, value, given)
	case "hours":
		h, ok := given.hours[name]
		if !ok {
			w.warn("hours %q are not declared: always open (write “given hours \"%s\": …”)", name, name)
			h = given.hours[basicHours]
		}
		h.ID, h.ARN, h.Name = id, orARN(value, "operating-hours", id), name
		cfg.Hours[id] = h
	case "flow":
		cfg.Flows[id] = w.flowNamed(id, value, name, false)
	case "module":
		cfg.Modules[id] = w.flowNamed(id, value, name, true)
	case "lambda", "bot":
		if !guessed {
			w.calls[value] = name
		}
	case "view":
		w.addView(id, value, name)
	case "prompt":
		cfg.Prompts[id] = contact.Prompt{ID: id, ARN: orARN(value, "prompt", id), Name: name, Text: given.prompts[name]}
	}
}

// flowNamed is the flow or module that a reference stands for; where there is
// none, one that ends at once takes its place.
func (w *World) flowNamed(id, arn, name string, module bool) contact.FlowRef {
	f, err := w.scope.named(name, module)
	if err != nil {
		kind, end := "flow", "EndFlowExecution"
		if module {
			kind, end = "module", "EndFlowModuleExecution"
		}
		w.warn("%s %q is not here (%v): one that ends at once takes its place", kind, name, err)
		f = &Flow{Path: "placeholder/" + kind, Name: name, Module: module, Doc: placeholder(end)}
		if !module {
			f.Type = flow.ContactFlow
		}
		w.instance.Config.Documents[f.Path] = f.Doc
	}
	return flowRef(f, id, arn)
}

func placeholder(actionType string) *flow.Document {
	doc, err := flow.Parse([]byte(fmt.Sprintf(
		`{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end","Type":%q,"Parameters":{},"Transitions":{}}]}`, actionType)))
	if err != nil {
		panic(err) // the text above is a flow
	}
	return doc
}

func (w *World) warn(format string, args ...any) {
	w.Warnings = append(w.Warnings, fmt.Sprintf(format, args...))
}
