package admin

import (
	"context"

	"parley/domain/change"
	"parley/internal/fault"
)

// Association is something outside of Parley that an instance knows by name: a
// function, a bot or the origin of a website. It is a note: flows may call whatever the server's own
// configuration lets them reach, associated or not.
type Association struct{ Stored }

// AssociationKind is a kind of them.
type AssociationKind string

// The kinds, and what their ids are.
const (
	Functions AssociationKind = "lambda" // the function's ARN
	BotsV1    AssociationKind = "lex-v1" // region:name
	BotsV2    AssociationKind = "lex-v2" // the alias's ARN
	Origins   AssociationKind = "origin" // of a website, https://example.com
)

// maxAssociations is how many of a kind an instance may have (our choice).
const maxAssociations = 1_000

func (k AssociationKind) kind() kind[Association, *Association] {
	noun := "bot"
	switch k {
	case Functions:
		noun = "function"
	case Origins:
		noun = "origin"
	}
	return kind[Association, *Association]{string(k), "Id", noun}
}

// Associate notes one; one that is noted already is fault.Exists.
func (s *Service) Associate(ctx context.Context, instance string, k AssociationKind, id string, t Token) error {
	all, err := s.all(ctx, instance, string(k))
	if err != nil {
		return err
	}
	if first, err := s.used(ctx, instance, t); err != nil || first != "" {
		return err
	}
	if len(all) >= maxAssociations {
		return fault.New(fault.Quota, "There are %d associations already", maxAssociations)
	}
	a := Association{Stored{ID: id, InstanceID: instance}}
	_, err = k.kind().create(ctx, s, &a, t)
	if fault.Is(err, fault.Duplicate) {
		return fault.New(fault.Exists, "The %s is associated already", k.kind().noun)
	}
	return err
}

// Disassociate forgets one; fault.NotFound.
func (s *Service) Disassociate(ctx context.Context, instance string, k AssociationKind, id string, t Token) error {
	if first, err := s.used(ctx, instance, t); err != nil || first != "" {
		return err
	}
	for range decisions {
		a, err := k.kind().get(ctx, s, instance, id)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "The %s is not associated", k.kind().noun)
		}
		if err != nil {
			return err
		}
		gone := change.Resource{Instance: instance, Kind: string(k), ID: id, Version: a.Version, Delete: true}
		if _, err = s.put(ctx, instance, t.answering(id), gone); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Throttled, "The association is being changed by many: try again")
}

// Associations lists the ids of a kind.
func (s *Service) Associations(ctx context.Context, instance string, k AssociationKind, page Page) (ids []string, next string, err error) {
	all, next, err := k.kind().list(ctx, s, instance, page, nil)
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	return ids, next, err
}
