package filed

import (
	"time"

	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/talk"
	"parley/domain/transcript"
)

// chatMetrics is what a contact record tells of the messages of a contact ("Contact records data model", ChatMetrics). Whether more than two
// could take part, and who abandoned the conversation, is not told.
type chatMetrics struct {
	Contact  chatContactMetrics  `json:"ChatContactMetrics"`
	Agent    *participantMetrics `json:"AgentMetrics"`
	Customer *participantMetrics `json:"CustomerMetrics"`
}

type chatContactMetrics struct {
	FirstMillis *int64   `json:"AgentFirstResponseTimeInMillis"`
	First       *seconds `json:"AgentFirstResponseTimestamp"`
	CloseMillis *int64   `json:"ConversationCloseTimeInMillis"`
	Turns       int      `json:"ConversationTurnCount"`
	BotChars    int      `json:"TotalBotMessageLengthInChars"`
	BotMessages int      `json:"TotalBotMessages"`
	Messages    int      `json:"TotalMessages"`
}

type participantMetrics struct {
	ID            string          `json:"ParticipantId"`
	Type          transcript.Role `json:"ParticipantType"`
	Sent          int             `json:"MessagesSent"`
	Responses     int             `json:"NumResponses"`
	Chars         int             `json:"MessageLengthInChars"`
	Millis        int64           `json:"TotalResponseTimeInMillis"`
	LongestMillis int64           `json:"MaxResponseTimeInMillis"`
	Last          *seconds        `json:"LastMessageTimestamp"`
}

func chatMetricsOf(r *record.Record, customer *session.Participant) *chatMetrics {
	m := r.Talk
	if m == nil {
		return nil
	}
	c := &chatMetrics{
		Contact: chatContactMetrics{
			First: when(m.First), CloseMillis: millis(m.Customer.Last, r.DisconnectedAt), Turns: m.Turns,
			BotChars: m.Bot.Chars, BotMessages: m.Bot.Messages, Messages: m.Messages,
		},
	}
	if customer != nil {
		c.Customer = participantOf(customer.ID, transcript.Customer, m.Customer)
	}
	if a := r.Agent; a != nil {
		c.Contact.FirstMillis = millis(a.ConnectedAt, m.First)
		c.Agent = participantOf(a.ParticipantID, transcript.Agent, m.Agent)
	}
	return c
}

func participantOf(id string, role transcript.Role, p talk.Party) *participantMetrics {
	return &participantMetrics{
		ID: id, Type: role, Sent: p.Messages, Responses: p.Responses, Chars: p.Chars, Millis: p.Took.Milliseconds(), LongestMillis: p.Longest.Milliseconds(), Last: when(p.Last),
	}
}

// millis is a time from one moment to another, nil while one of them is missing.
func millis(from, to time.Time) *int64 {
	if from.IsZero() || to.IsZero() {
		return nil
	}
	return new(to.Sub(from).Milliseconds())
}
