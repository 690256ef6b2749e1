package people

import (
	"context"
	"slices"
	"strconv"
	"time"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

// Group is a group of users in the hierarchy of an instance.
type Group struct {
	resource.Stored
	Path []string `json:"path,omitempty"` // ids of the groups above, the top first
}

// Structure is the levels that groups are on.
type Structure struct {
	resource.Stored
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

func groups() resource.Kind[Group, *Group] {
	return resource.Of[Group](resource.KindGroup, "HierarchyGroupId", "hierarchy group")
}

func structures() resource.Kind[Structure, *Structure] {
	return resource.Of[Structure](resource.KindStructure, "HierarchyStructure", "hierarchy structure")
}

// theStructure is the id of an instance's only structure.
const theStructure = "structure"

// CreateGroup makes a group below another, "" for the top level. The level must have a name.
func (s *Service) CreateGroup(ctx context.Context, g Group, parent string) (Group, error) {
	err := groups().CreateOn(ctx, s.docs, &g, func() error {
		g.Path = nil
		if parent != "" {
			above, err := groups().Get(ctx, s.docs, g.InstanceID, parent)
			if fault.Is(err, fault.NotFound) {
				err = fault.New(fault.NotFound, "ParentGroupId: the hierarchy group was not found")
			}
			if err != nil {
				return err
			}
			g.Path = append(slices.Clone(above.Path), parent)
		}
		st, err := s.Structure(ctx, g.InstanceID)
		if err != nil {
			return err
		}
		if len(g.Path) >= MaxLevels || st.Levels[len(g.Path)].Name == "" {
			return fault.New(fault.Rule, "ParentGroupId: the hierarchy has no level %d", len(g.Path)+1)
		}
		return groups().Room(ctx, s.docs, g.InstanceID, maxGroups)
	})
	return g, err
}

// Group returns a group; fault.NotFound.
func (s *Service) Group(ctx context.Context, instance, id string) (Group, error) {
	return groups().Get(ctx, s.docs, instance, id)
}

// GroupsOf returns the ids of the groups that a user is in, the top one first; none where its group is gone.
func (s *Service) GroupsOf(ctx context.Context, u *User) ([]string, error) {
	_, ids, err := s.groupsOf(ctx, u)
	return ids, err
}

// groupsOf is GroupsOf, with the group that the user itself is in.
func (s *Service) groupsOf(ctx context.Context, u *User) (own Group, ids []string, err error) {
	if u.GroupID == "" {
		return own, nil, nil
	}
	own, err = s.Group(ctx, u.InstanceID, u.GroupID)
	if fault.Is(err, fault.NotFound) {
		return own, nil, nil
	}
	return own, append(slices.Clone(own.Path), u.GroupID), err
}

// Names are what a user, its routing profile and its hierarchy groups are called, and the ids of these.
func (s *Service) Names(ctx context.Context, u *User, p *RoutingProfile) (names session.AgentNames, groups []string, err error) {
	names = session.AgentNames{UserName: u.Name, FirstName: u.Identity.FirstName, LastName: u.Identity.LastName, Profile: p.Name}
	own, groups, err := s.groupsOf(ctx, u)
	if err != nil || len(groups) == 0 {
		return names, nil, err
	}
	for _, id := range own.Path {
		g, err := s.Group(ctx, u.InstanceID, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return names, nil, err
		}
		names.Groups = append(names.Groups, g.Name)
	}
	names.Groups = append(names.Groups, own.Name)
	return names, groups, nil
}

// Taker is a user as one who comes into a chat.
func (s *Service) Taker(ctx context.Context, instance, user string) (t contact.Taker, err error) {
	u, err := s.User(ctx, instance, user)
	if err != nil {
		return t, err
	}
	p, err := s.RoutingProfile(ctx, instance, u.RoutingProfileID)
	if err != nil {
		return t, err
	}
	t = contact.Taker{UserID: u.ID, DisplayName: u.DisplayName(), ProfileID: p.ID}
	t.Names, t.Groups, err = s.Names(ctx, &u, &p)
	return t, err
}

// Groups lists the groups of an instance.
func (s *Service) Groups(ctx context.Context, instance string, page resource.Page) (_ []Group, next string, err error) {
	return groups().List(ctx, s.docs, instance, page, nil)
}

// SearchGroups lists those that meet a condition, and counts them.
func (s *Service) SearchGroups(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[Group], error) {
	return resource.Search(ctx, s.docs, groups(), instance, c, page)
}

// Fields are what searches compare.
func (g *Group) Fields() map[string]string {
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
	return groups().Edit(ctx, s.docs, instance, id, func(g *Group) { g.Name = name })
}

// DeleteGroup deletes a group without users and without groups below it (fault.InUse).
func (s *Service) DeleteGroup(ctx context.Context, instance, id string) error {
	return groups().DeleteOn(ctx, s.docs, instance, id, func(*Group) error {
		return groups().Free(ctx, s.docs, instance, id, resource.KindGroup, resource.KindUser, resource.KindSecurityProfile)
	})
}

// Names are the ids of the groups above.
func (g *Group) Names() []string { return g.Path }

// Structure returns the levels of an instance; none have names at first.
func (s *Service) Structure(ctx context.Context, instance string) (Structure, error) {
	st, err := structures().Get(ctx, s.docs, instance, theStructure)
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
	return resource.Decided(ctx, "The instance", func() error { return s.putStructure(ctx, instance, names) })
}

func (s *Service) putStructure(ctx context.Context, instance string, names [MaxLevels]string) error {
	rows, err := s.docs.Still(ctx, instance)
	if err != nil {
		return err
	}
	st, err := s.Structure(ctx, instance)
	if err != nil {
		return err
	}
	for i, name := range names {
		on, err := groups().First(ctx, s.docs, instance, func(g *Group) bool { return name == "" && len(g.Path) == i })
		switch {
		case err != nil:
			return err
		case on != nil:
			return fault.New(fault.InUse, "HierarchyStructure: the group %s is on level %d", on.Name, i+1)
		case st.Levels[i].Name != name:
			st.Levels[i] = Level{name, s.docs.Clock.Now()}
		}
	}
	st.Modified = s.docs.Clock.Now()
	row, err := structures().Row(&st)
	if err != nil {
		return err
	}
	_, err = s.docs.Put(ctx, instance, resource.Token{}, append(rows, row)...)
	return err
}
