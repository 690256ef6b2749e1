package flow

import (
	"encoding/json"
	"fmt"
	"strings"
)

// RefKind is the kind of resource that a reference names.
type RefKind string

// The kinds of resources that flows name.
const (
	QueueRef    RefKind = "queue"
	AgentRef    RefKind = "agent"
	FlowRef     RefKind = "flow"
	ModuleRef   RefKind = "module"
	HoursRef    RefKind = "hours"
	PromptRef   RefKind = "prompt"
	ViewRef     RefKind = "view"
	FunctionRef RefKind = "function" // of Lambda
	BotRef      RefKind = "bot"      // of Lex V2; its name is "bot/alias"
	TemplateRef RefKind = "template" // of tasks
)

// Reference is a place where a flow names a resource of its instance: by ARN,
// by id, or by name ("name:queue/Sales").
type Reference struct {
	Kind RefKind
	// Value is what the document says.
	Value string
	// ID is the resource's id as the value says it, "" if it says a name.
	ID string
	// Name is the resource's name: that of the value, else the one that the
	// console noted in the document's metadata, else "".
	Name string
	// Qualifier is a version or alias, as in "id:$LATEST", "" if there is none.
	Qualifier string
	// ByName says that the value is a name.
	ByName bool
	// Action is the identifier of the block, Path the place in it, as in
	// "Parameters.QueueId".
	Action, Path string

	action, leaf int // which action, and which scalar of its parameters
}

// Place is where the reference stands in the document, as AWS spells it:
// "Actions[3].Parameters.QueueId".
func (r Reference) Place() string { return fmt.Sprintf("Actions[%d].%s", r.action, r.Path) }

// References returns the references of a document in its order: the parameters
// that name a resource, and every other text in a parameter that is as a whole
// the ARN or the name of one, such as an attribute that holds a queue. What a
// contact's data decides ("$.Attributes.queue") is none, nor is an empty text.
func References(d *Document) []Reference {
	w := &refWalk{names: d.actionMetadata()}
	for i, a := range d.Actions() {
		w.at, w.leaf, w.action = i, 0, a
		spec, _ := SpecOf(a.Type)
		var fields []ParamSpec
		if spec != nil {
			fields = spec.Params
		}
		w.fields(a.Parameters, fields, "Parameters")
	}
	return w.found
}

// refWalk visits the scalars of an action in the order of the document; leaf
// counts them, so that Rewrite finds them again in the text.
type refWalk struct {
	names  map[string]json.RawMessage
	at     int
	leaf   int
	action *Action
	found  []Reference
}

func (w *refWalk) fields(p Param, specs []ParamSpec, path string) {
	for name, inner := range p.Fields() {
		spec, _ := memberSpec(specs, name)
		w.param(inner, spec, path+"."+name)
	}
}

func (w *refWalk) param(p Param, spec ParamSpec, path string) {
	switch p.Kind() {
	case Object:
		w.fields(p, spec.Fields, path)
	case List:
		var element ParamSpec
		if spec.Item != nil {
			element = *spec.Item
		}
		for i, item := range p.Items() {
			w.param(item, element, fmt.Sprintf("%s[%d]", path, i))
		}
	default:
		if r, ok := referenceIn(p.Text(), spec.Refers); ok {
			r.Action, r.Path, r.action, r.leaf = w.action.ID, path, w.at, w.leaf
			if r.Name == "" {
				r.Name = notedName(w.names[r.Action], r)
			}
			w.found = append(w.found, r)
		}
		w.leaf++
	}
}

// memberSpec returns the spec of a member, "*" where its name has none.
func memberSpec(specs []ParamSpec, name string) (spec ParamSpec, ok bool) {
	for _, s := range specs {
		if s.Name == name {
			return s, true
		}
		if s.Name == "*" {
			spec, ok = s, true
		}
	}
	return spec, ok
}

// referenceIn reads a text as a reference; kind is what the place is for.
func referenceIn(t Template, kind RefKind) (Reference, bool) {
	value := t.Source()
	if value == "" || !t.Static() {
		return Reference{}, false
	}
	if r, ok := parseName(value); ok {
		return r, true
	}
	if r, ok := parseARN(value); ok {
		return r, true
	}
	r := Reference{Kind: kind, Value: value, ID: value}
	if !strings.HasPrefix(value, "arn:") { // else one that nobody knows
		r.ID, r.Qualifier = cutQualifier(value)
	}
	if kind == FunctionRef && !strings.HasPrefix(value, "arn:") {
		r.Name = r.ID // a function has no other id
	}
	return r, kind != ""
}

func cutQualifier(s string) (id, qualifier string) {
	id, qualifier, _ = strings.Cut(s, ":")
	return id, qualifier
}

// parseARN reads the ARN of a resource that a flow can name.
func parseARN(value string) (Reference, bool) {
	part := strings.SplitN(value, ":", 6)
	if len(part) < 6 || part[0] != "arn" {
		return Reference{}, false
	}
	r := Reference{Value: value}
	switch part[2] {
	case "connect":
		r.Kind, r.ID, r.Qualifier = connectResource(part[5])
	case "lambda":
		name, ok := strings.CutPrefix(part[5], "function:")
		if ok {
			r.Kind = FunctionRef
			r.ID, r.Qualifier = cutQualifier(name)
			r.Name = r.ID
		}
	case "lex":
		r.ID, _ = strings.CutPrefix(part[5], "bot-alias/")
		if strings.HasPrefix(part[5], "bot-alias/") {
			r.Kind = BotRef
		}
	}
	return r, r.Kind != "" && r.ID != ""
}

// connectResource reads the last part of an ARN: "instance/I/queue/Q",
// "instance/I/queue/agent/A", or of what AWS gives to all, "view/form:1".
func connectResource(s string) (kind RefKind, id, qualifier string) {
	s, qualifier = cutQualifier(s)
	part := strings.Split(s, "/")
	if part[0] == "instance" && len(part) > 3 {
		part = part[2:]
	}
	if len(part) == 3 && part[0] == "queue" && part[1] == "agent" {
		return AgentRef, part[2], qualifier
	}
	if len(part) != 2 {
		return "", "", ""
	}
	switch part[0] {
	case "queue", "agent", "prompt", "view":
		kind = RefKind(part[0])
	case "contact-flow":
		kind = FlowRef
	case "flow-module":
		kind = ModuleRef
	case "operating-hours":
		kind = HoursRef
	case "task-template":
		kind = TemplateRef
	}
	return kind, part[1], qualifier
}
