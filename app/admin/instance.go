package admin

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/quota"
	"parley/internal/fault"
	"parley/work/resource"
)

// Instance is an Amazon Connect instance: the room that everything else is in.
type Instance struct {
	resource.Stored
	Alias                  string               `json:"alias,omitempty"`
	IdentityManagementType string               `json:"identity"`
	InboundCalls           bool                 `json:"inbound"`
	OutboundCalls          bool                 `json:"outbound"`
	Created                time.Time            `json:"created"`
	Attributes             map[string]bool      `json:"attributes,omitempty"` // that were changed, but for the two above
	Files                  map[string]FileRules `json:"files,omitempty"`      // by scope; see FileRules
}

// CreateInstance makes an instance with the objects that a new one has. It is
// active at once. The same client token again gets the same instance.
func (s *Service) CreateInstance(ctx context.Context, in Instance, clientToken string) (Instance, error) {
	in.ID = resource.OrNew(in.ID)
	in.Created = s.clock.Now()
	in.Modified = in.Created
	in.Name = in.Alias
	row, err := instances().Row(&in)
	if err != nil {
		return in, err
	}
	objects, err := s.newInstanceObjects(in.ID)
	if err != nil {
		return in, err
	}
	set := &change.Set{ID: resource.NewID(), At: in.Created, Resources: append([]change.Resource{row}, objects...)}
	if clientToken != "" {
		set.Once = &change.Once{
			Key: change.OnceKey("CreateInstance", "", clientToken), Answer: []byte(in.ID),
			Expires: in.Created.Add(quota.TokenLife),
		}
	}
	res, err := s.docs.Commit(ctx, in.ID, set)
	switch {
	case fault.Is(err, fault.Duplicate):
		return in, fault.New(fault.Rule, "InstanceAlias is in use")
	case err == nil && res.Replay != nil:
		return s.Instance(ctx, string(res.Replay.Answer))
	}
	return in, err
}

// Instance returns an instance; fault.NotFound.
func (s *Service) Instance(ctx context.Context, id string) (Instance, error) {
	return instances().Get(ctx, s.docs, "", id)
}

// Exists fails unless there is such an instance; fault.NotFound. It may be a second late to say that there is none any more.
func (s *Service) Exists(ctx context.Context, id string) error {
	_, err := s.view(ctx, id)
	return err
}

func instances() resource.Kind[Instance, *Instance] {
	return resource.Of[Instance](resource.KindInstance, "InstanceId", "instance")
}

// Instances lists instances; next is "" after the last.
func (s *Service) Instances(ctx context.Context, page resource.Page) (_ []Instance, next string, err error) {
	return instances().List(ctx, s.docs, "", page, nil)
}

// DeleteInstance deletes an instance and everything configured in it. Its
// chats can no longer be reached.
func (s *Service) DeleteInstance(ctx context.Context, id string) error {
	return resource.Decided(ctx, "InstanceId: the instance", func() error {
		in, err := s.docs.InstanceRow(ctx, id)
		if err != nil {
			return err
		}
		gone, err := s.everything(ctx, id)
		if err != nil {
			return err
		}
		gone = append(gone, change.Resource{Kind: resource.KindInstance, ID: in.ID, Version: in.Version, Delete: true})
		_, err = s.docs.Commit(ctx, id, &change.Set{ID: resource.NewID(), At: s.clock.Now(), Resources: gone})
		return err
	})
}

// everything returns the deletion of all that is configured in an instance.
func (s *Service) everything(ctx context.Context, id string) (gone []change.Resource, err error) {
	for _, kind := range resource.Kinds() {
		rows, err := s.docs.All(ctx, id, kind)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			gone = append(gone, change.Resource{Instance: id, Kind: kind, ID: r.ID, Version: r.Version, Delete: true})
		}
	}
	return gone, nil
}
