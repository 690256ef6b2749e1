package flowtools

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/domain/flow"
)

// Resources are the resources of one instance: id or ARN by name, by kind.
type Resources struct {
	byName map[flow.RefKind]map[string]string
}

// NewResources returns resources whose ARNs or ids are known by kind and name.
func NewResources(byName map[flow.RefKind]map[string]string) *Resources {
	return &Resources{byName: byName}
}

// ReadResources reads a file with an object for each kind of resource, as in
// {"queue": {"Sales": "arn:…"}, "flow": {…}}.
func ReadResources(path string) (*Resources, error) {
	content, err := Read(path)
	if err != nil {
		return nil, err
	}
	r := &Resources{}
	if err := json.Unmarshal(content, &r.byName); err != nil {
		return nil, fmt.Errorf("%s must be an object like {\"queue\": {\"NAME\": \"ARN\"}}: %w", path, err)
	}
	for kind := range r.byName {
		if !slices.Contains(flow.RefKinds(), kind) {
			return nil, fmt.Errorf("%s: there is no kind %q; the kinds are %s", path, kind, kinds())
		}
	}
	return r, nil
}

func kinds() string {
	var names []string
	for _, kind := range flow.RefKinds() {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}

// ByName returns the id or ARN of a resource.
func (r *Resources) ByName(kind flow.RefKind, name string) (string, bool) {
	id, ok := r.byName[kind][name]
	return id, ok
}

// NameOf returns the name of the resource that a reference means, and whether
// the list has it with the reference's version or alias: that belongs to the name
// then. Of several names the first in the alphabet counts.
func (r *Resources) NameOf(ref flow.Reference) (name string, whole, ok bool) {
	list := r.byName[ref.Kind]
	names := slices.Sorted(maps.Keys(list))
	for _, name := range names {
		if list[name] == ref.Value {
			return name, true, true
		}
	}
	for _, name := range names {
		if id := list[name]; id == ref.ID || strings.HasSuffix(id, "/"+ref.ID) || strings.HasSuffix(id, ":function:"+ref.ID) {
			return name, false, true
		}
	}
	return "", false, false
}

// Known reports whether a reference leads to a resource. The views that every
// instance has, and kinds that the file says nothing about, count as known.
func (r *Resources) Known(ref flow.Reference) bool {
	if managed(ref) || r.byName[ref.Kind] == nil {
		return true
	}
	if ref.ByName {
		_, ok := flow.Lookup(ref, r.ByName)
		return ok
	}
	_, _, ok := r.NameOf(ref)
	return ok
}

// managed reports whether a reference means the same on every instance.
func managed(ref flow.Reference) bool {
	if ref.Kind != flow.ViewRef || ref.ByName {
		return false
	}
	return strings.Contains(ref.Value, ":aws:view/") || slices.Contains([]string{"form", "confirmation", "detail", "cards", "list"}, ref.ID)
}

// Named returns the flow with references by name, and those whose name nobody
// knows. Names come from the resources, where there are any, else from what the
// console noted in the document.
func Named(d *flow.Document, r *Resources) (*flow.Document, []flow.Reference, error) {
	var unknown []flow.Reference
	out, err := flow.Rewrite(d, func(ref flow.Reference) (string, bool) {
		if ref.ByName || managed(ref) {
			return "", false
		}
		name, qualifier, ok := ref.Name, ref.Qualifier, ref.Name != ""
		if r != nil {
			var whole bool
			if name, whole, ok = r.NameOf(ref); whole {
				qualifier = ""
			}
		}
		if !ok {
			unknown = append(unknown, ref)
			return "", false
		}
		return flow.NameReference(ref.Kind, name, qualifier), true
	})
	return out, unknown, err
}
