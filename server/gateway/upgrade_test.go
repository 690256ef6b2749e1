package gateway_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/server/gateway"
)

func TestRefusedUpgradeSaysNothing(t *testing.T) {
	w := newWorld(t, nil)
	for _, token := range []string{"", "forged", "%00"} {
		_, response, err := w.tryDial(token, nil)
		if err == nil || response.StatusCode != http.StatusForbidden {
			t.Fatalf("token %q: %v, want 403", token, err)
		}
		if got := response.Header.Get("x-amzn-ErrorType"); got != "AccessDeniedException" {
			t.Errorf("error type %q", got)
		}
	}
	w.expectRefused(t, "ticket", 3)
}

func TestRefusalHasTheShapeOfAWS(t *testing.T) {
	w := newWorld(t, nil)
	r, err := http.NewRequest("GET", w.http.URL+"/ws?token=x", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	want := `{"__type":"AccessDeniedException","message":"Access denied","Message":"Access denied"}`
	if string(body) != want || response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("body %s, want %s", body, want)
	}
}

func TestNoHandshake(t *testing.T) {
	w := newWorld(t, nil)
	cases := map[string]struct {
		method string
		header map[string]string
		status int
	}{
		"a plain GET":       {"GET", nil, 426},
		"another version":   {"GET", map[string]string{"Sec-WebSocket-Version": "8"}, 426},
		"a POST":            {"POST", map[string]string{}, 400},
		"a short key":       {"GET", map[string]string{"Sec-WebSocket-Key": "eA=="}, 400},
		"no Upgrade header": {"GET", map[string]string{"Upgrade": ""}, 426},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, _ := http.NewRequest(c.method, w.http.URL+"/ws?token=s/c/1", nil)
			if c.header != nil {
				for name, value := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} {
					r.Header.Set(name, value)
				}
				for name, value := range c.header {
					r.Header.Set(name, value)
				}
			}
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d", response.StatusCode, c.status)
			}
		})
	}
}

func TestOrigins(t *testing.T) {
	w := newWorld(t, func(o *gateway.Options) { o.Origins = []string{"https://shop.example", "http://127.0.0.1:3000"} })
	cases := map[string]bool{
		"":                            true, // native clients send none
		"https://shop.example":        true,
		"https://SHOP.example":        true,
		"https://shop.example:443":    true,
		"http://127.0.0.1:3000":       true,
		"null":                        false,
		"http://shop.example":         false,
		"https://shop.example:8443":   false,
		"https://shop.example.evil":   false,
		"https://evil-shop.example":   false,
		"https://a.shop.example":      false,
		"https://shop.example@evil":   false,
		"https://evil/shop.example":   false,
		"https://shop.example%2eevil": false,
	}
	n := 0
	for origin, allowed := range cases {
		n++
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		c, _, err := w.tryDial("s"+string(rune('a'+n))+"/c/1", header)
		if (err == nil) != allowed {
			t.Errorf("origin %q: allowed %v, want %v", origin, err == nil, allowed)
		}
		if c != nil {
			c.NetConn().Close()
		}
	}
	w.expectRefused(t, "origin", 9)
	open := newWorld(t, nil)
	open.tryDial("s/c/1", http.Header{"Origin": {"null"}})
	if n := open.gw.Stats().Refused["origin"]; n != 0 {
		t.Error("an empty list refused an origin")
	}
}

func TestSubprotocolChatIsAccepted(t *testing.T) {
	w := newWorld(t, nil)
	_, response, err := w.tryDial("s/c/1", http.Header{"Sec-WebSocket-Protocol": {"other, chat"}})
	if err != nil || response.Header.Get("Sec-WebSocket-Protocol") != "chat" {
		t.Errorf("protocol %v %v, want chat", response.Header, err)
	}
}

func TestFivePerParticipant(t *testing.T) {
	w := newWorld(t, nil)
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		w.dial(t, "s/c/"+n).alive(t)
	}
	if _, response, err := w.tryDial("s/c/6", nil); err == nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("a sixth socket: %v, want 403", err)
	}
	w.expectRefused(t, "participant", 1)
	w.dial(t, "s/a/1").alive(t) // another participant
	w.dial(t, "t/c/1").alive(t) // another session
}

func TestSixthTakesThePlaceOfASilentOne(t *testing.T) {
	w := newWorld(t, func(o *gateway.Options) { o.PerParticipant, o.Stale = 2, time.Nanosecond })
	first, second := w.dial(t, "s/c/1"), w.dial(t, "s/c/2")
	second.alive(t)
	w.dial(t, "s/c/3").alive(t)
	first.expectClose(t, 1012)
	second.alive(t)
	w.expectDrops(t, "replaced", 1)
}

func TestAPlaceIsFreeAgainAfterClose(t *testing.T) {
	w := newWorld(t, func(o *gateway.Options) { o.PerParticipant, o.PerIP = 1, 1 })
	for n := range int64(3) {
		c := w.dial(t, "s/c/1")
		if _, response, err := w.tryDial("s/a/1", nil); err == nil || response.StatusCode != http.StatusTooManyRequests {
			t.Errorf("second socket of an address: %v, want 429", err)
		}
		c.WriteClose(1000, nil)
		w.expectDrops(t, "left", n+1)
	}
	w.expectRefused(t, "address", 3)
}

func TestDrain(t *testing.T) {
	w := newWorld(t, func(o *gateway.Options) { o.DrainSpread = 100 * time.Millisecond })
	var clients []*client
	for i := range 40 {
		clients = append(clients, w.subscribed(t, string(rune('A'+i))+"/c/1"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.gw.Drain(ctx); err != nil {
		t.Fatalf("drain: %v", err)
	}
	for _, c := range clients {
		c.expectClose(t, 1012)
	}
	if _, response, err := w.tryDial("s/c/1", nil); err == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a new socket: %v, want 503", err)
	}
	if st := w.gw.Stats(); st.Open != 0 || st.Drops["drained"] != 40 {
		t.Errorf("stats after drain: %+v", st)
	}
	w.expectRefused(t, "draining", 1)
}

func TestDrainCutsWhoDoesNotAnswer(t *testing.T) {
	w := newWorld(t, nil)
	w.rawDial(t, "s/c/1", "", "")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.gw.Drain(ctx); err == nil {
		t.Error("a drain that was cut short returned no error")
	}
	w.expectDrops(t, "drained", 1)
}

func TestTokenIsNotEchoed(t *testing.T) {
	w := newWorld(t, nil)
	_, response, _ := w.tryDial("forged-canary", nil)
	for name, values := range response.Header {
		if strings.Contains(strings.Join(values, ""), "canary") {
			t.Errorf("header %s holds the token", name)
		}
	}
}
