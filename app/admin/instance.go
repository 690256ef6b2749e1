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
	Alias                  string    `json:"alias,omitempty"`
	IdentityManagementType string    `json:"identity"`
	InboundCalls           bool      `json:"inbound"`
	OutboundCalls          bool      `json:"outbound"`
	Created                time.Time `json:"created"`
}

// CreateInstance makes an instance with the objects that a new one has. It is
// active at once. The same client token again gets the same instance.
func (s *Service) CreateInstance(ctx context.Context, in Instance, clientToken string) (Instance, error) {
	in.ID = orNew(in.ID)
	in.Created = s.clock.Now()
	in.Modified = in.Created
	row, err := resource("", kindInstance, in.ID, in.Alias, in)
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

func (s *Service) readInstance(ctx context.Context, id string) (Instance, error) {
	r, err := s.store.Resource(ctx, "", kindInstance, id)
	if fault.Is(err, fault.NotFound) {
		return Instance{}, fault.New(fault.NotFound, "InstanceId: the instance was not found")
	}
	if err != nil {
		return Instance{}, err
	}
	return readInstance(r)
}

func readInstance(r *change.Resource) (Instance, error) {
	var in Instance
	if err := decode(r, &in); err != nil {
		return in, err
	}
	in.Stored = stored(r, in.Stored)
	return in, nil
}

// Instances lists instances; next is "" after the last.
func (s *Service) Instances(ctx context.Context, page Page) (_ []Instance, next string, err error) {
	return list(ctx, s, "", kindInstance, page, readInstance)
}

// DeleteInstance deletes an instance and everything configured in it. Its
// chats can no longer be reached.
func (s *Service) DeleteInstance(ctx context.Context, id string) error {
	in, err := s.readInstance(ctx, id)
	if err != nil {
		return err
	}
	gone := []change.Resource{{Kind: kindInstance, ID: in.ID, Version: in.Version, Delete: true}}
	for _, kind := range []string{kindFlow, kindContent, kindQueue, kindHours} {
		rows, err := s.all(ctx, id, kind)
		if err != nil {
			return err
		}
		for _, r := range rows {
			gone = append(gone, change.Resource{Instance: id, Kind: kind, ID: r.ID, Version: r.Version, Delete: true})
		}
	}
	return s.put(ctx, id, gone...)
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
