package carry

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
)

// refers are the members that hold the id of a thing, or several ids, and the kind of that thing.
var refers = map[string]string{
	"HoursOfOperationId": "hours", "QueueId": "queue", "DefaultOutboundQueueId": "queue",
	"ContactFlowId": "flow", "OutboundFlowId": "flow", "FlowId": "flow", "MessageFlowId": "flow", "UserId": "agent",
	"QuickConnectIds": "quick-connect", "SecurityProfileIds": "security-profile", "RoutingProfileId": "routing-profile",
	"QueueIds": "queue", "RoutingProfileIds": "routing-profile",
	"HierarchyGroupId": "hierarchy-group", "ParentGroupId": "hierarchy-group", "AllowedAccessControlHierarchyGroupId": "hierarchy-group",
}

// spot is a reference in a document: where, of which kind, and what it says.
type spot struct{ path, kind, value string }

// replace returns a value with each reference replaced by what f returns. A script's references are in it.
func replace(path, member string, value any, f func(spot) any) any {
	switch v := value.(type) {
	case string:
		kind := refers[member]
		if strings.Contains(path, "TestContent") {
			kind = "" // there is a reference wherever a text is one
		}
		if kind != "" || kindNamed(v) != "" && strings.Contains(path, "TestContent") {
			return f(spot{path, kind, v})
		}
	case script:
		return f(spot{path, "script", string(v)})
	case Doc:
		if free(member) && member != "TestContent" {
			return v
		}
		out := Doc{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out[name] = replace(strings.TrimPrefix(path+"."+name, "."), name, v[name], f)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for i, item := range v {
			out = append(out, replace(fmt.Sprintf("%s[%d]", path, i), member, item, f))
		}
		return out
	}
	return value
}

// kindNamed is the kind that a reference by name names, "" for another text.
func kindNamed(value string) string {
	kind, _, _, ok := flow.CutNameReference(value)
	if !ok || kindOf(string(kind)) == nil {
		return ""
	}
	return string(kind)
}

// reference spells a reference.
func reference(kind, name string) string {
	return flow.NameReference(flow.RefKind(kind), name, "")
}

// index knows the things of an instance by id, by ARN and by name.
type index struct {
	names map[string]string            // name reference by id and by ARN
	arns  map[string]map[string]string // ARN by kind and name
	ids   map[string]map[string]string // id by kind and name
}

func newIndex() *index {
	return &index{names: map[string]string{}, arns: map[string]map[string]string{}, ids: map[string]map[string]string{}}
}

func (x *index) add(t *thing) {
	kind := t.kind.ref
	if x.arns[kind] == nil {
		x.arns[kind], x.ids[kind] = map[string]string{}, map[string]string{}
	}
	x.arns[kind][t.name], x.ids[kind][t.name] = t.arn, t.id
	x.names[t.id], x.names[t.arn] = reference(kind, t.name), reference(kind, t.name)
}

func (x *index) remove(t *thing) {
	delete(x.arns[t.kind.ref], t.name)
	delete(x.ids[t.kind.ref], t.name)
	delete(x.names, t.id)
	delete(x.names, t.arn)
}

// knows reports whether a reference outside of scripts is a name, or has one here.
func (x *index) knows(s spot) bool {
	if kindNamed(s.value) != "" {
		return true
	}
	kind, _, _, _ := flow.CutNameReference(x.names[s.value])
	return string(kind) == s.kind
}

// loose returns the references of a document to things that are not there. Those in scripts are not among them, nor those to a kind that was not told of.
func (x *index) loose(d Doc, told map[string]bool) (all []spot) {
	replace("", "", d, func(s spot) any {
		if s.kind != "script" && told[s.kind] && !x.knows(s) {
			all = append(all, s)
		}
		return s.value
	})
	return all
}

// inList reports whether a reference is an item of a list of ids.
func (s spot) inList() bool { return strings.HasSuffix(s.path, "]") }

// top is the member of the document that a reference is in.
func (s spot) top() string { return s.path[:strings.IndexAny(s.path+".", ".[")] }

// around is the path of what goes with a loose reference: the innermost item of a list that has it, which is the id itself in a list of ids; outside of
// lists the member that holds the id; and all of a draft, which cannot do without.
func (s spot) around() string {
	switch end := strings.LastIndex(s.path, "]"); {
	case s.top() == "Saved":
		return "Saved"
	case end >= 0:
		return s.path[:end+1]
	}
	return s.path
}

// needed returns a loose reference without which a thing is not carried. It is in a member that the thing's creation needs; an item of a list of ids is
// that only where all of the list is loose. The group that a security profile's rights end at is needed too: without it they would be wider.
func needed(k *kind, d Doc, loose []spot) (spot, bool) {
	left := map[string]int{} // by list, how many ids of it are not loose
	list := func(s spot) string { return s.path[:strings.LastIndex(s.path, "[")] }
	replace("", "", d, func(s spot) any {
		if s.inList() {
			left[list(s)]++
		}
		return s.value
	})
	for _, s := range loose {
		if s.inList() {
			left[list(s)]--
		}
	}
	for _, s := range loose {
		switch must := slices.Contains(k.needs, s.top()); {
		case s.top() == "AllowedAccessControlHierarchyGroupId", must && !s.inList(), must && left[list(s)] == 0:
			return s, true
		}
	}
	return spot{}, false
}

// cut returns a value without what is at the paths.
func cut(path string, value any, paths map[string]bool) any {
	if paths[path] {
		return nil
	}
	switch v := value.(type) {
	case Doc:
		out := Doc{}
		for name, item := range v {
			out[name] = cut(strings.TrimPrefix(path+"."+name, "."), item, paths)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for i, item := range v {
			out = append(out, cut(fmt.Sprintf("%s[%d]", path, i), item, paths))
		}
		return out
	}
	return value
}

// resources are the things that flows name.
func (x *index) resources() *flowtools.Resources {
	byName := map[flow.RefKind]map[string]string{}
	for _, kind := range flow.RefKinds() {
		byName[kind] = x.arns[string(kind)]
	}
	return flowtools.NewResources(byName)
}

// named puts names in the place of ids, and returns the references whose thing has no name here: they stay, but out of a list they go.
func (x *index) named(d Doc) (Doc, []string) {
	var unknown []string
	out := replace("", "", d, func(s spot) any {
		if s.kind == "script" {
			text, stay := x.namedScript(s.value)
			unknown = append(unknown, stay...)
			return text
		}
		switch {
		case !x.knows(s) && s.inList():
			unknown = append(unknown, fmt.Sprintf("%s: there is no %s %s: it is taken out", s.path, s.kind, s.value))
			return nil
		case !x.knows(s):
			unknown = append(unknown, fmt.Sprintf("%s: there is no %s %s: it stays as it is", s.path, s.kind, s.value))
			return s.value
		}
		return cmp.Or(x.names[s.value], s.value)
	})
	return out.(Doc), unknown
}

// namedScript prints a flow with names, as "parley flow names" does; what is no flow stays as it is.
func (x *index) namedScript(source string) (any, []string) {
	d, err := flow.Parse([]byte(source))
	if err != nil {
		return source, nil
	}
	named, unknown, err := flowtools.Named(d, x.resources())
	if err != nil {
		return source, nil
	}
	var stay []string
	for _, r := range unknown {
		stay = append(stay, fmt.Sprintf("block %s, %s: there is no %s %s: it stays as it is", r.Action, r.Path, r.Kind, r.Value))
	}
	for _, r := range flow.References(named) {
		if _, ok := flow.Lookup(r, x.resources().ByName); r.ByName && !ok {
			stay = append(stay, fmt.Sprintf("block %s, %s: %s names nothing, and an import refuses that: it stays as it is", r.Action, r.Path, r.Value))
		}
	}
	return script(named.Print()), stay
}

// namedARNs puts names in the place of ARNs wherever a text is one.
func (x *index) namedARNs(value any) any {
	switch v := value.(type) {
	case string:
		if name, ok := x.names[v]; ok && strings.HasPrefix(v, "arn:") {
			return name
		}
	case Doc:
		out := Doc{}
		for name, item := range v {
			out[name] = x.namedARNs(item)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			out = append(out, x.namedARNs(item))
		}
		return out
	}
	return value
}

// resolved puts ids in the place of names, and ARNs in scripts and test cases. It
// returns the names that lead nowhere.
func (x *index) resolved(d Doc) (Doc, []string) {
	var missing []string
	out := replace("", "", d, func(s spot) any {
		if s.kind == "script" {
			text, lost := x.resolvedScript(s.path, s.value)
			missing = append(missing, lost...)
			return text
		}
		kind, name, _, ok := flow.CutNameReference(s.value)
		switch {
		case !ok && s.kind != "": // an id, which somebody wrote by hand
			return s.value
		case s.kind != "" && string(kind) != s.kind:
			missing = append(missing, fmt.Sprintf("%s: %s is no %s", s.path, s.value, s.kind))
			return s.value
		}
		known := x.ids
		if s.kind == "" {
			known = x.arns
		}
		id, ok := known[string(kind)][name]
		if !ok {
			missing = append(missing, fmt.Sprintf("%s: there is no %s %q", s.path, kind, name))
		}
		return id
	})
	return out.(Doc), missing
}

func (x *index) resolvedScript(path, source string) (string, []string) {
	d, err := flow.Parse([]byte(source))
	if err != nil {
		return source, []string{fmt.Sprintf("%s: %v", path, err)}
	}
	out, unknown, err := flow.Resolve(d, x.resources().ByName)
	if err != nil {
		return source, []string{fmt.Sprintf("%s: %v", path, err)}
	}
	var missing []string
	for _, r := range unknown {
		missing = append(missing, fmt.Sprintf("%s, block %s, %s: there is no %s %q", path, r.Action, r.Path, r.Kind, r.Name))
	}
	return string(out.Source()), missing
}

// here writes Region and AccountId of the instance in the place of what an ARN
// says, where they are the same; there writes them back for another instance.
const (
	regionHere  = "${Region}"
	accountHere = "${AccountId}"
)

// home is where an instance lives.
type home struct{ region, account string }

func homeOf(instanceARN string) home {
	part := append(strings.SplitN(instanceARN, ":", 6), make([]string, 6)...)
	return home{part[3], part[4]}
}

// portable makes the ARNs in a value fit the home of another instance.
func (h home) portable(value any) any {
	return eachText(value, func(s string) string {
		part := strings.SplitN(s, ":", 6)
		if len(part) < 6 || part[0] != "arn" {
			return s
		}
		if part[3] == h.region && part[3] != "" {
			part[3] = regionHere
		}
		if part[4] == h.account && part[4] != "" {
			part[4] = accountHere
		}
		return strings.Join(part, ":")
	})
}

// local is the reverse of portable.
func (h home) local(value any) any {
	return eachText(value, func(s string) string {
		if !strings.HasPrefix(s, "arn:") {
			return s
		}
		return strings.NewReplacer(regionHere, h.region, accountHere, h.account).Replace(s)
	})
}

func eachText(value any, f func(string) string) any {
	switch v := value.(type) {
	case string:
		return f(v)
	case Doc:
		out := Doc{}
		for name, item := range v {
			out[name] = eachText(item, f)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			out = append(out, eachText(item, f))
		}
		return out
	}
	return value
}
