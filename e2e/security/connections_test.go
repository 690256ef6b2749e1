package security_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/testload"
)

// TestSilentSockets (W4): a websocket whose client sends nothing is dropped
// after 35 seconds, after 30 if it did not even subscribe (our choice); one that
// beats every ten seconds, as chatjs does, stays.
func TestSilentSockets(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	dial := func() *harness.Socket {
		socket, status := harness.Dial(t, chat.SocketURL())
		if socket == nil {
			t.Fatalf("the upgrade is answered with %d", status)
		}
		return socket
	}
	beating := dial().Subscribe()
	stop := make(chan struct{})
	defer close(stop)
	go beat(beating, 10*time.Second, stop)

	began := time.Now()
	fresh, silent := dial(), dial().Subscribe()
	for _, c := range []struct {
		what   string
		socket *harness.Socket
		lives  time.Duration
	}{{"did not subscribe", fresh, 30 * time.Second}, {"was silent", silent, 35 * time.Second}} {
		c.socket.AwaitCloseWithin(c.lives + 8*time.Second - time.Since(began))
		if lived := time.Since(began); lived < c.lives {
			t.Errorf("a socket that %s lived for %v, want %v", c.what, lived, c.lives)
		}
	}
	chat.Connect().Send("still heard")
	beating.AwaitText("still heard")
}

// beat sends heartbeats until it is stopped.
func beat(socket *harness.Socket, every time.Duration, stop <-chan struct{}) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			socket.Write(`{"topic":"aws/heartbeat"}`)
		}
	}
}

// TestSlowHeader (H2): a client that dribbles its header is cut after five
// seconds, whatever it still sends.
func TestSlowHeader(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	conn := open(t, s)
	began, watch := time.Now(), testload.Start()
	stop := make(chan struct{})
	go dribble(conn, "POST /participant/message HTTP/1.1\r\nHost: a\r\nX-Slow: ", stop)
	_, err := io.ReadAll(conn)
	close(stop)
	if took := time.Since(began); took < 4*time.Second || watch.Took() > 8*time.Second {
		t.Errorf("the connection ended after %v (%v), want about 5 s", took, err)
	}
}

// dribble sends the beginning and then a byte every 100 ms.
func dribble(conn net.Conn, beginning string, stop <-chan struct{}) {
	io.WriteString(conn, beginning)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		if _, err := io.WriteString(conn, "a"); err != nil {
			return
		}
	}
}

// TestConnectionsOfOneAddress (H3): beyond the limit a connection is closed
// unheard, whatever headers would say; one that ends makes room for another.
func TestConnectionsOfOneAddress(t *testing.T) {
	t.Parallel()
	const most = 10
	s := harness.Start(t, harness.Flags("--limit", "connections-per-address=10"))
	var held []net.Conn
	for len(held) <= most {
		conn := open(t, s)
		io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.0.0."+string(rune('0'+len(held)%10))+"\r\nForwarded: for=1.1.1.1\r\n\r\n")
		if closed(conn, waiting) {
			break
		}
		held = append(held, conn)
	}
	if len(held) == 0 || len(held) > most {
		t.Fatalf("%d connections of one address were served at a time, want at most %d", len(held), most)
	}
	held[0].Close()
	harness.Await(t, "room for another connection", waiting, func() error {
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(s.URL + "/healthz")
		if err != nil {
			return err
		}
		return answer.Body.Close()
	})
}

// TestWebsocketsOfOneAddress (H3, W4): the same for websockets, with an answer.
func TestWebsocketsOfOneAddress(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "connections-per-address=30"))
	quiet := s.Quiet()
	var chat *harness.Chat
	for i := range 30 {
		if i%5 == 0 {
			chat = s.StartChat(quiet)
		}
		if socket, status := harness.Dial(t, chat.SocketURL()); socket == nil {
			t.Fatalf("the websocket %d is answered with %d", i+1, status)
		}
	}
	chat = s.StartChat(quiet)
	conn, _, answer := upgrade(t, s, chat.SocketURL(), "X-Forwarded-For: 10.0.0.1")
	if answer.StatusCode != 429 || !strings.HasPrefix(answer.Header.Get("X-Amzn-Errortype"), "ThrottlingException") {
		t.Errorf("the 31st websocket is answered with %d %s, want 429 ThrottlingException", answer.StatusCode, answer.Header.Get("X-Amzn-Errortype"))
	}
	conn.Close()
}

// TestLargeBodiesTakeTurns (H2): whoever has not shown a signature yet cannot
// have the server keep many large bodies; small ones always have room.
func TestLargeBodiesTakeTurns(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	const places = 16
	half := "PUT /contact-flows/" + s.InstanceID + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n" + strings.Repeat("x", 1000)
	var held []net.Conn
	hold := func() {
		conn := open(t, s)
		if _, err := io.WriteString(conn, half); err != nil {
			t.Fatal(err)
		}
		held = append(held, conn)
	}
	for range places {
		hold()
	}
	large := map[string]string{"Name": "x", "Type": "CONTACT_FLOW", "Content": strings.Repeat("x", 300_000)}
	refused := func(want int, name string) func() error {
		return func() error {
			answer := s.Signed("PUT", "/contact-flows/"+s.InstanceID, large)
			if answer.Status != want || answer.Error() != name {
				return fmt.Errorf("a large body is answered with %d %s", answer.Status, answer.Error())
			}
			return nil
		}
	}
	harness.Await(t, "refusal of one more large body", waiting, func() error {
		err := refused(429, "TooManyRequestsException")()
		if err != nil {
			hold() // our own question may have had the place that one of them came for
		}
		return err
	})
	s.StartChat()
	for _, conn := range held {
		conn.Close()
	}
	harness.Await(t, "room for a large body", waiting, refused(400, "InvalidContactFlowException"))
}
