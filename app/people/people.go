// Package people keeps the people who work in an instance and what they may do:
// users, security and routing profiles, statuses, the hierarchy, predefined
// attributes and proficiencies.
//
// It guarantees, beside what work/resource does: a user has profiles, a group and
// proficiencies that exist, also while others delete them; of a password only a
// hash is kept.
package people

import (
	"context"

	"parley/domain/change"
	"parley/work/resource"
)

// Service serves the people of all instances.
type Service struct {
	// Retire takes from a user who is to be deleted what it has as an agent, and returns what is to be deleted with it. Nil takes
	// nothing; set before the first use.
	Retire func(ctx context.Context, instance, user string) ([]change.Resource, error)

	docs *resource.Store
}

// New returns the service.
func New(docs *resource.Store) *Service { return &Service{docs: docs} }
