package carry

import (
	"context"
	"slices"
	"strings"
)

// kind is one kind of things: how they are read, made, changed and deleted.
type kind struct {
	ref, dir string // in references, and the directory of the files
	key      string // the member that is the name
	id       string // the member by which operations name one

	// How they are read: by a list and a description of each, or by read.
	list, listed        string
	asked               Doc // members of the list operation
	describe, described string
	read                func(context.Context, *API) ([]*thing, error)
	skip                func(summary Doc) bool // what every instance has, or what is no thing of its own
	more                func(context.Context, *API, *thing, Doc) error

	create   string
	births   []string // members that create takes, but for the name
	needs    []string // those of them without which it fails
	fixed    []string // members that nothing can change
	parts    []part
	delete   string        // the operation; "" where there is none
	identity []string      // members that delete takes in the place of an id
	outgoing func(Doc) Doc // from a document to what operations take
	ours     bool          // Amazon Connect has none
	outside  bool          // its ARNs are of other services: they fit any home
	defaults Doc           // what a new one has where its creation cannot say otherwise
	stub     func(Doc) Doc // makes one that can be born before what its content names
	password bool
}

// part is what one operation changes.
type part struct {
	members []string
	op      string // called with the members
	whole   string // called by do with all that a thing is
	do      func(ctx context.Context, w *writer, have *thing, want Doc) error
}

// thing is one thing of an instance, or of the files.
type thing struct {
	kind *kind
	name string
	id   string
	arn  string
	doc  Doc
	file string // that it was read from
}

// members are all that a document of the kind may have.
func (k *kind) members() []string {
	all := append([]string{k.key}, k.births...)
	for _, p := range k.parts {
		all = append(all, p.members...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// nameOf is the name of a document's thing, "" if it has none.
func (k *kind) nameOf(d Doc) string {
	if k.key == "" {
		return k.ref
	}
	name := text(d, k.key)
	switch k.ref {
	case "function", "bot":
		return lastOf(name)
	case "lex-bot":
		return name + "/" + text(d, "LexRegion")
	case "quick-response":
		return strings.ToLower(name)
	case "integration":
		return name + " " + text(d, "IntegrationArn")
	}
	return name
}

// noun is what people call the kind.
func (k *kind) noun() string {
	switch k.ref {
	case "agent":
		return "user"
	case "attribute":
		return "predefined attribute"
	}
	return strings.ReplaceAll(k.ref, "-", " ")
}

// kindOf finds a kind by its word in references.
func kindOf(ref string) *kind {
	for _, k := range kinds() {
		if k.ref == ref {
			return k
		}
	}
	return nil
}

// ranks are the places of the kinds in the order of their making.
func ranks() map[string]int {
	rank := map[string]int{}
	for i, k := range kinds() {
		rank[k.ref] = i
	}
	return rank
}

// tagged is the part of the kinds that have tags.
func tagged() part { return part{members: []string{"Tags"}, do: setTags} }

func by(op string, members ...string) part { return part{members: members, op: op} }
