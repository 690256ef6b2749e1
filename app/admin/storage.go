package admin

import (
	"context"

	"parley/domain/change"
	"parley/internal/fault"
)

// Storage is where an instance is to keep one type of data. It is kept without
// effect. There is one for each type; its name is the type.
type Storage struct {
	Stored
	Type    string `json:"type"` // S3, KINESIS_VIDEO_STREAM, KINESIS_STREAM or KINESIS_FIREHOSE
	Place   string `json:"place"`
	Prefix  string `json:"prefix,omitempty"`
	Hours   int    `json:"hours,omitempty"` // of retention
	KeyType string `json:"keyType,omitempty"`
	KeyID   string `json:"key,omitempty"`
}

func storages() kind[Storage, *Storage] {
	return kind[Storage, *Storage]{kindStorage, "AssociationId", "storage configuration"}
}

// AssociateStorage notes where data of the type that is its name are kept; a type that has a place already is fault.Exists.
func (s *Service) AssociateStorage(ctx context.Context, a Storage, t Token) (Storage, error) {
	_, err := storages().create(ctx, s, &a, t)
	if fault.Is(err, fault.Duplicate) {
		err = fault.New(fault.Exists, "ResourceType: %s has a storage configuration already", a.Name)
	}
	return a, err
}

// Storage returns a storage configuration of a type of data; fault.NotFound.
func (s *Service) Storage(ctx context.Context, instance, resource, id string) (Storage, error) {
	a, err := storages().get(ctx, s, instance, id)
	if err == nil && a.Name != resource {
		err = storages().missing()
	}
	return a, err
}

// Storages lists the storage configurations of a type of data: none or one.
func (s *Service) Storages(ctx context.Context, instance, resource string, page Page) (_ []Storage, next string, err error) {
	return storages().list(ctx, s, instance, page, func(a *Storage) bool { return a.Name == resource })
}

// UpdateStorage changes where data of a type are kept.
func (s *Service) UpdateStorage(ctx context.Context, a Storage) error {
	_, err := storages().update(ctx, s, a.InstanceID, a.ID, func(have *Storage) ([]change.Resource, error) {
		if have.Name != a.Name {
			return nil, storages().missing()
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
	return storages().delete(ctx, s, instance, id, func(a *Storage) ([]change.Resource, error) {
		if a.Name != resource {
			return nil, storages().missing()
		}
		return nil, nil
	})
}
