package main

import (
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/server/gateway/websocket"
)

// chat is the sockets that its items go to.
type chat struct {
	mu      sync.Mutex
	sockets []io.Writer
}

func (c *chat) join(conn io.Writer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sockets = append(c.sockets, conn)
}

func (c *chat) leave(conn io.Writer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sockets = slices.DeleteFunc(c.sockets, func(s io.Writer) bool { return s == conn })
}

// write writes a text to one socket.
func (c *chat) write(conn io.Writer, text []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = conn.Write(websocket.AppendFrame(nil, websocket.Text, text))
}

// deliver writes a frame to every socket. A write that fails is the reader's to notice.
func (c *chat) deliver(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sockets {
		_, _ = s.Write(frame)
	}
}

// item is a message as the sockets carry it.
type item struct {
	participant
	id      string
	at      time.Time
	content string
}

func (i item) time() string { return i.at.UTC().Format("2006-01-02T15:04:05.000Z") }

// encode writes an item as JSON.
func (i item) encode() []byte {
	b := make([]byte, 0, 640)
	for _, member := range [...][2]string{
		{`{"AbsoluteTime":"`, i.time()},
		{`","Content":"`, i.content},
		{`","ContentType":"text/plain","Type":"MESSAGE","Id":"`, i.id},
		{`","ParticipantId":"`, i.participant.id},
		{`","ParticipantRole":"`, i.role},
		{`","ContactId":"`, i.contact},
		{`","InitialContactId":"`, i.contact},
	} {
		b = appendEscaped(append(b, member[0]...), member[1])
	}
	return append(b, `"}`...)
}

// frame wraps an item for the sockets.
func frame(item []byte) []byte {
	b := make([]byte, websocket.HeaderRoom, 2*len(item)+128)
	b = append(b, `{"content":"`...)
	b = appendEscaped(b, string(item))
	b = append(b, `","contentType":"application/json","topic":"aws/chat"}`...)
	return websocket.Finish(b)
}

// appendEscaped escapes what stands between quotes; the texts of the load have
// nothing but quotes and backslashes to escape.
func appendEscaped(b []byte, s string) []byte {
	for {
		n := strings.IndexAny(s, `"\\`)
		if n < 0 {
			return append(b, s...)
		}
		b = append(append(b, s[:n]...), '\\', s[n])
		s = s[n+1:]
	}
}
