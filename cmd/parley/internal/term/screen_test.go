package term

import (
	"bytes"
	"testing"

	"parley/client"
)

// At a terminal the customer sees their own line as they typed it; what others
// say takes the prompt's place.
func TestTerminalScreen(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out, ansi: true, me: "me"}
	message := client.Item{Type: "MESSAGE", ContentType: client.TextPlain, Content: "hi",
		ParticipantID: "me", AbsoluteTime: "2026-11-22T10:00:00.000Z"}
	s.item(message)
	if out.Len() != 0 {
		t.Errorf("the own message was repeated: %q", &out)
	}
	message.ParticipantID, message.DisplayName = "ann", "Ann\x1b[2J"
	s.item(message)
	want := clearLine + clock(message) + "Ann [2J: hi\n> "
	if out.String() != want {
		t.Errorf("printed %q, want %q", &out, want)
	}
	out.Reset()
	s.ended("The chat has ended.")
	s.ended("The chat has ended.")
	if want := clearLine + dim + "The chat has ended." + normal + "\n> "; out.String() != want {
		t.Errorf("printed %q, want %q", &out, want)
	}
}

// At a terminal an agent sees its own line as it typed it, too; a program that writes the lines reads them back as its own.
func TestAnAgentsOwnLines(t *testing.T) {
	for _, c := range []struct {
		self bool
		own  string
	}{{false, ""}, {true, "[1] You: hi\n"}} {
		var out bytes.Buffer
		a := &agentDesk{screen: &screen{out: &out, self: c.self}}
		message := client.Item{Type: "MESSAGE", ContentType: client.TextPlain, Content: "hi", ParticipantID: "me", DisplayName: "Ben", AbsoluteTime: "2026-11-22T10:00:00.000Z"}
		a.show(1, "me", message)
		want := c.own
		if want != "" {
			want = clock(message) + want
		}
		if out.String() != want {
			t.Errorf("its own: %q, want %q", &out, want)
		}
		out.Reset()
		message.ParticipantID = "eve"
		a.show(1, "me", message)
		if want := clock(message) + "[1] Ben: hi\n"; out.String() != want {
			t.Errorf("a colleague's: %q, want %q", &out, want)
		}
	}
}
