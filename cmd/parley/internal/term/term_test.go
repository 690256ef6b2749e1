package term_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/client/clienttest"
	"parley/cmd/parley/internal/term"
)

// display is what Run prints, line by line, with the times and ids cut.
type display struct {
	mu   sync.Mutex
	text bytes.Buffer
	grew chan struct{}
}

func newDisplay() *display { return &display{grew: make(chan struct{}, 1)} }

func (d *display) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case d.grew <- struct{}{}:
	default:
	}
	return d.text.Write(p)
}

func (d *display) lines() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d  `).ReplaceAllString(d.text.String(), "")
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")[1:]
}

// await blocks until a line is printed.
func (d *display) await(t *testing.T, line string) {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		d.mu.Lock()
		found := strings.Contains(d.text.String(), line)
		d.mu.Unlock()
		if found {
			return
		}
		select {
		case <-d.grew:
		case <-timeout:
			t.Fatalf("%q was not printed:\n%s", line, strings.Join(d.lines(), "\n"))
		}
	}
}

func setUp(t *testing.T) (*clienttest.Relay, term.Options) {
	t.Helper()
	relay := clienttest.New()
	t.Cleanup(relay.Close)
	return relay, term.Options{
		Server: client.Config{Endpoint: relay.URL, InstanceID: "i"},
		FlowID: "f", Name: "Ada", Quiet: 50 * time.Millisecond,
	}
}

func TestScriptIsSentLineByLineAndEndsTheChat(t *testing.T) {
	relay, o := setUp(t)
	out := newDisplay()
	if err := term.Run(t.Context(), o, strings.NewReader("hello\n\n  two words  \n/nonsense\n"), out); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"System: " + clienttest.Greeting,
		"You: hello",
		"You: two words",
		"There is no command /nonsense; /help lists them.",
		"The chat has ended.",
	}
	if diff := cmp.Diff(want, out.lines()); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
	if relay.Open() != 0 {
		t.Error("the chat is still open")
	}
}

// typed is an input that stays open.
func typed(t *testing.T) (*io.PipeReader, func(string)) {
	in, keys := io.Pipe()
	t.Cleanup(func() { keys.Close() })
	return in, func(line string) {
		if _, err := io.WriteString(keys, line+"\n"); err != nil {
			t.Error(err)
		}
	}
}

// run starts Run and returns where its result comes.
func run(ctx context.Context, o term.Options, in io.Reader, out io.Writer) <-chan error {
	result := make(chan error, 1)
	go func() { result <- term.Run(ctx, o, in, out) }()
	return result
}

func TestEventsAreShownInPlainWords(t *testing.T) {
	relay, o := setUp(t)
	in, key := typed(t)
	out := newDisplay()
	result := run(t.Context(), o, in, out)
	out.await(t, clienttest.Greeting)
	ann := map[string]string{"ParticipantId": "a", "ParticipantRole": "AGENT", "DisplayName": "Ann"}
	say := func(kind, contentType, content string) {
		item := map[string]string{"Type": kind, "ContentType": contentType, "Content": content}
		for k, v := range ann {
			item[k] = v
		}
		relay.Say(item)
	}
	say("EVENT", client.EventPrefix+"participant.joined", "")
	say("EVENT", client.Typing, "")
	say("EVENT", client.Typing, "")
	say("MESSAGE", client.TextPlain, "Hi\x1b[31m\nthere\x07\u009b")
	say("EVENT", client.Typing, "")
	say("MESSAGE", client.MessagePrefix+"interactive",
		`{"templateType":"ListPicker","data":{"content":{"title":"Which?","elements":[{"title":"A"},{"title":"B","subtitle":"best"}]}}}`)
	say("EVENT", client.EventPrefix+"transfer.succeeded", "")
	say("EVENT", client.EventPrefix+"participant.left", "")
	key("/end")
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	want := []string{
		"System: " + clienttest.Greeting,
		"Ann joined.", "Ann is typing …", "Ann: Hi [31m", "          there  ", "Ann is typing …",
		"Ann: Which?", "          - A", "          - B (best)",
		"The chat was transferred.", "Ann left.", "The chat has ended.",
	}
	if diff := cmp.Diff(want, out.lines()); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
}

// Whoever ended the chat, the customer did not leave it.
func TestItIsSaidWhoEndedTheChat(t *testing.T) {
	for reason, want := range map[string]string{
		"CONTACT_FLOW_DISCONNECT": "The flow ended the chat.",
		"EXPIRED":                 "The chat has ended: its time was over.",
		"API":                     "The chat was stopped.",
		"":                        "The chat has ended.",
	} {
		relay, o := setUp(t)
		relay.Reason = reason
		in, _ := typed(t)
		out := newDisplay()
		result := run(t.Context(), o, in, out)
		out.await(t, clienttest.Greeting)
		relay.End()
		if err := <-result; err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"System: " + clienttest.Greeting, want}, out.lines()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
}

func TestQuitLeavesTheChatOpen(t *testing.T) {
	relay, o := setUp(t)
	if err := term.Run(t.Context(), o, strings.NewReader("/quit\n"), newDisplay()); err != nil {
		t.Fatal(err)
	}
	if relay.Open() != 1 {
		t.Error("the chat was ended")
	}
}

func TestInterruptEndsTheChat(t *testing.T) {
	relay, o := setUp(t)
	in, _ := typed(t)
	ctx, cancel := context.WithCancel(t.Context())
	out := newDisplay()
	result := run(ctx, o, in, out)
	out.await(t, clienttest.Greeting)
	cancel()
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	if relay.Open() != 0 {
		t.Error("the chat is still open")
	}
}

func TestChatSurvivesALostConnection(t *testing.T) {
	relay, o := setUp(t)
	in, key := typed(t)
	out := newDisplay()
	result := run(t.Context(), o, in, out)
	out.await(t, clienttest.Greeting)
	relay.Drop(1012)
	out.await(t, "Connected again.")
	key("still here")
	out.await(t, "You: still here")
	key("/end")
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	want := []string{
		"System: " + clienttest.Greeting,
		"The connection is lost; connecting again …", "Connected again.",
		"You: still here", "The chat has ended.",
	}
	if diff := cmp.Diff(want, out.lines()); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
}

func TestALineThatIsNotSentYetIsTold(t *testing.T) {
	relay, o := setUp(t)
	relay.Hold = make(chan struct{})
	in, key := typed(t)
	out := newDisplay()
	result := run(t.Context(), o, in, out)
	out.await(t, clienttest.Greeting)
	key("hello")
	out.await(t, `Not sent yet: "hello".`)
	close(relay.Hold)
	out.await(t, `Sent: "hello".`)
	key("/end")
	if err := <-result; err != nil {
		t.Fatal(err)
	}
}

func TestRefusedMessageFailsAScript(t *testing.T) {
	relay, o := setUp(t)
	relay.Refuse = "ValidationException"
	err := term.Run(t.Context(), o, strings.NewReader("hello\n"), newDisplay())
	if client.TypeOf(err) != "ValidationException" || term.ExitCode(err) != 1 {
		t.Errorf("err %v, exit code %d", err, term.ExitCode(err))
	}
}

func TestExitCodes(t *testing.T) {
	_, o := setUp(t)
	o.Server.Endpoint = "http://127.0.0.1:1"
	unreachable := term.Run(t.Context(), o, strings.NewReader(""), newDisplay())
	if got := term.ExitCode(unreachable); got != 2 {
		t.Errorf("exit code %d for %v, want 2", got, unreachable)
	}
	o = term.Options{ReadyFile: t.TempDir() + "/ready.json"}
	err := term.Run(t.Context(), o, strings.NewReader(""), newDisplay())
	if err == nil || !strings.Contains(err.Error(), "no server seems to run here") {
		t.Errorf("err %v", err)
	}
	if term.ExitCode(nil) != 0 || term.ExitCode(errors.New("x")) != 2 {
		t.Error("success is 0 and anything else 2")
	}
}
