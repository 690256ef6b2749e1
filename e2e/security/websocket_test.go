package security_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/testload"
)

// upgrade opens a websocket by hand, so that it can be spoken badly. Extra
// headers go into the handshake.
func upgrade(t *testing.T, s *harness.Server, address string, extra ...string) (net.Conn, *bufio.Reader, *http.Response) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn := open(t, s)
	headers := append([]string{
		"GET " + u.RequestURI() + " HTTP/1.1", "Host: " + u.Host, "Connection: Upgrade", "Upgrade: websocket",
		"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
	}, extra...)
	if _, err := io.WriteString(conn, strings.Join(headers, "\r\n")+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn, reader, answer
}

// frame returns a client's frame with this first byte, masked with zeros.
func frame(first byte, payload string) string {
	b := []byte{first}
	if n := len(payload); n < 126 {
		b = append(b, 0x80|byte(n))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	}
	return string(append(b, 0, 0, 0, 0)) + payload
}

// closeCode reads frames until the server's close frame and returns its code,
// 0 if the connection ends without one.
func closeCode(r *bufio.Reader) (int, error) {
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(r, head); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return 0, err
		}
		n := int(head[1] & 0x7f)
		if n == 126 {
			size := make([]byte, 2)
			if _, err := io.ReadFull(r, size); err != nil {
				return 0, err
			}
			n = int(binary.BigEndian.Uint16(size))
		}
		payload := make([]byte, n)
		if _, err := io.ReadFull(r, payload); err != nil {
			return 0, err
		}
		if head[0]&0x0f == 8 && n >= 2 {
			return int(binary.BigEndian.Uint16(payload)), nil
		}
	}
}

// TestOrigins (W1): any site may hold a websocket, as chatjs needs, because
// only the URL's token opens one.
func TestOrigins(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	for _, origin := range []string{"https://shop.example", "null", "http://127.0.0.1"} {
		if _, _, answer := upgrade(t, s, chat.SocketURL(), "Origin: "+origin); answer.StatusCode != 101 {
			t.Errorf("origin %s: the upgrade is answered with %d, want 101", origin, answer.StatusCode)
		}
	}
	_, _, answer := upgrade(t, s, s.URL+"/ws", "Origin: "+s.URL, "Cookie: token="+chat.ParticipantToken, "X-Amz-Bearer: "+chat.ParticipantToken,
		"Sec-WebSocket-Protocol: "+chat.ParticipantToken)
	if answer.StatusCode != 403 {
		t.Errorf("without a URL's token the upgrade is answered with %d, want 403", answer.StatusCode)
	}
}

// TestFrames (W2): whatever violates the protocol or a limit ends that socket
// with the code RFC 6455 names, and nothing else.
func TestFrames(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	bystander := s.Join(quiet)
	long := func(n uint64) string {
		return string(binary.BigEndian.AppendUint64([]byte{0x81, 0xff}, n)) + "\x00\x00\x00\x00data"
	}
	for _, c := range []struct {
		name, bytes string
		code        int
	}{
		{"unmasked", "\x81\x01x", 1002},
		{"compressed, without the extension", frame(0xc1, "\xca\x48"), 1002},
		{"reserved opcode", frame(0x83, "x"), 1002},
		{"ping of 126 bytes", frame(0x89, strings.Repeat("x", 126)), 1002},
		{"fragmented ping", frame(0x09, "x"), 1002},
		{"continuation of nothing", frame(0x80, "x"), 1002},
		{"2^63 bytes declared", long(1 << 63), 1009},
		{"2^31 bytes declared", long(1 << 31), 1009},
		{"more than a client ever says", frame(0x81, strings.Repeat("x", 5000)), 1009},
		{"flood of fragments", frame(0x01, "") + strings.Repeat(frame(0x00, ""), 5000), 1009},
		{"text that is not UTF-8", frame(0x81, "\xff\xfe"), 1007},
		{"close reason that is not UTF-8", frame(0x88, "\x03\xe8\xff"), 1007},
		{"close code 1005", frame(0x88, "\x03\xed"), 1002},
		{"HTTP instead of frames", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1002},
	} {
		conn, reader, answer := upgrade(t, s, s.StartChat(quiet).SocketURL())
		if answer.StatusCode != 101 {
			t.Fatalf("the upgrade is answered with %d", answer.StatusCode)
		}
		go io.WriteString(conn, c.bytes)
		if code, err := closeCode(reader); code != c.code {
			t.Errorf("%s: closed with %d (%v), want %d", c.name, code, err, c.code)
		}
		conn.Close()
	}
	bystander.Send("still here")
	bystander.Socket.AwaitText("still here")
}

