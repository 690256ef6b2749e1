package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"parley/app/follow"
	"parley/bus"
	"parley/bus/memory"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/server/gateway"
	"parley/store"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// world is a gateway with all that it needs, and sessions in which two people
// are present, the customer "c" and the agent "a". A token is "session/participant/number".
type world struct {
	gw   *gateway.Gateway
	http *httptest.Server
	bus  *memory.Bus
	hub  *follow.Hub

	mu       sync.Mutex
	items    map[string][]transcript.Item
	spent    map[string]bool
	gone     map[string]bool
	failures int // of Subscribed, before it works
	healthy  bool
	fromHead bool // URLs are served from the head instead of the start
}

func newWorld(t testing.TB, tune func(*gateway.Options)) *world {
	w := &world{bus: memory.New(), items: map[string][]transcript.Item{}, spent: map[string]bool{}, gone: map[string]bool{}, healthy: true}
	w.hub = follow.New(w, w.bus, follow.Options{Encode: gateway.Encode})
	o := gateway.Options{Tickets: w, Subscriber: w, Follower: w.hub, Healthy: func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.healthy }}
	if tune != nil {
		tune(&o)
	}
	w.gw = gateway.New(o)
	w.http = httptest.NewServer(w.gw)
	ctx, cancel := context.WithCancel(context.Background())
	go w.hub.Run(ctx)
	go w.gw.Run(ctx)
	t.Cleanup(func() {
		w.gw.Drain(ctx)
		cancel()
		w.http.Close()
	})
	return w
}

func (w *world) Open(_ context.Context, token string) (gateway.Ticket, error) {
	parts := strings.Split(token, "/")
	if len(parts) != 3 {
		return gateway.Ticket{}, fault.New(fault.Denied, "secret reason")
	}
	role := map[string]transcript.Role{"c": transcript.Customer, "a": transcript.Agent}[parts[1]]
	return gateway.Ticket{ID: token, Session: parts[0], Participant: parts[1], Role: role}, nil
}

func (w *world) Subscribed(_ context.Context, t gateway.Ticket) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failures > 0 {
		w.failures--
		return 0, errors.New("the store is away")
	}
	if w.spent[t.ID] {
		return 0, fault.New(fault.Denied, "spent")
	}
	w.spent[t.ID] = true
	if w.fromHead {
		return int64(len(w.items[t.Session])), nil
	}
	return t.After, nil
}

func (w *world) Session(_ context.Context, id string) (*session.Session, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &session.Session{ID: id, Version: 1, Head: int64(len(w.items[id])), Status: session.Active}
	for _, p := range []string{"c", "a"} {
		if !w.gone[p] {
			s.State.Participants = append(s.State.Participants, session.Participant{ID: p})
		}
	}
	return s, nil
}

func (w *world) Items(_ context.Context, id string, page store.Page) ([]transcript.Item, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.items[id]
	from := min(page.After, int64(len(all)))
	return append([]transcript.Item(nil), all[from:min(from+int64(page.Limit), int64(len(all)))]...), nil
}

func (w *world) Heads(_ context.Context, ids []string) (map[string]store.Head, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	heads := map[string]store.Head{}
	for _, id := range ids {
		heads[id] = store.Head{Version: 1, Head: int64(len(w.items[id])), Status: session.Active}
	}
	return heads, nil
}

// say commits an item and publishes it with changes made to the hint.
func (w *world) say(id string, item transcript.Item, also ...func(*bus.Hint)) {
	w.mu.Lock()
	item.Place(id, int64(len(w.items[id]))+1, time.UnixMilli(1_700_000_000_000+int64(len(w.items[id]))))
	w.items[id] = append(w.items[id], item)
	w.mu.Unlock()
	h := bus.Hint{Session: id, Version: 1, Items: []transcript.Item{item}}
	for _, f := range also {
		f(&h)
	}
	w.bus.Publish(context.Background(), bus.Session(id), h)
}

func message(content string) transcript.Item {
	return transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: content, ContactID: "k",
		Author: transcript.Author{ParticipantID: "a", DisplayName: "Agent", Role: transcript.Agent},
	}
}

// client is a real websocket client.
type client struct {
	gws.BuiltinEventHandler
	*gws.Conn
	frames chan string
	pongs  chan string
	closed chan uint16
}

func (c *client) OnMessage(_ *gws.Conn, m *gws.Message) {
	c.frames <- m.Data.String()
	m.Close()
}

func (c *client) OnPong(_ *gws.Conn, payload []byte) { c.pongs <- string(payload) }

func (c *client) OnClose(_ *gws.Conn, err error) {
	var ce *gws.CloseError
	if errors.As(err, &ce) {
		c.closed <- ce.Code
	}
	close(c.closed)
}

// dial opens a socket.
func (w *world) dial(t testing.TB, token string) *client {
	t.Helper()
	c, response, err := w.tryDial(token, nil)
	if err != nil {
		t.Fatalf("dial: %v (%v)", err, response)
	}
	return c
}

