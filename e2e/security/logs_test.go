package security_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestLogsHoldNoSecrets (T5): a chat with everything in it, good and bad, at
// the most talkative level; then no text of a person and no secret is in the log.
func TestLogsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--log-level", "debug"))
	flow := s.Flow("canary-flow",
		harness.Compare("$.Attributes.tier", map[string]string{"canary-attribute": "hello"}),
		harness.Set(map[string]string{"later": "canary-set-by-flow"}, "").Named("hello"),
		harness.Say("canary-prompt for $.Attributes.tier"), harness.Wait(harness.Week))
	request := map[string]any{
		"InstanceId": s.InstanceID, "ContactFlowId": flow, "ClientToken": "canary-client-token", "CustomerId": "canary-customer",
		"Attributes":         map[string]string{"tier": "canary-attribute"},
		"ParticipantDetails": map[string]string{"DisplayName": "canary-display-name"},
		"InitialMessage":     map[string]string{"ContentType": "text/plain", "Content": "canary-initial"},
	}
	started := s.Signed("PUT", "/contact/chat", request).Want(t, 200, "").Members(t)
	token := started["ParticipantToken"].(string)
	connection, socket := s.ConnectParticipant(token)
	socket.AwaitText("canary-prompt for canary-attribute")
	said := map[string]string{"ContentType": "text/plain", "Content": "canary-message", "ClientToken": "canary-send-token"}
	s.Bearer(connection, "/participant/message", said).Want(t, 200, "")
	s.Bearer(connection, "/participant/message", `{"ContentType":"canary-type","Content":"canary-refused"}`).Want(t, 400, "ValidationException")
	s.Bearer("canary-bearer", "/participant/message", said).Want(t, 403, "AccessDeniedException")
	s.Signed("PUT", "/contact/chat?token=canary-query", `{"Attributes":{"canary-key":`).Want(t, 400, "SerializationException")
	key := s.Signed("POST", "/parley/keys", `{"note":"canary-note"}`).Want(t, 200, "").Members(t)
	page := s.Bearer(connection, "/participant/transcript", `{"MaxResults":1}`).Want(t, 200, "").Members(t)
	url := *s.Connection(token).Websocket.Url
	s.Restart()

	log := logged(s)
	for what, secret := range map[string]string{
		"what people typed and operators named": "canary", "the participant token": token, "the connection token": connection,
		"a page token": page["NextToken"].(string), "a websocket's URL": url[strings.LastIndex(url, "=")+1:],
		"the first key's secret": s.SecretAccessKey, "another key's secret": key["secret_access_key"].(string),
	} {
		if at := strings.Index(log, secret); at >= 0 {
			line := log[strings.LastIndex(log[:at], "\n")+1:]
			line, _, _ = strings.Cut(line, "\n")
			t.Errorf("the log holds %s: %s", what, line)
		}
	}
	if !strings.Contains(log, "level=DEBUG") {
		t.Error("nothing was logged at the debug level: the test saw too little")
	}
}

// TestGivenSecretIsNotPrinted (T5): a generated one is shown in the banner, one
// that the operator keeps elsewhere is not.
func TestGivenSecretIsNotPrinted(t *testing.T) {
	t.Parallel()
	const secret = "given-by-the-operator-0123456789abcdef"
	s := harness.Start(t, harness.Flags("--log-level", "debug"),
		harness.Env("PARLEY_ACCESS_KEY_ID=AKIAGIVEN00000000000", "PARLEY_SECRET_ACCESS_KEY="+secret))
	s.StartChat()
	s.Restart()
	if strings.Contains(s.Log(), secret) {
		t.Errorf("the server prints the secret that it was given:\n%s", s.Log())
	}
	if !strings.Contains(s.Log(), "AKIAGIVEN00000000000") {
		t.Error("the server does not print the key's id: the test saw too little")
	}
}

// logged returns the log without the banner, which shows the first key on purpose.
func logged(s *harness.Server) string {
	var lines []string
	for line := range strings.Lines(s.Log()) {
		if strings.Contains(line, "level=") || !strings.HasPrefix(line, "  export ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// TestFilesAreTheOwnersAlone: nobody else on the machine reads the data
// directory, the keys or the ready file.
func TestFilesAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	s.StartChat()
	data := filepath.Join(filepath.Dir(s.ReadyFile()), "data")
	err := filepath.WalkDir(data, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if loose := info.Mode().Perm() & 0o077; loose != 0 && entry.IsDir() {
			t.Errorf("%s is open to others: %v", filepath.Base(path), info.Mode())
		}
		if name := entry.Name(); info.Mode().Perm()&0o077 != 0 && (name == "master.key" || name == "ready.json") {
			t.Errorf("%s is open to others: %v", name, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.ReadyFile())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the ready file has the mode %v, want 0600", info.Mode())
	}
	raw, err := os.ReadFile(filepath.Join(data, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), s.SecretAccessKey) {
		t.Error("the database holds the first key's secret in the open")
	}
}
