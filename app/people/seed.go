package people

import (
	"parley/domain/change"
)

// Seed makes what an instance comes with for people: security profiles, a
// routing profile over the queue, statuses.
func (s *Service) Seed(instance, queue string) ([]change.Resource, error) {
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
