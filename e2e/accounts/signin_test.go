package accounts_test

import (
	"encoding/base32"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"parley/domain/totp"
	"parley/e2e/harness"
)

// TestSignIn goes through the life of a sign-in and what each answer carries.
func TestSignIn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	caseSignIn(t, house{s})
	newBrowser(t, s).want(200, "POST", "/api/login", map[string]string{"instance": "parley", "username": "admin", "password": s.Admin.Password})
}

func caseSignIn(t *testing.T, h house) {
	s := h.at(0)
	b := newBrowser(t, s)
	b.want(401, "GET", "/api/me", nil)
	a := b.want(200, "POST", "/api/login", signingIn(s, "admin", s.Admin.Password))
	cookie := a.header.Get("Set-Cookie")
	for _, part := range []string{"__Host-parley=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=43200"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie has no %s: %s", part, cookie)
		}
	}
	if strings.Contains(cookie, "Domain") {
		t.Errorf("the cookie names a domain: %s", cookie)
	}
	wantStrict(t, a)
	wantStrict(t, newBrowser(t, s).want(401, "GET", "/api/me", nil))
	me := b.want(200, "GET", "/api/me", nil)
	if generated := s.Admin.Password != secret; me.member(t, "password_generated") != generated || me.member(t, "user").(map[string]any)["id"] != s.Admin.UserID {
		t.Errorf("me is %s", me.body)
	}
	b.want(403, "POST", "/api/logout", nil) // no token yet
	b.token, _ = me.member(t, "csrf_token").(string)
	second := admin(t, h.at(1))
	second.want(200, "GET", "/api/me", nil)
	sessions := b.want(200, "GET", "/api/sessions", nil).member(t, "sessions").([]any)
	if len(sessions) != 2 {
		t.Fatalf("sign-ins: %v", sessions)
	}
	other := sessions[1].(map[string]any)["id"].(string)
	b.want(200, "DELETE", "/api/sessions/"+other, nil)
	h.wantSignedOut(t, second)
	old := b.cookies["__Host-parley"]
	out := b.want(200, "POST", "/api/logout", nil)
	if !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the cookie stays: %v", out.header)
	}
	b.cookies["__Host-parley"] = old
	h.wantSignedOut(t, b)
}

// wantSignedOut fails unless a sign-in is over: at once, on other nodes within a second, or what a busy machine makes of that.
func (h house) wantSignedOut(t *testing.T, b *browser) {
	t.Helper()
	if len(h) == 1 {
		b.want(401, "GET", "/api/me", nil)
		return
	}
	for i := range h {
		b.next = func() string { return h[i].URL }
		harness.Await(t, "the end of a sign-in on another node", 5*time.Second, func() error {
			if got := b.call("GET", "/api/me", nil).status; got != 401 {
				return fmt.Errorf("node %d answers %d", i, got)
			}
			return nil
		})
	}
}

// wantStrict holds the headers of every answer of the API.
func wantStrict(t *testing.T, a answer) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestOtherSites (D3): whatever a page of another origin can make a browser send is refused.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	caseOtherSites(t, house{harness.Start(t)})
}

func caseOtherSites(t *testing.T, h house) {
	s := h.at(0)
	b := admin(t, s)
	for i, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Sec-Fetch-Site": {"none"}},
		{"Origin": {"https://evil.example"}}, {"Origin": {"null"}}, {"Origin": {"http://127.0.0.1:1"}},
	} {
		b.header, b.next = header, h.at(i).Next
		b.want(403, "DELETE", "/api/sessions", nil)
		b.want(403, "POST", "/api/login", signingIn(s, "admin", s.Admin.Password))
	}
	token := b.token
	for name, bad := range map[string]string{"no token": "", "another": "x" + token[1:], "longer": token + "x"} {
		b.header, b.token = http.Header{}, bad
		if a := b.call("DELETE", "/api/sessions", nil); a.status != 403 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	b.token = token
	for i, header := range []http.Header{{"Sec-Fetch-Site": {"same-origin"}}, {"Origin": {h.at(1).URL}}, {}} {
		b.header, b.next = header, h.at(i).Next
		b.want(200, "DELETE", "/api/sessions", nil)
	}
	b.header = http.Header{"Content-Type": {"text/plain"}} // what a form can send
	b.want(400, "POST", "/api/login", `{"username":"admin","password":"x"}`)
	req, err := http.NewRequest("OPTIONS", s.URL+"/api/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode < 400 || res.Header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("a preflight is answered: %d", res.StatusCode)
	}
}

