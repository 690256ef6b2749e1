package connect

import (
	"context"

	"parley/api/connect"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// StartContactMediaProcessing gives the later messages of a chat to a function before they are said.
func (s *Server) StartContactMediaProcessing(ctx context.Context, in *connect.StartContactMediaProcessingInput) (*connect.StartContactMediaProcessingOutput, error) {
	instance, contact, err := s.processed(ctx, in.InstanceId, in.ContactId)
	if err != nil {
		return nil, err
	}
	if in.ProcessorArn == nil {
		return nil, fault.New(fault.Invalid, "ProcessorArn is required")
	}
	deliver := edge.Val(in.FailureMode) != connect.ContactMediaProcessingFailureModeDoNotDeliverUnprocessedMessage
	return &connect.StartContactMediaProcessingOutput{}, s.o.Chat.StartProcessing(ctx, instance, contact, *in.ProcessorArn, deliver)
}

// StopContactMediaProcessing ends that.
func (s *Server) StopContactMediaProcessing(ctx context.Context, in *connect.StopContactMediaProcessingInput) (*connect.StopContactMediaProcessingOutput, error) {
	instance, contact, err := s.processed(ctx, in.InstanceId, in.ContactId)
	if err != nil {
		return nil, err
	}
	return &connect.StopContactMediaProcessingOutput{}, s.o.Chat.StopProcessing(ctx, instance, contact)
}

// processed reads the two ids, which the model does not require and no call works without.
func (s *Server) processed(ctx context.Context, instance, contact *string) (string, string, error) {
	if instance == nil {
		return "", "", fault.New(fault.Invalid, "InstanceId is required")
	}
	scope, err := s.Scope(ctx, *instance)
	if err != nil {
		return "", "", err
	}
	if contact == nil {
		return "", "", fault.New(fault.Invalid, "ContactId is required")
	}
	return scope.Instance, request.ContactID(scope, *contact), nil
}
