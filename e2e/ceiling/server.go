package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/server/gateway/websocket"
)

// server answers the calls of `parley bench`, each once its record is durable.
type server struct {
	url    string
	log    *ledger
	serial atomic.Int64 // of contacts, participants and items

	mu    sync.Mutex
	chats map[string]*chat // by contact
}

func newServer(url string, log *ledger) *server {
	return &server{url: url, log: log, chats: map[string]*chat{}}
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /contact/chat", s.start)
	mux.HandleFunc("POST /contact/create-participant", s.bot)
	mux.HandleFunc("POST /contact/stop", s.stop)
	mux.HandleFunc("POST /participant/connection", s.connection)
	mux.HandleFunc("POST /participant/message", s.message)
	mux.HandleFunc("GET /ws", s.socket)
	return mux
}

// participant is who a token names: "contact participant role".
type participant struct{ contact, id, role string }

func (p participant) token() string { return p.contact + " " + p.id + " " + p.role }

// caller returns who a token names and their chat, nil if it has ended.
func (s *server) caller(token string) (participant, *chat) {
	var p participant
	p.contact, token, _ = strings.Cut(token, " ")
	p.id, p.role, _ = strings.Cut(token, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	return p, s.chats[p.contact]
}

// id is as long as those of Parley.
func (s *server) id() string { return fmt.Sprintf("%036d", s.serial.Add(1)) }

func (s *server) start(w http.ResponseWriter, r *http.Request) {
	body := read(r)
	p := participant{contact: s.id(), id: s.id(), role: "CUSTOMER"}
	s.mu.Lock()
	s.chats[p.contact] = &chat{}
	s.mu.Unlock()
	s.log.append(body)
	reply(w, `{"ContactId":%q,"ParticipantId":%q,"ParticipantToken":%q}`, p.contact, p.id, p.token())
}

func (s *server) bot(w http.ResponseWriter, r *http.Request) {
	body := read(r)
	var in struct{ ContactId string }
	_ = json.Unmarshal(body, &in)
	p := participant{contact: in.ContactId, id: s.id(), role: "CUSTOM_BOT"}
	s.log.append(body)
	reply(w, `{"ParticipantId":%q,"ParticipantCredentials":{"ParticipantToken":%q}}`, p.id, p.token())
}

func (s *server) stop(w http.ResponseWriter, r *http.Request) {
	body := read(r)
	var in struct{ ContactId string }
	_ = json.Unmarshal(body, &in)
	s.mu.Lock()
	delete(s.chats, in.ContactId)
	s.mu.Unlock()
	s.log.append(body)
	reply(w, `{}`)
}

func (s *server) connection(w http.ResponseWriter, r *http.Request) {
	token := r.Header.Get("X-Amz-Bearer")
	s.log.append([]byte(token))
	url := strings.Replace(s.url, "http", "ws", 1) + "/ws?t=" + strings.ReplaceAll(token, " ", "+")
	reply(w, `{"Websocket":{"Url":%q},"ConnectionCredentials":{"ConnectionToken":%q}}`, url, token)
}

func (s *server) message(w http.ResponseWriter, r *http.Request) {
	p, c := s.caller(r.Header.Get("X-Amz-Bearer"))
	var in struct{ Content string }
	if err := json.Unmarshal(read(r), &in); err != nil || c == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	i := item{participant: p, id: s.id(), at: time.Now(), content: in.Content}
	text := i.encode()
	s.log.append(text)
	c.deliver(frame(text))
	reply(w, `{"Id":"%s","AbsoluteTime":"%s"}`, i.id, i.time())
}

// socket serves a websocket: the subscription is confirmed, a customer's is
// greeted, and heartbeats are echoed.
func (s *server) socket(w http.ResponseWriter, r *http.Request) {
	p, c := s.caller(r.URL.Query().Get("t"))
	if status := websocket.Check(r); status != 0 || c == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	conn, frames, err := websocket.Upgrade(w, r, time.Second, 1<<16)
	if err != nil {
		return
	}
	go func() {
		defer conn.Close()
		defer c.leave(conn)
		for {
			op, text, err := frames.Next()
			if err != nil || op == websocket.Close {
				return
			}
			s.hear(p, c, conn, string(text))
		}
	}()
}

func (s *server) hear(p participant, c *chat, conn io.Writer, text string) {
	switch {
	case strings.Contains(text, "aws/heartbeat"):
		c.write(conn, []byte(`{"topic":"aws/heartbeat"}`))
	case strings.Contains(text, "aws/subscribe"):
		c.write(conn, []byte(`{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}`))
		c.join(conn)
		if p.role == "CUSTOMER" {
			i := item{participant: participant{p.contact, "system", "SYSTEM"}, id: s.id(), at: time.Now(), content: "Hello."}
			text := i.encode()
			s.log.append(text)
			c.deliver(frame(text))
		}
	}
}

func read(r *http.Request) []byte {
	body := make([]byte, max(r.ContentLength, 0))
	_, _ = io.ReadFull(r.Body, body)
	return body
}

func reply(w http.ResponseWriter, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, format, args...)
}
