package admin

import (
	"context"

	"parley/domain/change"
	"parley/internal/fault"
)

// seedPeople makes what an instance comes with for people: security profiles, a
// routing profile over the queue, statuses.
func (s *Service) seedPeople(instance, queue string) ([]change.Resource, error) {
	rows, err := s.seedSecurityProfiles(instance)
	if err != nil {
		return nil, err
	}
	routing, err := s.seedRoutingProfile(instance, queue)
	if err != nil {
		return nil, err
	}
	statuses, err := s.seedStatuses(instance)
	return append(append(rows, routing), statuses...), err
}

// upgrade gives the instances of an earlier release what new ones come with for
// people. Such an instance has no security profile: one of them cannot be deleted.
func (s *Service) upgrade(ctx context.Context) error {
	all, err := s.all(ctx, "", kindInstance)
	if err != nil {
		return err
	}
	for _, in := range all {
		have, err := s.store.Resources(ctx, in.ID, kindSecurityProfile, "", 1)
		if err != nil {
			return err
		}
		if len(have) > 0 {
			continue
		}
		rows, err := s.seedPeople(in.ID, seedID(in.ID, BasicQueue))
		if err != nil {
			return err
		}
		_, err = s.put(ctx, in.ID, Token{}, rows...)
		if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) { // another node was faster
			return err
		}
	}
	return nil
}
