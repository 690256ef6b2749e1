package spelled

import (
	"time"

	"parley/api/connect"
	"parley/domain/session"
	"parley/domain/talk"
	"parley/domain/transcript"
	"parley/server/edge"
)

// ChatMetrics spells what was said in a contact; nil where that was not counted.
func ChatMetrics(chat *session.Session, k *session.Contact) *connect.ChatMetrics {
	m := k.Talk
	if m == nil {
		return nil
	}
	out := &connect.ChatMetrics{
		ChatContactMetrics: &connect.ChatContactMetrics{
			AgentFirstResponseTimestamp: edge.Some(m.First), ConversationCloseTimeInMillis: millis(m.Customer.Last, k.DisconnectedAt), ConversationTurnCount: &m.Turns,
			TotalBotMessageLengthInChars: &m.Bot.Chars, TotalBotMessages: &m.Bot.Messages, TotalMessages: &m.Messages,
		},
		CustomerMetrics: party(chat.Customer().ID, transcript.Customer, m.Customer),
	}
	if k.Agent != nil {
		out.ChatContactMetrics.AgentFirstResponseTimeInMillis = millis(k.Agent.ConnectedAt, m.First)
		out.AgentMetrics = party(k.Agent.ParticipantID, transcript.Agent, m.Agent)
	}
	return out
}

func party(id string, role transcript.Role, p talk.Party) *connect.ParticipantMetrics {
	return &connect.ParticipantMetrics{
		ParticipantId: &id, ParticipantType: new(string(role)), MessagesSent: &p.Messages, NumResponses: &p.Responses, MessageLengthInChars: &p.Chars,
		TotalResponseTimeInMillis: new(p.Took.Milliseconds()), MaxResponseTimeInMillis: new(p.Longest.Milliseconds()), LastMessageTimestamp: edge.Some(p.Last),
	}
}

// millis is a time from one moment to another; nil while one of them is missing.
func millis(from, to time.Time) *int64 {
	if from.IsZero() || to.IsZero() {
		return nil
	}
	return new(to.Sub(from).Milliseconds())
}
