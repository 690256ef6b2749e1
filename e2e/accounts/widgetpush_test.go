package accounts_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

// device is a browser that has subscribed to a push service, which counts what comes.
type device struct {
	subscription map[string]any
	came         chan string // the paths to which something came
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &device{came: make(chan string, 99)}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.came <- r.URL.Path
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(service.Close)
	text := base64.RawURLEncoding.EncodeToString
	d.subscription = map[string]any{
		"endpoint": service.URL + "/s3cret", "expirationTime": nil, "keys": map[string]string{"p256dh": text(key.PublicKey().Bytes()), "auth": text(make([]byte, 16))},
	}
	return d
}

// with is the subscription with another member.
func (d *device) with(name string, value any) map[string]any {
	other := maps.Clone(d.subscription)
	other[name] = value
	return other
}

// TestWhoIsToldByPush: only the customer of a chat, by the widget that started it and where it offers that, says where its device is told;
// what is no subscription is refused by the name of its member; nothing is repeated or logged.
func TestWhoIsToldByPush(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--log-level", "debug"))
	d := newDevice(t)
	w := newSite(t, s, nil)
	ben := newDesk(t, s, "ben", "BasicAgentAccess")
	ben.choose("Available")
	begin := func(site *site) *harness.Chat {
		t.Helper()
		result := site.started(site.start(200, says(nil)))
		return s.Seat(result["ContactId"].(string), result["ParticipantToken"].(string))
	}
	chat := begin(w)
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	other := newSite(t, s, map[string]any{"name": "Other shop", "web_push": true})
	settings := func() map[string]any {
		t.Helper()
		return decoded(t, w.want(200, "GET", strings.TrimSuffix(w.path, "start")+"settings", nil)).(map[string]any)
	}

	own := strings.TrimSuffix(w.path, "start") + "push"
	path := own
	asks := func(what string, status int, method, path, bearer string, body any) string {
		t.Helper()
		w.header["X-Amz-Bearer"] = []string{bearer}
		defer w.header.Del("X-Amz-Bearer")
		a := w.call(method, path, body)
		if a.status != status {
			t.Errorf("%s: %d %s, want %d", what, a.status, a.body, status)
		}
		if strings.Contains(string(a.body), "s3cret") {
			t.Errorf("%s: the answer repeats it: %s", what, a.body)
		}
		return string(a.body)
	}
	registers := func(what string, status int, bearer string, body any) string {
		t.Helper()
		return asks(what, status, http.MethodPost, path, bearer, body)
	}
	good := map[string]any{"subscription": d.subscription, "page": shop + "/cart"}

	if got := settings(); got["push_path"] != "" || got["push_key"] != "" {
		t.Errorf("a widget that does not offer it has the settings %v", got)
	}
	registers("a widget that does not offer it", 404, chat.ConnectionToken, good)
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]bool{"web_push": true})
	key := w.want(200, "GET", "/push/key", nil).member(t, "applicationServerKey")
	if got := settings(); got["push_path"] != own || got["push_key"] != key {
		t.Errorf("the settings are %v, want the path %s and the key %v", got, own, key)
	}

	for name, bearer := range map[string]string{"an agent": seat.ConnectionToken, "nobody": "", "a participant's token": chat.ParticipantToken, "a forged one": chat.ConnectionToken + "x"} {
		registers(name, 403, bearer, good)
	}
	registers("a chat that no widget started", 404, s.Join(s.Quiet()).ConnectionToken, good)
	path = strings.TrimSuffix(other.path, "start") + "push"
	registers("another widget", 404, chat.ConnectionToken, good)
	path = strings.Replace(own, s.InstanceID, chat.ContactID, 1)
	registers("another instance", 403, chat.ConnectionToken, good)
	path = strings.Replace(own, w.id, chat.ContactID, 1)
	registers("no widget", 404, chat.ConnectionToken, good)
	path = own

	keys := d.subscription["keys"].(map[string]string)
	s.Advance(time.Minute)
	for name, c := range map[string]struct {
		body  any
		named string
	}{
		"no JSON":               {"{", "subscription"},
		"nothing":               {map[string]any{}, "subscription"},
		"null":                  {map[string]any{"subscription": nil}, "subscription"},
		"a text":                {map[string]any{"subscription": "s3cret"}, "subscription"},
		"no endpoint":           {map[string]any{"subscription": d.with("endpoint", "")}, "subscription.endpoint"},
		"one that is no text":   {map[string]any{"subscription": d.with("endpoint", 7)}, "subscription"},
		"without TLS":           {map[string]any{"subscription": d.with("endpoint", "http://push.example/s3cret")}, "subscription.endpoint"},
		"a private address":     {map[string]any{"subscription": d.with("endpoint", "https://10.0.0.1/s3cret")}, "subscription.endpoint"},
		"a script":              {map[string]any{"subscription": d.with("endpoint", "javascript:s3cret")}, "subscription.endpoint"},
		"a long one":            {map[string]any{"subscription": d.with("endpoint", "https://push.example/s3cret"+strings.Repeat("x", 2000))}, "subscription"},
		"no key":                {map[string]any{"subscription": d.with("keys", map[string]string{"auth": keys["auth"]})}, "subscription.keys.p256dh"},
		"no point":              {map[string]any{"subscription": d.with("keys", map[string]string{"auth": keys["auth"], "p256dh": "BAAA"})}, "subscription.keys.p256dh"},
		"no secret":             {map[string]any{"subscription": d.with("keys", map[string]string{"p256dh": keys["p256dh"]})}, "subscription.keys.auth"},
		"a page of another":     {map[string]any{"subscription": d.subscription, "page": "https://evil.example/"}, "page"},
		"one that begins alike": {map[string]any{"subscription": d.subscription, "page": shop + ".evil.example/"}, "page"},
		"a script as page":      {map[string]any{"subscription": d.subscription, "page": "javascript:alert(1)"}, "page"},
		"a user of the site":    {map[string]any{"subscription": d.subscription, "page": "https://a@shop.example/"}, "page"},
		"a long page":           {map[string]any{"subscription": d.subscription, "page": shop + "/" + strings.Repeat("x", 1000)}, "page"},
	} {
		s.Advance(10 * time.Second) // for the rate
		if got := registers(name, 400, chat.ConnectionToken, c.body); !strings.Contains(got, c.named) {
			t.Errorf("%s: %s does not name %s", name, got, c.named)
		}
	}

	s.Advance(time.Minute)
	first := registers("the customer", 200, chat.ConnectionToken, good)
	if again := registers("again, from the server's own page", 200, chat.ConnectionToken, map[string]any{"subscription": d.subscription, "page": s.URL + "/demo"}); again != first {
		t.Errorf("the same subscription is %s, then %s", first, again)
	}
	for n := range 4 {
		registers("more", 200, chat.ConnectionToken, map[string]any{"subscription": d.with("endpoint", fmt.Sprintf("%s/%d", d.subscription["endpoint"], n))})
	}
	registers("a sixth", 402, chat.ConnectionToken, map[string]any{"subscription": d.with("endpoint", "https://push.example/s3cret")})
	id := strings.Split(first, `"`)[3]
	one := own + "/" + id

	// who has no socket is told by all five, until it stops
	chat.Socket.Close()
	told := map[string]bool{}
	harness.Await(t, "five devices are told", 20*time.Second, func() error { // the server hears of the close in its time
		seat.Send("are you there?")
		for len(told) < 5 {
			select {
			case to := <-d.came:
				told[to] = true
			case <-time.After(time.Second):
				return fmt.Errorf("%v", told)
			}
		}
		return nil
	})
	asks("an agent stops it", 403, http.MethodDelete, one, seat.ConnectionToken, nil)
	asks("another customer stops it", 404, http.MethodDelete, one, begin(w).ConnectionToken, nil)
	asks("by another widget", 404, http.MethodDelete, strings.Replace(one, w.id, other.id, 1), chat.ConnectionToken, nil)
	asks("one that there is not", 404, http.MethodDelete, own+"/"+w.id, chat.ConnectionToken, nil)
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]bool{"web_push": false})
	asks("the customer, though the widget offers it no more", 200, http.MethodDelete, one, chat.ConnectionToken, nil)
	asks("once more", 404, http.MethodDelete, one, chat.ConnectionToken, nil)
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]bool{"web_push": true})

	throttled := false
	for range 30 {
		w.header["X-Amz-Bearer"] = []string{chat.ConnectionToken}
		throttled = throttled || w.call(http.MethodPost, own, "{").status == 429
	}
	w.header.Del("X-Amz-Bearer")
	if !throttled {
		t.Error("thirty calls at once are not too many")
	}
	if strings.Contains(s.Log(), "s3cret") || !strings.Contains(s.Log(), "operation=Subscribe") {
		t.Error("the log has a subscription, or not that there was one")
	}
}
