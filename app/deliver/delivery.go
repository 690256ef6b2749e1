package deliver

import "time"

// State is how it goes with something that a sink is told.
type State string

// Delivered: the sink has taken it. Waiting: it is tried, or its turn comes. GivenUp: it was tried for a day and is tried no more. Untried: nothing of
// this chat was sent there yet; where the sink is newer than the chat nothing will, unless somebody replays it.
const (
	Delivered State = "delivered"
	Waiting   State = "waiting"
	GivenUp   State = "given_up"
	Untried   State = "untried"
)

// Delivery is one thing that a sink is told, and how that goes.
type Delivery struct {
	ID       string    `json:"id,omitempty"` // the sink gets it under this
	Sink     string    `json:"sink"`
	Stream   string    `json:"stream_id,omitempty"` // of the message stream that it belongs to
	Chat     string    `json:"initial_contact_id"`
	Contact  string    `json:"contact_id,omitempty"`
	Number   int64     `json:"number"` // in the log of the chat, or in its transcript
	Type     string    `json:"type,omitempty"`
	Happened time.Time `json:"happened_at,omitzero"`
	State    State     `json:"state"`
	Tries    int       `json:"tries"`
	// Delivered is to the second, and not before it happened; zero of what was taken too long ago to be remembered.
	Delivered time.Time `json:"delivered_at,omitzero"`
	Tried     time.Time `json:"last_tried_at,omitzero"` // of what was not taken
	Again     time.Time `json:"next_try_at,omitzero"`
	Error     string    `json:"last_error,omitempty"`
}

// Flow is how far a message stream of a chat is.
type Flow struct {
	Stream  string    `json:"stream_id"`
	Topic   string    `json:"topic_arn"`
	Sink    string    `json:"sink,omitempty"` // "" = nothing stands behind the topic at this node
	After   int64     `json:"after"`          // items with greater positions are streamed
	Next    int64     `json:"next"`           // position of the first item that was not sent yet
	Until   int64     `json:"until"`          // position of the last one that there is
	Stopped bool      `json:"stopped,omitempty"`
	Tries   int       `json:"tries,omitempty"` // that failed, of what is next
	At      time.Time `json:"delivered_at,omitzero"`
}

// Log is a page of what others are told of a chat.
type Log struct {
	Chat       string     `json:"initial_contact_id"`
	Deliveries []Delivery `json:"deliveries"`
	Streams    []Flow     `json:"streams"`
	Next       int64      `json:"next,omitempty"` // where the next page goes on; 0 = this was the last one
}
