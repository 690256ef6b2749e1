package admin

import (
	"context"
	"encoding/json"
	"slices"

	"parley/domain/change"
	"parley/internal/fault"
)

// User is a person who works here. Stored.Name is the user name.
type User struct {
	Stored
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

func users() kind[User, *User] { return kind[User, *User]{kindUser, "UserId", "user"} }

// CreateUser makes a user with a password, "" for none, whose profiles exist. Of
// the password only a hash is kept.
func (s *Service) CreateUser(ctx context.Context, u User, password string) (User, error) {
	if password != "" {
		u.PasswordHash = hashPassword(password)
	}
	u.SecurityProfileIDs = sorted(u.SecurityProfileIDs)
	err := users().createOn(ctx, s, &u, func() error {
		if err := s.checkUser(ctx, &u); err != nil {
			return err
		}
		return users().room(ctx, s, u.InstanceID, maxUsers)
	})
	if fault.Is(err, fault.Duplicate) {
		err = fault.New(fault.Duplicate, "Username: a user with this name exists")
	}
	return u, err
}

// checkUser refuses profiles and groups that do not exist.
func (s *Service) checkUser(ctx context.Context, u *User) error {
	if _, err := routingProfiles().get(ctx, s, u.InstanceID, u.RoutingProfileID); err != nil {
		return err
	}
	for _, id := range u.SecurityProfileIDs {
		if _, err := securityProfiles().get(ctx, s, u.InstanceID, id); err != nil {
			return naming(err, "SecurityProfileIds", "security profile")
		}
	}
	if u.GroupID == "" {
		return nil
	}
	return s.groupExists(ctx, u.InstanceID, u.GroupID, "HierarchyGroupId")
}

// User returns a user; fault.NotFound.
func (s *Service) User(ctx context.Context, instance, id string) (User, error) {
	return users().get(ctx, s, instance, id)
}

// Users lists the users of an instance.
func (s *Service) Users(ctx context.Context, instance string, page Page) (_ []User, next string, err error) {
	return users().list(ctx, s, instance, page, nil)
}

// SearchUsers lists those that meet a condition, and counts them.
func (s *Service) SearchUsers(ctx context.Context, instance string, c Condition, page Page) (Found[User], error) {
	return search(ctx, s, users(), instance, c, page)
}

func (u *User) fields() map[string]string {
	return map[string]string{
		"username": u.Name, "firstname": u.Identity.FirstName, "lastname": u.Identity.LastName, "resourceid": u.ID,
		"routingprofileid": u.RoutingProfileID, IsGroup: u.GroupID,
	}
}

// IsGroup is the field of a user's hierarchy group, for a Condition's Is.
const IsGroup = "hierarchygroupid"

// ChangeUser changes a user; the profiles and the group that the user then has must exist.
func (s *Service) ChangeUser(ctx context.Context, instance, id string, apply func(*User) error) error {
	return users().updateOn(ctx, s, instance, id, func(u *User) error {
		if err := apply(u); err != nil {
			return err
		}
		u.SecurityProfileIDs = sorted(u.SecurityProfileIDs)
		return s.checkUser(ctx, u)
	})
}

// DeleteUser deletes a user.
func (s *Service) DeleteUser(ctx context.Context, instance, id string) error {
	return users().delete(ctx, s, instance, id, func(*User) ([]change.Resource, error) { return nil, nil })
}

// GroupAndBelow returns the ids of a hierarchy group and of all groups below it.
func (s *Service) GroupAndBelow(ctx context.Context, instance, id string) ([]string, error) {
	all, err := groups().all(ctx, s, instance)
	ids := []string{id}
	for i := range all {
		if slices.Contains(all[i].Path, id) {
			ids = append(ids, all[i].ID)
		}
	}
	return ids, err
}
