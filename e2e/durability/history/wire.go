package history

import (
	"encoding/json"
	"fmt"

	"parley/client"
)

// Wire is an item as frames and pages carry it.
type Wire struct{ Id, Type, ContentType, AbsoluteTime, Content string }

// Stored reports whether the item is part of the transcript.
func (w Wire) Stored() bool { return client.Item{Type: w.Type, ContentType: w.ContentType}.Stored() }

// Item is what the judge needs of it.
func (w Wire) Item() Item { return Item{ID: w.Id, Time: w.AbsoluteTime, Text: w.Content} }

// Frame reads a frame of a websocket: its topic, and the stored item that it carries, if any.
func Frame(text []byte) (topic string, item *Item, err error) {
	var frame struct {
		Topic   string
		Content json.RawMessage
	}
	if err := json.Unmarshal(text, &frame); err != nil {
		return "", nil, fmt.Errorf("frame %q: %w", text, err)
	}
	if frame.Topic != "aws/chat" {
		return frame.Topic, nil, nil
	}
	var inner string
	var w Wire
	err = json.Unmarshal(frame.Content, &inner)
	if err == nil {
		err = json.Unmarshal([]byte(inner), &w)
	}
	if err != nil {
		return frame.Topic, nil, fmt.Errorf("frame %q: %w", text, err)
	}
	if !w.Stored() {
		return frame.Topic, nil, nil
	}
	kept := w.Item()
	return frame.Topic, &kept, nil
}
