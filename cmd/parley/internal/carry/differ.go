package carry

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
	"parley/domain/flow/diff"
)

// Difference is one member that is otherwise: what it is and what it should be, "" for nothing.
type Difference struct {
	Path     string
	Old, New string
	// Blocks says what is different in a flow, in the words of "parley flow diff".
	Blocks string
}

// compare finds how a document differs from another, member by member.
func compare(old, now Doc) []Difference { return differ("", old, now) }

func differ(path string, old, now any) []Difference {
	if same(old, now) {
		return nil
	}
	switch v := old.(type) {
	case Doc:
		if other, ok := now.(Doc); ok {
			return differMembers(path, v, other)
		}
	case []any:
		if _, ok := now.([]any); ok {
			return differItems(path, old, now)
		}
	case script:
		if other, ok := now.(script); ok {
			return []Difference{{Path: path, Blocks: differBlocks(v, other)}}
		}
	}
	return []Difference{{Path: path, Old: shown(old), New: shown(now)}}
}

func differMembers(path string, old, now Doc) (all []Difference) {
	names := slices.AppendSeq(slices.Collect(maps.Keys(old)), maps.Keys(now))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		all = append(all, differ(strings.TrimPrefix(path+"."+name, "."), old[name], now[name])...)
	}
	return all
}

func differItems(path string, old, now any) (all []Difference) {
	gone, fresh := changes(old, now)
	for _, item := range gone {
		all = append(all, Difference{Path: path, Old: shown(item)})
	}
	for _, item := range fresh {
		all = append(all, Difference{Path: path, New: shown(item)})
	}
	if all == nil { // another order
		all = []Difference{{Path: path, Old: shown(old), New: shown(now)}}
	}
	return all
}

func differBlocks(old, now script) string {
	before, err := flow.Parse([]byte(old))
	if err != nil {
		return err.Error()
	}
	after, err := flow.Parse([]byte(now))
	if err != nil {
		return err.Error()
	}
	var b bytes.Buffer
	flowtools.PrintDiff(&b, diff.Compare(before, after))
	return b.String()
}

// shown is a value on a line, a flow in it in two words.
func shown(value any) string {
	if value == nil {
		return ""
	}
	return line(replace("", "", value, func(s spot) any {
		if s.kind == "script" {
			return "(a flow)"
		}
		return s.value
	}))
}

// Print writes a plan in words.
func (p *Plan) Print(w io.Writer) {
	for _, r := range p.renames {
		fmt.Fprintf(w, "rename %s %s to %s (%s)\n", r.have.kind.noun(), r.old, r.have.name, r.file)
	}
	for _, t := range p.creates {
		fmt.Fprintf(w, "create %s (%s)\n", t.label(), t.file)
	}
	for _, c := range p.changes {
		fmt.Fprintf(w, "change %s (%s)\n", c.want.label(), c.want.file)
		for _, d := range c.differences {
			d.print(w)
		}
	}
	for _, t := range p.deletes {
		fmt.Fprintf(w, "delete %s\n", t.label())
	}
	for _, note := range p.Notes {
		fmt.Fprintf(w, "left out: %s\n", note)
	}
	for _, kept := range p.Kept {
		fmt.Fprintf(w, "kept: %s is not in the files (--prune deletes it)\n", kept)
	}
	if p.Empty() {
		fmt.Fprintln(w, "Nothing to do: the instance is as the files say.")
		return
	}
	fmt.Fprintf(w, "To rename: %d, to create: %d, to change: %d, to delete: %d.\n", len(p.renames), len(p.creates), len(p.changes), len(p.deletes))
}

func (d Difference) print(w io.Writer) {
	switch {
	case d.Blocks != "":
		fmt.Fprintf(w, "    %s:\n", d.Path)
		for l := range strings.Lines(d.Blocks) {
			fmt.Fprint(w, "        ", l)
		}
	case d.Old == "":
		fmt.Fprintf(w, "    %s: + %s\n", d.Path, d.New)
	case d.New == "":
		fmt.Fprintf(w, "    %s: - %s\n", d.Path, d.Old)
	default:
		fmt.Fprintf(w, "    %s: %s -> %s\n", d.Path, d.Old, d.New)
	}
}
