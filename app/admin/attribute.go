package admin

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// Attribute is a switch of an instance: its type and "true" or "false".
type Attribute struct{ Type, Value string }

// Attributes that say whether there are calls; they are members of CreateInstance, too.
const (
	inboundCalls  = "INBOUND_CALLS"
	outboundCalls = "OUTBOUND_CALLS"
)

// newAttributes are the attributes of an instance that nobody changed, as
// Terraform's provider observed them at AWS; the other ones are off (our choice).
func newAttributes() map[string]bool {
	return map[string]bool{
		"CONTACTFLOW_LOGS": false, "CONTACT_LENS": true, "AUTO_RESOLVE_BEST_VOICES": true, "EARLY_MEDIA": true, "MULTI_PARTY_CONFERENCE": false,
		"USE_CUSTOM_TTS_VOICES": false, "HIGH_VOLUME_OUTBOUND": false, "ENHANCED_CONTACT_MONITORING": false,
		"ENHANCED_CHAT_MONITORING": false, "MULTI_PARTY_CHAT_CONFERENCE": false, "MESSAGE_STREAMING": false,
	}
}

func (i *Instance) attributes() map[string]bool {
	all := newAttributes()
	maps.Copy(all, i.Attributes)
	all[inboundCalls], all[outboundCalls] = i.InboundCalls, i.OutboundCalls
	return all
}

// InstanceAttributes returns all attributes of an instance, by type.
func (s *Service) InstanceAttributes(ctx context.Context, instance string) ([]Attribute, error) {
	in, err := s.Instance(ctx, instance)
	if err != nil {
		return nil, err
	}
	have := in.attributes()
	var all []Attribute
	for _, name := range slices.Sorted(maps.Keys(have)) {
		all = append(all, Attribute{name, strconv.FormatBool(have[name])})
	}
	return all, nil
}

// AttributesPage returns a page of the attributes of an instance.
func (s *Service) AttributesPage(ctx context.Context, instance string, page resource.Page) ([]Attribute, string, error) {
	all, err := s.InstanceAttributes(ctx, instance)
	some, next := resource.Cut(all, page, func(a Attribute) string { return a.Type })
	return some, next, err
}

// SetAttribute changes an attribute of an instance.
func (s *Service) SetAttribute(ctx context.Context, instance string, a Attribute, t resource.Token) error {
	if a.Value != "true" && a.Value != "false" {
		return fault.New(fault.Invalid, "Value must be true or false")
	}
	return s.editInstance(ctx, instance, t, func(in *Instance) { in.set(a.Type, a.Value == "true") })
}

func (i *Instance) set(name string, on bool) {
	switch name {
	case inboundCalls:
		i.InboundCalls = on
	case outboundCalls:
		i.OutboundCalls = on
	default:
		i.Attributes = maps.Clone(i.Attributes)
		if i.Attributes == nil {
			i.Attributes = map[string]bool{}
		}
		i.Attributes[name] = on
	}
}

// editInstance changes an instance as it stands, once for each token.
func (s *Service) editInstance(ctx context.Context, instance string, t resource.Token, change func(*Instance)) error {
	return resource.Decided(ctx, "InstanceId: the instance", func() error {
		in, err := s.Instance(ctx, instance)
		if err != nil {
			return err
		}
		change(&in)
		return s.writeInstance(ctx, &in, t)
	})
}

// writeInstance stores an instance as it was changed, once for each token.
func (s *Service) writeInstance(ctx context.Context, in *Instance, t resource.Token) error {
	in.Modified = s.clock.Now()
	row, err := instances().Row(in)
	if err != nil {
		return err
	}
	row.Instance = "" // an instance is in none
	set := &change.Set{ID: resource.NewID(), At: in.Modified, Resources: []change.Resource{row}, Once: t.Once(in.ID, in.Modified)}
	res, err := s.docs.Commit(ctx, in.ID, set)
	if err == nil && res.Replay != nil {
		return t.SameAs(res.Replay)
	}
	return err
}
