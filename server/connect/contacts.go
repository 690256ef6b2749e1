package connect

import (
	"context"
	"slices"
	"time"

	"parley/api/connect"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/connect/spelled"
	"parley/server/edge"
)

// DescribeContact tells what is known of a contact.
func (s *Server) DescribeContact(ctx context.Context, in *connect.DescribeContactInput) (*connect.DescribeContactOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	chat, k, err := s.o.Chat.Contact(ctx, scope.Instance, request.ContactID(scope, in.ContactId))
	if err != nil {
		return nil, err
	}
	return &connect.DescribeContactOutput{Contact: describe(scope, chat, k, s.o.Router.Now())}, nil
}

func describe(scope arn.Scope, chat *session.Session, k *session.Contact, now time.Time) *connect.Contact {
	c := &connect.Contact{
		Arn: new(scope.ARN(arn.Contact, k.ID)), Id: &k.ID, Channel: new("CHAT"),
		InitiationMethod: &k.InitiationMethod, ContactAssociationId: edge.Some(k.AssociationID),
		PreviousContactId: edge.Some(k.PreviousID), RelatedContactId: edge.Some(k.RelatedID),
		CustomerId: edge.Some(k.CustomerID), Name: edge.Some(k.Name), Description: edge.Some(k.Description),
		InitiationTimestamp: edge.Some(k.InitiatedAt), ConnectedToSystemTimestamp: edge.Some(k.ConnectedAt),
		DisconnectTimestamp: edge.Some(k.DisconnectedAt), LastUpdateTimestamp: edge.Some(k.UpdatedAt),
		DisconnectReason: edge.Some(k.DisconnectReason), SegmentAttributes: spelled.Segments(k.Segments()), Tags: k.Tags,
	}
	if k.ID != chat.ID {
		c.InitialContactId = &chat.ID
	}
	if k.QueueID != "" {
		c.QueueInfo = &connect.QueueInfo{Id: &k.QueueID, EnqueueTimestamp: &k.EnqueuedAt}
	}
	c.AgentInfo, c.ChatMetrics = agentInfo(k.Agent), spelled.ChatMetrics(chat, k)
	describeRouting(c, k, now)
	c.NextContacts = nextContacts(chat, k)
	return c
}

// mostNext bounds NextContacts (the model's bound); of more the latest are told.
const mostNext = 24

// nextContacts tells of the contacts that an agent of this one made by quick connects: where the chat was sent, and who was asked in.
func nextContacts(chat *session.Session, k *session.Contact) []connect.NextContactEntry {
	var made []*session.Contact
	for next := range chat.Contacts() {
		if next.Quick != nil && next.PreviousID == k.ID {
			made = append(made, next)
		}
	}
	slices.SortStableFunc(made, func(a, b *session.Contact) int { return a.InitiatedAt.Compare(b.InitiatedAt) })
	var all []connect.NextContactEntry
	for _, next := range made[max(0, len(made)-mostNext):] {
		all = append(all, connect.NextContactEntry{Type: new(connect.NextContactTypeQuickConnect), NextContactMetadata: &connect.NextContactMetadata{
			QuickConnectContactData: &connect.QuickConnectContactData{
				ContactId: &next.ID, InitiationTimestamp: &next.InitiatedAt,
				QuickConnectId: &next.Quick.ID, QuickConnectName: &next.Quick.Name, QuickConnectType: &next.Quick.Type,
			},
		}})
	}
	return all
}

// agentInfo tells who took a contact.
func agentInfo(a *session.AgentInfo) *connect.AgentInfo {
	if a == nil {
		return nil
	}
	info := &connect.AgentInfo{
		Id: &a.UserID, AcceptedByAgentTimestamp: &a.ConnectedAt, ConnectedToAgentTimestamp: &a.ConnectedAt,
		AfterContactWorkStartTimestamp: edge.Some(a.WorkBegan), AfterContactWorkEndTimestamp: edge.Some(a.WorkEnded),
	}
	if !a.WorkEnded.IsZero() {
		info.AfterContactWorkDuration = new(int(a.WorkEnded.Sub(a.WorkBegan).Seconds()))
	}
	return info
}

