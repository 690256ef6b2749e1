package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store/codec"
)

const selectResource = `SELECT id, name, version, document FROM resources WHERE instance = $1 AND kind = $2 AND `

// Resource returns one resource.
func (s *Store) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	return s.oneResource(ctx, selectResource+`id = $3`, instance, kind, id)
}

// ResourceNamed returns the resource with that name.
func (s *Store) ResourceNamed(ctx context.Context, instance, kind, name string) (*change.Resource, error) {
	return s.oneResource(ctx, selectResource+`name = $3 AND name <> ''`, instance, kind, name)
}

// Resources returns a page of the resources of a kind, by id.
func (s *Store) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	return s.resources(ctx, selectResource+`id > $3 ORDER BY id LIMIT $4`, instance, kind, after, limit)
}

func (s *Store) oneResource(ctx context.Context, text, instance, kind, key string) (*change.Resource, error) {
	list, err := s.resources(ctx, text, instance, kind, key)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "no such %s", kind)
	}
	return &list[0], nil
}

func (s *Store) resources(ctx context.Context, text, instance, kind string, args ...any) (list []change.Resource, err error) {
	err = s.query(ctx, func(row pgx.Rows) error {
		r := change.Resource{Instance: instance, Kind: kind}
		var document []byte
		err := row.Scan(&r.ID, &r.Name, &r.Version, &document)
		if err == nil {
			r.Document, err = codec.Unseal(document)
		}
		list = append(list, r)
		return err
	}, text, append([]any{instance, kind}, args...)...)
	return list, err
}
