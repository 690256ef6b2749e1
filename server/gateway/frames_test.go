package gateway_test

import (
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"parley/bus"
	"parley/domain/transcript"
)

func TestAckThenBacklogThenLive(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 300 {
		w.say("s", message(strconv.Itoa(i)))
	}
	c := w.subscribed(t, "s/c/1")
	w.say("s", message("300"))
	for i := range 301 {
		c.expectContent(t, strconv.Itoa(i))
	}
	c.alive(t)
}

func TestAckComesFirst(t *testing.T) {
	w := newWorld(t, nil)
	w.fromHead = true
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // items are published all the time
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				w.say("s", message("x"))
			}
		}
	}()
	for n := range 100 {
		c := w.subscribed(t, "s/c/"+strconv.Itoa(n))
		c.NetConn().Close()
		until(t, "end of the socket", func() bool { return w.gw.Stats().Open == 0 })
	}
	close(stop)
	<-stopped
}

func TestNothingBeforeSubscribe(t *testing.T) {
	w := newWorld(t, nil)
	c := w.dial(t, "s/c/1")
	w.say("s", message("early"))
	c.alive(t)
	c.WriteString(subscribe)
	c.expect(t, ack)
	c.expectContent(t, "early")
}

func TestSubscribeForms(t *testing.T) {
	other := `{"topic":"aws/subscribe","content":{"status":"failure","topics":["aws/other"]}}`
	none := `{"topic":"aws/subscribe","content":{"status":"failure","topics":[]}}`
	cases := map[string]struct {
		send string
		want []string
	}{
		"a browser's":            {subscribe, []string{ack}},
		"with spaces":            {`{"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}}`, []string{ack}},
		"a stray parenthesis":    {`{"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}})`, []string{ack}},
		"another topic":          {`{"topic":"aws/subscribe","content":{"topics":["aws/other"]}}`, []string{other}},
		"another topic and ours": {`{"topic":"aws/subscribe","content":{"topics":["aws/other","aws/chat"]}}`, []string{other, ack}},
		"no topics":              {`{"topic":"aws/subscribe","content":{"topics":[]}}`, []string{none}},
		"no content":             {`{"topic":"aws/subscribe"}`, []string{none}},
		"content is a string":    {`{"topic":"aws/subscribe","content":"aws/chat"}`, []string{none}},
		"topics are numbers":     {`{"topic":"aws/subscribe","content":{"topics":[1]}}`, []string{none}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			s := w.dial(t, "s/c/1")
			s.WriteString(c.send)
			got := map[string]bool{}
			for range c.want {
				got[s.next(t)] = true
			}
			for _, want := range c.want {
				if !got[want] {
					t.Errorf("got %v, want %s", got, want)
				}
			}
			s.alive(t)
		})
	}
}

func TestSecondSubscribeIsAnsweredAndNothingIsDoubled(t *testing.T) {
	w := newWorld(t, nil)
	c := w.subscribed(t, "s/c/1")
	c.WriteString(subscribe)
	c.expect(t, ack)
	w.say("s", message("once"))
	c.expectContent(t, "once")
	c.alive(t)
}

func TestSpentURL(t *testing.T) {
	w := newWorld(t, nil)
	first := w.subscribed(t, "s/c/1")
	second := w.dial(t, "s/c/1")
	second.WriteString(subscribe)
	second.expect(t, nak)
	second.expectClose(t, 1008)
	w.say("s", message("still here"))
	first.expectContent(t, "still here")
	w.expectDrops(t, "denied", 1)
}

func TestRetryableFailure(t *testing.T) {
	w := newWorld(t, nil)
	w.failures = 2
	c := w.dial(t, "s/c/1")
	for _, want := range []string{nak, nak, ack} {
		c.WriteString(subscribe)
		c.expect(t, want)
	}
}

func TestFollowingFailsAfterTheURLWasSpent(t *testing.T) {
	w := newWorld(t, nil)
	w.gone["c"] = true
	c := w.dial(t, "s/c/1")
	c.WriteString(subscribe)
	c.expect(t, nak)
	c.expectClose(t, 1008)
}

func TestHeartbeatAndPing(t *testing.T) {
	w := newWorld(t, nil)
	c := w.dial(t, "s/c/1")
	c.WriteString(`{"topic":"aws/ping"}`)
	c.WriteString(`{ "topic" : "aws/heartbeat" }`)
	c.expect(t, `{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}`, heartbeat)
	w.mu.Lock()
	w.healthy = false
	w.mu.Unlock()
	c.WriteString(`{"topic":"aws/ping"}`)
	c.expect(t, `{"topic":"aws/ping","statusCode":500,"statusContent":"Unhealthy"}`)
}

func TestIgnoredFrames(t *testing.T) {
	w := newWorld(t, nil)
	c := w.dial(t, "s/c/1")
	for _, frame := range []string{
		"", "{}", "null", "x", `"aws/ping"`, `[1]`, `{"topic":7}`, `{"topic":"aws/unsubscribe","content":"x"}`, `{"topic":"aws/chat","content":"x"}`,
		strings.Repeat("[", 4096), `{"topic":` + strings.Repeat(`{"a":`, 800),
	} {
		c.WriteString(frame)
	}
	c.alive(t)
}

func TestViolations(t *testing.T) {
	cases := map[string]struct {
		op   gws.Opcode
		data string
		code uint16
	}{
		"binary":         {gws.OpcodeBinary, "x", 1003},
		"not UTF-8":      {gws.OpcodeText, "\xff", 1007},
		"more than 4 KB": {gws.OpcodeText, strings.Repeat("x", 4097), 1009},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			bystander := w.subscribed(t, "s/a/1")
			s := w.subscribed(t, "s/c/1")
			s.WriteMessage(c.op, []byte(c.data))
			s.expectClose(t, c.code)
			w.expectDrops(t, "violation", 1)
			bystander.alive(t)
		})
	}
}

