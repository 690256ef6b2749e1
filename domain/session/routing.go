package session

import "time"

// Routing is how a contact is given to agents when its turn comes.
type Routing struct {
	// Priority is its place among the contacts of its queue (QueuePriority: 1 is the highest); 0 = DefaultPriority.
	Priority int64 `json:",omitempty"`
	// AgeSeconds is added to the time for which it waits (QueueTimeAdjustmentSeconds).
	AgeSeconds int       `json:",omitempty"`
	Criteria   *Criteria `json:",omitempty"` // nil = any agent of the queue
	// Preferred is the user for whom the contact is kept until then: the customer comes back.
	Preferred      string    `json:",omitempty"`
	PreferredUntil time.Time `json:",omitzero"`
}

// DefaultPriority is the priority of a contact that was given none (Amazon Connect: 5).
const DefaultPriority = 5

// Criteria say which agents may get a contact, step by step (RoutingCriteria).
type Criteria struct {
	Steps []CriteriaStep
}

// CriteriaStep is one step of Criteria.
type CriteriaStep struct {
	Expression Expression
	Seconds    int `json:",omitempty"` // after which the next step applies; 0 = never (Expiry.DurationInSeconds)
}

// Expression is a condition on an agent: exactly one member is set.
type Expression struct {
	Attribute *AgentAttribute `json:",omitempty"`
	Not       *AgentAttribute `json:",omitempty"`
	And       []Expression    `json:",omitempty"`
	Or        []Expression    `json:",omitempty"`
}

// AgentAttribute asks for a proficiency, or for certain agents (AttributeCondition).
type AgentAttribute struct {
	Name     string   `json:",omitempty"`
	Value    string   `json:",omitempty"`
	Level    float64  `json:",omitempty"` // 1 to 5: at least this one
	MaxLevel float64  `json:",omitempty"` // and at most this one, 0 = no bound (Range)
	Operator string   `json:",omitempty"` // NumberGreaterOrEqualTo …
	Agents   []string `json:",omitempty"` // user ids: one of them
}
