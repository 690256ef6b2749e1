// Package clienttest is a server for tests of what is built on client: many
// chats in memory, each of which greets the customer when they subscribe.
//
// It guarantees one order per chat on every socket, and nothing else: no
// signature is checked, no token expires and no rule of Amazon Connect holds.
package clienttest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lxzan/gws"
)

// Greeting is the first message of every chat.
const Greeting = "Welcome to the relay."

// Relay is the running server.
type Relay struct {
	*httptest.Server
	// Refuse, if set, names the error type of every SendMessage answer, with status 400.
	Refuse string
	// Hold, if set, is what every SendMessage waits for: until it is closed.
	Hold chan struct{}
	// Reason is what DescribeContact says why a chat has ended.
	Reason string

	gws.BuiltinEventHandler
	upgrader *gws.Upgrader
	mu       sync.Mutex
	chats    map[string]*chat
	serial   int
}

type chat struct {
	mu      sync.Mutex
	items   []map[string]string
	sockets map[*gws.Conn]string // of which participant
	ended   bool
}

// New starts a relay; the caller closes it.
func New() *Relay {
	r := &Relay{chats: make(map[string]*chat)}
	r.upgrader = gws.NewUpgrader(r, &gws.ServerOption{})
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /contact/chat", r.start)
	mux.HandleFunc("POST /contact/create-participant", r.bot)
	mux.HandleFunc("POST /contact/stop", r.stop)
	mux.HandleFunc("GET /contacts/{instance}/{contact}", r.describe)
	mux.HandleFunc("POST /participant/connection", r.connection)
	mux.HandleFunc("POST /participant/message", r.message)
	mux.HandleFunc("POST /participant/disconnect", r.disconnect)
	mux.HandleFunc("POST /participant/transcript", r.transcript)
	mux.HandleFunc("GET /ws", r.upgrade)
	r.Server = httptest.NewServer(mux)
	return r
}

// Open returns how many chats have not ended.
func (r *Relay) Open() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.chats {
		c.mu.Lock()
		if !c.ended {
			n++
		}
		c.mu.Unlock()
	}
	return n
}

// Say makes a participant of every chat say or signal something.
func (r *Relay) Say(item map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.chats {
		c.add(item)
	}
}

// Drop closes every socket with a close code.
func (r *Relay) Drop(code uint16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.chats {
		c.mu.Lock()
		for s := range c.sockets {
			_ = s.WriteClose(code, nil)
		}
		c.mu.Unlock()
	}
}

// token is both tokens of a participant: "contact participant role name".
func token(contact, participant, role, name string) string {
	return strings.Join([]string{contact, participant, role, name}, " ")
}

// who returns the chat of a call and its caller's item fields; nil after the end.
func (r *Relay) who(bearer string) (*chat, map[string]string) {
	fields := strings.SplitN(bearer, " ", 4)
	if len(fields) < 4 {
		return nil, nil
	}
	c := r.chat(fields[0])
	if c == nil {
		return nil, nil
	}
	return c, map[string]string{"ContactId": fields[0], "InitialContactId": fields[0],
		"ParticipantId": fields[1], "ParticipantRole": fields[2], "DisplayName": fields[3]}
}

func (r *Relay) chat(id string) *chat {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.chats[id]
	if c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.ended {
			return nil
		}
	}
	return c
}

func (r *Relay) next(prefix string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serial++
	return fmt.Sprint(prefix, r.serial)
}

type body struct {
	ContactId, ContentType, Content string
	ParticipantDetails              struct{ DisplayName, ParticipantRole string }
	StartPosition                   struct{ Id string }
}

func read(req *http.Request) (b body) {
	_ = json.NewDecoder(req.Body).Decode(&b)
	return b
}

func reply(w http.ResponseWriter, value any) { _ = json.NewEncoder(w).Encode(value) }

func refuse(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("X-Amzn-Errortype", kind)
	w.WriteHeader(status)
	reply(w, map[string]string{"message": "refused by the relay"})
}

func (r *Relay) start(w http.ResponseWriter, req *http.Request) {
	b := read(req)
	contact, participant := r.next("contact-"), r.next("participant-")
	r.mu.Lock()
	r.chats[contact] = &chat{sockets: make(map[*gws.Conn]string)}
	r.mu.Unlock()
	reply(w, map[string]string{"ContactId": contact, "ParticipantId": participant,
		"ParticipantToken": token(contact, participant, "CUSTOMER", b.ParticipantDetails.DisplayName)})
}

func (r *Relay) bot(w http.ResponseWriter, req *http.Request) {
	b, id := read(req), r.next("participant-")
	reply(w, map[string]any{"ParticipantId": id, "ParticipantCredentials": map[string]string{
		"ParticipantToken": token(b.ContactId, id, "CUSTOM_BOT", b.ParticipantDetails.DisplayName)}})
}

func (r *Relay) stop(w http.ResponseWriter, req *http.Request) {
	c := r.chat(read(req).ContactId)
	if c == nil {
		refuse(w, 410, "ContactNotFoundException")
		return
	}
	c.end()
	reply(w, struct{}{})
}

