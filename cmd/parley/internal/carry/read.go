package carry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"parley/client"
)

// atOnce is how many things are read at the same time (our choice).
const atOnce = 4

// Instance is what an instance, or a directory, has.
type Instance struct {
	things []*thing // by kind, in the order of kinds, then by name
	byName map[string]*thing
	index  *index // nil for a directory
	home   home
	told   map[string]bool // the kinds that the server told of
	seen   map[string]bool // the ids and ARNs of all that it told of, carried or not
	// Notes name what is there and is not carried.
	Notes []string
}

func (i *Instance) note(t *thing, format string, args ...any) {
	i.Notes = append(i.Notes, t.label()+": "+fmt.Sprintf(format, args...))
}

// label is how people call a thing.
func (t *thing) label() string {
	if t.kind.key == "" {
		return t.kind.ref
	}
	return t.kind.noun() + " " + t.name
}

func (t *thing) ref() string { return reference(t.kind.ref, t.name) }

// Read reads an instance. Tell hears of the progress.
func Read(ctx context.Context, a *API, tell func(string)) (*Instance, error) {
	in := &Instance{byName: map[string]*thing{}, index: newIndex(), told: map[string]bool{}, seen: map[string]bool{}}
	for _, k := range kinds() {
		tell("reading " + cmp.Or(k.dir, k.ref))
		all, err := a.things(ctx, k, in.seen)
		if client.TypeOf(err) == "NotImplementedException" {
			in.Notes = append(in.Notes, k.dir+": this server knows none")
			continue
		}
		if k.ours && foreign(err) {
			in.Notes = append(in.Notes, k.dir+": this server does not tell them")
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", cmp.Or(k.dir, k.ref), err)
		}
		in.told[k.ref] = true
		if k.ref == "instance" {
			in.home = homeOf(all[0].arn)
		}
		for _, t := range all {
			t.doc, _ = tidy("", t.doc).(Doc)
			in.seen[t.id], in.seen[t.arn] = true, true
			in.add(t)
		}
	}
	if err := in.unchanged(ctx, a); err != nil {
		return nil, err
	}
	in.leaveOut()
	in.takeOut()
	for _, t := range in.things {
		in.rename(t)
	}
	return in, nil
}

// errChanged is that of a Read that found what it had not read.
var errChanged = errors.New("the instance changed while it was read: try again")

// unchanged fails with errChanged if something that is named, and was not read, is there: it was made after its kind was read.
func (i *Instance) unchanged(ctx context.Context, a *API) error {
	asked := map[string]bool{}
	for _, t := range i.things {
		for _, s := range i.index.loose(t.doc, i.told) {
			if i.seen[s.value] || asked[s.kind+s.value] {
				continue
			}
			asked[s.kind+s.value] = true
			k := kindOf(s.kind)
			d, err := a.describe(ctx, &thing{kind: k, id: s.value}, "")
			if refused, ok := errors.AsType[*client.Error](err); ok && slices.Contains([]int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound}, refused.Status) {
				continue // gone, or an id of nothing here
			}
			if err != nil {
				return fmt.Errorf("reading what %s names: %w", t.label(), err)
			}
			if !i.seen[cmp.Or(text(d, "Id"), text(d, k.id), s.value)] {
				return errChanged
			}
		}
	}
	return nil
}

// leaveOut leaves out each thing that cannot do without something that is not there any more, such as a quick connect of a user who was
// deleted: no import could make it. A thing that cannot do without one that was left out is left out too.
func (i *Instance) leaveOut() {
	for before := -1; before != len(i.things); {
		before = len(i.things)
		i.things = slices.DeleteFunc(i.things, func(t *thing) bool {
			s, gone := needed(t.kind, t.doc, i.index.loose(t.doc, i.told))
			if gone {
				i.note(t, "not carried: %s: there is no %s %s", s.path, s.kind, s.value)
				delete(i.byName, t.ref())
				i.index.remove(t)
			}
			return gone
		})
	}
}

