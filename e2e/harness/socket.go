package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/lxzan/gws"
)

// Frame is one text frame from the server, decoded at its outer level.
type Frame struct {
	Topic         string
	ContentType   string
	Content       json.RawMessage
	StatusCode    int
	StatusContent string
}

// Item is the inner JSON of an aws/chat frame.
type Item struct {
	ID               string `json:"Id"`
	Type             string
	ContentType      string
	Content          string
	AbsoluteTime     string
	ParticipantID    string `json:"ParticipantId"`
	ParticipantRole  string
	DisplayName      string
	InitialContactID string `json:"InitialContactId"`
	ContactID        string `json:"ContactId"`
	MessageMetadata  struct {
		MessageID string `json:"MessageId"`
		Receipts  []Receipt
		// Of a message that is shown while it is made; nil for all others.
		MessageCompleted *bool
		ChunkNumber      int
	}
}

// Receipt tells up to when a message was delivered or read.
type Receipt struct {
	DeliveredTimestamp     string
	ReadTimestamp          string
	RecipientParticipantID string `json:"RecipientParticipantId"`
}

// Socket is a websocket client that keeps every frame it got.
type Socket struct {
	gws.BuiltinEventHandler

	t      testing.TB
	conn   *gws.Conn
	mu     sync.Mutex
	frames []Frame
	items  []Item
	bad    []string // frames that break the protocol
	closed error
}

// Dial opens a websocket. When the server refuses the upgrade, the socket is
// nil and the status tells why.
func Dial(t testing.TB, address string) (*Socket, int) {
	t.Helper()
	s := &Socket{t: t}
	conn, response, err := gws.NewClient(s, &gws.ClientOption{Addr: address})
	if err != nil {
		if response == nil {
			t.Fatalf("websocket: %v", err)
		}
		return nil, response.StatusCode
	}
	s.conn = conn
	go conn.ReadLoop()
	t.Cleanup(func() { conn.NetConn().Close() })
	return s, http.StatusSwitchingProtocols
}

// OnMessage keeps a frame; it is called by the websocket library.
func (s *Socket) OnMessage(_ *gws.Conn, message *gws.Message) {
	defer message.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.keep(message.Bytes()); err != nil {
		s.bad = append(s.bad, fmt.Sprintf("%v: %s", err, message.Bytes()))
	}
}

func (s *Socket) keep(text []byte) error {
	var frame Frame
	if err := json.Unmarshal(text, &frame); err != nil {
		return err
	}
	s.frames = append(s.frames, frame)
	if frame.Topic != "aws/chat" {
		return nil
	}
	var inner string // an object instead of a string is dropped by chatjs
	if err := json.Unmarshal(frame.Content, &inner); err != nil {
		return err
	}
	var item Item
	if err := json.Unmarshal([]byte(inner), &item); err != nil {
		return err
	}
	s.items = append(s.items, item)
	return nil
}

// OnClose notes why the connection ended; it is called by the websocket library.
func (s *Socket) OnClose(_ *gws.Conn, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = err
}

// Write sends one text frame as it is.
func (s *Socket) Write(text string) {
	s.t.Helper()
	if err := s.conn.WriteString(text); err != nil {
		s.t.Fatalf("write %s: %v", text, err)
	}
}

// Subscribe asks for aws/chat and waits for the acknowledgement.
func (s *Socket) Subscribe() *Socket {
	s.t.Helper()
	s.Write(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)
	ack := s.AwaitFrame("aws/subscribe")
	const want = `{"status":"success","topics":["aws/chat"]}`
	if string(ack.Content) != want {
		s.t.Errorf("subscribe is answered with %s, want %s", ack.Content, want)
	}
	return s
}

// Frames returns the frames of a topic so far.
func (s *Socket) Frames(topic string) (found []Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, frame := range s.frames {
		if frame.Topic == topic {
			found = append(found, frame)
		}
	}
	return found
}

// AwaitFrame waits for the first frame of a topic.
func (s *Socket) AwaitFrame(topic string) (found Frame) {
	s.t.Helper()
	Await(s.t, topic+" frame", waitDeadline, func() error {
		if frames := s.Frames(topic); len(frames) > 0 {
			found = frames[0]
			return nil
		}
		return errors.New("not there")
	})
	return found
}

// Items returns what aws/chat frames brought so far, in order, and fails the
// test when a frame broke the protocol.
func (s *Socket) Items() []Item {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, bad := range s.bad {
		s.t.Errorf("bad frame: %s", bad)
	}
	return append([]Item(nil), s.items...)
}

// AwaitItem waits for the first item that satisfies want.
func (s *Socket) AwaitItem(what string, want func(Item) bool) (found Item) {
	s.t.Helper()
	Await(s.t, what, waitDeadline, func() error {
		items := s.Items()
		for _, item := range items {
			if want(item) {
				found = item
				return nil
			}
		}
		return fmt.Errorf("among %d items: %+v", len(items), items)
	})
	return found
}

// AwaitText waits for a message with this content.
func (s *Socket) AwaitText(content string) Item {
	s.t.Helper()
	return s.AwaitItem("message "+content, func(i Item) bool { return i.Type == "MESSAGE" && i.Content == content })
}

// AwaitEvent waits for an event by the end of its content type, such as
// "chat.ended".
func (s *Socket) AwaitEvent(name string) Item {
	s.t.Helper()
	return s.AwaitItem(name, func(i Item) bool { return i.ContentType == EventType(name) })
}

// AwaitClose waits until the connection is closed and returns the code of the
// close frame, 0 when there was none.
func (s *Socket) AwaitClose() uint16 {
	s.t.Helper()
	return s.AwaitCloseWithin(waitDeadline)
}

// AwaitCloseWithin is AwaitClose for a socket that is given a longer time.
func (s *Socket) AwaitCloseWithin(deadline time.Duration) uint16 {
	s.t.Helper()
	var reason error
	Await(s.t, "close", deadline, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if reason = s.closed; reason == nil {
			return errors.New("still open")
		}
		return nil
	})
	var code *gws.CloseError
	if errors.As(reason, &code) {
		return code.Code
	}
	return 0
}

// Close closes the connection as a client does.
func (s *Socket) Close() { s.conn.WriteClose(1000, nil) }

// EventType returns the content type of an event by the end of its name.
func EventType(name string) string { return "application/vnd.amazonaws.connect.event." + name }
