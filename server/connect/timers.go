package connect

import (
	"context"

	"parley/api/connect"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// UpdateParticipantRoleConfig changes the idle and auto-disconnect timers of a chat.
func (s *Server) UpdateParticipantRoleConfig(ctx context.Context, in *connect.UpdateParticipantRoleConfigInput) (*connect.UpdateParticipantRoleConfigOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	chat := in.ChannelConfiguration.Chat
	if chat == nil {
		return nil, fault.New(fault.Invalid, "ChannelConfiguration must have the member Chat")
	}
	var updates []contact.TimerUpdate
	for _, c := range chat.ParticipantTimerConfigList {
		updates = append(updates, contact.TimerUpdate{
			Role: transcript.Role(c.ParticipantRole), Kind: session.TimerKind(c.TimerType), Minutes: edge.Val(c.TimerValue.ParticipantTimerDurationInMinutes),
		})
	}
	return &connect.UpdateParticipantRoleConfigOutput{},
		s.o.Chat.SetTimers(ctx, scope.Instance, request.ContactID(scope, in.ContactId), updates)
}
