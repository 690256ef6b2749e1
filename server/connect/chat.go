package connect

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"parley/api/connect"
	"parley/app/chat"
	"parley/domain/contact"
	"parley/domain/persistent"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// StartChatContact starts a chat.
func (s *Server) StartChatContact(ctx context.Context, in *connect.StartChatContactInput) (*connect.StartChatContactOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return s.StartIn(ctx, scope, in, func(*contact.Start) {})
}

// StartAssistantContact starts a chat with an assistant. Here a flow plays it, and AiAgentId names that (our choice: with Amazon it is an AI agent of
// Q in Connect).
func (s *Server) StartAssistantContact(ctx context.Context, in *connect.StartAssistantContactInput) (*connect.StartAssistantContactOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	const member = "AiAgent.AiAgentId"
	flow, err := startFlow(scope, in.AiAgent.AiAgentId, member)
	if err != nil {
		return nil, err
	}
	token := in.ClientToken
	if edge.Val(token) != "" {
		token = new("StartAssistantContact " + *token) // the same one of StartChatContact is another
	}
	out, err := s.StartIn(ctx, scope, &connect.StartChatContactInput{
		InstanceId: in.InstanceId, ContactFlowId: flow, ParticipantDetails: in.ParticipantDetails, InitialMessage: in.InitialMessage, Attributes: in.Attributes,
		ClientToken: token, PersistentChat: in.PersistentChat, RelatedContactId: in.RelatedContactId,
	}, func(*contact.Start) {})
	if err != nil {
		return nil, renamed(err, "ContactFlowId", member)
	}
	return &connect.StartAssistantContactOutput{
		ContactId: out.ContactId, ParticipantId: out.ParticipantId, ParticipantToken: out.ParticipantToken, ContinuedFromContactId: out.ContinuedFromContactId,
	}, nil
}

// StartIn starts a chat in an instance that the caller may work in; more may add to what the request says.
func (s *Server) StartIn(ctx context.Context, scope arn.Scope, in *connect.StartChatContactInput, more func(*contact.Start)) (*connect.StartChatContactOutput, error) {
	start, err := startOf(scope, in)
	if err != nil {
		return nil, err
	}
	more(&start)
	done, err := s.o.Chat.Start(ctx, chat.Start{
		Start: start, ClientToken: edge.Val(in.ClientToken), Fingerprint: fingerprint(in),
	})
	if err != nil {
		return nil, err
	}
	return &connect.StartChatContactOutput{
		ContactId: done.ContactID, ParticipantId: done.ParticipantID, ParticipantToken: done.ParticipantToken,
		ContinuedFromContactId: edge.Some(done.ContinuedFrom),
	}, nil
}

// renamed is a refusal that names a member as this operation calls it.
func renamed(err error, from, to string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if rest, found := strings.CutPrefix(f.Message, from+":"); found {
			return fault.Wrap(f.Kind, err, "%s:%s", to, rest)
		}
	}
	return err
}

// startFlow is the flow with which a chat starts. Amazon Connect documents no draft,
// version or alias in its place: naming one is refused, rather than started as something else.
func startFlow(scope arn.Scope, value, member string) (string, error) {
	ref, err := scope.Resolve(arn.Flow, value)
	if err == nil && ref.Qualifier != "" && ref.Qualifier != arn.Latest {
		return "", fault.New(fault.Rule, "%s: a chat starts with what is published of a flow: leave :%.50s away", member, ref.Qualifier)
	}
	if err != nil {
		return "", request.NotFound(err, member)
	}
	return ref.ID, nil
}

func startOf(scope arn.Scope, in *connect.StartChatContactInput) (contact.Start, error) {
	flow, err := startFlow(scope, in.ContactFlowId, "ContactFlowId")
	if err != nil {
		return contact.Start{}, err
	}
	segment, err := segmentsOf(in.SegmentAttributes)
	if err != nil {
		return contact.Start{}, err
	}
	start := contact.Start{
		InstanceID: scope.Instance, FlowID: flow, DisplayName: in.ParticipantDetails.DisplayName,
		Attributes: in.Attributes, Duration: time.Duration(edge.Val(in.ChatDurationInMinutes)) * time.Minute,
		ContentTypes: in.SupportedMessagingContentTypes, SegmentAttributes: segment,
		CustomerID: edge.Val(in.CustomerId), DisconnectOnCustomerExit: len(in.DisconnectOnCustomerExit) > 0,
		RelatedContactID: request.ContactID(scope, edge.Val(in.RelatedContactId)),
	}
	if c := in.ParticipantConfiguration; c != nil {
		start.ResponseMode = edge.Val(c.ResponseMode)
	}
	if m := in.InitialMessage; m != nil {
		start.Initial = &contact.Message{ContentType: m.ContentType, Content: m.Content}
	}
	if p := in.PersistentChat; p != nil {
		start.Rehydration = &persistent.Rehydration{Type: edge.Val(p.RehydrationType), SourceContactID: request.ContactID(scope, edge.Val(p.SourceContactId))}
	}
	return start, nil
}

// fingerprint hashes the request without its ClientToken.
func fingerprint(in *connect.StartChatContactInput) [32]byte {
	plain := *in
	plain.ClientToken = nil
	raw, err := json.Marshal(plain) // maps in the order of their keys
	if err != nil {                 // a decoded request always encodes
		return [32]byte{}
	}
	return sha256.Sum256(raw)
}

// CreatePersistentContactAssociation makes a running chat continue an earlier one.
func (s *Server) CreatePersistentContactAssociation(ctx context.Context, in *connect.CreatePersistentContactAssociationInput) (*connect.CreatePersistentContactAssociationOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	from, err := s.o.Chat.Associate(ctx, scope.Instance, request.ContactID(scope, in.InitialContactId),
		persistent.Rehydration{Type: in.RehydrationType, SourceContactID: request.ContactID(scope, in.SourceContactId)}, edge.Val(in.ClientToken))
	if err != nil {
		return nil, err
	}
	return &connect.CreatePersistentContactAssociationOutput{ContinuedFromContactId: &from}, nil
}

// CreateParticipant adds a custom participant to a chat.
func (s *Server) CreateParticipant(ctx context.Context, in *connect.CreateParticipantInput) (*connect.CreateParticipantOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	d := in.ParticipantDetails
	if edge.Val(d.ParticipantRole) != "CUSTOM_BOT" {
		return nil, fault.New(fault.Rule, "ParticipantDetails.ParticipantRole must be CUSTOM_BOT for a chat")
	}
	if d.DisplayName == nil {
		return nil, fault.New(fault.Rule, "ParticipantDetails.DisplayName is required")
	}
	bot, err := s.o.Chat.AddBot(ctx, scope.Instance, request.ContactID(scope, in.ContactId), *d.DisplayName, edge.Val(in.ClientToken))
	if err != nil {
		return nil, err
	}
	return &connect.CreateParticipantOutput{
		ParticipantId: &bot.ParticipantID,
		ParticipantCredentials: &connect.ParticipantTokenCredentials{
			ParticipantToken: &bot.ParticipantToken, Expiry: new(bot.Expiry.Format("2006-01-02T15:04:05.000Z")),
		},
	}, nil
}
