package session

import (
	"slices"
	"time"

	"parley/domain/transcript"
)

// Processing is what happens to the messages of a session before they are said.
type Processing struct {
	Redaction *Redaction `json:",omitempty"` // nil masks nothing
	// Processor is the function that every text is given to, "" for none.
	Processor string `json:",omitempty"`
	// Deliver: what could not be processed is said as it is; otherwise only its author sees it.
	Deliver bool `json:",omitempty"`
	// Waiting are the messages that were acknowledged and not said yet, in their order.
	Waiting []Waiting `json:",omitempty"`
}

// Redaction says which personal data is masked (domain/redact).
type Redaction struct {
	Generic  bool     `json:",omitempty"`
	Entities []string // nil = all that are known
}

// Waiting is a message on its way.
type Waiting struct {
	ID          string // of the item that it will be
	At          time.Time
	Type        transcript.Type   `json:",omitempty"` // "" = a message
	ContentType string            `json:",omitempty"`
	Content     string            `json:",omitempty"`
	ContactID   string            `json:",omitempty"`
	Author      transcript.Author `json:",omitzero"`
	// Visibility is who may see it once it is said.
	Visibility transcript.Visibility `json:",omitempty"`
	// Heard is what a flow hears of it where that is something else than Content.
	Heard string `json:",omitempty"`
	// Processor is the function that is asked; "" = the message only waits for those before it.
	Processor string `json:",omitempty"`
	Deliver   bool   `json:",omitempty"`
	Attempt   int    `json:",omitempty"` // how often it was given to the processor
	// Ending is no message: the flow has ended the chat for that reason, after what it said.
	Ending string `json:",omitempty"`
}

func (p *Processing) clone() *Processing {
	if p == nil {
		return nil
	}
	c := *p
	c.Waiting = slices.Clone(p.Waiting)
	return &c
}
