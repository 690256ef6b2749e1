package admin

import (
	"context"
	"slices"
	"strconv"
	"time"

	"parley/internal/fault"
)

// Group is a group of users in the hierarchy of an instance.
type Group struct {
	Stored
	Path []string `json:"path,omitempty"` // ids of the groups above, the top first
}

// Structure is the levels that groups are on.
type Structure struct {
	Stored
	Levels [MaxLevels]Level `json:"levels"`
}

// Level is one level; without a name there is none.
type Level struct {
	Name     string    `json:"name,omitempty"`
	Modified time.Time `json:"modified"`
}

// Limits of a hierarchy (Amazon Connect).
const (
	MaxLevels = 5
	maxGroups = 500 // of an instance (default quota)
)

func groups() kind[Group, *Group] {
	return kind[Group, *Group]{kindGroup, "HierarchyGroupId", "hierarchy group"}
}

func structures() kind[Structure, *Structure] {
	return kind[Structure, *Structure]{kindStructure, "HierarchyStructure", "hierarchy structure"}
}

// theStructure is the id of an instance's only structure.
const theStructure = "structure"

func (s *Service) groupExists(ctx context.Context, instance, id, member string) error {
	_, err := groups().get(ctx, s, instance, id)
	return naming(err, member, "hierarchy group")
}

// CreateGroup makes a group below another, "" for the top level. The level must have a name.
func (s *Service) CreateGroup(ctx context.Context, g Group, parent string) (Group, error) {
	err := groups().createOn(ctx, s, &g, func() error {
		g.Path = nil
		if parent != "" {
			above, err := groups().get(ctx, s, g.InstanceID, parent)
			if err != nil {
				return naming(err, "ParentGroupId", "hierarchy group")
			}
			g.Path = append(slices.Clone(above.Path), parent)
		}
		st, err := s.Structure(ctx, g.InstanceID)
		if err != nil {
			return err
		}
		if len(g.Path) >= MaxLevels || st.Levels[len(g.Path)].Name == "" {
			return fault.New(fault.Rule, "The hierarchy has no level %d", len(g.Path)+1)
		}
		return groups().room(ctx, s, g.InstanceID, maxGroups)
	})
	return g, err
}

// Group returns a group; fault.NotFound.
func (s *Service) Group(ctx context.Context, instance, id string) (Group, error) {
	return groups().get(ctx, s, instance, id)
}

// Groups lists the groups of an instance.
func (s *Service) Groups(ctx context.Context, instance string, page Page) (_ []Group, next string, err error) {
	return groups().list(ctx, s, instance, page, nil)
}

// SearchGroups lists those that meet a condition, and counts them.
func (s *Service) SearchGroups(ctx context.Context, instance string, c Condition, page Page) (Found[Group], error) {
	return search(ctx, s, groups(), instance, c, page)
}

func (g *Group) fields() map[string]string {
	parent := ""
	if n := len(g.Path); n > 0 {
		parent = g.Path[n-1]
	}
	return map[string]string{"name": g.Name, "parentid": parent, "levelid": LevelID(len(g.Path)), "resourceid": g.ID}
}

// LevelID returns the id of a level, counted from 0.
func LevelID(level int) string { return strconv.Itoa(level + 1) }

// RenameGroup gives a group another name.
func (s *Service) RenameGroup(ctx context.Context, instance, id, name string) error {
	return groups().edit(ctx, s, instance, id, func(g *Group) { g.Name = name })
}

// DeleteGroup deletes a group without users and without groups below it (fault.InUse).
func (s *Service) DeleteGroup(ctx context.Context, instance, id string) error {
	return groups().deleteOn(ctx, s, instance, id, func(*Group) error {
		below, err := groups().first(ctx, s, instance, func(g *Group) bool { return slices.Contains(g.Path, id) })
		if err := orElse(err, groups().inUse("hierarchy group", below)); err != nil {
			return err
		}
		by, err := users().first(ctx, s, instance, func(u *User) bool { return u.GroupID == id })
		if err := orElse(err, groups().inUse("user", by)); err != nil {
			return err
		}
		by, err = securityProfiles().first(ctx, s, instance, func(p *SecurityProfile) bool { return p.GroupID == id })
		return orElse(err, groups().inUse("security profile", by))
	})
}

// Structure returns the levels of an instance; none have names at first.
func (s *Service) Structure(ctx context.Context, instance string) (Structure, error) {
	st, err := structures().get(ctx, s, instance, theStructure)
	if fault.Is(err, fault.NotFound) {
		st.ID, st.InstanceID, err = theStructure, instance, nil
	}
	return st, err
}

// UpdateStructure names the levels anew, from the top; "" takes a level away,
// unless a group is on it (fault.InUse) or a level below stays (fault.Rule).
func (s *Service) UpdateStructure(ctx context.Context, instance string, names [MaxLevels]string) error {
	for i := 1; i < MaxLevels; i++ {
		if names[i] != "" && names[i-1] == "" {
			return fault.New(fault.Rule, "HierarchyStructure: level %d needs level %d", i+1, i)
		}
	}
	for range decisions {
		err := s.putStructure(ctx, instance, names)
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Throttled, "The instance is being changed by many: try again")
}

func (s *Service) putStructure(ctx context.Context, instance string, names [MaxLevels]string) error {
	rows, err := s.still(ctx, instance)
	if err != nil {
		return err
	}
	st, err := s.Structure(ctx, instance)
	if err != nil {
		return err
	}
	for i, name := range names {
		on, err := groups().first(ctx, s, instance, func(g *Group) bool { return name == "" && len(g.Path) == i })
		switch {
		case err != nil:
			return err
		case on != nil:
			return fault.New(fault.InUse, "HierarchyStructure: the group %s is on level %d", on.Name, i+1)
		case st.Levels[i].Name != name:
			st.Levels[i] = Level{name, s.clock.Now()}
		}
	}
	st.Modified = s.clock.Now()
	row, err := structures().row(&st)
	if err != nil {
		return err
	}
	_, err = s.put(ctx, instance, Token{}, append(rows, row)...)
	return err
}
