package client_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/lxzan/gws"
)

// fake is a server with one chat: it keeps a transcript and serves sockets.
type fake struct {
	gws.BuiltinEventHandler
	*httptest.Server
	upgrader *gws.Upgrader

	mu      sync.Mutex
	items   []map[string]string
	sockets []*gws.Conn   // subscribed and open, oldest first
	log     []string      // what happened to sockets, in order
	calls   []string      // bodies with their paths, in order
	deny    []int         // statuses for the next CreateParticipantConnection calls; 0 lets one pass
	nak     bool          // refuse subscriptions
	mute    int           // this many sockets get no heartbeat answers
	gate    chan struct{} // holds answers of GetTranscript until it is closed; may be nil
	pongs   chan struct{}
	beats   chan struct{}
	opened  chan struct{}
	gone    chan uint16 // close codes of sockets
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{opened: make(chan struct{}, 100), gone: make(chan uint16, 100), pongs: make(chan struct{}, 100),
		beats: make(chan struct{}, 1000)}
	f.upgrader = gws.NewUpgrader(f, &gws.ServerOption{})
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /contact/chat", f.start)
	mux.HandleFunc("POST /contact/create-participant", f.bot)
	mux.HandleFunc("POST /contact/stop", f.stop)
	mux.HandleFunc("POST /participant/connection", f.connection)
	mux.HandleFunc("POST /participant/message", f.message)
	mux.HandleFunc("POST /participant/disconnect", f.disconnect)
	mux.HandleFunc("POST /participant/transcript", f.transcript)
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, r *http.Request) {
		if conn, err := f.upgrader.Upgrade(w, r); err == nil {
			go conn.ReadLoop()
		}
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) record(r *http.Request) map[string]any {
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	text, _ := json.Marshal(body)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, r.URL.Path+" "+string(text))
	return body
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

func (f *fake) start(w http.ResponseWriter, r *http.Request) {
	f.record(r)
	if !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/connect/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date, Signature=") {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException:http://example")
		answer(w, 403, `{"message":"signature: `+r.Header.Get("Authorization")+`"}`)
		return
	}
	answer(w, 200, `{"ContactId":"c1","ParticipantId":"p1","ParticipantToken":"tok"}`)
}

func (f *fake) bot(w http.ResponseWriter, r *http.Request) {
	f.record(r)
	answer(w, 200, `{"ParticipantCredentials":{"ParticipantToken":"bot","Expiry":"2026-11-22T00:00:00.000Z"},"ParticipantId":"b1"}`)
}

func (f *fake) stop(w http.ResponseWriter, r *http.Request) {
	f.record(r)
	answer(w, 410, `{"__type":"com.amazonaws.connect#ContactNotFoundException","Message":"no such contact"}`)
}

func (f *fake) connection(w http.ResponseWriter, r *http.Request) {
	f.record(r)
	f.mu.Lock()
	status := 0
	if len(f.deny) > 0 {
		status, f.deny = f.deny[0], f.deny[1:]
	}
	f.mu.Unlock()
	if status != 0 {
		answer(w, status, `{"message":"no"}`)
		return
	}
	ws := strings.Replace(f.URL, "http", "ws", 1) + "/ws"
	answer(w, 200, `{"Websocket":{"Url":"`+ws+`","ConnectionExpiry":"x"},"ConnectionCredentials":{"ConnectionToken":"ct","Expiry":"2036-11-22T00:00:00.000Z"}}`)
}

func (f *fake) message(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Bearer") != "ct" {
		answer(w, 403, `{"message":"bearer"}`)
		return
	}
	body := f.record(r)
	id := f.store(body["Content"].(string))
	f.push(id)
	answer(w, 200, `{"AbsoluteTime":"2026-11-22T10:00:00.000Z","Id":"`+id+`"}`)
}

func (f *fake) disconnect(w http.ResponseWriter, r *http.Request) {
	f.record(r)
	f.end()
	answer(w, 200, `{}`)
}

