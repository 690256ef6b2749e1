package clients_test

import (
	"os"
	"path/filepath"
	"testing"

	"parley/e2e/harness"
)

// TestTheBotThatIsAnAgent runs examples/bot-agent: it takes a chat, answers, leaves at "bye", and is free for the next one.
func TestTheBotThatIsAnAgent(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	bot := command(t, s, "python3", filepath.Join("..", "..", "examples", "bot-agent", "agent.py"))
	bot.Env = append(os.Environ(), "PARLEY_URL="+s.URL, "PARLEY_USER="+s.Agents[0].Username, "PARLEY_PASSWORD="+s.Agents[0].Password)
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = bot.Process.Kill()
		_ = bot.Wait()
	})
	for range 3 { // more than it has slots: it clears them
		chat := s.Join()
		chat.AwaitAgent()
		chat.Send("hello")
		chat.Send("and again")
		chat.Socket.AwaitText("You said: hello")
		chat.Socket.AwaitText("You said: and again")
		chat.Send("bye")
		chat.Socket.AwaitText("You said: bye")
		chat.Socket.AwaitEvent("chat.ended")
	}
}
