package session

import "time"

// Offer is the time in which a waiting contact is shown to one agent.
type Offer struct {
	UserID string
	At     time.Time
	Until  time.Time // then the agent has missed it
}

// AgentNames are what flows read of an agent, as the user was named when it accepted ($.Agent).
type AgentNames struct {
	UserName  string `json:",omitempty"`
	FirstName string `json:",omitempty"`
	LastName  string `json:",omitempty"`
	// Profile and Groups are the names of its routing profile and of its hierarchy groups, the top one first: contact records have them.
	Profile string   `json:",omitempty"`
	Groups  []string `json:",omitempty"`
}

// AgentInfo is the agent who took a contact, and when (Amazon Connect, AgentInfo).
type AgentInfo struct {
	UserID        string
	ParticipantID string
	ConnectedAt   time.Time  // ConnectedToAgentTimestamp
	Names         AgentNames `json:",omitzero"`
	ProfileID     string     `json:",omitempty"` // its routing profile then
	Groups        []string   `json:",omitempty"` // the hierarchy groups that it was in then, the top one first
	// WorkLimit is how long after-contact work may take, as the user's settings were
	// when it accepted; 0 = until the agent clears it.
	WorkLimit time.Duration `json:",omitempty"`
	WorkBegan time.Time     `json:",omitzero"` // AfterContactWorkStartTimestamp
	WorkEnded time.Time     `json:",omitzero"` // AfterContactWorkEndTimestamp
}

// Guide says whom a chat guides: the agent who has a contact of another chat. That user is its customer.
type Guide struct {
	UserID    string
	ContactID string
}

// Queued reports whether the contact waits in its queue, also while it is offered.
func (k *Contact) Queued() bool {
	return k.QueueID != "" && k.DequeuedAt.IsZero() && k.DisconnectedAt.IsZero()
}
