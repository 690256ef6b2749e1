package node

import (
	"context"
	"fmt"
	"strings"

	"parley/app/account"
	"parley/app/people"
	"parley/app/router"
	"parley/domain/change"
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
		Store: n.store, People: staff{n}, Audit: n.audit, Sealer: n.sealer, Clock: n.clock, Bus: n.bus, Exposed: n.exposed(),
	})
}

// exposed reports whether others than this machine reach the server, in earnest: a server of tests hands its passwords out.
func (n *Node) exposed() bool {
	local := loopback(n.listener.Addr().String()) || n.cfg.PlainHTTP == plainLocal
	return (!local || n.cfg.BehindProxy) && !n.cfg.TestControls
}

// supervises says what a user's security profiles grant it as a supervisor.
func (n *Node) supervises(ctx context.Context, instance, user string) (router.Supervision, error) {
	p, err := staff{n}.Person(ctx, instance, user)
	return router.Supervision{Listen: p.Permissions.Has(permission.ListenIn), Barge: p.Permissions.Has(permission.BargeIn)}, err
}

// retire takes from a user who is to be deleted what it has as an agent and as an account, and returns what is to be deleted with it.
func (n *Node) retire(ctx context.Context, instance, user string) ([]change.Resource, error) {
	gone, err := n.router.Retire(ctx, instance, user)
	if err != nil {
		return nil, err
	}
	more, err := n.accounts.Retire(ctx, instance, user)
	return append(gone, more...), err
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
func (s staff) SetPassword(ctx context.Context, instance, id, hash string, commit func(rows []change.Resource) error) error {
	return s.n.people.ReplacePassword(ctx, instance, id, hash, commit)
}

// Create makes a user who takes chats as the instance's own routing profile says.
func (s staff) Create(ctx context.Context, p account.Person, profile string) error {
	_, err := s.n.people.CreateUser(ctx, people.User{
		Stored:             resource.Stored{ID: p.ID, InstanceID: p.InstanceID, Name: p.Name},
		Identity:           people.Identity{FirstName: p.FirstName, LastName: p.LastName},
		Phone:              people.Phone{Type: "SOFT_PHONE"},
		PasswordHash:       p.PasswordHash,
		RoutingProfileID:   resource.SeedID(p.InstanceID, resource.KindRoutingProfile+"/"+people.BasicRoutingProfile),
		SecurityProfileIDs: []string{resource.SeedID(p.InstanceID, resource.KindSecurityProfile+"/"+profile)},
	}, "")
	return err
}

// UserMay returns the permissions of a user.
func (s staff) UserMay(ctx context.Context, instance, id string) (permission.Set, error) {
	p, err := s.Person(ctx, instance, id)
	return p.Permissions, err
}

// ProfileMay returns what a security profile grants.
func (s staff) ProfileMay(ctx context.Context, instance, id string) (permission.Set, error) {
	p, err := s.n.people.SecurityProfile(ctx, instance, id)
	return permission.Granted(p.Permissions), err
}
