package graph

import (
	"fmt"
	"strings"

	"parley/domain/flow"
)

// heading is the console's name of a block, or its type.
func heading(a *flow.Action) string {
	if spec, ok := flow.SpecOf(a.Type); ok && spec.Block != "" {
		if first, _, several := strings.Cut(spec.Block, ", "); several {
			return first
		}
		return spec.Block
	}
	return a.Type
}

// summary is what a block is about: the resource that it names, what it says, or
// the first text among its parameters.
func (p *picture) summary(a *flow.Action, refs map[string]string) string {
	if name := refs[a.ID]; name != "" {
		return name
	}
	for _, name := range []string{"Text", "SSML", "ComparisonValue", "MetricType"} {
		if text := a.Parameters.Field(name).Text().Source(); text != "" {
			return text
		}
	}
	for _, name := range []string{"Attributes", "FlowAttributes"} {
		if list := assigned(a.Parameters.Field(name)); list != "" {
			return list
		}
	}
	return firstText(a.Parameters)
}

func assigned(p flow.Param) string {
	var list []string
	for key, value := range p.Fields() {
		text := value.Text().Source()
		if text == "" {
			text = value.Field("Value").Text().Source()
		}
		list = append(list, key+" = "+text)
	}
	return strings.Join(list, ", ")
}

func firstText(p flow.Param) string {
	if text := p.Text().Source(); text != "" {
		return text
	}
	for _, inner := range p.Fields() {
		if text := firstText(inner); text != "" {
			return text
		}
	}
	for _, item := range p.Items() {
		if text := firstText(item); text != "" {
			return text
		}
	}
	return ""
}

// names are the names of the first resource that each block names.
func (p *picture) names() map[string]string {
	names := map[string]string{}
	for _, r := range flow.References(p.doc) {
		name := r.Name
		if name == "" && !strings.HasPrefix(r.Value, "arn:") {
			name = r.ID
		}
		if _, has := names[r.Action]; !has && name != "" {
			names[r.Action] = name
		}
	}
	return names
}

// portLabel names a branch.
func portLabel(b flow.Branch) string {
	if b.Kind == flow.OnSuccess {
		return "Success"
	}
	return b.Label
}

// description says in words what the picture shows.
func (p *picture) description() string {
	var b strings.Builder
	fmt.Fprintf(&b, "A flow of %d blocks", len(p.nodes))
	if p.start != nil {
		fmt.Fprintf(&b, " that starts with %s", called(p.start.action))
	}
	b.WriteString(".")
	byID := map[string]*flow.Action{}
	for _, n := range p.nodes {
		byID[n.action.ID] = n.action
	}
	for _, n := range p.nodes {
		for _, port := range n.ports {
			to := "nowhere"
			if target, ok := byID[port.Target]; ok {
				to = called(target)
			}
			fmt.Fprintf(&b, " %s, %s: %s.", called(n.action), portLabel(port), to)
		}
	}
	return b.String()
}

func called(a *flow.Action) string { return heading(a) + " (" + a.ID + ")" }

// clip shortens a text to what fits into a line of so many characters; wide
// ones count more.
func clip(s string, most float64) string {
	s = strings.Join(strings.Fields(s), " ")
	used, end := 0.0, 0
	for i, r := range s {
		if r < 'a' && r > '9' || strings.ContainsRune("%mw—", r) || r > 0x1100 {
			used += 0.4
		}
		used++
		if used <= most-1 {
			end = i + len(string(r))
		}
		if used > most {
			return strings.TrimSpace(s[:end]) + "…"
		}
	}
	return s
}

// monoWidth is how many letters of an identifier fit into a block: all of a UUID.
const monoWidth = 36

// clipMono shortens an identifier in the middle: their ends tell them apart.
func clipMono(id string) string {
	r := []rune(strings.Join(strings.Fields(id), " "))
	if len(r) <= monoWidth {
		return string(r)
	}
	half := (monoWidth - 1) / 2
	return string(r[:half]) + "…" + string(r[len(r)-half:])
}
