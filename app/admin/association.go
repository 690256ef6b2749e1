package admin

import (
	"context"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// Association is something outside of Parley that an instance knows by name: a
// function, a bot or the origin of a website. It is a note: flows may call whatever the server's own
// configuration lets them reach, associated or not.
type Association struct{ resource.Stored }

// AssociationKind is a kind of them.
type AssociationKind string

// The kinds, and what their ids are.
const (
	Functions AssociationKind = resource.KindFunction // the function's ARN
	BotsV1    AssociationKind = resource.KindBotV1    // region:name
	BotsV2    AssociationKind = resource.KindBotV2    // the alias's ARN
	Origins   AssociationKind = resource.KindOrigin   // of a website, https://example.com
)

// maxAssociations is how many of a kind an instance may have (our choice).
const maxAssociations = 1_000

func (k AssociationKind) kind() resource.Kind[Association, *Association] {
	noun := "bot"
	switch k {
	case Functions:
		noun = "function"
	case Origins:
		noun = "origin"
	}
	return resource.Of[Association](string(k), "Id", noun)
}

// Associate notes one; one that is noted already is fault.Exists.
func (s *Service) Associate(ctx context.Context, instance string, k AssociationKind, id string, t resource.Token) error {
	all, err := s.docs.All(ctx, instance, string(k))
	if err != nil {
		return err
	}
	if first, err := s.docs.Used(ctx, instance, t); err != nil || first != "" {
		return err
	}
	if len(all) >= maxAssociations {
		return fault.New(fault.Quota, "There are %d associations already", maxAssociations)
	}
	a := Association{resource.Stored{ID: id, InstanceID: instance}}
	_, err = k.kind().Create(ctx, s.docs, &a, t)
	if fault.Is(err, fault.Duplicate) {
		return fault.New(fault.Exists, "The %s is associated already", k.kind().Noun)
	}
	return err
}

// Disassociate forgets one; fault.NotFound.
func (s *Service) Disassociate(ctx context.Context, instance string, k AssociationKind, id string, t resource.Token) error {
	if first, err := s.docs.Used(ctx, instance, t); err != nil || first != "" {
		return err
	}
	return resource.Decided(ctx, "The association", func() error {
		a, err := k.kind().Get(ctx, s.docs, instance, id)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "The %s is not associated", k.kind().Noun)
		}
		if err != nil {
			return err
		}
		gone := change.Resource{Instance: instance, Kind: string(k), ID: id, Version: a.Version, Delete: true}
		_, err = s.docs.Put(ctx, instance, t.Answering(id), gone)
		return err
	})
}

// Associations lists the ids of a kind.
func (s *Service) Associations(ctx context.Context, instance string, k AssociationKind, page resource.Page) (ids []string, next string, err error) {
	all, next, err := k.kind().List(ctx, s.docs, instance, page, nil)
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	return ids, next, err
}
