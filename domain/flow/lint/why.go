package lint

import (
	"fmt"
	"strings"

	"parley/domain/flow"
)

// refused is the hint of a problem about which there is nothing better to say.
const refused = "Amazon Connect and Parley refuse to publish this."

// why says in plain words what is wrong where the message of Amazon Connect names
// only a place, as in "Invalid Action property value. Path: Actions[1].Transitions.NextAction".
func why(d *flow.Document, a *flow.Action, message string) string {
	_, path, _ := strings.Cut(message, "Path: ")
	hint := ""
	switch {
	case path == "StartAction":
		hint = absent(d, d.StartAction())
	case a == nil:
	case strings.HasPrefix(message, "Invalid Action type"):
		hint = unknownType(a.Type)
	case strings.Contains(path, ".Transitions"):
		hint = dangling(d, a)
	case strings.Contains(path, ".Parameters."):
		hint = allowed(a, path[strings.Index(path, ".Parameters.")+len(".Parameters."):])
	}
	if hint == "" {
		return refused
	}
	return hint
}

// dangling names the branches of a block that lead to blocks that are not there.
func dangling(d *flow.Document, a *flow.Action) string {
	var hints []string
	for _, b := range a.Branches() {
		if hint := absent(d, b.Target); hint != "" {
			hints = append(hints, hint)
		}
	}
	return strings.Join(hints, " ")
}

// absent says that there is no such block, "" if there is one.
func absent(d *flow.Document, id string) string {
	if _, ok := d.Action(id); ok {
		return ""
	}
	var ids []string
	for _, a := range d.Actions() {
		ids = append(ids, a.ID)
	}
	return fmt.Sprintf("There is no block %.50q.%s", id, suggestion(id, ids))
}

func unknownType(name string) string {
	if _, ok := flow.SpecOf(name); ok {
		return ""
	}
	var names []string
	for _, s := range flow.Specs() {
		names = append(names, s.Type)
	}
	return fmt.Sprintf("There is no type %.50q.%s", name, suggestion(name, names))
}

// allowed says what a parameter may be.
func allowed(a *flow.Action, name string) string {
	if hint := empty(name, at(a.Parameters, name)); hint != "" {
		return hint
	}
	spec, ok := flow.SpecOf(a.Type)
	if !ok {
		return ""
	}
	for _, p := range spec.ParamsFor(a) {
		switch {
		case p.Name != name:
		case p.Single && at(a.Parameters, name).Len() > 1:
			return fmt.Sprintf("%s has %d members, and a block takes one: put several blocks in a row.", name, at(a.Parameters, name).Len())
		case p.High > 0:
			return fmt.Sprintf("%s must be a whole number from %d to %d.", name, p.Low, p.High)
		case len(p.Values) > 0:
			return fmt.Sprintf("%s must be one of %s.", name, strings.Join(p.Values, ", "))
		}
	}
	return ""
}

// empty says that a parameter is empty, "" if it is not.
func empty(name string, v flow.Param) string {
	nothing := v.Len() == 0
	if v.Kind() == flow.Text {
		nothing = v.Text().Static() && v.Text().Source() == ""
	}
	if !v.Present() || !nothing {
		return ""
	}
	return name + " is empty."
}

// at finds a parameter by its path, as in "LexV2Bot.AliasArn".
func at(p flow.Param, path string) flow.Param {
	for name := range strings.SplitSeq(path, ".") {
		p = p.Field(name)
	}
	return p
}

// suggestion names the word that was most likely meant, "" where none is near.
func suggestion(word string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		if n := distance(strings.ToLower(word), strings.ToLower(w)); n < least && n < len(w) {
			best, least = w, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}

// distance is how many letters are to be changed, added or left out to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
