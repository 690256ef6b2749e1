// Package customer serves the Amazon Connect operations about the customer of a chat: its signing in and its push messages, for package server/connect, which
// embeds them.
//
// It guarantees: nothing is done to a chat of an instance in which the caller may not work.
package customer

import (
	"context"

	"parley/api/connect"
	"parley/app/chat"
	"parley/app/privacy"
	"parley/app/push"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// Customers are those operations. Use New.
type Customers struct {
	*request.Reader
	chat    *chat.Service
	push    *push.Service
	privacy *privacy.Service
}

// New returns the operations.
func New(reader *request.Reader, chats *chat.Service, pushes *push.Service, p *privacy.Service) *Customers {
	return &Customers{reader, chats, pushes, p}
}

// UpdateParticipantAuthentication takes what a customer came back with from the sign-in provider.
func (c *Customers) UpdateParticipantAuthentication(ctx context.Context, in *connect.UpdateParticipantAuthenticationInput) (*connect.UpdateParticipantAuthenticationOutput, error) {
	scope, err := c.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	switch {
	case in.Code == nil && in.Error == nil:
		return nil, fault.New(fault.Rule, "Code or Error is required")
	case in.Code != nil && in.Error != nil:
		return nil, fault.New(fault.Rule, "Code and Error exclude each other")
	case in.Code != nil && in.ErrorDescription != nil:
		return nil, fault.New(fault.Rule, "ErrorDescription belongs to Error")
	}
	return &connect.UpdateParticipantAuthenticationOutput{}, c.chat.SignedIn(ctx, scope.Instance, in.State, edge.Val(in.Code))
}

// CreatePushNotificationRegistration lets a customer without a websocket hear of messages by Web Push.
func (c *Customers) CreatePushNotificationRegistration(ctx context.Context, in *connect.CreatePushNotificationRegistrationInput) (*connect.CreatePushNotificationRegistrationOutput, error) {
	scope, err := c.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if role := edge.Val(in.ContactConfiguration.ParticipantRole); role != "" && role != "CUSTOMER" {
		return nil, fault.New(fault.Invalid, "ContactConfiguration.ParticipantRole must be CUSTOMER")
	}
	id, err := c.push.Register(ctx, scope.Instance, request.ContactID(scope, in.ContactConfiguration.ContactId), in.DeviceToken)
	if err != nil {
		return nil, err
	}
	return &connect.CreatePushNotificationRegistrationOutput{RegistrationId: id}, nil
}

// DeletePushNotificationRegistration ends that.
func (c *Customers) DeletePushNotificationRegistration(ctx context.Context, in *connect.DeletePushNotificationRegistrationInput) (*connect.DeletePushNotificationRegistrationOutput, error) {
	scope, err := c.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.DeletePushNotificationRegistrationOutput{}, c.push.Remove(ctx, scope.Instance, request.ContactID(scope, in.ContactId), in.RegistrationId)
}

// DeleteContactData deletes where the customer of a contact was reached. The other fields are of e-mails.
func (c *Customers) DeleteContactData(ctx context.Context, in *connect.DeleteContactDataInput) (*connect.DeleteContactDataOutput, error) {
	scope, err := c.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	for _, field := range in.ContactFields {
		if field != connect.ContactFieldCustomerEndpoint {
			return nil, fault.New(fault.Rule, "ContactFields: %.50s is of contacts of the channel EMAIL; a chat has CUSTOMER_ENDPOINT", field)
		}
	}
	return &connect.DeleteContactDataOutput{}, c.privacy.DeleteEndpoint(ctx, scope.Instance, request.ContactID(scope, in.ContactId))
}