func TestBytesThatAreNoFrames(t *testing.T) {
	for name, bytes := range map[string]string{
		"length 2^63":     "\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00mask",
		"unmasked":        "\x81\x01x",
		"compressed bomb": masked(0xc1, "\x00\x00"),
		"long ping":       "\x89\xfe\x00\x7emask",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			conn, r := w.rawDial(t, "s/c/1", "Sec-WebSocket-Extensions: permessage-deflate\r\n", bytes)
			first, payload := readFrame(t, r)
			if first != 0x88 || len(payload) < 2 {
				t.Errorf("got frame %x %q, want a close", first, payload)
			}
			conn.Close()
			w.expectDrops(t, "violation", 1)
		})
	}
}

func TestFramesBehindTheHandshakeAreRead(t *testing.T) {
	w := newWorld(t, nil)
	_, r := w.rawDial(t, "s/c/1", "", masked(0x81, heartbeat))
	if _, got := readFrame(t, r); got != heartbeat {
		t.Errorf("got %q, want the heartbeat", got)
	}
}

func TestCloseIsEchoed(t *testing.T) {
	w := newWorld(t, nil)
	conn, r := w.rawDial(t, "s/c/1", "", masked(0x88, "\x0f\xa0"))
	if first, got := readFrame(t, r); first != 0x88 || got != "\x0f\xa0" {
		t.Errorf("got %x %q, want close 4000", first, got)
	}
	conn.SetReadDeadline(time.Now().Add(3 * time.Second)) // less than we wait for those who do not answer
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("after both closes: %v, want the end of the connection", err)
	}
	w.expectDrops(t, "left", 1)
}

func TestPingFlood(t *testing.T) {
	const pings = 100_000
	w := newWorld(t, nil)
	conn, r := w.rawDial(t, "s/c/1", "", "")
	flood := strings.Repeat(masked(0x89, "a"), pings/100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			conn.Write([]byte(flood))
		}
		conn.Write([]byte(masked(0x89, "last") + masked(0x81, heartbeat)))
	}()
	pongs := 0
	for first, payload := readFrame(t, r); first == 0x8a; first, payload = readFrame(t, r) {
		if pongs++; pongs > pings+1 {
			t.Fatal("more pongs than pings")
		}
		if payload == "last" {
			break
		}
	}
	<-done
	w.dial(t, "s/a/1").alive(t)
}

func TestEnd(t *testing.T) {
	w := newWorld(t, nil)
	c := w.subscribed(t, "s/c/1")
	w.say("s", transcript.Item{Type: transcript.Event, ContentType: transcript.Ended}, func(h *bus.Hint) { h.Ended = true })
	if got := c.next(t); !strings.Contains(got, "chat.ended") {
		t.Errorf("got %s, want chat.ended", got)
	}
	w.gw.Sweep(time.Now().Add(4 * time.Second))
	c.alive(t)
	w.gw.Sweep(time.Now().Add(6 * time.Second))
	c.expectClose(t, 1000)
	w.expectDrops(t, "ended", 1)
}

func TestRemovedParticipant(t *testing.T) {
	w := newWorld(t, nil)
	a, c := w.subscribed(t, "s/a/1"), w.subscribed(t, "s/c/1")
	w.say("s", message("bye"), func(h *bus.Hint) { h.Gone = []string{"a"} })
	a.expectContent(t, "bye")
	a.expectClose(t, 1008)
	c.expectContent(t, "bye")
	c.alive(t)
	w.expectDrops(t, "removed", 1)
}

func TestSilentSocketsAreDropped(t *testing.T) {
	w := newWorld(t, nil)
	c := w.subscribed(t, "s/c/1")
	w.gw.Sweep(time.Now().Add(34 * time.Second))
	c.alive(t)
	w.gw.Sweep(time.Now().Add(36 * time.Second))
	c.expectClose(t, 1012)
	w.expectDrops(t, "silent", 1)
}

func TestRFCPingCountsAsAFrame(t *testing.T) {
	w := newWorld(t, nil)
	c := w.subscribed(t, "s/c/1")
	before := time.Now()
	c.WritePing([]byte("p"))
	select {
	case got := <-c.pongs:
		if got != "p" {
			t.Errorf("pong %q, want p", got)
		}
	case <-time.After(patience):
		t.Fatal("no pong")
	}
	w.gw.Sweep(before.Add(35 * time.Second)) // the last frame is younger than that
	c.alive(t)
}

func TestUnsubscribedSocketsAreDropped(t *testing.T) {
	w := newWorld(t, nil)
	fresh, subscribed := w.dial(t, "s/c/1"), w.subscribed(t, "s/a/1")
	w.gw.Sweep(time.Now().Add(29 * time.Second))
	fresh.alive(t)
	w.gw.Sweep(time.Now().Add(31 * time.Second))
	fresh.expectClose(t, 1008)
	subscribed.alive(t)
	w.expectDrops(t, "unsubscribed", 1)
}

func TestClosingSocketThatDoesNotAnswerIsCut(t *testing.T) {
	w := newWorld(t, nil)
	w.rawDial(t, "s/c/1", "", "")
	w.gw.Sweep(time.Now().Add(31 * time.Second))
	for end := time.Now().Add(patience); w.gw.Stats().Open > 0; {
		if time.Now().After(end) {
			t.Fatal("the socket is still open")
		}
		w.gw.Sweep(time.Now().Add(6 * time.Second))
	}
}
