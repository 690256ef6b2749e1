package security_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

// tokensOf returns one good token of each kind of one chat.
func tokensOf(t *testing.T, s *harness.Server, chat *harness.Chat) map[string]string {
	t.Helper()
	chat.Send("one")
	page := s.Bearer(chat.ConnectionToken, "/participant/transcript", `{"MaxResults":1}`).Want(t, 200, "").Members(t)
	address, err := url.Parse(chat.SocketURL())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"participant": chat.ParticipantToken, "connection": chat.ConnectionToken,
		"page": page["NextToken"].(string), "socket": address.Query().Get("token"),
	}
}

// TestTokensAreOfOneKind (T1): a token of one kind is no good as any other.
func TestTokensAreOfOneKind(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	tokens := tokensOf(t, s, chat)
	for kind, token := range tokens {
		if kind != "participant" {
			s.Bearer(token, "/participant/connection", both).Want(t, 403, "AccessDeniedException")
		}
		for path, body := range bodies() {
			if kind != "connection" {
				s.Bearer(token, path, body).Want(t, 403, "AccessDeniedException")
			}
		}
		if kind != "page" {
			s.Bearer(chat.ConnectionToken, "/participant/transcript", map[string]string{"NextToken": token}).Want(t, 400, "ValidationException")
		}
		if _, status := harness.Dial(t, socketURL(s, token)); kind != "socket" && status != 403 {
			t.Errorf("a websocket with a %s token is answered with %d, want 403", kind, status)
		}
	}
	chat.Send("and the chat goes on")
}

func socketURL(s *harness.Server, token string) string {
	return "ws" + strings.TrimPrefix(s.URL, "http") + "/ws?token=" + url.QueryEscape(token)
}

// TestEveryByteOfATokenCounts (T2): each character changed, each bit of it,
// each shorter and some longer ones, other spellings and other algorithms.
func TestEveryByteOfATokenCounts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	good := chat.ConnectionToken
	var bad []string
	for i := range good {
		bad = append(bad, good[:i]+other(good[i])+good[i+1:], good[:i])
	}
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatalf("the token is not base64url: %v", err)
	}
	for bit := range 8 * len(raw) {
		raw[bit/8] ^= 1 << (bit % 8)
		bad = append(bad, base64.RawURLEncoding.EncodeToString(raw))
		raw[bit/8] ^= 1 << (bit % 8)
	}
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	bad = append(bad, good+"A", good+"=", good+good, "Bearer "+good, strings.ToUpper(good), strings.Replace(good, good[:1], "А", 1), // a Cyrillic A
		base64.StdEncoding.EncodeToString(raw)+"==", none+"."+good+".", base64.RawURLEncoding.EncodeToString(raw[:len(raw)-32]),
		base64.RawURLEncoding.EncodeToString(append(raw[:len(raw)-32:len(raw)-32], make([]byte, 32)...)), strings.Repeat("A", 1000))
	for _, token := range bad {
		if answer := s.Bearer(token, "/participant/transcript", "{}"); answer.Status != 403 || answer.Error() != "AccessDeniedException" {
			t.Errorf("%.200q is answered with %d %s", token, answer.Status, answer.Error())
		}
	}
	s.Bearer(strings.Repeat("A", 20_000), "/participant/transcript", "{}").Want(t, 400, "ValidationException") // longer than any token
	s.Bearer(good, "/participant/transcript", "{}").Want(t, 200, "")
}

func other(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

// TestTokensEndOnTime (T3): the last second before an expiry is good, the
// expiry itself is not.
func TestTokensEndOnTime(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	address := chat.SocketURL()
	issued := s.Now()
	at := func(age time.Duration) { s.Advance(age - s.Now().Sub(issued)) }
	at(101 * time.Second)
	if _, status := harness.Dial(t, address); status != 403 {
		t.Errorf("after 101 s the websocket's URL is answered with %d, want 403", status)
	}
	at(24*time.Hour - 5*time.Second)
	s.Bearer(chat.ConnectionToken, "/participant/transcript", "{}").Want(t, 200, "")
	at(24*time.Hour + time.Second)
	s.Bearer(chat.ConnectionToken, "/participant/transcript", "{}").Want(t, 403, "AccessDeniedException")
	s.Bearer(chat.ParticipantToken, "/participant/connection", both).Want(t, 200, "")
}

// TestRemovedParticipantLosesEverything (T3): its tokens, its URLs that were
// not used yet and its open socket, at once.
func TestRemovedParticipantLosesEverything(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	unused := s.Connection(bot.token).Websocket.Url
	s.Bearer(bot.connection, "/participant/disconnect", "{}").Want(t, 200, "")
	if code := bot.socket.AwaitClose(); code != 1008 {
		t.Errorf("the socket of who left is closed with %d, want 1008", code)
	}
	chat.Send("not for the bot")
	for path, body := range bodies() {
		s.Bearer(bot.connection, path, body).Want(t, 403, "AccessDeniedException")
	}
	s.Bearer(bot.token, "/participant/connection", both).Want(t, 403, "AccessDeniedException")
	if _, status := harness.Dial(t, *unused); status != 403 {
		t.Errorf("an unused URL of who left is answered with %d, want 403", status)
	}
	for _, item := range bot.socket.Items() {
		if item.Content == "not for the bot" {
			t.Error("who left still got a message")
		}
	}
}

// TestURLIsSpentOnce (T4): of many sockets with one URL that subscribe at the
// same time one is served.
func TestURLIsSpentOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	address := chat.SocketURL()
	var sockets []*harness.Socket
	for range 5 {
		socket, status := harness.Dial(t, address)
		if socket == nil {
			t.Fatalf("the upgrade is answered with %d", status)
		}
		sockets = append(sockets, socket)
	}
	for _, socket := range sockets {
		socket.Write(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)
	}
	served := 0
	for _, socket := range sockets {
		if strings.Contains(string(socket.AwaitFrame("aws/subscribe").Content), `"success"`) {
			served++
		}
	}
	if served != 1 {
		t.Errorf("%d of 5 sockets with one URL are served, want 1", served)
	}
}

