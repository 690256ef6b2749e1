// Package security_test attacks a running server through its front door:
// tokens, signatures, keys, sockets, bodies and connections. docs/security.md
// says which case of the checklist each test is; the object-access matrix is
// in e2e/access.
package security_test

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"parley/e2e/harness"
)

// TestMain gives the test that waits for 35 seconds a place beside the others.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", strconv.Itoa(runtime.GOMAXPROCS(0)+1)); err != nil {
		panic(err)
	}
	os.Exit(harness.Main(m))
}

// waiting is how long a test waits for what must happen.
const waiting = 10 * time.Second

const typing = "application/vnd.amazonaws.connect.event.typing"

// bodies are the participant operations that need a connection token, with a
// body that works.
func bodies() map[string]string {
	return map[string]string{
		"/participant/message":    `{"ContentType":"text/plain","Content":"x"}`,
		"/participant/event":      `{"ContentType":"` + typing + `"}`,
		"/participant/transcript": `{}`,
		"/participant/disconnect": `{}`,
	}
}

const both = `{"Type":["WEBSOCKET","CONNECTION_CREDENTIALS"]}`

// bot is a custom participant of a chat.
type bot struct {
	token, connection string
	socket            *harness.Socket
}

// joinBot adds a custom participant to a chat and connects it.
func joinBot(t *testing.T, s *harness.Server, chat *harness.Chat) bot {
	t.Helper()
	made := s.Signed("POST", "/contact/create-participant", map[string]any{
		"InstanceId": s.InstanceID, "ContactId": chat.ContactID,
		"ParticipantDetails": map[string]string{"ParticipantRole": "CUSTOM_BOT", "DisplayName": "Bot"},
	}).Want(t, 200, "").Members(t)
	token := made["ParticipantCredentials"].(map[string]any)["ParticipantToken"].(string)
	connection, socket := s.ConnectParticipant(token)
	return bot{token, connection, socket}
}
