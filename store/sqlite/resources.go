package sqlite

import (
	"maps"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store/codec"
)

// resourcePlan is how a Set's resources leave the rows that they touch.
type resourcePlan struct {
	rows  map[resourceKey]resourceRow
	names map[nameKey]string
}

// planResources checks the resources of a Set in order, each against what
// those before it leave.
func (v *view) planResources(list []change.Resource) (resourcePlan, error) {
	if len(list) == 0 {
		return resourcePlan{}, nil
	}
	p := resourcePlan{map[resourceKey]resourceRow{}, map[nameKey]string{}}
	for i := range list {
		if err := p.add(v, &list[i]); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p *resourcePlan) add(v *view, r *change.Resource) error {
	key := resourceKey{r.Instance, r.Kind, r.ID}
	row := lookup(p.rows, v.resources, key)
	if err := guardVersion(row, r); err != nil {
		return err
	}
	if row.name != "" {
		p.names[nameKey{r.Instance, r.Kind, row.name}] = ""
	}
	if r.Delete {
		p.rows[key] = resourceRow{}
		return nil
	}
	if r.Name != "" {
		name := nameKey{r.Instance, r.Kind, r.Name}
		if lookup(p.names, v.names, name) != "" {
			return fault.New(fault.Duplicate, "the name is taken")
		}
		p.names[name] = r.ID
	}
	p.rows[key] = resourceRow{version: row.version + 1, name: r.Name}
	return nil
}

func guardVersion(row resourceRow, r *change.Resource) error {
	switch {
	case r.Version == row.version && (row.version > 0 || !r.Delete):
		return nil
	case r.Version == 0 && !r.Delete:
		return fault.New(fault.Duplicate, "the id is taken")
	default:
		return fault.New(fault.Conflict, "the resource has changed")
	}
}

func lookup[K comparable, V any](first, second map[K]V, key K) V {
	if value, ok := first[key]; ok {
		return value
	}
	return second[key]
}

// applyResources adds the writes in the order of the Set: a name can pass from
// one resource to another, and at no moment have both of them it.
func (v *view) applyResources(list []change.Resource, p resourcePlan, out *rows) {
	if len(list) == 0 {
		return
	}
	for i := range list {
		r := &list[i]
		if r.Delete {
			out.resources = append(out.resources, resourceWrite{deleteResource, []any{r.Instance, r.Kind, r.ID}})
			continue
		}
		out.resources = append(out.resources, resourceWrite{putResource,
			[]any{r.Instance, r.Kind, r.ID, r.Name, r.Version + 1, codec.Seal(r.Document)}})
	}
	maps.Copy(v.resources, p.rows)
	maps.Copy(v.names, p.names)
}

// resourceWrite is one statement; resources change too rarely to be batched.
type resourceWrite struct {
	text string
	args []any
}

const (
	deleteResource = `DELETE FROM resources WHERE instance = ? AND kind = ? AND id = ?`
	putResource    = `INSERT INTO resources (instance, kind, id, name, version, document) VALUES (?,?,?,?,?,?)
		ON CONFLICT (instance, kind, id) DO UPDATE SET name = excluded.name, version = excluded.version, document = excluded.document`
)
