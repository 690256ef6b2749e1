package durability_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// TestStoppedUnderLoad (P16) stops the program again and again while everybody
// sends: calls that have begun are answered, every socket gets 1012, nothing
// acknowledged is lost, and (Stop looks) the program ends within ten seconds with exit status 0.
func TestStoppedUnderLoad(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t)
	l := newLoad(t, s, s.URL, 6)
	l.begin(2)
	a := newAPI(t, s, s.URL)
	h := openHall(t, a, s.Flow("Stop", harness.Wait(harness.Week)), "watched", func(n int) int { return n - 1 })
	rounds := count(6, 100)
	for round := range rounds {
		l.after(r.IntN(1000))
		slow := beginSlowly(t, s, h.people[0], fmt.Sprint("slow ", round))
		s.Terminate()
		<-h.sockets[0].over // the drain has begun
		h.log.sends = append(h.log.sends, slow.finish(t))
		s.AwaitEnd()
		for i, socket := range h.sockets {
			<-socket.over
			if code := socket.code(); code != 1012 {
				t.Errorf("round %d: socket %d ended with code %d (%v), want 1012", round, i, code, socket.closed)
			}
		}
		s.Boot()
		people := h.people
		h.people, h.sockets = nil, nil
		for _, p := range people {
			h.enter(t, p, 3)
		}
	}
	l.end()
	l.check()
	all, err := h.people[0].transcript(t.Context(), newest)
	if err != nil {
		t.Fatal(err)
	}
	verify(t, h.name, history.History{Sends: h.log.sends, Transcript: all})
}

// slowly is a call of which half is sent.
type slowly struct {
	conn net.Conn
	text string
	rest string
}

// beginSlowly sends a SendMessage up to the middle of its body, which the server has begun to read.
func beginSlowly(t testing.TB, s *harness.Server, p *peer, text string) slowly {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"ContentType":"text/plain","Content":%q,"ClientToken":%q}`, text, text)
	half := len(body) / 2
	_, err = fmt.Fprintf(conn, "POST /participant/message HTTP/1.1\r\nHost: a\r\nX-Amz-Bearer: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		p.connection.Load(), len(body))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	begun := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
	if _, err := io.ReadFull(conn, begun); err != nil || !strings.Contains(string(begun), " 100 ") {
		t.Fatalf("%s: %q, %v", text, begun, err)
	}
	if _, err := io.WriteString(conn, body[:half]); err != nil {
		t.Fatal(err)
	}
	return slowly{conn, text, body[half:]}
}

// finish sends the rest and reads the answer, which must be a success.
func (c slowly) finish(t testing.TB) history.Send {
	t.Helper()
	defer c.conn.Close()
	if _, err := io.WriteString(c.conn, c.rest); err != nil {
		t.Errorf("%s: %v", c.text, err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(c.conn), nil)
	if err != nil {
		t.Errorf("%s: a call that had begun was not answered: %v", c.text, err)
		return history.Send{Text: c.text}
	}
	defer answer.Body.Close()
	var sent struct{ Id, AbsoluteTime string }
	if err := json.NewDecoder(answer.Body).Decode(&sent); err != nil || answer.StatusCode != 200 {
		t.Errorf("%s: %d, %v", c.text, answer.StatusCode, err)
	}
	return history.Send{Text: c.text, Outcome: history.Acked, ID: sent.Id, Time: sent.AbsoluteTime}
}
