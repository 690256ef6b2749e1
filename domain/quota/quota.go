// Package quota holds the names of counted things and the rates of
// operations: Amazon Connect's documented defaults as plain tables.
package quota

import "time"

// ActiveChats is the key under which an instance's active chats are counted.
func ActiveChats(instance string) string { return "active-chats/" + instance }

// Queued is the key under which the contacts waiting in a queue are counted.
func Queued(instance, queue string) string { return "queued/" + instance + "/" + queue }

// AWSActiveChats is Amazon Connect's default of concurrent active chats per instance.
const AWSActiveChats = 500

// Amazon Connect's defaults of flows and of flow modules per instance, those that an instance comes with included.
const (
	AWSFlows   = 100
	AWSModules = 200
)

// Rate is a token bucket: Rate tokens a second flow in, Burst at most are kept.
type Rate struct {
	PerSecond float64
	Burst     int
}

// AWS returns Amazon Connect's documented default rates by operation
// ("Amazon Connect service quotas"), and ours for GetQuiet, which is our own; ok is false where the default of its service applies.
func AWS(operation string) (r Rate, ok bool) {
	r, ok = rates()[operation]
	return r, ok
}

// Default rates of operations that AWS lists no own rate for. (For the participant service AWS names none: our choice.)
func Default() Rate { return Rate{PerSecond: 2, Burst: 5} }

func rates() map[string]Rate {
	return map[string]Rate{
		"StartChatContact":                   {5, 8},
		"StartContactStreaming":              {5, 8},
		"StopContactStreaming":               {5, 8},
		"CreatePersistentContactAssociation": {5, 8},
		"UpdateParticipantRoleConfig":        {5, 8},
		"CreateParticipant":                  {5, 8},
		"DescribeContact":                    {10, 15},
		"StopContact":                        {10, 15},
		"UpdateContact":                      {10, 15},
		"GetContactAttributes":               {10, 15},
		"UpdateContactAttributes":            {10, 15},
		"ListContactReferences":              {10, 15},
		"TagContact":                         {20, 25},
		"UntagContact":                       {20, 25},
		"UpdateContactRoutingData":           {20, 20},
		"SendChatIntegrationEvent":           {17, 26},
		"SearchContacts":                     {0.5, 1},
		"CreateParticipantConnection":        {6, 9},
		"DisconnectParticipant":              {3, 5},
		"GetTranscript":                      {8, 12},
		"GetAttachment":                      {8, 12},
		"SendMessage":                        {10, 15},
		"SendEvent":                          {10, 15},
		"GetQuiet":                           {10, 15},
		"StartAttachmentUpload":              {2, 5},
		"CompleteAttachmentUpload":           {2, 5},
	}
}

// TokenLife is how long the client tokens of operations that start a chat are
// remembered (StartOutboundChatContact says 7 days; ours for all).
const TokenLife = 7 * 24 * time.Hour
