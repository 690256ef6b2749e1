package outbound_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// talk is a flow that talks to a bot and tells what came of it.
func talk(s *harness.Server) harness.Change {
	return harness.WithFlow(s.Flow("Talk "+fmt.Sprint(time.Now().UnixNano()),
		Bot("How can we help?", map[string]string{"Order": "order", "FallbackIntent": "fallback"}),
		harness.Say("Order $.Lex.Slots.number ($.Lex.DialogState), heard $.Lex.SessionAttributes.heard").Named("order").Then("wait"),
		harness.Say("Fallback").Named("fallback").Then("wait"),
		harness.Say("The bot failed").Named("failed").Then("wait"),
		harness.Wait(harness.Week).Named("wait")))
}

func TestTheKeywordBot(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--bot", "BOT1=keywords:"+file(t, `{
		"intents": [{"name": "Order", "patterns": ["order (?P<number>[0-9]+)"], "messages": ["Let me look."], "attributes": {"heard": "an order"}},
			{"name": "Hi", "patterns": ["^hi"], "messages": ["Hello!"], "continue": true}],
		"fallback": {"messages": ["Pardon?"], "tries": 1}}`)))
	chat := s.Join(talk(s))
	chat.Socket.AwaitText("How can we help?")
	for _, turn := range [][2]string{{"hi there", "Hello!"}, {"hm", "Pardon?"}, {"Where is order 66?", "Order 66 (ReadyForFulfillment), heard an order"}} {
		chat.Send(turn[0])
		chat.Socket.AwaitText(turn[1])
	}
	hello := chat.Socket.AwaitText("Hello!")
	if hello.DisplayName != "BOT" || hello.ParticipantRole != "SYSTEM" || hello.MessageMetadata.MessageCompleted != nil {
		t.Errorf("the bot says %+v", hello)
	}
	other := s.Join(talk(s))
	other.Socket.AwaitText("How can we help?")
	other.Send("?")
	other.Socket.AwaitText("Pardon?")
	other.Send("??")
	other.Socket.AwaitText("Fallback")
}

func TestALexShapedBot(t *testing.T) {
	t.Parallel()
	url := serve(t, func(r *http.Request, body map[string]any) any {
		if !strings.HasPrefix(r.RequestURI, "/bots/BOT1/botAliases/LIVE1/botLocales/en_US/sessions/") || !strings.HasSuffix(r.RequestURI, "/text") {
			t.Errorf("%s", r.RequestURI)
		}
		attributes := map[string]any{"heard": fmt.Sprint(member(body, "sessionState", "sessionAttributes", "heard"), "+", body["text"])}
		if body["text"] != "order 7" {
			return map[string]any{
				"messages":     []any{map[string]string{"content": "Which one?", "contentType": "PlainText"}},
				"sessionState": map[string]any{"dialogAction": map[string]string{"type": "ElicitSlot"}, "sessionAttributes": attributes},
			}
		}
		return map[string]any{"sessionState": map[string]any{
			"dialogAction": map[string]string{"type": "Close"}, "sessionAttributes": attributes,
			"intent": map[string]any{"name": "Order", "state": "Fulfilled", "slots": map[string]any{"number": map[string]any{"value": map[string]any{"interpretedValue": "7"}}}},
		}}
	})
	s := harness.Start(t, loopback("--bot", alias+"=lex:"+url))
	chat := s.Join(talk(s))
	chat.Socket.AwaitText("How can we help?")
	chat.Send("my order")
	chat.Socket.AwaitText("Which one?")
	chat.Send("order 7")
	chat.Socket.AwaitText("Order 7 (Fulfilled), heard <nil>+my order+order 7")
}

// model answers completions in these parts, one each 120 ms.
func model(t *testing.T, parts ...string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer sk-test" {
			t.Errorf("%s %v", r.URL, r.Header)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		for _, part := range parts {
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\n", part)
			w.(http.Flusher).Flush()
			<-time.After(120 * time.Millisecond)
		}
		fmt.Fprint(w, "data: [DONE]\n\n")
	}))
	t.Cleanup(s.Close)
	return s.URL + "/v1"
}

// mode sets the ResponseMode of a chat.
func mode(m types.ResponseMode) harness.Change {
	return func(in *connect.StartChatContactInput) {
		in.ParticipantConfiguration = &types.ParticipantConfiguration{ResponseMode: m}
	}
}

// A chat model's answer comes bit by bit to who takes it so, on every socket alike, and the
// transcript has it once, under the same Id.
func TestAModelsAnswerIsStreamed(t *testing.T) {
	t.Parallel()
	url := model(t, "We have ", "green", " tea.", "\nINTENT: ", "Order {\"number\":\"66\"}")
	s := harness.Start(t, loopback("--bot", "*=openai:"+file(t, fmt.Sprintf(`{"url":%q,"model":"m","intents":["Order"]}`, url))), harness.Env("PARLEY_MODEL_KEY=sk-test"))
	chat := s.Join(talk(s), mode(types.ResponseModeIncremental))
	second, status := harness.Dial(t, chat.SocketURL())
	if second == nil {
		t.Fatalf("a second socket: %d", status)
	}
	second.Subscribe()
	chat.Socket.AwaitText("How can we help?") // the second may have come after it
	chat.Send("What do you have?")
	whole := chat.Socket.AwaitText("We have green tea.")
	chat.Socket.AwaitItem("the end", func(i harness.Item) bool { return strings.HasPrefix(i.Content, "Order 66 (") })
	second.AwaitItem("the end", func(i harness.Item) bool { return strings.HasPrefix(i.Content, "Order 66 (") })
	for name, socket := range map[string]*harness.Socket{"first": chat.Socket, "second": second} {
		text, chunks, completed := "", 0, 0
		for _, i := range socket.Items() {
			if i.ID != whole.ID {
				continue
			}
			if m := i.MessageMetadata; m.MessageCompleted == nil || i.ParticipantRole != "SYSTEM" || i.Type != "MESSAGE" {
				t.Errorf("%s socket: %+v", name, i)
			} else if *m.MessageCompleted {
				completed++
			} else if chunks++; m.ChunkNumber != chunks || completed > 0 {
				t.Errorf("%s socket: part %d has the number %d", name, chunks, m.ChunkNumber)
			} else {
				text += i.Content
			}
		}
		if text != "We have green tea." || chunks < 2 || completed != 1 {
			t.Errorf("%s socket: %d parts %q, %d whole messages", name, chunks, text, completed)
		}
	}
	found := 0
	for _, item := range chat.Transcript() {
		if *item.Id == whole.ID {
			found++
		}
		if item.Content != nil && strings.Contains(*item.Content, "INTENT") {
			t.Errorf("the transcript has %q", *item.Content)
		}
	}
	if found != 1 {
		t.Errorf("the transcript has the message %d times", found)
	}
	if err := chat.TryEvent("message.read", fmt.Sprintf(`{"messageId":%q}`, whole.ID)); err != nil {
		t.Errorf("a receipt for the message: %v", err)
	}
}

func TestAModelsAnswerComesWholeToOthers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, loopback("--bot", "*=openai:"+model(t, "We have ", "green tea.")+"#m"), harness.Env("PARLEY_MODEL_KEY=sk-test"))
	for _, m := range []types.ResponseMode{types.ResponseModeComplete, ""} {
		chat := s.Join(talk(s), func(in *connect.StartChatContactInput) {
			if m != "" {
				mode(m)(in)
			}
		})
		chat.Socket.AwaitText("How can we help?")
		chat.Send("What do you have?")
		chat.Socket.AwaitText("We have green tea.")
		for _, i := range chat.Socket.Items() {
			if i.MessageMetadata.MessageCompleted != nil || i.Content == "We have " {
				t.Errorf("%q: %+v", m, i)
			}
		}
	}
}