// TestTokensTravelInHeadersOnly (T5): a token in a URL or a cookie is no
// credential, and nobody may store an answer that holds one.
func TestTokensTravelInHeadersOnly(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	token := url.QueryEscape(chat.ConnectionToken)
	for _, query := range []string{"X-Amz-Bearer=", "x-amz-bearer=", "token=", "ConnectionToken=", "access_token="} {
		s.Bearer("", "/participant/transcript?"+query+token, "{}").Want(t, 403, "AccessDeniedException")
	}
	s.BearerWith("", "/participant/transcript", "{}", map[string]string{"Authorization": "Bearer " + chat.ConnectionToken}).
		Want(t, 403, "AccessDeniedException")
	for what, answer := range map[string]harness.Response{
		"StartChatContact":            s.Signed("PUT", "/contact/chat", s.Request()),
		"CreateParticipantConnection": s.Bearer(chat.ParticipantToken, "/participant/connection", both),
		"an error":                    s.Bearer("noise", "/participant/connection", both),
	} {
		if got := answer.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q, want no-store", what, got)
		}
		if got := answer.Header.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options is %q, want nosniff", what, got)
		}
	}
}

// TestRefusalsDoNotTell (T6): what exists and is another's reads like what
// does not exist; of a bad token nobody learns why it is bad, but the holder
// of a genuine one that it has expired.
func TestRefusalsDoNotTell(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	elsewhere := s.Signed("PUT", "/instance", map[string]any{
		"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "elsewhere", "InboundCallsEnabled": true, "OutboundCallsEnabled": true,
	}).Want(t, 200, "").Members(t)["Id"].(string)
	same(t, "another instance's contact",
		s.Signed("GET", "/contacts/"+elsewhere+"/"+chat.ContactID, ""), s.Signed("GET", "/contacts/"+elsewhere+"/"+unknownID, ""))
	same(t, "another instance's flow",
		s.Signed("GET", "/contact-flows/"+elsewhere+"/"+s.ContactFlowID, ""), s.Signed("GET", "/contact-flows/"+elsewhere+"/"+unknownID, ""))
	noise := s.Bearer("noise", "/participant/transcript", "{}")
	same(t, "another kind of token", s.Bearer(chat.ParticipantToken, "/participant/transcript", "{}"), noise)
	flipped := chat.ConnectionToken[:40] + other(chat.ConnectionToken[40]) + chat.ConnectionToken[41:]
	same(t, "a changed token", s.Bearer(flipped, "/participant/transcript", "{}"), noise)
	s.Advance(24*time.Hour + time.Second)
	same(t, "an expired token that was changed", s.Bearer(flipped, "/participant/transcript", "{}"), noise)
	expired := s.Bearer(chat.ConnectionToken, "/participant/transcript", "{}").Want(t, 403, "AccessDeniedException")
	if got := expired.Members(t)["message"]; got != "Access denied: the token has expired" {
		t.Errorf("the holder of an expired token is told %q", got)
	}
}

const unknownID = "00000000-0000-4000-8000-000000000000"

// same compares all of two refusals that depends on the request.
func same(t *testing.T, what string, got, want harness.Response) {
	t.Helper()
	if got.Status/100 != 4 || got.Status != want.Status || string(got.Body) != string(want.Body) {
		t.Errorf("%s: %d %s; for what does not exist %d %s", what, got.Status, got.Body, want.Status, want.Body)
	}
	for _, header := range []http.Header{got.Header, want.Header} {
		header.Del("Date")
		header.Del("X-Amzn-Requestid")
	}
	if len(got.Header) != len(want.Header) {
		t.Errorf("%s: headers %v; for what does not exist %v", what, got.Header, want.Header)
	}
}