// StopContact ends a chat, in any state.
func (s *Server) StopContact(ctx context.Context, in *connect.StopContactInput) (*connect.StopContactOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.DisconnectReason != nil {
		return nil, fault.New(fault.Rule, "DisconnectReason can only be given for outbound campaigns")
	}
	return &connect.StopContactOutput{}, s.o.Chat.Stop(ctx, scope.Instance, request.ContactID(scope, in.ContactId))
}

// UpdateContact changes a contact's data.
func (s *Server) UpdateContact(ctx context.Context, in *connect.UpdateContactInput) (*connect.UpdateContactOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if err := unsupportedUpdate(in); err != nil {
		return nil, err
	}
	segment, err := segmentsOf(in.SegmentAttributes)
	if err != nil {
		return nil, err
	}
	u := contact.Update{Name: in.Name, Description: in.Description, References: references(in.References), SegmentAttributes: segment}
	return &connect.UpdateContactOutput{}, s.o.Chat.Update(ctx, scope.Instance, request.ContactID(scope, in.ContactId), u)
}

// unsupportedUpdate refuses members that a chat contact has no use for, rather than dropping them.
func unsupportedUpdate(in *connect.UpdateContactInput) error {
	for member, given := range map[string]bool{
		"QueueInfo": in.QueueInfo != nil, "UserInfo": in.UserInfo != nil,
		"CustomerEndpoint": in.CustomerEndpoint != nil, "SystemEndpoint": in.SystemEndpoint != nil,
	} {
		if given {
			return fault.New(fault.Rule, "%s cannot be updated on a chat contact", member)
		}
	}
	return nil
}

func references(in map[string]connect.Reference) map[string]session.Reference {
	if in == nil {
		return nil
	}
	out := make(map[string]session.Reference, len(in))
	for name, r := range in {
		out[name] = session.Reference{
			Type: r.Type, Value: edge.Val(r.Value), Status: edge.Val(r.Status), ARN: edge.Val(r.Arn), StatusReason: edge.Val(r.StatusReason),
		}
	}
	return out
}

// TagContact adds tags to a contact.
func (s *Server) TagContact(ctx context.Context, in *connect.TagContactInput) (*connect.TagContactOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.TagContactOutput{}, s.o.Chat.Tag(ctx, scope.Instance, request.ContactID(scope, in.ContactId), in.Tags)
}

// UntagContact removes tags of a contact.
func (s *Server) UntagContact(ctx context.Context, in *connect.UntagContactInput) (*connect.UntagContactOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.UntagContactOutput{}, s.o.Chat.Untag(ctx, scope.Instance, request.ContactID(scope, in.ContactId), in.TagKeys)
}

// GetContactAttributes returns the attributes of a contact's chat.
func (s *Server) GetContactAttributes(ctx context.Context, in *connect.GetContactAttributesInput) (*connect.GetContactAttributesOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	chat, _, err := s.o.Chat.Contact(ctx, scope.Instance, request.ContactID(scope, in.InitialContactId))
	if err != nil {
		return nil, err
	}
	attrs := chat.Attributes
	if attrs == nil {
		attrs = map[string]string{}
	}
	return &connect.GetContactAttributesOutput{Attributes: attrs}, nil
}

// UpdateContactAttributes sets attributes of a contact's chat.
func (s *Server) UpdateContactAttributes(ctx context.Context, in *connect.UpdateContactAttributesInput) (*connect.UpdateContactAttributesOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateContactAttributesOutput{},
		s.o.Chat.UpdateAttributes(ctx, scope.Instance, request.ContactID(scope, in.InitialContactId), in.Attributes)
}
