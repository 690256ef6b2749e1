// Package told serves the Amazon Connect operations that tell others of chats, for package server/connect, which embeds them.
//
// It guarantees: a chat is streamed only to a topic behind which the operator has put something, and only by who may
// work in the chat's instance.
package told

import (
	"context"

	"parley/api/connect"
	"parley/app/deliver"
	"parley/server/connect/request"
)

// Streams are the operations. Use New.
type Streams struct {
	*request.Reader
	deliver *deliver.Service
}

// New returns the operations.
func New(reader *request.Reader, service *deliver.Service) *Streams { return &Streams{reader, service} }

// StartContactStreaming streams what is said in a chat to a topic.
func (s *Streams) StartContactStreaming(ctx context.Context, in *connect.StartContactStreamingInput) (*connect.StartContactStreamingOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	id, err := s.deliver.StartStream(ctx, scope.Instance, request.ContactID(scope, in.ContactId), in.ChatStreamingConfiguration.StreamingEndpointArn, in.ClientToken)
	if err != nil {
		return nil, err
	}
	return &connect.StartContactStreamingOutput{StreamingId: id}, nil
}

// StopContactStreaming ends a stream.
func (s *Streams) StopContactStreaming(ctx context.Context, in *connect.StopContactStreamingInput) (*connect.StopContactStreamingOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.StopContactStreamingOutput{}, s.deliver.StopStream(ctx, scope.Instance, request.ContactID(scope, in.ContactId), in.StreamingId)
}
