package people

import (
	"context"
	"encoding/json"

	"parley/domain/change"
	"parley/internal/fault"
	hash "parley/internal/password"
	"parley/work/resource"
)

// User is a person who works here. Stored.Name is the user name.
type User struct {
	resource.Stored
	Identity           Identity      `json:"identity"`
	Phone              Phone         `json:"phone"`
	RoutingProfileID   string        `json:"routing"`
	SecurityProfileIDs []string      `json:"security"` // sorted
	GroupID            string        `json:"group,omitempty"`
	DirectoryID        string        `json:"directory,omitempty"` // without effect
	PasswordHash       string        `json:"password,omitempty"`  // never shown; "" for none
	Proficiencies      []Proficiency `json:"proficiencies,omitempty"`
	Channels           UserChannels  `json:"channels"`
}

// Identity is who a user is.
type Identity struct {
	FirstName, LastName, Email, SecondaryEmail, Mobile string
}

// Phone is how a user takes contacts. AutoAccept and the time limit are for chats, too.
type Phone struct {
	Type                 string
	AutoAccept           bool
	AfterContactWork     int // seconds, 0 = without end
	DeskNumber           string
	PersistentConnection bool
}

// UserChannels are a user's settings by channel, as Amazon Connect writes them, nil for none.
type UserChannels struct {
	AutoAccept, AfterContactWork, PhoneNumbers, Connections, Voice json.RawMessage `json:",omitempty"`
}

// maxUsers is how many an instance may have (our choice: what search still walks through in a moment).
const maxUsers = 20_000

func users() resource.Kind[User, *User] {
	return resource.Of[User](resource.KindUser, "UserId", "user")
}

// CreateUser makes a user with a password, "" for none, whose profiles exist. Of
// the password only a hash is kept.
func (s *Service) CreateUser(ctx context.Context, u User, password string) (User, error) {
	if password != "" {
		u.PasswordHash = hash.Hash(password)
	}
	u.SecurityProfileIDs = resource.Sorted(u.SecurityProfileIDs)
	err := users().CreateOn(ctx, s.docs, &u, func() error {
		if err := s.checkUser(ctx, &u); err != nil {
			return err
		}
		return users().Room(ctx, s.docs, u.InstanceID, maxUsers)
	})
	if fault.Is(err, fault.Duplicate) {
		err = fault.New(fault.Duplicate, "Username: a user with this name exists")
	}
	return u, err
}

// checkUser refuses profiles and groups that do not exist.
func (s *Service) checkUser(ctx context.Context, u *User) error {
	if err := s.docs.Need(ctx, u.InstanceID, resource.KindRoutingProfile, u.RoutingProfileID, "RoutingProfileId"); err != nil {
		return err
	}
	for _, id := range u.SecurityProfileIDs {
		if err := s.docs.Need(ctx, u.InstanceID, resource.KindSecurityProfile, id, "SecurityProfileIds"); err != nil {
			return err
		}
	}
	if u.GroupID == "" {
		return nil
	}
	return s.docs.Need(ctx, u.InstanceID, resource.KindGroup, u.GroupID, "HierarchyGroupId")
}

// Names are the ids of the user's profiles and group.
func (u *User) Names() []string {
	names := append([]string{u.RoutingProfileID}, u.SecurityProfileIDs...)
	if u.GroupID != "" {
		names = append(names, u.GroupID)
	}
	return names
}

// User returns a user; fault.NotFound.
func (s *Service) User(ctx context.Context, instance, id string) (User, error) {
	return users().Get(ctx, s.docs, instance, id)
}

// UserNamed returns the user with a name; fault.NotFound.
func (s *Service) UserNamed(ctx context.Context, instance, name string) (User, error) {
	r, err := s.docs.Rows.ResourceNamed(ctx, instance, resource.KindUser, name)
	if err != nil {
		return User{}, err
	}
	return users().Get(ctx, s.docs, instance, r.ID)
}

// Users lists the users of an instance.
func (s *Service) Users(ctx context.Context, instance string, page resource.Page) (_ []User, next string, err error) {
	return users().List(ctx, s.docs, instance, page, nil)
}

// SearchUsers lists those that meet a condition, and counts them.
func (s *Service) SearchUsers(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[User], error) {
	return resource.Search(ctx, s.docs, users(), instance, c, page)
}

// Fields are what searches compare.
func (u *User) Fields() map[string]string {
	return map[string]string{
		"username": u.Name, "firstname": u.Identity.FirstName, "lastname": u.Identity.LastName, "resourceid": u.ID,
		"routingprofileid": u.RoutingProfileID, "securityprofileid": resource.Several(u.SecurityProfileIDs...), UserGroup: u.GroupID,
	}
}

// UserGroup is the field of a user's hierarchy group, for a resource.Condition.
const UserGroup = "hierarchygroupid"

// ChangeUser changes a user; the profiles and the group that the user then has must exist.
func (s *Service) ChangeUser(ctx context.Context, instance, id string, apply func(*User) error) error {
	return users().UpdateOn(ctx, s.docs, instance, id, func(u *User) error {
		if err := apply(u); err != nil {
			return err
		}
		u.SecurityProfileIDs = resource.Sorted(u.SecurityProfileIDs)
		return s.checkUser(ctx, u)
	})
}

// ReplacePassword replaces the hash of a user's password. commit commits the rows that it is given, with what else belongs to it; where
// another change was faster it is called again.
func (s *Service) ReplacePassword(ctx context.Context, instance, id, hash string, commit func(rows []change.Resource) error) error {
	return users().UpdateBy(ctx, s.docs, instance, id, func(u *User) { u.PasswordHash = hash }, commit)
}

// DeleteUser deletes a user, and with it what it is as an agent: its chats go back to their queues before.
func (s *Service) DeleteUser(ctx context.Context, instance, id string) error {
	return users().Delete(ctx, s.docs, instance, id, func(*User) ([]change.Resource, error) {
		if s.Retire == nil {
			return nil, nil
		}
		return s.Retire(ctx, instance, id)
	})
}

// GroupTrees returns, for each hierarchy group of an instance, its id and those of all groups below it.
func (s *Service) GroupTrees(ctx context.Context, instance string) (map[string][]string, error) {
	all, err := groups().All(ctx, s.docs, instance)
	trees := map[string][]string{}
	for i := range all {
		for _, id := range append(all[i].Path, all[i].ID) {
			trees[id] = append(trees[id], all[i].ID)
		}
	}
	return trees, err
}
