package node

import (
	"context"
	"fmt"
	"strings"

	"parley/app/account"
	"parley/app/people"
	"parley/domain/permission"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// The accounts that come with the server, and their security profiles.
const (
	adminName = "admin"
	agentName = "agent"
)

func (n *Node) openAccounts() {
	n.accounts = account.New(account.Options{
		Store: n.store, People: staff{n}, Audit: n.audit, Sealer: n.sealer, Clock: n.clock, Bus: n.bus,
	})
}

// firstAccounts makes the accounts that come with the server, and tells their
// passwords as long as they are the generated ones.
func (n *Node) firstAccounts(ctx context.Context, restore bool) error {
	admin, err := n.accounts.First(ctx, n.ready.InstanceID, adminName, people.AdminProfile, restore)
	if err != nil {
		return fmt.Errorf("make the first administrator: %w", err)
	}
	agent, err := n.accounts.First(ctx, n.ready.InstanceID, agentName, people.AgentProfile, restore)
	if err != nil {
		return fmt.Errorf("make the first agent: %w", err)
	}
	if admin.Password != "" {
		n.ready.Admin = &Account{admin.Username, admin.Password, admin.UserID}
	}
	if agent.Password != "" {
		n.ready.Agents = []Account{{agent.Username, agent.Password, agent.UserID}}
	}
	return nil
}

// staff lets the accounts ask for users.
type staff struct{ n *Node }

// Instance finds an instance by id or alias; "" is the first one.
func (s staff) Instance(ctx context.Context, name string) (string, error) {
	switch {
	case name == "":
		name = s.n.ready.InstanceID
	case !arn.IsUUID(name):
		row, err := s.n.store.ResourceNamed(ctx, "", resource.KindInstance, strings.ToLower(name))
		if err != nil {
			return "", err
		}
		return row.ID, nil
	}
	row, err := s.n.resources.InstanceRow(ctx, name)
	if err != nil {
		return "", err
	}
	return row.ID, nil
}

// Person returns a user.
func (s staff) Person(ctx context.Context, instance, id string) (account.Person, error) {
	u, err := s.n.people.User(ctx, instance, id)
	if err != nil {
		return account.Person{}, err
	}
	return s.person(ctx, u)
}

// Named returns the user with a name.
func (s staff) Named(ctx context.Context, instance, name string) (account.Person, error) {
	u, err := s.n.people.UserNamed(ctx, instance, name)
	if err != nil {
		return account.Person{}, err
	}
	return s.person(ctx, u)
}

// person adds what a user's security profiles grant. A profile that is gone grants nothing.
func (s staff) person(ctx context.Context, u people.User) (account.Person, error) {
	var granted [][]string
	for _, id := range u.SecurityProfileIDs {
		p, err := s.n.people.SecurityProfile(ctx, u.InstanceID, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return account.Person{}, err
		}
		granted = append(granted, p.Permissions)
	}
	return account.Person{
		ID: u.ID, InstanceID: u.InstanceID, Name: u.Name, FirstName: u.Identity.FirstName, LastName: u.Identity.LastName,
		PasswordHash: u.PasswordHash, Profiles: u.SecurityProfileIDs, Permissions: permission.Granted(granted...),
	}, nil
}

// SetPassword replaces the hash of a user's password.
func (s staff) SetPassword(ctx context.Context, instance, id, hash string) error {
	return s.n.people.ChangeUser(ctx, instance, id, func(u *people.User) error {
		u.PasswordHash = hash
		return nil
	})
}

// Create makes a user who takes chats as the instance's own routing profile says.
func (s staff) Create(ctx context.Context, p account.Person, profile string) error {
	_, err := s.n.people.CreateUser(ctx, people.User{
		Stored:             resource.Stored{ID: p.ID, InstanceID: p.InstanceID, Name: p.Name},
		Phone:              people.Phone{Type: "SOFT_PHONE"},
		PasswordHash:       p.PasswordHash,
		RoutingProfileID:   resource.SeedID(p.InstanceID, resource.KindRoutingProfile+"/"+people.BasicRoutingProfile),
		SecurityProfileIDs: []string{resource.SeedID(p.InstanceID, resource.KindSecurityProfile+"/"+profile)},
	}, "")
	return err
}
