package clients_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// node prepares a script of this directory.
func node(t *testing.T, s *harness.Server, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := os.Stat("node_modules"); err != nil {
		t.Fatal("the JavaScript clients are not installed: run e2e/setup.sh")
	}
	return command(t, s, "node", args...)
}

func TestJavaScriptSDK(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "aws-sdk-js-v3", output(t, node(t, s, "sdk.mjs", s.InstanceID, quiet(s))))
	wantCalled(t, r, "connect.StartChatContact", "connectparticipant.SendMessage", "connectparticipant.DisconnectParticipant", "connect.DeleteContactData")
}

// TestAssistant: a flow that talks to a bot plays the assistant.
func TestAssistant(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--bot", "ASSISTANT1=keywords:../../examples/bots/assistant-keywords.json"))
	content, err := os.ReadFile("../../examples/flows/assistant.json")
	if err != nil {
		t.Fatal(err)
	}
	made := s.Signed("PUT", "/contact-flows/"+s.InstanceID, map[string]any{"Name": "Assistant", "Type": "CONTACT_FLOW", "Content": string(content)}).Want(t, 200, "").Members(t)
	r := note(t, "aws-sdk-js-v3", output(t, node(t, s, "assistant.mjs", s.InstanceID, made["ContactFlowArn"].(string), s.FlowOf(types.ContactFlowTypeCustomerQueue, "Waits", harness.End()))))
	wantCalled(t, r, "connect.StartAssistantContact")
}

func TestChatjsInChromium(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "amazon-connect-chatjs", output(t, node(t, s, "chatjs.mjs", s.InstanceID, quiet(s))))
	wantCalled(t, r, "connectparticipant.CreateParticipantConnection", "connectparticipant.SendMessage",
		"connectparticipant.SendEvent", "connectparticipant.GetTranscript", "connectparticipant.DisconnectParticipant")
}

// script is a running client that talks in lines.
type script struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.Writer
	lines  chan []byte
	errors bytes.Buffer
}

func converse(t *testing.T, cmd *exec.Cmd) *script {
	t.Helper()
	s := &script{t: t, cmd: cmd, lines: make(chan []byte)}
	cmd.Stderr = &s.errors
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	s.in = in
	go s.read(out)
	return s
}

func (s *script) read(out io.Reader) {
	defer close(s.lines)
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		s.lines <- bytes.Clone(scanner.Bytes())
	}
}

// line waits for the script's next line.
func (s *script) line() []byte {
	s.t.Helper()
	select {
	case line, open := <-s.lines:
		if open {
			return line
		}
		s.cmd.Wait()
		s.t.Fatalf("the script ended early:\n%s", s.errors.String())
	case <-time.After(2 * time.Minute):
		s.t.Fatal("the script says nothing more")
	}
	return nil
}

func (s *script) want(want string) {
	s.t.Helper()
	if got := s.line(); string(got) != want {
		s.t.Fatalf("the script says %q, want %q", got, want)
	}
}

func (s *script) say(line string) {
	s.t.Helper()
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		s.t.Fatal(err)
	}
}
