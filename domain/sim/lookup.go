package sim

import (
	"encoding/json"

	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// Lookup returns what a reference comes to in the chat as it stands: data of the
// contact, and of the flow that runs.
func (c *Chat) Lookup(path flow.Path) (flow.Value, bool) {
	if c.talk.s.Flow != nil && len(c.talk.s.Flow.Run) > 0 {
		var run interp.Run
		if json.Unmarshal(c.talk.s.Flow.Run, &run) == nil {
			if v, ok := run.Lookup(path); ok {
				return v, true
			}
		}
	}
	return contact.Decide(c.talk.s, "", c.now).Lookup(c.instance.Config, path)
}

// Document returns a content that the chat has read, nil if it has not.
func (c *Chat) Document(content string) *flow.Document { return c.documents[content] }
