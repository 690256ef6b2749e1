// Package outside serves the Amazon Connect operations for chats of channels elsewhere, for package server/connect, which embeds them.
//
// It guarantees: a channel reaches only flows of instances that its key may work in; of a request that is refused no chat begins.
package outside

import (
	"context"

	"parley/api/connect"
	"parley/app/chat"
	"parley/app/deliver"
	"parley/domain/contact"
	"parley/domain/keyed"
	"parley/domain/outside"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// Channels are the operations. Use New.
type Channels struct {
	*request.Reader
	chat    *chat.Service
	deliver *deliver.Service
}

// New returns the operations.
func New(reader *request.Reader, chats *chat.Service, d *deliver.Service) *Channels {
	return &Channels{reader, chats, d}
}

// SendChatIntegrationEvent does in the chat of a customer elsewhere what its channel tells. DestinationId is the ARN of the flow with which chats
// begin (our choice: with Amazon it is a telephone number that belongs to a flow).
func (s *Channels) SendChatIntegrationEvent(ctx context.Context, in *connect.SendChatIntegrationEventInput) (*connect.SendChatIntegrationEventOutput, error) {
	scope, flow, err := s.destination(ctx, in.DestinationId)
	if err != nil {
		return nil, err
	}
	subtype, err := outside.Subtype(edge.Val(in.Subtype))
	if err != nil {
		return nil, err
	}
	r, err := s.told(in.Event)
	if err != nil {
		return nil, err
	}
	r.Start = contact.Start{
		InstanceID: scope.Instance, FlowID: flow, DisplayName: in.SourceId, Subtype: subtype,
		Key: keyed.Channel(in.SourceId, scope.ARN(arn.Flow, flow), subtype),
	}
	if err := s.begins(&r.Start, in.NewSessionDetails); err != nil {
		return nil, err
	}
	r.Start.Addressed = r.Start.DisplayName == in.SourceId
	initial, created, err := s.chat.FromOutside(ctx, r)
	if err != nil {
		return nil, request.NotFound(err, "DestinationId")
	}
	return &connect.SendChatIntegrationEventOutput{InitialContactId: edge.Some(initial), NewChatCreated: &created}, nil
}

// destination is the flow that an ARN names, in an instance that the caller may work in.
func (s *Channels) destination(ctx context.Context, value string) (scope arn.Scope, flow string, err error) {
	a, err := arn.Parse(value)
	switch {
	case err != nil:
		return scope, "", fault.Wrap(fault.Rule, err, "DestinationId must be the ARN of a flow")
	case a.Instance == "" || a.Home != s.Home:
		return scope, "", fault.New(fault.NotFound, "DestinationId: the flow was not found")
	}
	if scope, err = s.Scope(ctx, a.Instance); err != nil {
		return scope, "", err
	}
	flow, err = request.Resolve(scope, arn.Flow, value, "DestinationId")
	return scope, flow, err
}

// told reads what the channel tells.
func (s *Channels) told(in connect.ChatEvent) (r chat.Outside, err error) {
	r = chat.Outside{Deed: chat.Deed(in.Type), Said: contact.Message{ContentType: edge.Val(in.ContentType), Content: edge.Val(in.Content)}}
	switch {
	case r.Deed == chat.Leaves:
		return r, nil
	case in.ContentType == nil:
		err = fault.New(fault.Rule, "Event.ContentType is required for the type %s", in.Type)
	case r.Deed == chat.Says && in.Content == nil:
		err = fault.New(fault.Rule, "Event.Content is required for a MESSAGE")
	}
	return r, err
}

// begins reads how a chat begins where none goes on.
func (s *Channels) begins(start *contact.Start, in *connect.NewSessionDetails) error {
	if in == nil {
		return nil
	}
	start.Attributes, start.ContentTypes = in.Attributes, in.SupportedMessagingContentTypes
	if in.ParticipantDetails != nil {
		start.DisplayName = in.ParticipantDetails.DisplayName
	}
	if c := in.StreamingConfiguration; c != nil {
		start.Stream = &session.Stream{ARN: c.StreamingEndpointArn}
		return s.deliver.CheckTopic(c.StreamingEndpointArn, "NewSessionDetails.StreamingConfiguration")
	}
	return nil
}

// StartOutboundChatContact is refused: nobody is written to here who did not write first.
func (s *Channels) StartOutboundChatContact(ctx context.Context, in *connect.StartOutboundChatContactInput) (*connect.StartOutboundChatContactOutput, error) {
	if _, err := s.Scope(ctx, in.InstanceId); err != nil {
		return nil, err
	}
	return nil, refuseOutbound(in)
}

// refuseOutbound names the member that cannot be served: an endpoint of the wrong type, as documented, or the telephone number that is none here.
func refuseOutbound(in *connect.StartOutboundChatContactInput) error {
	for _, end := range []struct{ member, want, got string }{
		{"SourceEndpoint", connect.EndpointTypeConnectPhonenumberArn, edge.Val(in.SourceEndpoint.Type)},
		{"DestinationEndpoint", connect.EndpointTypeTelephoneNumber, edge.Val(in.DestinationEndpoint.Type)},
	} {
		if end.got != end.want {
			return fault.New(fault.Rule, "%s.Type must be %s", end.member, end.want)
		}
	}
	return fault.New(fault.Rule, "SourceEndpoint.Address: this server has no telephone numbers, so that outbound SMS and WhatsApp contacts are not supported. "+
		"A bridge to such a channel begins chats with SendChatIntegrationEvent when the customer writes")
}
