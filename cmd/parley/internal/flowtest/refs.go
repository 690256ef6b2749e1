package flowtest

import (
	"fmt"
	"strings"

	"parley/domain/catalog"
	"parley/domain/flow"
)

// tail is the id in an ARN, without a version.
func tail(value string) string {
	id := value[strings.LastIndexByte(value, '/')+1:]
	if strings.HasPrefix(value, "${") { // a placeholder of a template
		return value
	}
	if strings.HasPrefix(value, "arn:") || strings.Contains(id, ":$") {
		id, _, _ = strings.Cut(id, ":")
	}
	return id
}

// resolve gives an id or ARN the resource that it stands for in this scope.
func (w *World) resolve(kind flow.RefKind, value, name string, given *setup) {
	id, cfg := tail(value), &w.instance.Config
	guessed := name == ""
	if guessed {
		name = id
	}
	switch kind {
	case flow.QueueRef:
		if _, ok := given.queues[name]; guessed && !ok {
			w.warn("queue %q is known by its id only: write “given \"%s\": queue NAME” into the %s file", id, value, Extension)
		}
		w.addQueue(id, name, value, given)
	case flow.HoursRef:
		h, ok := given.hours[name]
		if !ok {
			w.warn("hours %q are not declared: always open (write “given hours \"%s\": …”)", name, name)
			h = given.hours[basicHours]
		}
		h.ID, h.ARN, h.Name = id, orARN(value, "operating-hours", id), name
		cfg.Hours[id] = h
	case flow.FlowRef:
		cfg.Flows[id] = w.flowNamed(id, value, name, false)
	case flow.ModuleRef:
		cfg.Modules[id] = w.flowNamed(id, value, name, true)
	case flow.FunctionRef:
		w.calls[value] = name
	case flow.BotRef:
		if guessed {
			break // its id is its name
		}
		bot, _, _ := strings.Cut(name, "/") // and its alias
		w.calls[value] = bot
	case flow.ViewRef:
		w.addView(id, value, name)
	case flow.PromptRef:
		cfg.Prompts[id] = catalog.Prompt{ID: id, ARN: orARN(value, "prompt", id), Name: name, Text: given.prompts[name]}
	}
}

// flowNamed is the flow or module that a reference stands for; where there is
// none, one that ends at once takes its place.
func (w *World) flowNamed(id, arn, name string, module bool) catalog.FlowRef {
	f, err := w.scope.named(name, module)
	if err != nil {
		kind, end := "flow", "EndFlowExecution"
		if module {
			kind, end = "module", "EndFlowModuleExecution"
		}
		w.warn("%s %q is not here (%v): one that ends at once takes its place", kind, name, err)
		f = &Flow{Path: "placeholder/" + kind, Name: name, Module: module, Doc: placeholder(end)}
		if module {
			f.Type = flow.Module
		}
		w.instance.Config.Documents[f.Path] = f.Doc
	}
	return flowRef(f, id, arn)
}

func placeholder(actionType string) *flow.Document {
	return madeUp(fmt.Sprintf(
		`{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end","Type":%q,"Parameters":{},"Transitions":{}}]}`, actionType))
}

// madeUp is a flow that stands in no file.
func madeUp(text string) *flow.Document {
	doc, err := flow.Parse([]byte(text))
	if err != nil {
		panic(err) // the text is a flow
	}
	return doc
}

func (w *World) warn(format string, args ...any) {
	w.Warnings = append(w.Warnings, fmt.Sprintf(format, args...))
}
