package admin

import (
	"context"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// Storage is where an instance is to keep one type of data. It is kept without
// effect. There is one for each type; its name is the type.
type Storage struct {
	resource.Stored
	Type    string `json:"type"` // S3, KINESIS_VIDEO_STREAM, KINESIS_STREAM or KINESIS_FIREHOSE
	Place   string `json:"place"`
	Prefix  string `json:"prefix,omitempty"`
	Hours   int    `json:"hours,omitempty"` // of retention
	KeyType string `json:"keyType,omitempty"`
	KeyID   string `json:"key,omitempty"`
}

func storages() resource.Kind[Storage, *Storage] {
	return resource.Of[Storage](resource.KindStorage, "AssociationId", "storage configuration")
}

// AssociateStorage notes where data of the type that is its name are kept; a type that has a place already is fault.Exists.
func (s *Service) AssociateStorage(ctx context.Context, a Storage, t resource.Token) (Storage, error) {
	_, err := storages().Create(ctx, s.docs, &a, t)
	if fault.Is(err, fault.Duplicate) {
		err = fault.New(fault.Exists, "ResourceType: %s has a storage configuration already", a.Name)
	}
	return a, err
}

// Storage returns a storage configuration of a type of data; fault.NotFound.
func (s *Service) Storage(ctx context.Context, instance, resource, id string) (Storage, error) {
	a, err := storages().Get(ctx, s.docs, instance, id)
	if err == nil && a.Name != resource {
		err = storages().Missing()
	}
	return a, err
}

// Storages lists the storage configurations of a type of data: none or one.
func (s *Service) Storages(ctx context.Context, instance, resource string, page resource.Page) (_ []Storage, next string, err error) {
	return storages().List(ctx, s.docs, instance, page, func(a *Storage) bool { return a.Name == resource })
}

// UpdateStorage changes where data of a type are kept.
func (s *Service) UpdateStorage(ctx context.Context, a Storage) error {
	_, err := storages().Update(ctx, s.docs, a.InstanceID, a.ID, func(have *Storage) ([]change.Resource, error) {
		if have.Name != a.Name {
			return nil, storages().Missing()
		}
		head := have.Stored
		*have = a
		have.Stored = head
		return nil, nil
	})
	return err
}

// DisassociateStorage forgets where data of a type are kept.
func (s *Service) DisassociateStorage(ctx context.Context, instance, resource, id string) error {
	return storages().Delete(ctx, s.docs, instance, id, func(a *Storage) ([]change.Resource, error) {
		if a.Name != resource {
			return nil, storages().Missing()
		}
		return nil, nil
	})
}