// takeOut takes what names something that is not there out of the things that can do without it.
func (i *Instance) takeOut() {
	for _, t := range i.things {
		paths := map[string]bool{}
		for _, s := range i.index.loose(t.doc, i.told) {
			i.note(t, "%s: there is no %s %s: it is taken out", s.path, s.kind, s.value)
			paths[s.around()] = true
		}
		if len(paths) > 0 {
			t.doc, _ = cut("", t.doc, paths).(Doc)
		}
	}
}

// add takes a thing in, unless its name is taken.
func (i *Instance) add(t *thing) {
	if t.name == "" {
		t.name = t.kind.nameOf(t.doc)
	}
	if i.byName[t.ref()] != nil {
		i.note(t, "there are two of this name: only the first is carried")
		return
	}
	i.byName[t.ref()] = t
	i.things = append(i.things, t)
	if i.index != nil {
		i.index.add(t)
	}
}

// rename gives a document that was read its final form: with names, and without what is empty.
func (i *Instance) rename(t *thing) {
	d, _ := tidy("", t.doc).(Doc)
	if t.kind.ref == "test-case" {
		d = i.index.namedARNs(d).(Doc)
	}
	d, unknown := i.index.named(d)
	for _, what := range unknown {
		i.note(t, "%s", what)
	}
	if t.kind.outside {
		d = i.home.portable(d).(Doc)
		t.name = t.kind.nameOf(d)
		i.byName[t.ref()] = t
		i.index.add(t)
	}
	for _, left := range leftOut(d) {
		i.note(t, "%s", left)
	}
	t.doc, _ = tidy("", d).(Doc)
	t.doc = withoutEqualDraft(t.kind, t.doc)
}

// things reads all things of a kind, sorted by name. It marks all that the list has as seen, also what it skips.
func (a *API) things(ctx context.Context, k *kind, seen map[string]bool) ([]*thing, error) {
	if k.read != nil {
		return k.read(ctx, a)
	}
	list, err := a.list(ctx, k.list, k.listed, k.asked)
	if err != nil {
		return nil, err
	}
	var all []*thing
	var lock sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, summary := range objects(list) {
		seen[text(summary, "Id")], seen[text(summary, "Arn")] = true, true
		if k.skip != nil && k.skip(summary) {
			continue
		}
		g.Go(func() error {
			t, err := a.thing(ctx, k, summary)
			if err != nil || t == nil {
				return err
			}
			lock.Lock()
			defer lock.Unlock()
			all = append(all, t)
			return nil
		})
	}
	err = g.Wait()
	slices.SortFunc(all, func(a, b *thing) int {
		return strings.Compare(a.name+"\x00"+a.id, b.name+"\x00"+b.id)
	})
	return all, err
}

// thing reads one; nil where it has just been deleted.
func (a *API) thing(ctx context.Context, k *kind, summary Doc) (*thing, error) {
	t := &thing{kind: k, id: text(summary, "Id"), arn: text(summary, "Arn")}
	if k.id == "Name" {
		t.id = text(summary, "Name")
	}
	d, err := a.describe(ctx, t, "")
	if notFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t.doc = pick(d, k.members())
	if k.more != nil {
		if err := k.more(ctx, a, t, d); err != nil {
			return nil, err
		}
	}
	t.name = k.nameOf(t.doc)
	return t, nil
}

// describe returns the description of a thing, with a qualifier of one of its contents; where nothing
// was published yet, that of the draft.
func (a *API) describe(ctx context.Context, t *thing, qualifier string) (Doc, error) {
	k, id := t.kind, t.id
	if qualifier != "" {
		id += ":" + qualifier
	}
	out, err := a.call(ctx, k.describe, Doc{k.id: id})
	if notFound(err) && qualifier == "" && slices.Contains([]string{"flow", "view"}, k.ref) {
		return a.describe(ctx, t, "$SAVED")
	}
	return object(out, k.described), err
}
