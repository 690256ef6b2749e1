package admin

import (
	"context"

	"parley/domain/change"
	"parley/work/resource"
)

// Integration is a service outside that an instance is associated with. It is
// kept without effect. One service is associated once for each type.
type Integration struct {
	resource.Stored
	Type       string `json:"type"`
	ARN        string `json:"arn"`
	URL        string `json:"url,omitempty"`
	SourceName string `json:"sourceName,omitempty"`
	SourceType string `json:"sourceType,omitempty"`
}

func integrations() resource.Kind[Integration, *Integration] {
	return resource.Of[Integration](resource.KindIntegration, "IntegrationAssociationId", "integration association")
}

// CreateIntegration makes an association; one that is there already is fault.Duplicate.
func (s *Service) CreateIntegration(ctx context.Context, i Integration) (Integration, error) {
	i.Name = i.Type + " " + i.ARN
	_, err := integrations().Create(ctx, s.docs, &i, resource.Token{})
	return i, err
}

// Integrations lists the associations of a type and with a service, as far as these are given.
func (s *Service) Integrations(ctx context.Context, instance, kind, arn string, page resource.Page) (_ []Integration, next string, err error) {
	return integrations().List(ctx, s.docs, instance, page, func(i *Integration) bool {
		return (kind == "" || kind == i.Type) && (arn == "" || arn == i.ARN)
	})
}

// DeleteIntegration deletes an association.
func (s *Service) DeleteIntegration(ctx context.Context, instance, id string) error {
	return integrations().Delete(ctx, s.docs, instance, id, func(*Integration) ([]change.Resource, error) { return nil, nil })
}
