package batch

import (
	"parley/domain/change"
	"parley/domain/transcript"
)

// Keys are what the Sets of a batch name: the rows to load. Each is there once.
type Keys struct {
	Sessions  []string
	Once      []OnceKey
	Usage     []string
	Contacts  []string
	Marks     []MarkKey
	Due       []change.DueKey // guards; what is set or dropped is not read
	Resources []ResourceKey
	Names     []NameKey
	// Sets tells whether a deadline is set, so that generations are needed.
	Sets bool
}

// Collect enters a row of zero value for every key that a Set names, and adds
// those that are new to the keys.
func (v *View) Collect(k *Keys, set *change.Set) {
	if set.Session != nil {
		v.collectSession(k, set)
	}
	if o := set.Once; o != nil {
		key := OnceKey{o.Scope, o.Key}
		if enter(v.Once, key) {
			k.Once = append(k.Once, key)
		}
	}
	v.collectCounts(k, set)
	v.collectDue(k, set)
	v.collectResources(k, set)
}

func (v *View) collectSession(k *Keys, set *change.Set) {
	id := set.Session.ID
	if enter(v.Sessions, id) {
		k.Sessions = append(k.Sessions, id)
	}
	for i := range set.Marks {
		key := MarkKey{id, set.Marks[i].Participant}
		if enter(v.Marks, key) {
			v.Marks[key].Mark = transcript.Mark{Participant: key.Participant}
			k.Marks = append(k.Marks, key)
		}
	}
}

func (v *View) collectCounts(k *Keys, set *change.Set) {
	for i := range set.Usage {
		if enter(v.Usage, set.Usage[i].Key) {
			k.Usage = append(k.Usage, set.Usage[i].Key)
		}
	}
	for i := range set.Contacts {
		id := set.Contacts[i].ID
		if enter(v.Contacts, id) {
			k.Contacts = append(k.Contacts, id)
		}
	}
}

// collectDue reads only the deadlines that are guards; the others are
// overwritten or deleted whatever they are.
func (v *View) collectDue(k *Keys, set *change.Set) {
	for i := range set.Done {
		if enter(v.Due, set.Done[i].DueKey) {
			k.Due = append(k.Due, set.Done[i].DueKey)
		}
	}
	k.Sets = k.Sets || len(set.Due) > 0
}

func (v *View) collectResources(k *Keys, set *change.Set) {
	for i := range set.Resources {
		r := &set.Resources[i]
		key := ResourceKey{r.Instance, r.Kind, r.ID}
		if _, ok := v.Resources[key]; !ok {
			v.Resources[key] = Resource{}
			k.Resources = append(k.Resources, key)
		}
		name := NameKey{r.Instance, r.Kind, r.Name}
		if _, ok := v.Names[name]; !ok && r.Name != "" {
			v.Names[name] = ""
			k.Names = append(k.Names, name)
		}
	}
}

// enter adds a row of zero value unless there is one, and reports whether it did.
func enter[K comparable, V any](m map[K]*V, key K) bool {
	if m[key] != nil {
		return false
	}
	m[key] = new(V)
	return true
}