// TestNoCompression (W2): what is offered is not accepted, so there is nothing to inflate.
func TestNoCompression(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	_, _, answer := upgrade(t, s, chat.SocketURL(), "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
	if got := answer.Header.Values("Sec-WebSocket-Extensions"); answer.StatusCode != 101 || len(got) != 0 {
		t.Errorf("the upgrade is answered with %d and the extensions %v, want none", answer.StatusCode, got)
	}
}

// TestFloods (W2): frames without end or sense on one socket cost the others nothing.
func TestFloods(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	bystander := s.Join(quiet)
	for name, bytes := range map[string]string{
		"pings":                  strings.Repeat(frame(0x89, "p"), 100_000),
		"subscribes to nonsense": strings.Repeat(frame(0x81, `{"topic":"aws/subscribe","content":{"topics":["a","b"]}}`), 20_000),
		"nesting":                strings.Repeat(frame(0x81, strings.Repeat("[", 4000)), 250),
		"deep topic":             strings.Repeat(frame(0x81, `{"topic":"aws/subscribe","content":`+strings.Repeat(`{"a":`, 700)), 250),
	} {
		conn, _, answer := upgrade(t, s, s.StartChat(quiet).SocketURL())
		if answer.StatusCode != 101 {
			t.Fatalf("%s: the upgrade is answered with %d", name, answer.StatusCode)
		}
		io.WriteString(conn, bytes) // the server may cut a client that does not read
		began := testload.Start()
		bystander.Send("during " + name)
		bystander.Socket.AwaitText("during " + name)
		if took := began.Took(); took > 2*time.Second {
			t.Errorf("%s: a message of another chat took %v", name, took)
		}
		conn.Close()
	}
}

// TestUnsubscribedSocketGetsNothing (W3): and other topics are refused.
func TestUnsubscribedSocketGetsNothing(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	idle, status := harness.Dial(t, chat.SocketURL())
	if idle == nil {
		t.Fatalf("the upgrade is answered with %d", status)
	}
	for _, topics := range []string{`["aws/agent"]`, `["aws/chat/` + unknownID + `"]`, `["*"]`, `["#"]`, `["AWS/CHAT"]`, `[]`} {
		idle.Write(`{"topic":"aws/subscribe","content":{"topics":` + topics + `}}`)
	}
	harness.Await(t, "refusal of every topic", waiting, func() error {
		if n := len(idle.Frames("aws/subscribe")); n != 6 {
			return fmt.Errorf("%d of 6 answers", n)
		}
		return nil
	})
	for _, ack := range idle.Frames("aws/subscribe") {
		if !strings.Contains(string(ack.Content), `"failure"`) {
			t.Errorf("a foreign topic is answered with %s", ack.Content)
		}
	}
	chat.Send("said before it subscribed")
	chat.Socket.AwaitText("said before it subscribed")
	idle.Write(`{"topic":"aws/heartbeat"}`)
	idle.AwaitFrame("aws/heartbeat") // a message would have come before this
	if items := idle.Items(); len(items) != 0 {
		t.Errorf("a socket that did not subscribe got %v", items)
	}
	idle.Write(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)
	idle.AwaitText("said before it subscribed") // nothing was lost by waiting
}
