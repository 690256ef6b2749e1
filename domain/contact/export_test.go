package contact

import (
	"parley/domain/catalog"
	"parley/domain/transcript"
)

// SayBot lets the bot of a flow speak on a draft.
func SayBot(d *Draft, contentType, content string) error {
	return d.world(new(catalog.Config)).SayBot(contentType, content)
}

// SetRedaction lets a flow mask entities.
func SetRedaction(d *Draft, entities []string) error {
	return d.world(new(catalog.Config)).SetRedaction(true, false, entities)
}

// EndAfterAll lets a flow end the chat.
func EndAfterAll(d *Draft) { d.endAfterAll(ReasonFlow) }

// Say says a message, or lets it wait.
func Say(d *Draft, item transcript.Item) { d.post(item, item.Content) }
