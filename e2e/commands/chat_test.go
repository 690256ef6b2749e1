package commands_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/e2e/harness"
)

const waiting = 10 * time.Second

// screen is what a terminal shows. It is safe for concurrent use.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// await waits until the screen shows a text.
func (s *screen) await(t *testing.T, want string) {
	t.Helper()
	harness.Await(t, want, waiting, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !strings.Contains(s.text.String(), want) {
			return fmt.Errorf("the screen shows:\n%s", s.text.String())
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
	shown := &screen{}
	chat.Stdout, chat.Stderr = shown, shown
	if err := chat.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { chat.Process.Kill() })
	shown.await(t, "Welcome, Ann!")
	for _, line := range []string{"hello there", "/end"} {
		if _, err := io.WriteString(keys, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	shown.await(t, "hello there")
	shown.await(t, "ended")
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
