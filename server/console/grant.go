package console

import (
	"context"
	"encoding/json"
	"strings"

	"parley/app/account"
	"parley/domain/permission"
	"parley/internal/arn"
	"parley/internal/fault"
)

// People tells what users and security profiles grant.
type People interface {
	// UserMay returns the permissions of a user; fault.NotFound.
	UserMay(ctx context.Context, instance, user string) (permission.Set, error)
	// ProfileMay returns what a security profile grants; fault.NotFound.
	ProfileMay(ctx context.Context, instance, profile string) (permission.Set, error)
}

// mayGrant refuses what would give somebody more than the caller has, or takes hold of somebody who has more.
func (o *Operations) mayGrant(ctx context.Context, c account.Caller, operation string, m members) error {
	if reads(operation) {
		return nil
	}
	for member, granted := range map[string]func(context.Context, string, string) (permission.Set, error){
		"UserId": o.people.UserMay, "SecurityProfileId": o.people.ProfileMay, "SecurityProfileIds": o.people.ProfileMay,
	} {
		if err := covered(ctx, c, member, m[member], granted); err != nil {
			return err
		}
	}
	var names []string
	if raw, ok := m["Permissions"]; ok && json.Unmarshal(raw, &names) == nil && !c.Permissions.Covers(permission.Granted(names)) {
		return fault.New(fault.Denied, "Permissions: your security profiles do not grant all of these, so you cannot grant them")
	}
	return nil
}

// covered refuses a member that names, by id, somebody or something that grants more than the caller has.
func covered(ctx context.Context, c account.Caller, member string, raw json.RawMessage, granted func(ctx context.Context, instance, id string) (permission.Set, error)) error {
	for _, id := range texts(raw) {
		if !arn.IsUUID(id) {
			return fault.New(fault.Invalid, "%s: pages name it by its id", member)
		}
		has, err := granted(ctx, c.InstanceID, id)
		if err != nil {
			return err
		}
		if !c.Permissions.Covers(has) {
			return fault.New(fault.Denied, "%s: it grants more than your security profiles grant you", member)
		}
	}
	return nil
}

// reads reports whether an operation changes nothing, as its name says.
func reads(operation string) bool {
	for _, verb := range []string{"Describe", "List", "Search", "Get"} {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}
