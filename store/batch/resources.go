package batch

import (
	"maps"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store/codec"
)

// resourcePlan is how a Set's resources leave the rows that they touch.
type resourcePlan struct {
	rows  map[ResourceKey]Resource
	names map[NameKey]string
}

// planResources checks the resources of a Set in order, each against what
// those before it leave.
func (v *View) planResources(list []change.Resource) (resourcePlan, error) {
	if len(list) == 0 {
		return resourcePlan{}, nil
	}
	p := resourcePlan{map[ResourceKey]Resource{}, map[NameKey]string{}}
	for i := range list {
		if err := p.add(v, &list[i]); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p *resourcePlan) add(v *View, r *change.Resource) error {
	key := ResourceKey{r.Instance, r.Kind, r.ID}
	row := lookup(p.rows, v.Resources, key)
	if err := guardVersion(row, r); err != nil {
		return err
	}
	if row.Name != "" {
		p.names[NameKey{r.Instance, r.Kind, row.Name}] = ""
	}
	if r.Delete {
		p.rows[key] = Resource{}
		return nil
	}
	if r.Name != "" {
		name := NameKey{r.Instance, r.Kind, r.Name}
		if lookup(p.names, v.Names, name) != "" {
			return fault.New(fault.Duplicate, "the name is taken")
		}
		p.names[name] = r.ID
	}
	p.rows[key] = Resource{Version: row.Version + 1, Name: r.Name}
	return nil
}

func guardVersion(row Resource, r *change.Resource) error {
	switch {
	case r.Version == row.Version && (row.Version > 0 || !r.Delete):
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
func (v *View) applyResources(list []change.Resource, p resourcePlan, out *Rows) {
	if len(list) == 0 {
		return
	}
	for i := range list {
		r := &list[i]
		row := ResourceRow{ResourceKey: ResourceKey{r.Instance, r.Kind, r.ID}, Delete: r.Delete}
		if !r.Delete {
			row.Name, row.Version, row.Document = r.Name, r.Version+1, codec.Seal(r.Document)
		}
		out.Resources = append(out.Resources, row)
	}
	maps.Copy(v.Resources, p.rows)
	maps.Copy(v.Names, p.names)
}
