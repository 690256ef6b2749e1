// Package request reads what the requests of all Amazon Connect operations have
// in common: the instance and the things in it that they name, pages, conditions
// of searches, tags.
//
// It guarantees: an instance is given to those only whose key may work in it; ids
// and ARNs are accepted alike wherever one thing is named.
package request

import (
	"context"
	"encoding/json"

	"parley/app/admin"
	"parley/app/auth"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/edge"
)

// Reader reads requests.
type Reader struct {
	Home  arn.Home
	Keys  *auth.Keys
	Admin *admin.Service
}

// call is who calls what; it rides in the context of one request.
type call struct {
	key, operation string
	only           string // the one instance in which a person who is signed in may work; "" for a key
}

type callKey struct{}

// By returns the context of a request that is signed with a key.
func By(ctx context.Context, key, operation string) context.Context {
	return context.WithValue(ctx, callKey{}, call{key: key, operation: operation})
}

// In returns the context of a request of somebody who is signed in to an instance, and may work in no other.
func In(ctx context.Context, instance, operation string) context.Context {
	return context.WithValue(ctx, callKey{}, call{operation: operation, only: instance})
}

func callOf(ctx context.Context) call {
	c, _ := ctx.Value(callKey{}).(call)
	return c
}

// Scope finds the instance that a request names, by id or ARN, if the caller may work in it.
func (r *Reader) Scope(ctx context.Context, instance string) (arn.Scope, error) {
	id, err := r.Home.InstanceID(instance)
	if err != nil {
		return arn.Scope{}, NotFound(err, "InstanceId")
	}
	if err := r.may(ctx, id); err != nil {
		return arn.Scope{}, err
	}
	if err := r.Admin.Exists(ctx, id); err != nil {
		return arn.Scope{}, err
	}
	return arn.Scope{Home: r.Home, Instance: id}, nil
}

// may refuses an instance in which the caller may not work.
func (r *Reader) may(ctx context.Context, instance string) error {
	c := callOf(ctx)
	switch {
	case c.only == "":
		return r.Keys.MayIn(ctx, c.key, c.operation, instance)
	case c.only != instance:
		return fault.New(fault.Denied, "You are signed in to another instance than %s", instance)
	}
	return nil
}

// Resolve finds the id of a thing in an instance, by id or ARN; member names it in the refusal.
func Resolve(scope arn.Scope, kind arn.Kind, value, member string) (string, error) {
	ref, err := scope.Resolve(kind, value)
	if err == nil && ref.Qualifier != "" && ref.Qualifier != arn.Latest {
		err = fault.New(fault.NotFound, "a version is not what is asked for")
	}
	if err != nil {
		return "", NotFound(err, member)
	}
	return ref.ID, nil
}

// ContactID takes the id out of a contact's ARN of the instance. Whatever is no
// such ARN stays as it is: no contact will be found under it.
func ContactID(scope arn.Scope, value string) string {
	if ref, err := scope.Resolve(arn.Contact, value); err == nil {
		return ref.ID
	}
	return value
}

// NotFound names the member in whose value nothing was found.
func NotFound(err error, member string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, err, "%s: the resource was not found", member)
	}
	return err
}

// ResolveAll finds the ids of things in an instance.
func ResolveAll(scope arn.Scope, kind arn.Kind, values []string, member string) ([]string, error) {
	ids := []string{}
	for _, value := range values {
		id, err := Resolve(scope, kind, value, member)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// Kept is a member that is stored as Amazon Connect writes it, nil for none.
func Kept(v any) json.RawMessage {
	raw, err := json.Marshal(v) // a decoded request always encodes
	if err != nil || string(raw) == "null" {
		return nil
	}
	return raw
}

// Shown is a member that was kept.
func Shown[T any](raw json.RawMessage) (v T, err error) {
	if raw != nil {
		err = json.Unmarshal(raw, &v)
	}
	return v, err
}

// Optional finds the id of a thing that a member may name, "" for none.
func Optional(scope arn.Scope, kind arn.Kind, value *string, member string) (string, error) {
	if edge.Val(value) == "" {
		return "", nil
	}
	return Resolve(scope, kind, *value, member)
}

// Key is the access key that a request is signed with.
func Key(ctx context.Context) string { return callOf(ctx).key }