func (r *Relay) describe(w http.ResponseWriter, req *http.Request) {
	reply(w, map[string]any{"Contact": map[string]string{"Id": req.PathValue("contact"), "DisconnectReason": r.Reason}})
}

// End ends every chat, as a flow does: the customer leaves, and it is over.
func (r *Relay) End() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, c := range r.chats {
		for _, participant := range c.members() {
			c.add(map[string]string{"Type": "EVENT", "ContentType": "application/vnd.amazonaws.connect.event.participant.left",
				"ContactId": id, "ParticipantId": participant, "ParticipantRole": "CUSTOMER"})
		}
		c.end()
	}
}

// members are the participants that have sockets.
func (c *chat) members() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Values(c.sockets))
}

func (r *Relay) connection(w http.ResponseWriter, req *http.Request) {
	bearer := req.Header.Get("X-Amz-Bearer")
	if c, _ := r.who(bearer); c == nil {
		refuse(w, 403, "AccessDeniedException")
		return
	}
	url := strings.Replace(r.URL, "http", "ws", 1) + "/ws?t=" + strings.ReplaceAll(bearer, " ", "+")
	reply(w, map[string]any{"Websocket": map[string]string{"Url": url},
		"ConnectionCredentials": map[string]string{"ConnectionToken": bearer}})
}

func (r *Relay) message(w http.ResponseWriter, req *http.Request) {
	if r.Hold != nil {
		<-r.Hold
	}
	c, item := r.who(req.Header.Get("X-Amz-Bearer"))
	switch {
	case c == nil:
		refuse(w, 403, "AccessDeniedException")
		return
	case r.Refuse != "":
		refuse(w, 400, r.Refuse)
		return
	}
	b := read(req)
	item["Type"], item["ContentType"], item["Content"] = "MESSAGE", b.ContentType, b.Content
	item = c.add(item)
	reply(w, map[string]string{"Id": item["Id"], "AbsoluteTime": item["AbsoluteTime"]})
}

func (r *Relay) disconnect(w http.ResponseWriter, req *http.Request) {
	if c, _ := r.who(req.Header.Get("X-Amz-Bearer")); c != nil {
		c.end()
	}
	reply(w, struct{}{})
}

// transcript answers all items, from the start position on or newest first.
func (r *Relay) transcript(w http.ResponseWriter, req *http.Request) {
	c, _ := r.who(req.Header.Get("X-Amz-Bearer"))
	if c == nil {
		refuse(w, 403, "AccessDeniedException")
		return
	}
	start := read(req).StartPosition.Id
	c.mu.Lock()
	defer c.mu.Unlock()
	items := []map[string]string{}
	for _, item := range c.items {
		if start == "" {
			items = append([]map[string]string{item}, items...)
		} else if len(items) > 0 || item["Id"] == start {
			items = append(items, item)
		}
	}
	reply(w, map[string]any{"Transcript": items})
}

func (r *Relay) upgrade(w http.ResponseWriter, req *http.Request) {
	conn, err := r.upgrader.Upgrade(w, req)
	if err != nil {
		return
	}
	conn.Session().Store("bearer", req.URL.Query().Get("t"))
	go conn.ReadLoop()
}

// OnMessage implements gws.Event.
func (r *Relay) OnMessage(s *gws.Conn, m *gws.Message) {
	defer m.Close()
	switch frame := string(m.Bytes()); {
	case strings.Contains(frame, "aws/heartbeat"):
		_ = s.WriteString(`{"topic":"aws/heartbeat"}`)
	case strings.Contains(frame, "aws/subscribe"):
		_ = s.WriteString(`{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}`)
		bearer, _ := s.Session().Load("bearer")
		if c, who := r.who(bearer.(string)); c != nil {
			c.join(s, who)
		}
	}
}

// join subscribes a socket; the customer's first brings the greeting.
func (c *chat) join(s *gws.Conn, who map[string]string) {
	c.mu.Lock()
	c.sockets[s] = who["ParticipantId"]
	first := len(c.items) == 0
	c.mu.Unlock()
	if first && who["ParticipantRole"] == "CUSTOMER" {
		c.add(map[string]string{"Type": "MESSAGE", "ContentType": "text/plain", "Content": Greeting,
			"ParticipantRole": "SYSTEM", "DisplayName": "SYSTEM_MESSAGE", "ParticipantId": "system"})
	}
}

func (c *chat) end() {
	c.add(map[string]string{"Type": "EVENT", "ContentType": "application/vnd.amazonaws.connect.event.chat.ended"})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	for s := range c.sockets {
		_ = s.WriteClose(1000, nil)
	}
}

// add stores a copy of an item and writes it to every socket.
func (c *chat) add(item map[string]string) map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := map[string]string{"Id": fmt.Sprintf("item-%p-%d", c, len(c.items)+1),
		"AbsoluteTime": time.Now().UTC().Format("2006-01-02T15:04:05.000Z")}
	for name, value := range item {
		kept[name] = value
	}
	c.items = append(c.items, kept)
	inner, _ := json.Marshal(kept)
	frame, _ := json.Marshal(map[string]string{"topic": "aws/chat", "contentType": "application/json", "content": string(inner)})
	for s := range c.sockets {
		_ = s.WriteMessage(gws.OpcodeText, frame)
	}
	return kept
}