// transcript answers two items a page, so that paging is exercised.
func (f *fake) transcript(w http.ResponseWriter, r *http.Request) {
	body := f.record(r)
	f.mu.Lock()
	items := append([]map[string]string{}, f.items...)
	gate := f.gate
	f.mu.Unlock()
	if gate != nil {
		<-gate
	}
	from := 0
	if start, ok := body["StartPosition"].(map[string]any); ok {
		for items[from]["Id"] != start["Id"] {
			from++
		}
	}
	if body["ScanDirection"] == "BACKWARD" {
		for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
			items[i], items[j] = items[j], items[i]
		}
	}
	if token, ok := body["NextToken"].(string); ok {
		fmt.Sscan(token, &from)
	}
	page := map[string]any{"InitialContactId": "c1", "Transcript": items[from:min(from+2, len(items))]}
	if from+2 < len(items) {
		page["NextToken"] = fmt.Sprint(from + 2)
	}
	text, _ := json.Marshal(page)
	answer(w, 200, string(text))
}

// store adds a message to the transcript and tells nobody.
func (f *fake) store(content string) string {
	return f.add(map[string]string{"Type": "MESSAGE", "ContentType": "text/plain", "Content": content})
}

func (f *fake) add(item map[string]string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	item["Id"] = fmt.Sprintf("i%d", len(f.items)+1)
	f.items = append(f.items, item)
	return item["Id"]
}

// push writes a stored item to every open socket.
func (f *fake) push(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, item := range f.items {
		if item["Id"] == id {
			inner, _ := json.Marshal(item)
			f.write(string(inner))
		}
	}
}

func (f *fake) write(inner string) {
	frame, _ := json.Marshal(map[string]string{"topic": "aws/chat", "contentType": "application/json", "content": inner})
	for _, s := range f.sockets {
		_ = s.WriteMessage(gws.OpcodeText, frame)
	}
}

// settle returns once the clients have handled all that was written to them.
func (f *fake) settle() {
	f.mu.Lock()
	sockets := append([]*gws.Conn{}, f.sockets...)
	f.mu.Unlock()
	for _, s := range sockets {
		_ = s.WritePing(nil)
		<-f.pongs
	}
}

func (f *fake) OnPong(*gws.Conn, []byte) { f.pongs <- struct{}{} }

// end stores and pushes chat.ended and closes the sockets normally.
func (f *fake) end() {
	f.push(f.add(map[string]string{"Type": "EVENT", "ContentType": "application/vnd.amazonaws.connect.event.chat.ended"}))
	f.drop(1000)
}

// drop closes every socket with a code.
func (f *fake) drop(code uint16) {
	f.mu.Lock()
	sockets := f.sockets
	f.sockets = nil
	f.mu.Unlock()
	for _, s := range sockets {
		_ = s.WriteClose(code, nil)
	}
}

func (f *fake) OnMessage(s *gws.Conn, m *gws.Message) {
	defer m.Close()
	switch text := string(m.Bytes()); {
	case strings.Contains(text, "aws/heartbeat"):
		f.beat(s)
	case strings.Contains(text, "aws/subscribe"):
		f.subscribe(s)
	}
}

func (f *fake) beat(s *gws.Conn) {
	f.beats <- struct{}{}
	f.mu.Lock()
	muted := f.mute > 0 && len(f.sockets) <= f.mute
	f.mu.Unlock()
	if !muted {
		_ = s.WriteString(`{"topic":"aws/heartbeat"}`)
	}
}

func (f *fake) subscribe(s *gws.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, "subscribe")
	status := "success"
	if f.nak {
		status = "failure"
	}
	_ = s.WriteString(`{"topic":"aws/subscribe","content":{"status":"` + status + `","topics":["aws/chat"]}}`)
	f.sockets = append(f.sockets, s)
	f.opened <- struct{}{}
}

func (f *fake) OnClose(s *gws.Conn, err error) {
	code := uint16(0)
	if e, ok := err.(*gws.CloseError); ok {
		code = e.Code
	}
	f.mu.Lock()
	f.log = append(f.log, "close")
	for i := range f.sockets {
		if f.sockets[i] == s {
			f.sockets = append(f.sockets[:i:i], f.sockets[i+1:]...)
			break
		}
	}
	f.mu.Unlock()
	f.gone <- code
}

func (f *fake) called(path string) (bodies []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if body, ok := strings.CutPrefix(c, path+" "); ok {
			bodies = append(bodies, body)
		}
	}
	return bodies
}
