package transcript

// Content types of messages (Amazon Connect Participant, SendMessage).
const (
	Plain               = "text/plain"
	Markdown            = "text/markdown"
	JSON                = "application/json"
	Interactive         = "application/vnd.amazonaws.connect.message.interactive"
	InteractiveResponse = "application/vnd.amazonaws.connect.message.interactive.response"
)

// Content types of events.
const (
	eventPrefix = "application/vnd.amazonaws.connect.event."

	Joined             = eventPrefix + "participant.joined"
	Left               = eventPrefix + "participant.left"
	Ended              = eventPrefix + "chat.ended"
	Idle               = eventPrefix + "participant.idle"
	Returned           = eventPrefix + "participant.returned"
	AutoDisconnection  = eventPrefix + "participant.autodisconnection"
	Rehydrated         = eventPrefix + "chat.rehydrated"
	Typing             = eventPrefix + "typing"
	Delivered          = eventPrefix + "message.delivered"
	Read               = eventPrefix + "message.read"
	Metadata           = eventPrefix + "message.metadata"
	ConnectionAcked    = eventPrefix + "connection.acknowledged"
	TransferSucceeded  = eventPrefix + "transfer.succeeded"
	TransferFailed     = eventPrefix + "transfer.failed"
	ParticipantInvited = eventPrefix + "participant.invited"
	Active             = eventPrefix + "participant.active"
	Inactive           = eventPrefix + "participant.inactive"
	NameUpdated        = eventPrefix + "participant.displayname.updated"

	AuthenticationInitiated = eventPrefix + "authentication.initiated"
	AuthenticationSucceeded = eventPrefix + "authentication.succeeded"
	AuthenticationFailed    = eventPrefix + "authentication.failed"
	AuthenticationTimeout   = eventPrefix + "authentication.timeout"
	AuthenticationExpired   = eventPrefix + "authentication.expired"
	AuthenticationCancelled = eventPrefix + "authentication.cancelled"
)

// TypingPreview is what a customer has written so far and not sent ("" = nothing). It is ours: only pushed, never stored, and no
// part of the chat that Amazon Connect's clients know.
const TypingPreview = "application/vnd.parley.event.typing.preview"
