package carry

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Options say how a plan is applied.
type Options struct {
	// Passwords of users who are made, by user name. The others get one that nobody
	// knows: an administrator gives them another.
	Passwords map[string]string
	Tell      func(string) // hears of each step
}

// writer applies a plan.
type writer struct {
	api   *API
	index *index
	home  home
	o     Options
}

// pending is a thing that was made, with what it should become.
type pending struct{ have, want *thing }

// Apply makes the instance as the plan says: first the instance's own settings, then what is missing, each thing
// once what it cannot be without is there, then the rest of what things name, then
// the deletions. It stops at the first error; what was done stays, and a new plan has the rest.
func (p *Plan) Apply(ctx context.Context, a *API, have *Instance, o Options) error {
	w := &writer{api: a, index: have.index, home: have.home, o: o}
	if err := w.renameAll(ctx, p.renames); err != nil {
		return err
	}
	var all []pending
	var last *pending // the instance, in the end
	for _, c := range p.changes {
		if c.want.kind.key != "" {
			all = append(all, pending{c.have, c.want})
			continue
		}
		last = &pending{c.have, c.want}
		if err := w.settle(ctx, pending{c.have, keepingLevels(c)}, true); err != nil {
			return err
		}
	}
	made, err := w.createAll(ctx, p.creates)
	if err != nil {
		return err
	}
	for _, t := range inOrder(append(all, made...)) {
		if err := w.settle(ctx, t, true); err != nil {
			return err
		}
	}
	if err := w.deleteAll(ctx, p.deletes); err != nil || last == nil {
		return err
	}
	return w.settle(ctx, *last, true)
}

// keepingLevels is an instance with the levels of the hierarchy that it has and those that it
// should have: groups that go are still on the first, groups that come need the second.
func keepingLevels(c change) *thing {
	want, levels := *c.want, maps.Clone(object(c.have.doc, "HierarchyStructure"))
	if levels == nil {
		return c.want
	}
	maps.Copy(levels, object(c.want.doc, "HierarchyStructure"))
	want.doc = with(want.doc, "HierarchyStructure", levels)
	return &want
}

// inOrder sorts by kind: modules come before the flows that name their aliases.
func inOrder(all []pending) []pending {
	rank := ranks()
	slices.SortStableFunc(all, func(a, b pending) int { return rank[a.want.kind.ref] - rank[b.want.kind.ref] })
	return all
}

// createAll makes things in rounds: each one whose needs are there. In a round without
// any, one that can do with another content for now is made so; its own comes in the end.
func (w *writer) createAll(ctx context.Context, missing []*thing) (made []pending, err error) {
	for len(missing) > 0 {
		var rest []*thing
		for _, t := range missing {
			if !w.ready(t) {
				rest = append(rest, t)
				continue
			}
			p, err := w.create(ctx, t, t.doc)
			if err != nil {
				return made, err
			}
			made = append(made, p)
		}
		if len(rest) == len(missing) {
			at := slices.IndexFunc(rest, func(t *thing) bool { return t.kind.stub != nil })
			if at < 0 {
				return made, fmt.Errorf("%s: it needs what needs it", rest[0].file)
			}
			p, err := w.create(ctx, rest[at], rest[at].kind.stub(rest[at].doc))
			if err != nil {
				return made, err
			}
			made, rest = append(made, p), slices.Delete(rest, at, at+1)
		}
		missing = rest
	}
	return made, nil
}

// ready tells whether all that a thing cannot be born without is there.
func (w *writer) ready(t *thing) bool {
	_, missing := w.index.resolved(pick(t.doc, t.kind.needs))
	return len(missing) == 0
}

// create makes a thing of a document, without what that names and is not there yet, and at once gives it what it can have.
func (w *writer) create(ctx context.Context, want *thing, d Doc) (pending, error) {
	k := want.kind
	birth := pick(d, append([]string{k.key}, k.births...))
	for _, name := range k.births {
		if _, missing := w.index.resolved(pick(birth, []string{name})); len(missing) > 0 {
			delete(birth, name)
		}
	}
	w.tell("create " + want.label())
	in, _ := w.index.resolved(birth)
	in = outgoing(k, in)
	if k.password {
		in["Password"] = w.password(want.name)
	}
	out, err := w.send(ctx, k.create, in)
	if err != nil {
		return pending{}, fmt.Errorf("%s: %w", want.file, err)
	}
	have := &thing{kind: k, name: want.name, doc: birth}
	have.id, have.arn = identified(k, out, w.home.local(birth[k.key]))
	for name, value := range k.defaults {
		have.doc[name] = value
		if want.doc[name] == nil {
			want.doc[name] = value
		}
	}
	w.index.add(have)
	p := pending{have, want}
	return p, w.settle(ctx, p, false)
}

