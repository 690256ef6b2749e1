package admin

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// maxAliases is how many aliases a module may have (our choice).
const maxAliases = 100

// unaliased turns the name of an alias into the number of its version; every other qualifier stays.
func (m *Module) unaliased(qualifier string) string {
	for _, a := range m.Aliases {
		if a.Name == qualifier {
			return strconv.FormatInt(a.Version, 10)
		}
	}
	return qualifier
}

// CreateAlias gives a version of a module another name.
func (s *Service) CreateAlias(ctx context.Context, instance, module string, a Alias) (Alias, error) {
	a.ID, a.Modified = resource.NewID(), s.clock.Now()
	_, err := modules().Update(ctx, s.docs, instance, module, func(m *Module) ([]change.Resource, error) {
		if len(m.Aliases) >= maxAliases {
			return nil, fault.New(fault.LimitExceeded, "There are %d aliases already", maxAliases)
		}
		m.Aliases = append(slices.Clone(m.Aliases), a)
		slices.SortFunc(m.Aliases, func(a, b Alias) int { return cmp.Compare(a.ID, b.ID) })
		return nil, m.checkAlias(a)
	})
	return a, err
}

// checkAlias refuses an alias of no version, or whose name another one has, or which reads as a number.
func (m *Module) checkAlias(a Alias) error {
	if _, err := strconv.ParseInt(a.Name, 10, 64); err == nil || a.Name[0] == '$' {
		return fault.New(fault.Invalid, "AliasName: an alias is neither a number nor begins with $")
	}
	if _, ok := m.version(a.Version); !ok {
		return fault.New(fault.NotFound, "ContactFlowModuleVersion: the version was not found")
	}
	for _, other := range m.Aliases {
		if other.ID != a.ID && other.Name == a.Name {
			return fault.New(fault.Duplicate, "AliasName: the module has an alias of this name")
		}
	}
	return nil
}

// alias finds an alias by its id, or its name.
func (m *Module) alias(id string) (int, error) {
	at := slices.IndexFunc(m.Aliases, func(a Alias) bool { return a.ID == id || a.Name == id })
	if at < 0 {
		return 0, fault.New(fault.NotFound, "AliasId: the alias was not found")
	}
	return at, nil
}

// Alias returns an alias of a module.
func (s *Service) Alias(ctx context.Context, instance, module, id string) (Alias, error) {
	m, err := modules().Get(ctx, s.docs, instance, module)
	if err != nil {
		return Alias{}, err
	}
	at, err := m.alias(id)
	if err != nil {
		return Alias{}, err
	}
	return m.Aliases[at], nil
}

// AliasChange is what changes about an alias; nil leaves it.
type AliasChange struct {
	Name, Description *string
	Version           *int64
}

// UpdateAlias changes an alias, at once for all flows that invoke the module by it.
func (s *Service) UpdateAlias(ctx context.Context, instance, module, id string, c AliasChange) error {
	_, err := modules().Update(ctx, s.docs, instance, module, func(m *Module) ([]change.Resource, error) {
		at, err := m.alias(id)
		if err != nil {
			return nil, err
		}
		m.Aliases = slices.Clone(m.Aliases)
		a := &m.Aliases[at]
		resource.Set(&a.Name, c.Name)
		resource.Set(&a.Description, c.Description)
		resource.Set(&a.Version, c.Version)
		a.Modified = s.clock.Now()
		return nil, m.checkAlias(*a)
	})
	return err
}

// DeleteAlias deletes an alias; its version stays.
func (s *Service) DeleteAlias(ctx context.Context, instance, module, id string) error {
	_, err := modules().Update(ctx, s.docs, instance, module, func(m *Module) ([]change.Resource, error) {
		at, err := m.alias(id)
		if err != nil {
			return nil, err
		}
		m.Aliases = slices.Delete(slices.Clone(m.Aliases), at, at+1)
		return nil, nil
	})
	return err
}

// Aliases lists the aliases of a module, in the order of their ids.
func (s *Service) Aliases(ctx context.Context, instance, module string, page resource.Page) (_ []Alias, next string, err error) {
	m, err := modules().Get(ctx, s.docs, instance, module)
	if err != nil {
		return nil, "", err
	}
	all, next := resource.Cut(m.Aliases, page, func(a Alias) string { return a.ID })
	return all, next, nil
}
