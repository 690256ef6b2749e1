package admin

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/quota"
	"parley/internal/fault"
)

// Instance is an Amazon Connect instance: the room that everything else is in.
type Instance struct {
	Stored
	Alias                  string          `json:"alias,omitempty"`
	IdentityManagementType string          `json:"identity"`
	InboundCalls           bool            `json:"inbound"`
	OutboundCalls          bool            `json:"outbound"`
	Created                time.Time       `json:"created"`
	Attributes             map[string]bool `json:"attributes,omitempty"` // that were changed, but for the two above
}

// CreateInstance makes an instance with the objects that a new one has. It is
// active at once. The same client token again gets the same instance.
func (s *Service) CreateInstance(ctx context.Context, in Instance, clientToken string) (Instance, error) {
	in.ID = orNew(in.ID)
	in.Created = s.clock.Now()
	in.Modified = in.Created
	in.Name = in.Alias
	row, err := instances().row(&in)
	if err != nil {
		return in, err
	}
	objects, err := s.newInstanceObjects(in.ID)
	if err != nil {
		return in, err
	}
	set := &change.Set{ID: newID(), At: in.Created, Resources: append([]change.Resource{row}, objects...)}
	if clientToken != "" {
		set.Once = &change.Once{
			Key: change.OnceKey("CreateInstance", "", clientToken), Answer: []byte(in.ID),
			Expires: in.Created.Add(quota.TokenLife),
		}
	}
	res, err := s.commit(ctx, in.ID, set)
	switch {
	case fault.Is(err, fault.Duplicate):
		return in, fault.New(fault.Rule, "InstanceAlias is in use")
	case err == nil && res.Replay != nil:
		return s.readInstance(ctx, string(res.Replay.Answer))
	}
	return in, err
}

// Instance returns an instance; fault.NotFound.
func (s *Service) Instance(ctx context.Context, id string) (Instance, error) {
	v, err := s.view(ctx, id)
	if err != nil {
		return Instance{}, err
	}
	return v.instance, nil
}

func instances() kind[Instance, *Instance] {
	return kind[Instance, *Instance]{kindInstance, "InstanceId", "instance"}
}

func (s *Service) readInstance(ctx context.Context, id string) (Instance, error) {
	return instances().get(ctx, s, "", id)
}

// instanceRow returns the stored form of an instance; fault.NotFound.
func (s *Service) instanceRow(ctx context.Context, id string) (*change.Resource, error) {
	r, err := s.store.Resource(ctx, "", kindInstance, id)
	if fault.Is(err, fault.NotFound) {
		return nil, instances().missing()
	}
	return r, err
}

// Instances lists instances; next is "" after the last.
func (s *Service) Instances(ctx context.Context, page Page) (_ []Instance, next string, err error) {
	return instances().list(ctx, s, "", page, nil)
}

// DeleteInstance deletes an instance and everything configured in it. Its
// chats can no longer be reached.
func (s *Service) DeleteInstance(ctx context.Context, id string) error {
	for range decisions {
		in, err := s.instanceRow(ctx, id)
		if err != nil {
			return err
		}
		gone, err := s.everything(ctx, id)
		if err != nil {
			return err
		}
		gone = append(gone, change.Resource{Kind: kindInstance, ID: in.ID, Version: in.Version, Delete: true})
		_, err = s.commit(ctx, id, &change.Set{ID: newID(), At: s.clock.Now(), Resources: gone})
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Throttled, "InstanceId: the instance is being changed by many: try again")
}

// everything returns the deletion of all that is configured in an instance.
func (s *Service) everything(ctx context.Context, id string) (gone []change.Resource, err error) {
	for _, kind := range kinds() {
		rows, err := s.all(ctx, id, kind)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			gone = append(gone, change.Resource{Instance: id, Kind: kind, ID: r.ID, Version: r.Version, Delete: true})
		}
	}
	return gone, nil
}

func (s *Service) all(ctx context.Context, instance, kind string) ([]change.Resource, error) {
	const some = 500
	var all []change.Resource
	for after := ""; ; after = all[len(all)-1].ID {
		rows, err := s.store.Resources(ctx, instance, kind, after, some)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
		if len(rows) < some {
			return all, nil
		}
	}
}