// identified finds the id and the ARN in the answer to a creation; what has none is known by its name.
func identified(k *kind, out Doc, name any) (id, arn string) {
	if inner, ok := out[k.described].(Doc); ok {
		out = inner
	}
	for _, member := range []string{k.id, "Id", "AssociationId"} {
		if id = text(out, member); id != "" {
			break
		}
	}
	for _, member := range slices.Sorted(maps.Keys(out)) {
		if value := text(out, member); strings.HasPrefix(value, "arn:") {
			arn = value
		}
	}
	if id == "" {
		id, _ = name.(string)
	}
	if arn == "" {
		arn = id
	}
	return id, arn
}

// password is the one that was given, or one that nobody will know.
func (w *writer) password(user string) string {
	if given, ok := w.o.Passwords[user]; ok {
		return given
	}
	return "Aa1-" + rand.Text()
}

// settle changes each part that is otherwise. In the end all must be there that a part
// names; before, such a part is left for the end.
func (w *writer) settle(ctx context.Context, p pending, end bool) error {
	for _, part := range p.want.kind.parts {
		was, is := pick(p.have.doc, part.members), pick(p.want.doc, part.members)
		if same(was, is) {
			continue
		}
		if _, missing := w.index.resolved(is); len(missing) > 0 {
			if !end {
				continue
			}
			return fmt.Errorf("%s: %w", p.want.file, errMissing(missing))
		}
		w.tell("change " + p.want.label() + ": " + strings.Join(differing(was, is), ", "))
		if err := w.change(ctx, part, p); err != nil {
			return fmt.Errorf("%s: %w", p.want.file, err)
		}
		for _, name := range part.members {
			delete(p.have.doc, name)
		}
		maps.Copy(p.have.doc, is)
	}
	return nil
}

// differing are the members in which two documents differ.
func differing(a, b Doc) (names []string) {
	for _, d := range compare(a, b) {
		name, _, _ := strings.Cut(d.Path, ".")
		names = append(names, name)
	}
	return slices.Compact(names)
}

func (w *writer) change(ctx context.Context, part part, p pending) error {
	if part.do != nil {
		return part.do(ctx, w, p.have, p.want.doc)
	}
	_, err := w.call(ctx, part.op, part.input(p.have, p.want.doc))
	return err
}

// input is what a part's operation is called with: what should be there, and for what should
// not be an empty value.
func (p part) input(have *thing, want Doc) Doc {
	in := Doc{have.kind.id: have.id}
	for _, name := range p.members {
		value := want[name]
		if value == nil {
			value = empty(name, have.doc[name])
		}
		if value != nil {
			in[name] = value
		}
	}
	return in
}

// call resolves the names in an input and calls an operation.
func (w *writer) call(ctx context.Context, operation string, in Doc) (Doc, error) {
	resolved, missing := w.index.resolved(in)
	if len(missing) > 0 {
		return nil, errMissing(missing)
	}
	return w.send(ctx, operation, resolved)
}

// send calls an operation with an input that has ids already.
func (w *writer) send(ctx context.Context, operation string, in Doc) (Doc, error) {
	return w.api.call(ctx, operation, local(w.home, in))
}

func (w *writer) tell(step string) {
	if w.o.Tell != nil {
		w.o.Tell(step)
	}
}

// deleteAll deletes in rounds, the last kind first: what is in use waits for what uses it. What only
// things use that go as well gets an empty content first.
func (w *writer) deleteAll(ctx context.Context, gone []*thing) error {
	slices.Reverse(gone)
	emptied := false
	for len(gone) > 0 {
		var rest []*thing
		var first error
		for _, t := range gone {
			if err := w.delete(ctx, t); err != nil && !notFound(err) {
				rest = append(rest, t)
				if first == nil {
					first = fmt.Errorf("%s: %w", t.label(), err)
				}
				continue
			}
			w.tell("delete " + t.label())
		}
		if len(rest) == len(gone) {
			if emptied || !w.emptied(ctx, rest) {
				return first
			}
			emptied = true
		}
		gone = rest
	}
	return nil
}

func (w *writer) delete(ctx context.Context, t *thing) error {
	in := pick(t.doc, t.kind.identity)
	if t.kind.id != "" {
		in[t.kind.id] = t.id
	}
	if len(t.kind.identity) > 0 && t.kind.id == "" {
		in = outgoing(t.kind, in)
	}
	_, err := w.send(ctx, t.kind.delete, in)
	return err
}

// emptied gives flows and modules a content that names nothing; it tells whether there were any.
func (w *writer) emptied(ctx context.Context, all []*thing) (some bool) {
	for _, t := range all {
		if t.kind.stub == nil {
			continue
		}
		stub := t.kind.stub(Doc{"Type": t.doc["Type"], "Status": "PUBLISHED"})
		operation := "UpdateContactFlowContent"
		if t.kind.ref == "module" {
			operation = "UpdateContactFlowModuleContent"
		}
		_, err := w.call(ctx, operation, Doc{t.kind.id: t.id, "Content": stub["Content"]})
		some = some || err == nil
	}
	return some
}