func (w *world) tryDial(token string, header http.Header) (*client, *http.Response, error) {
	c := &client{frames: make(chan string, 1<<16), pongs: make(chan string, 1<<10), closed: make(chan uint16, 1)}
	conn, response, err := gws.NewClient(c, &gws.ClientOption{
		Addr:              "ws" + strings.TrimPrefix(w.http.URL, "http") + "/ws?token=" + token,
		RequestHeader:     header,
		PermessageDeflate: gws.PermessageDeflate{Enabled: true}, // offered, never accepted
	})
	if err != nil {
		return nil, response, err
	}
	c.Conn = conn
	go conn.ReadLoop()
	return c, response, nil
}

const (
	subscribe = `{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`
	ack       = `{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}`
	nak       = `{"topic":"aws/subscribe","content":{"status":"failure","topics":["aws/chat"]}}`
	heartbeat = `{"topic":"aws/heartbeat"}`
)

// subscribed opens a socket and subscribes.
func (w *world) subscribed(t testing.TB, token string) *client {
	t.Helper()
	c := w.dial(t, token)
	c.WriteString(subscribe)
	c.expect(t, ack)
	return c
}

func (c *client) next(t testing.TB) string {
	t.Helper()
	select {
	case f := <-c.frames:
		return f
	case <-time.After(patience):
		t.Fatal("no frame came")
		return ""
	}
}

// expect compares the next frames.
func (c *client) expect(t testing.TB, frames ...string) {
	t.Helper()
	for _, want := range frames {
		if got := c.next(t); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// expectContent compares the content of the next item.
func (c *client) expectContent(t testing.TB, want string) {
	t.Helper()
	if got := content(t, c.next(t)); got != want {
		t.Errorf("got %.60q, want %.60q", got, want)
	}
}

// content returns the Content of the item in a chat frame.
func content(t testing.TB, frame string) string {
	t.Helper()
	var outer struct{ Topic, ContentType, Content string }
	var inner struct{ Content string }
	if err := json.Unmarshal([]byte(frame), &outer); err != nil || outer.Topic != "aws/chat" || outer.ContentType != "application/json" {
		t.Fatalf("no chat frame: %.200s (%v)", frame, err)
	}
	if err := json.Unmarshal([]byte(outer.Content), &inner); err != nil {
		t.Fatalf("item is no JSON: %v", err)
	}
	return inner.Content
}

// expectClose waits for the close code; 0 = the connection ended without one.
func (c *client) expectClose(t testing.TB, want uint16) {
	t.Helper()
	select {
	case got := <-c.closed:
		if got != want {
			t.Errorf("closed with %d, want %d", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("not closed, want %d", want)
	}
}

// alive checks that the socket still answers and that nothing else came before.
func (c *client) alive(t testing.TB) {
	t.Helper()
	c.WriteString(heartbeat)
	c.expect(t, heartbeat)
}

// expectRefused holds how many upgrades were refused for a reason.
func (w *world) expectRefused(t testing.TB, reason string, n int64) {
	t.Helper()
	if got := w.gw.Stats().Refused; got[reason] != n {
		t.Errorf("refused upgrades %v, want %d for %q", got, n, reason)
	}
}

// expectDrops waits until the gateway has counted n sockets ended for a reason.
func (w *world) expectDrops(t testing.TB, reason string, n int64) {
	t.Helper()
	until(t, "drops of "+reason, func() bool { return w.gw.Stats().Drops[reason] == n })
}

// expectFollowings waits until n sockets are followed.
func (w *world) expectFollowings(t testing.TB, n int) {
	t.Helper()
	until(t, "followings", func() bool { return w.hub.Stats().Followings == n })
}

// until waits for a condition that the system under test brings about.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(patience); !holds(); <-look.C {
		if time.Now().After(end) {
			t.Fatalf("not reached: %s", what)
		}
	}
}

// rawDial opens a socket by hand and sends extra right behind the handshake.
func (w *world) rawDial(t testing.TB, token, headers, extra string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := (&net.Dialer{Control: smallReceiveBuffer}).Dial("tcp", w.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /ws?token=%s HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n%s", token, headers, extra)
	r := bufio.NewReader(conn)
	response, err := http.ReadResponse(r, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v %v", response, err)
	}
	if got := response.Header.Get("Sec-WebSocket-Accept"); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Errorf("accept key %q", got)
	}
	if got := response.Header.Get("Sec-WebSocket-Extensions"); got != "" {
		t.Errorf("extension %q accepted", got)
	}
	return conn, r
}

// readFrame reads one short server frame.
func readFrame(t testing.TB, r io.Reader) (first byte, payload string) {
	t.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, head[1])
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return head[0], string(b)
}

// masked returns a short client frame, masked with zeros.
func masked(first byte, payload string) string {
	return string([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}) + payload
}
