package websocket

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"parley/internal/clock"
)

// guid is what the accept key is derived with (RFC 6455, 1.3).
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// subprotocol is the one that some clients offer and require to be accepted; it means nothing to us.
const subprotocol = "chat"

// sendBuffer bounds what the kernel holds for a client that does not read
// (our choice; without it Linux grows to megabytes).
const sendBuffer = 64 << 10

// Check returns the HTTP status that refuses a request which is no websocket
// handshake of version 13, and 0 for one that is.
func Check(r *http.Request) int {
	switch {
	case r.Method != http.MethodGet, r.ProtoMajor != 1, r.ProtoMinor < 1:
		return http.StatusBadRequest
	case !hasToken(r.Header, "Connection", "upgrade"), !hasToken(r.Header, "Upgrade", "websocket"):
		return http.StatusUpgradeRequired
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		return http.StatusUpgradeRequired
	}
	if key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key")); err != nil || len(key) != 16 {
		return http.StatusBadRequest
	}
	return 0
}

// hasToken reports whether a comma-separated header has the token, in any case.
func hasToken(h http.Header, name, token string) bool {
	for _, line := range h.Values(name) {
		for part := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// Upgrade takes the connection of a request that passed Check away from the
// HTTP server and answers the handshake within the timeout. The caller owns
// the connection; the handler should return at once, so that the HTTP
// server's buffers are freed. No extension is ever accepted.
func Upgrade(w http.ResponseWriter, r *http.Request, timeout time.Duration, limit int) (net.Conn, *Reader, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, nil, err
	}
	var in io.Reader = conn
	if n := buffered.Reader.Buffered(); n > 0 { // frames sent before our answer
		ahead, _ := buffered.Reader.Peek(n)
		in = io.MultiReader(bytes.NewReader(bytes.Clone(ahead)), conn)
	}
	if tcp, ok := conn.(interface{ SetWriteBuffer(int) error }); ok {
		tcp.SetWriteBuffer(sendBuffer)
	}
	conn.SetDeadline(clock.Wall().Add(timeout))
	if _, err := conn.Write(answer(r)); err != nil {
		conn.Close()
		return nil, nil, err
	}
	conn.SetDeadline(time.Time{})
	return conn, NewReader(in, limit), nil
}

func answer(r *http.Request) []byte {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + guid))
	b := []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
	b = base64.StdEncoding.AppendEncode(b, sum[:])
	if hasToken(r.Header, "Sec-WebSocket-Protocol", subprotocol) {
		b = append(b, "\r\nSec-WebSocket-Protocol: "+subprotocol...)
	}
	return append(b, "\r\n\r\n"...)
}
