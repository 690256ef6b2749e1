package chat_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestConnectionTypes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	socket, credentials := set("Websocket"), set("ConnectionCredentials")
	cases := []struct {
		name string
		body map[string]any
		want map[string]bool // nil: refused with ValidationException
	}{
		{"both", connectBoth(), set("Websocket", "ConnectionCredentials")},
		{"the socket alone", map[string]any{"Type": []string{"WEBSOCKET"}}, socket},
		{"the credentials alone", map[string]any{"Type": []string{"CONNECTION_CREDENTIALS"}}, credentials},
		{"one twice", map[string]any{"Type": []string{"WEBSOCKET", "WEBSOCKET"}}, socket},
		{"none, but connected", map[string]any{"ConnectParticipant": true}, set()},
		{"credentials, connected", map[string]any{"Type": []string{"CONNECTION_CREDENTIALS"}, "ConnectParticipant": true}, credentials},
		{"both, connected: null", map[string]any{"Type": []string{"WEBSOCKET", "CONNECTION_CREDENTIALS"}, "ConnectParticipant": nil},
			set("Websocket", "ConnectionCredentials")},
		{"unknown", map[string]any{"Type": []string{"WEBSOCKET", "PIGEON"}}, nil},
		{"empty list", map[string]any{"Type": []string{}}, nil},
		{"a string for the list", map[string]any{"Type": "WEBSOCKET"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			answer := s.With(t).Bearer(chat.ParticipantToken, "/participant/connection", c.body)
			if c.want == nil {
				if answer.Status != 400 {
					t.Errorf("answer %d %s, want 400", answer.Status, answer.Error())
				}
				return
			}
			if diff := cmp.Diff(c.want, names(answer.Want(t, 200, "").Members(t))); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownConnectionTypeIsAValidationError(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	for _, body := range []string{`{"Type":["PIGEON"]}`, `{"Type":[]}`, `{}`, `{"ConnectParticipant":false}`} {
		s.Bearer(chat.ParticipantToken, "/participant/connection", body).Want(t, 400, "ValidationException")
	}
}

// TestTokensOfOthers (T1): each token opens only what it was made for.
func TestTokensOfOthers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	chat, other, ended := s.Join(quiet), s.Join(quiet), s.Join(quiet)
	ended.Leave()
	ended.Socket.AwaitEvent("chat.ended")
	socketToken := chat.SocketURL()[strings.LastIndexAny(chat.SocketURL(), "=/")+1:]

	participantTokens := map[string]string{
		"none": "", "noise": "noise", "a connection token": chat.ConnectionToken, "an ended chat's": ended.ParticipantToken,
		"a socket's": socketToken, "a longer one": chat.ParticipantToken + "A", "a shorter one": chat.ParticipantToken[:len(chat.ParticipantToken)-1],
		"one byte off": flip(chat.ParticipantToken), "of a megabyte": strings.Repeat("A", 1<<19), "an id": chat.ParticipantID,
	}
	for name, token := range participantTokens {
		wantForbidden(t, s, "CreateParticipantConnection with "+name, token, "/participant/connection", connectBoth())
	}
	connectionTokens := map[string]string{
		"none": "", "noise": "noise", "a participant token": chat.ParticipantToken, "an ended chat's": ended.ConnectionToken,
		"a socket's": socketToken, "one byte off": flip(chat.ConnectionToken), "an id": chat.ContactID,
	}
	bodies := map[string]map[string]any{
		"/participant/message":    {"ContentType": "text/plain", "Content": "x"},
		"/participant/event":      {"ContentType": harness.EventType("typing")},
		"/participant/transcript": {},
		"/participant/disconnect": {},
	}
	for path, body := range bodies {
		for name, token := range connectionTokens {
			wantForbidden(t, s, path+" with "+name, token, path, body)
		}
	}
	other.Send("only here")
	chat.Send("nothing else")
	if diff := cmp.Diff([]string{"nothing else"}, contents(chat.Transcript())); diff != "" {
		t.Errorf("the chat's messages (-want +got):\n%s", diff)
	}
}

func wantForbidden(t *testing.T, s *harness.Server, what, token, path string, body any) {
	t.Helper()
	answer := s.Bearer(token, path, body)
	tooLong := len(token) > 1<<18 && answer.Status/100 == 4 // the HTTP server may refuse such a header itself
	if (answer.Status != 403 || answer.Error() != "AccessDeniedException") && !tooLong {
		t.Errorf("%s: %d %s, want 403 AccessDeniedException", what, answer.Status, answer.Error())
	}
}

// flip changes one character in the middle of a token.
func flip(token string) string {
	middle := len(token) / 2
	letter := "A"
	if token[middle] == 'A' {
		letter = "B"
	}
	return token[:middle] + letter + token[middle+1:]
}

// TestTokenOfAnotherServer: keys are made by each installation for itself.
func TestTokenOfAnotherServer(t *testing.T) {
	t.Parallel()
	s, stranger := harness.Start(t), harness.Start(t)
	token := stranger.StartChat().ParticipantToken
	wantForbidden(t, s, "a token of another server", token, "/participant/connection", connectBoth())
}

// TestAuthorizationIsIgnored: SDKs sign participant calls with whatever keys
// they have; only the bearer token counts.
func TestAuthorizationIsIgnored(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	for _, value := range []string{
		"", "nonsense",
		"AWS4-HMAC-SHA256 Credential=/20200101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00",
	} {
		s.BearerWith(chat.ParticipantToken, "/participant/connection", connectBoth(), map[string]string{"Authorization": value}).
			Want(t, 200, "")
	}
}

func TestOlderConnectionTokensStayValid(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	old := *chat
	chat.Connect()
	if old.ConnectionToken == chat.ConnectionToken {
		t.Error("the second connection has the first one's token")
	}
	old.Send("by the old token")
	chat.Send("by the new token")
}

// TestBrowsersMayCall: the preflight of chatjs, and the headers on errors.
func TestBrowsersMayCall(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	const asked = "authorization,content-type,x-amz-bearer,x-amz-content-sha256,x-amz-date,x-amz-user-agent"
	preflight := s.Preflight("/participant/connection", "https://shop.example", asked)
	if preflight.Status/100 != 2 {
		t.Fatalf("the preflight is answered with %d", preflight.Status)
	}
	allowed := "," + strings.ToLower(strings.ReplaceAll(preflight.Header.Get("Access-Control-Allow-Headers"), " ", "")) + ","
	for _, name := range strings.Split(asked, ",") {
		if !strings.Contains(allowed, ","+name+",") {
			t.Errorf("the header %s is not allowed: %s", name, allowed)
		}
	}
	refused := s.BearerWith("noise", "/participant/connection", connectBoth(), map[string]string{"Origin": "https://shop.example"}).
		Want(t, 403, "AccessDeniedException")
	if refused.Header.Get("Access-Control-Allow-Origin") == "" {
		t.Error("an error has no Access-Control-Allow-Origin: browsers see a network failure")
	}
	exposed := strings.ToLower(refused.Header.Get("Access-Control-Expose-Headers"))
	if !strings.Contains(exposed, "x-amzn-errortype") || !strings.Contains(exposed, "x-amzn-requestid") {
		t.Errorf("exposed headers: %q, want x-amzn-ErrorType and x-amzn-RequestId among them", exposed)
	}
}

func TestErrorsAreReadableByEverySDK(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	answer := s.Bearer("noise", "/participant/message", map[string]string{"ContentType": "text/plain", "Content": "x"})
	body := answer.Want(t, 403, "AccessDeniedException").Members(t)
	if body["__type"] != "AccessDeniedException" || body["message"] == nil || body["message"] == "" {
		t.Errorf("the body is %v, want __type and message", body)
	}
	if answer.Header.Get("X-Amzn-Requestid") == "" {
		t.Error("the answer has no x-amzn-RequestId")
	}
}
