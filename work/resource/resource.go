// Package resource keeps what people configure as documents: one for each flow,
// queue, user … in an instance. It knows what all kinds have in common; their
// rules are in the packages of app, which do not know one another.
//
// It guarantees: a name is unique among the things of its kind in an instance;
// what is created is read back equal; of two changes to one thing at a time none
// is lost; every change inside an instance moves the version of the instance
// itself; what a thing names was there when the thing was written, and what a
// guarded deletion (Kind.DeleteOn) deletes is named by nothing, also where both
// happen at once.
package resource

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"parley/bus"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
)

// Store is where the documents are.
type Store struct {
	Rows  store.Store
	Bus   bus.Bus
	Clock *clock.Clock
	// Changed, unless nil, is called with the instance in which this node has just changed something.
	Changed func(instance string)
}

// Stored is what every resource carries beside its own members.
type Stored struct {
	ID         string            `json:"-"`
	InstanceID string            `json:"-"`
	Version    int64             `json:"-"`
	Name       string            `json:"-"`
	Modified   time.Time         `json:"modified"`
	Tags       map[string]string `json:"tags,omitempty"`
	// Uses are the ids of the resources that this one names, sorted; nil = not noted.
	Uses []string `json:"uses,omitzero"`
}

// Page asks for things of a list: up to Limit with ids after After.
type Page struct {
	After string
	Limit int
}

// Cut takes the page of a list that is sorted by id.
func Cut[T any](things []T, page Page, id func(T) string) (_ []T, next string) {
	from, found := slices.BinarySearchFunc(things, page.After, func(t T, after string) int { return cmp.Compare(id(t), after) })
	if found {
		from++
	}
	rest := things[from:]
	if len(rest) <= page.Limit {
		return rest, ""
	}
	return rest[:page.Limit], id(rest[page.Limit-1])
}

// NewID returns a new id; ids are in the order of time.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// OrNew returns the id, or a new one where there is none.
func OrNew(id string) string {
	if id == "" {
		return NewID()
	}
	return id
}

// SeedID derives the id of an object that an instance comes with, so that a restored one keeps it.
func SeedID(instance, name string) string {
	space, err := uuid.Parse(instance)
	if err != nil {
		space = uuid.NameSpaceURL
	}
	return uuid.NewSHA1(space, []byte(instance+"/"+name)).String()
}

// Set changes a value to the one that is given; nil leaves it.
func Set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// Sorted returns a sorted copy without repetitions, never nil.
func Sorted(names []string) []string {
	out := append([]string{}, names...)
	slices.Sort(out)
	return slices.Compact(out)
}

// InstanceRow returns the stored form of an instance; fault.NotFound.
func (s *Store) InstanceRow(ctx context.Context, id string) (*change.Resource, error) {
	r, err := s.Rows.Resource(ctx, "", KindInstance, id)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "InstanceId: the instance was not found")
	}
	return r, err
}

// All returns the stored forms of all resources of a kind in an instance, by id.
func (s *Store) All(ctx context.Context, instance, kind string) ([]change.Resource, error) {
	var all []change.Resource
	for row, err := range store.All(ctx, s.Rows, instance, kind, "") {
		if err != nil {
			return nil, err
		}
		all = append(all, *row)
	}
	return all, nil
}