// TestThrottling (D2): guessing is answered 429 soon, for users that exist and others alike.
func TestThrottling(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for _, name := range []string{"admin", "nobody"} {
		b, got := newBrowser(t, s), []int{}
		for range 6 {
			a := b.call("POST", "/api/login", map[string]string{"username": name, "password": "wrong"})
			got = append(got, a.status)
			if seconds, _ := strconv.Atoi(a.header.Get("Retry-After")); (seconds > 0) != (a.status == 429) {
				t.Errorf("%s: %d with Retry-After %q", name, a.status, a.header.Get("Retry-After"))
			}
		}
		if want := []int{401, 401, 401, 401, 401, 429}; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestCodes turns one-time codes on as an authenticator app does, and signs in with them.
func TestCodes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	b := admin(t, s)
	b.want(403, "POST", "/api/totp", map[string]string{"password": "wrong"})
	for _, path := range []string{"/api/totp", "/api/totp/remove"} {
		if told := string(b.want(400, "POST", path, map[string]string{}).body); !strings.Contains(told, "password is missing") {
			t.Errorf("%s without a password: %s", path, told)
		}
	}
	made := b.want(200, "POST", "/api/totp", map[string]string{"password": s.Admin.Password})
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(made.member(t, "secret").(string))
	if err != nil {
		t.Fatal(err)
	}
	code := func() string { return totp.Code(key, totp.Step(time.Now())) }
	b.want(400, "POST", "/api/totp/confirm", map[string]string{"code": "000000"})
	recovery := b.want(200, "POST", "/api/totp/confirm", map[string]string{"code": code()}).member(t, "recovery_codes").([]any)
	in := map[string]string{"username": "admin", "password": s.Admin.Password}
	c := newBrowser(t, s)
	if a := c.want(200, "POST", "/api/login", in); a.member(t, "code_needed") != true || len(c.cookies) > 0 {
		t.Errorf("without a code: %s, cookies %v", a.body, c.cookies)
	}
	in["code"] = code()
	c.want(401, "POST", "/api/login", in) // used up by confirming it
	in["code"] = recovery[0].(string)
	c.want(200, "POST", "/api/login", in)
	c.want(401, "POST", "/api/login", in)
	for _, private := range append(recovery, made.member(t, "secret"), s.Admin.Password, b.cookies["__Host-parley"], b.token) {
		if log := s.Log(); strings.Contains(strings.ReplaceAll(log, s.Admin.Password+"\n", ""), fmt.Sprint(private)) {
			t.Errorf("the log holds %v", private)
		}
	}
}

// ended is how a socket was closed.
type ended struct {
	gws.BuiltinEventHandler
	opened chan string
	code   chan uint16
}

func (e *ended) OnMessage(_ *gws.Conn, m *gws.Message) { e.opened <- string(m.Bytes()) }

func (e *ended) OnClose(_ *gws.Conn, err error) {
	if c, ok := err.(*gws.CloseError); ok {
		e.code <- c.Code
		return
	}
	e.code <- 0
}

func (e *ended) OnPing(c *gws.Conn, p []byte) { _ = c.WritePong(p) }

// socket opens the websocket of a sign-in.
func socket(t *testing.T, b *browser, header http.Header) (*ended, int) {
	t.Helper()
	e := &ended{opened: make(chan string, 100), code: make(chan uint16, 1)}
	if header == nil {
		header = http.Header{}
	}
	header.Set("Cookie", "__Host-parley="+b.cookies["__Host-parley"])
	conn, res, err := gws.NewClient(e, &gws.ClientOption{Addr: "ws" + strings.TrimPrefix(b.url, "http") + "/api/socket", RequestHeader: header})
	if err != nil {
		if res == nil {
			t.Fatal(err)
		}
		return nil, res.StatusCode
	}
	go conn.ReadLoop()
	t.Cleanup(func() { conn.NetConn().Close() })
	select {
	case frame := <-e.opened:
		if frame != `{"type":"open"}` {
			t.Errorf("the first frame is %s", frame)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("no first frame")
	}
	return e, 101
}

func wantEnd(t *testing.T, what string, e *ended, code uint16) {
	t.Helper()
	select {
	case got := <-e.code:
		if got != code {
			t.Errorf("%s: closed with %d, want %d", what, got, code)
		}
	case <-time.After(10 * time.Second):
		t.Errorf("%s: the socket is open", what)
	}
}

// TestSockets: a sign-in's sockets end with it, for whatever reason it ends, and only they.
func TestSockets(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	kept := caseSockets(t, house{s})
	s.Stop()
	wantEnd(t, "the server stops", kept, 1012)
}

// caseSockets returns a socket that is still open.
func caseSockets(t *testing.T, h house) *ended {
	s := h.at(0)
	boss := admin(t, s)
	agents := profile(t, s, "agents", "BasicAgentAccess")
	turn := 0
	for name, end := range map[string]func(b *browser, id string){
		"signed out": func(b *browser, _ string) { b.want(200, "POST", "/api/logout", nil) },
		"ended by an administrator": func(_ *browser, id string) {
			boss.want(200, "DELETE", "/api/users/"+id+"/sessions", nil)
		},
		"password changed": func(b *browser, _ string) {
			b.want(200, "POST", "/api/password", map[string]string{"old_password": secret, "new_password": "another long secret"})
		},
		"password set by an administrator": func(_ *browser, id string) {
			boss.want(200, "POST", "/api/users/"+id+"/password", map[string]string{"password": "another long secret"})
		},
		"user deleted": func(_ *browser, id string) { s.Signed("DELETE", "/users/"+s.InstanceID+"/"+id, "").Want(t, 200, "") },
	} {
		id := user(t, s, plain(name), agents)
		b := signIn(t, h.at(turn), plain(name), secret)
		turn++
		b.url = h.at(turn).URL // of the socket; its end comes from the first node again, or from that of the sign-in
		e, _ := socket(t, b, nil)
		end(b, id)
		wantEnd(t, name, e, 4401)
	}
	kept := admin(t, s)
	e, _ := socket(t, kept, http.Header{"Origin": {s.URL}})
	if _, status := socket(t, kept, http.Header{"Origin": {"https://evil.example"}}); status != 403 {
		t.Errorf("a page of another origin: %d", status)
	}
	if _, status := socket(t, newBrowser(t, s), nil); status != 401 {
		t.Errorf("nobody: %d", status)
	}
	return e
}

// TestChangesAreTold (D5): what is done with keys and by people is in the audit log, without what is private.
func TestChangesAreTold(t *testing.T) {
	t.Parallel()
	caseChangesAreTold(t, house{harness.Start(t)})
}

func caseChangesAreTold(t *testing.T, h house) {
	s := h.at(0)
	b := admin(t, h.at(1))
	id := user(t, s, "quux", profile(t, s, "agents", "BasicAgentAccess"))
	newBrowser(t, h.at(2)).want(401, "POST", "/api/login", signingIn(s, "quux", "my other password"))
	newBrowser(t, s).want(401, "POST", "/api/login", signingIn(s, "typed-a-password-here", "x"))
	b.want(200, "POST", "/api/users/"+id+"/password", map[string]string{"password": "another long secret"})
	log := string(b.want(200, "GET", "/api/audit", nil).body)
	for _, part := range []string{
		`"actor":"key","actor_id":"` + s.AccessKeyID + `","address":"127.0.0.1","operation":"CreateUser"`, `{"kind":"user","id":"` + id + `","what":"created"}`,
		`"operation":"CreateSecurityProfile"`, `"event":"sign-in failed","subject":"` + id + `"`, `"event":"signed in","subject":"` + s.Admin.UserID + `"`,
		`"actor":"user","actor_id":"` + s.Admin.UserID + `","address":"127.0.0.1","operation":"SetPasswordOfUser"`, `"event":"password changed","subject":"` + id + `"`,
	} {
		if !strings.Contains(log, part) {
			t.Errorf("the log does not tell %s:\n%s", part, log)
		}
	}
	// The name has letters that no id in hexadecimal digits can have.
	for _, private := range []string{secret, "my other password", "typed-a-password-here", "another long secret", "quux"} {
		if strings.Contains(log, private) {
			t.Errorf("the log tells %q", private)
		}
	}
}
