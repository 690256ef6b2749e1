// Package actor carries who does something through a request, so that whoever
// keeps a record of changes can say it without each layer handing it on.
//
// It guarantees nothing about rights: who may do what was decided at the edge.
package actor

import "context"

// Kind says how somebody showed who they are.
type Kind string

// The kinds of actors.
const (
	Server Kind = "server" // nobody asked for it: a start, a deadline
	Key    Kind = "key"    // an access key; ID is its id
	User   Kind = "user"   // a person who is signed in; ID is the user's id
	Nobody Kind = "nobody" // somebody who has not shown who they are
)

// Actor is who does something.
type Actor struct {
	Kind Kind
	ID   string
	// Operation is what was asked for, by the name that our own tables have for it.
	Operation string
	// Address is where the request came from, "" where that is not known.
	Address string
	// Instance is for whom something is done that belongs to the whole server, "" for nobody in particular.
	Instance string
}

// Within returns a context in which whoever acts does so for an instance.
func Within(ctx context.Context, instance string) context.Context {
	a := From(ctx)
	a.Instance = instance
	return With(ctx, a)
}

type key struct{}

// With returns a context in which somebody acts.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns who acts; the server itself if nobody else does.
func From(ctx context.Context) Actor {
	if a, ok := ctx.Value(key{}).(Actor); ok {
		return a
	}
	return Actor{Kind: Server}
}
