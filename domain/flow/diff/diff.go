// Package diff compares two flows by what they mean: blocks by their
// identifiers, parameters, branches. Where blocks stand on the canvas and in
// the file does not count, and a resource that is another one only because the
// flow is on another instance is told apart from a real change.
package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"parley/domain/flow"
)

// Kind says what is different.
type Kind string

// A block can be Added, Removed or Changed, and so can a part of it. Instance
// is a reference to what may be the same resource on another instance.
const (
	Added    Kind = "added"
	Removed  Kind = "removed"
	Changed  Kind = "changed"
	Instance Kind = "instance"
)

// Result is what Compare found.
type Result struct {
	// Identical says that the files are the same byte for byte.
	Identical bool `json:"identical"`
	// Layout says that something differs that does not count: positions and
	// notes of the console, white space, the order of members or of blocks.
	Layout bool `json:"layout"`
	// Document are differences outside the blocks, Blocks those in them.
	Document []Part  `json:"document,omitempty"`
	Blocks   []Block `json:"blocks,omitempty"`
}

// Block is one block that is different.
type Block struct {
	Kind   Kind   `json:"kind"`
	Action string `json:"action"`
	Type   string `json:"type"`
	Parts  []Part `json:"parts,omitempty"`
}

// Part is one parameter, branch or member that is different.
type Part struct {
	Kind Kind `json:"kind"`
	// Place is as in "Parameters.Text", or in words, as in `branch = "yes"`.
	Place string `json:"place"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// Same reports whether the flows mean the same; with instances, also when they
// only name the same kinds of resources of another instance.
func (r Result) Same(instances bool) bool {
	for _, b := range r.Blocks {
		if !instances || b.Kind != Changed || slices.ContainsFunc(b.Parts, func(p Part) bool { return p.Kind != Instance }) {
			return false
		}
	}
	return len(r.Document) == 0
}

// Compare compares two flows.
func Compare(before, after *flow.Document) Result {
	r := Result{Identical: string(before.Source()) == string(after.Source())}
	if r.Identical {
		return r
	}
	r.Document = documentParts(before, after)
	old, now := facts(before), facts(after)
	for id, a := range old {
		if b, ok := now[id]; !ok {
			r.Blocks = append(r.Blocks, Block{Kind: Removed, Action: id, Type: a.kind})
		} else if parts := compare(a, b); len(parts) > 0 {
			r.Blocks = append(r.Blocks, Block{Kind: Changed, Action: id, Type: b.kind, Parts: parts})
		}
	}
	for id, b := range now {
		if _, ok := old[id]; !ok {
			r.Blocks = append(r.Blocks, Block{Kind: Added, Action: id, Type: b.kind})
		}
	}
	order := orders(before, after)
	slices.SortFunc(r.Blocks, func(x, y Block) int { return cmp.Compare(order[x.Action], order[y.Action]) })
	r.Layout = len(r.Blocks)+len(r.Document) == 0
	return r
}

// orders numbers the blocks as the new flow has them, removed ones after those.
func orders(before, after *flow.Document) map[string]int {
	order := map[string]int{}
	for _, d := range []*flow.Document{after, before} {
		for _, a := range d.Actions() {
			if _, known := order[a.ID]; !known {
				order[a.ID] = len(order)
			}
		}
	}
	return order
}

func documentParts(before, after *flow.Document) []Part {
	var parts []Part
	if before.StartAction() != after.StartAction() {
		parts = append(parts, Part{Changed, "StartAction", before.StartAction(), after.StartAction()})
	}
	old, now := canonical(before.Settings()), canonical(after.Settings())
	if old != now {
		parts = append(parts, part("Settings", old, now))
	}
	return parts
}

// canonical writes JSON with sorted members.
func canonical(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	text, _ := json.Marshal(v) // it was JSON
	return string(text)
}

func part(place, old, now string) Part {
	kind := Changed
	switch {
	case old == "":
		kind = Added
	case now == "":
		kind = Removed
	}
	return Part{kind, place, old, now}
}

// block is what counts about a block: its parameters and branches by place, in
// order, and which of them are references.
type block struct {
	kind   string
	places []string
	values map[string]string
	refs   map[string]flow.Reference
}

func facts(d *flow.Document) map[string]*block {
	blocks := map[string]*block{}
	for _, a := range d.Actions() {
		b := &block{kind: a.Type, values: map[string]string{}, refs: map[string]flow.Reference{}}
		b.parameters(a.Parameters, "Parameters")
		b.branches(a)
		blocks[a.ID] = b
	}
	for _, r := range flow.References(d) {
		if b, ok := blocks[r.Action]; ok {
			b.refs[r.Path] = r
		}
	}
	return blocks
}

func (b *block) add(place, value string) {
	if _, taken := b.values[place]; taken {
		place += " (again)"
	}
	b.places = append(b.places, place)
	b.values[place] = value
}

func (b *block) parameters(p flow.Param, place string) {
	switch p.Kind() {
	case flow.Text:
		b.add(place, p.Text().Source())
	case flow.Object, flow.List:
		if p.Len() == 0 && place != "Parameters" {
			b.add(place, "empty")
		}
		for name, inner := range p.Fields() {
			b.parameters(inner, place+"."+name)
		}
		for i, item := range p.Items() {
			b.parameters(item, fmt.Sprintf("%s[%d]", place, i))
		}
	}
}

// branches adds the branches. The order of the conditions counts: the first
// that holds is taken. A copy that is never taken does not.
func (b *block) branches(a *flow.Action) {
	order := ""
	for _, branch := range a.Branches() {
		switch {
		case branch.Dead:
			continue
		case branch.Kind == flow.OnSuccess:
			b.add("branch on success", branch.Target)
		case branch.Kind == flow.OnError:
			b.add("branch "+branch.Label, branch.Target)
		default:
			b.add("branch "+branch.Label, branch.Target)
			order += branch.Label + ", "
		}
	}
	if len(a.Conditions) > 1 {
		b.add("order of the conditions", order[:len(order)-2])
	}
}

func compare(old, now *block) []Part {
	var parts []Part
	if old.kind != now.kind {
		parts = append(parts, Part{Changed, "Type", old.kind, now.kind})
	}
	for _, place := range union(old.places, now.places) {
		before, was := old.values[place]
		after, is := now.values[place]
		switch {
		case !was:
			parts = append(parts, Part{Added, place, "", after})
		case !is:
			parts = append(parts, Part{Removed, place, before, ""})
		case before != after && elsewhere(old.refs[place], now.refs[place]):
			parts = append(parts, Part{Instance, place, before, after})
		case before != after:
			parts = append(parts, Part{Changed, place, before, after})
		}
	}
	return parts
}

func union(a, b []string) []string {
	list := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			list = append(list, s)
		}
	}
	return list
}
