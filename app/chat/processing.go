package chat

import (
	"context"

	"parley/domain/contact"
	"parley/internal/fault"
)

// Processors knows the functions that can process messages.
type Processors interface {
	// Knows reports whether a function is configured.
	Knows(function string) bool
}

// StartProcessing gives every later text of the chat of a contact to a function before it is said
// (StartContactMediaProcessing). deliver: what the function fails at is said as it is.
func (s *Service) StartProcessing(ctx context.Context, instance, contactID, function string, deliver bool) error {
	if s.processors == nil || !s.processors.Knows(function) {
		return fault.New(fault.NotFound, "ProcessorArn: no such function is configured")
	}
	return s.edit(ctx, instance, contactID, func(d *contact.Draft) error { return d.StartProcessing(function, deliver) })
}

// StopProcessing ends that for later messages (StopContactMediaProcessing).
func (s *Service) StopProcessing(ctx context.Context, instance, contactID string) error {
	return s.edit(ctx, instance, contactID, (*contact.Draft).StopProcessing)
}
