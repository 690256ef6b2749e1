package carry

import (
	"cmp"
	"context"
	"fmt"
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
	in := &Instance{byName: map[string]*thing{}, index: newIndex(), told: map[string]bool{}}
	for _, k := range kinds() {
		tell("reading " + cmp.Or(k.dir, k.ref))
		all, err := a.things(ctx, k)
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
			in.add(t)
		}
	}
	in.leaveOut()
	for _, t := range in.things {
		in.rename(t)
	}
	return in, nil
}

// leaveOut takes out what names something that is not there any more, such as a quick connect of a user who was deleted: no import
// could make it. What names that in turn goes too; out of a list, only the name goes.
func (i *Instance) leaveOut() {
	for before := -1; before != len(i.things); {
		before = len(i.things)
		i.things = slices.DeleteFunc(i.things, func(t *thing) bool {
			s, gone := i.index.lost(t, i.told)
			if gone {
				i.note(t, "not carried: %s: there is no %s %s", s.path, s.kind, s.value)
				delete(i.byName, t.ref())
				i.index.remove(t)
			}
			return gone
		})
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

// things reads all things of a kind, sorted by name.
func (a *API) things(ctx context.Context, k *kind) ([]*thing, error) {
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
