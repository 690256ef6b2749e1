package session

// Stream is where the items of a session are streamed to as they are stored (StartContactStreaming).
type Stream struct {
	ID    string // StreamingId
	ARN   string // of the topic
	After int64  // items with greater positions are streamed
	Until int64  `json:",omitempty"` // up to this one, 0 = until the session ends
	// Stopped: it was stopped (StopContactStreaming).
	Stopped bool `json:",omitempty"`
}

// Stream returns the stream with that id, nil if there is none.
func (s *Session) Stream(id string) *Stream {
	for i := range s.State.Streams {
		if s.State.Streams[i].ID == id {
			return &s.State.Streams[i]
		}
	}
	return nil
}

// Streams reports whether something is streamed now.
func (s *Session) Streams() bool {
	for i := range s.State.Streams {
		if !s.State.Streams[i].Stopped {
			return true
		}
	}
	return false
}
