package carry

import (
	"context"
	"maps"
	"slices"

	"parley/domain/flow"
)

// renaming is a thing that the files have under another name.
type renaming struct {
	have *thing // with its new name already
	old  string
	file string
}

// renames are the operations that change a name, by kind. The others never change.
func renames() map[string]string {
	return map[string]string{
		"hours": "UpdateHoursOfOperation", "prompt": "UpdatePrompt", "view": "UpdateViewMetadata", "hierarchy-group": "UpdateUserHierarchyGroupName",
		"agent-status": "UpdateAgentStatus", "queue": "UpdateQueueName", "routing-profile": "UpdateRoutingProfileName",
		"module": "UpdateContactFlowModuleMetadata", "flow": "UpdateContactFlowName", "quick-connect": "UpdateQuickConnectName", "test-case": "UpdateTestCase",
	}
}

// findRenamed finds what was renamed: of one kind, a thing that the files do not have and one that only they
// have, which are alike but for the name, and no third like them. It gives what was read the new
// names, in everything that names it, too.
func findRenamed(want, have *Instance) (found []renaming) {
	for _, k := range kinds() {
		if renames()[k.ref] == "" {
			continue
		}
		gone, fresh := onlyIn(have, want, k), onlyIn(want, have, k)
		for _, key := range slices.Sorted(maps.Keys(fresh)) {
			if went, came := gone[key], fresh[key]; len(went) == 1 && len(came) == 1 {
				found = append(found, renaming{went[0], went[0].name, came[0].file})
				have.call(went[0], came[0].name)
			}
		}
	}
	return found
}

// onlyIn returns the things of a kind that the other does not have, by all that they are but for their names.
func onlyIn(i, other *Instance, k *kind) map[string][]*thing {
	all := map[string][]*thing{}
	for _, t := range i.things {
		if t.kind.ref == k.ref && other.byName[t.ref()] == nil {
			d := with(t.doc, k.key, "")
			key := line(d)
			all[key] = append(all[key], t)
		}
	}
	return all
}

// call gives a thing another name.
func (i *Instance) call(t *thing, name string) {
	old := t.ref()
	delete(i.byName, old)
	t.name = name
	t.doc = with(t.doc, t.kind.key, name)
	i.byName[t.ref()] = t
	i.index.add(t)
	for _, other := range i.things {
		other.doc = renamedIn(other.doc, t.kind.ref, old, name)
	}
}

// renamedIn is a document with another name for a thing.
func renamedIn(d Doc, kind, old, name string) Doc {
	now := func(value string) string {
		k, n, qualifier, ok := flow.CutNameReference(value)
		if !ok || reference(string(k), n) != old {
			return value
		}
		return flow.NameReference(flow.RefKind(kind), name, qualifier)
	}
	return replace("", "", d, func(s spot) any {
		if s.kind != "script" {
			return now(s.value)
		}
		parsed, err := flow.Parse([]byte(s.value))
		if err == nil {
			parsed, err = flow.Rewrite(parsed, func(r flow.Reference) (string, bool) { return now(r.Value), r.ByName })
		}
		if err != nil {
			return script(s.value)
		}
		return script(parsed.Print())
	}).(Doc)
}

// renameAll gives things their new names, by which the rest of the plan knows them.
func (w *writer) renameAll(ctx context.Context, all []renaming) error {
	for _, r := range all {
		w.tell("rename " + r.have.kind.noun() + " " + r.old + " to " + r.have.name)
		in := Doc{r.have.kind.id: r.have.id, "Name": r.have.name}
		maps.Copy(in, pick(r.have.doc, renamedWith(r.have.kind)))
		if _, err := w.call(ctx, renames()[r.have.kind.ref], in); err != nil {
			return err
		}
	}
	return nil
}

// renamedWith are the members that the operation wants beside the name: it would clear them.
func renamedWith(k *kind) []string {
	if k.ref == "test-case" {
		return []string{"Status"}
	}
	return nil
}
