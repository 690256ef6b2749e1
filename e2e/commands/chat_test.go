package commands_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/testlog"
)

const waiting = 10 * time.Second

// await waits until a terminal shows a text.
func await(t *testing.T, screen *testlog.Buffer, want string) {
	t.Helper()
	harness.Await(t, want, waiting, func() error {
		if !strings.Contains(screen.String(), want) {
			return fmt.Errorf("the screen shows:\n%s", screen)
		}
		return nil
	})
}

func TestChatInTheTerminal(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Welcome", harness.Say("Welcome, $.Attributes.who!"), harness.Wait(harness.Week))
	chat := s.Command("chat", "--flow", flow, "--attributes", "who=Ann")
	keys, err := chat.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	shown := &testlog.Buffer{}
	chat.Stdout, chat.Stderr = shown, shown
	if err := chat.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { chat.Process.Kill() })
	await(t, shown, "Welcome, Ann!")
	for _, line := range []string{"hello there", "/end"} {
		if _, err := io.WriteString(keys, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	await(t, shown, "hello there")
	await(t, shown, "ended")
	if err := chat.Wait(); err != nil {
		t.Errorf("parley chat ends with %v", err)
	}
}

func TestCommandsWithoutAServer(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Command("chat")
	s.Stop()
	text, err := chat.CombinedOutput()
	if err == nil || !strings.Contains(string(text), "no server") {
		t.Errorf("without a server: %v, %s; want a failure that says so", err, text)
	}
}
