package chat_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

const (
	plain       = "text/plain"
	markdown    = "text/markdown"
	jsonType    = "application/json"
	interactive = "application/vnd.amazonaws.connect.message.interactive"
	response    = "application/vnd.amazonaws.connect.message.interactive.response"
)

func TestSupportedContentTypes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	cases := []struct {
		name  string
		types []string
		good  bool
	}{
		{"the seed's first list", []string{plain, markdown, jsonType}, true},
		{"the seed's second list", []string{markdown, plain}, true},
		{"the seed's third list", []string{plain, jsonType, response}, true},
		{"all five, reversed", []string{response, interactive, jsonType, markdown, plain}, true},
		{"twice the same", []string{plain, plain}, true},
		{"no text/plain", []string{jsonType}, false},
		{"all but text/plain", []string{markdown, jsonType, interactive, response}, false},
		{"unknown type", []string{plain, "text/html"}, false},
		{"other case", []string{"TEXT/PLAIN"}, false},
		{"empty list", []string{}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.With(t).TryStart(harness.WithTypes(c.types...))
			if c.good && err != nil {
				t.Error(err)
			}
			if !c.good {
				harness.WantRefusal(t, err, 400, "InvalidParameterException")
			}
		})
	}
}

func TestUndeclaredTypeStoresNothing(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	for _, sender := range []*harness.Chat{chat, bot} {
		for _, contentType := range []string{markdown, jsonType, response, interactive, "text/html", "TEXT/PLAIN"} {
			_, err := sender.TrySend(contentType, `{"templateType":"ListPicker"}`)
			harness.WantRefusal(t, err, 400, "ValidationException")
		}
	}
	chat.Send("the only message")
	if diff := cmp.Diff([]string{"the only message"}, contents(chat.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestDeclaredTypesReachTheOthers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet(), harness.WithTypes(plain, markdown, jsonType, response))
	messages := map[string]string{
		plain: "plain \u2028 \"quoted\" 😀", markdown: "*bold*", jsonType: `{"a":[1,"<b>"]}`,
		response: `{"action":"A","data":{},"templateType":"ViewResource","version":"1.0"}`,
	}
	for contentType, content := range messages {
		if _, err := chat.TrySend(contentType, content); err != nil {
			t.Errorf("%s: %v", contentType, err)
		}
		if item := chat.Socket.AwaitText(content); item.ContentType != contentType {
			t.Errorf("%q arrives as %s, want %s", content, item.ContentType, contentType)
		}
	}
}

func TestMessageSizes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet(), harness.WithTypes(plain, markdown, jsonType, response))
	quoted := func(n int) string { return `"` + strings.Repeat("j", n-2) + `"` }
	cases := []struct {
		name, contentType, content string
		good                       bool
	}{
		{"1,024 code points", plain, strings.Repeat("😀", 1024), true},
		{"1,025 code points", plain, strings.Repeat("😀", 1025), false},
		{"1,024 of markdown", markdown, strings.Repeat("m", 1024), true},
		{"1,025 of markdown", markdown, strings.Repeat("m", 1025), false},
		{"12,000 of JSON", jsonType, quoted(12000), true},
		{"12,001 of JSON", jsonType, quoted(12001), false},
		{"12,288 of a response", response, quoted(12288), true},
		{"12,289 of a response", response, quoted(12289), false},
		{"JSON that is none", jsonType, `{"a":`, false},
		{"a response that is no JSON", response, "yes", false},
		{"a space", plain, " ", true},
		{"nothing", plain, "", false},
		{"U+0000", plain, "a\x00b", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			body := map[string]string{"ContentType": c.contentType, "Content": c.content}
			answer := s.With(t).Bearer(chat.ConnectionToken, "/participant/message", body)
			if c.good {
				answer.Want(t, 200, "")
			} else {
				answer.Want(t, 400, "ValidationException")
			}
		})
	}
}

func TestTextSizeCanBeRaised(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--setting", "text-bytes=16384"))
	chat := s.Join(s.Quiet())
	chat.Send(strings.Repeat("é", 8192))
	_, err := chat.TrySend(plain, strings.Repeat("é", 8192)+"x")
	harness.WantRefusal(t, err, 400, "ValidationException")
}

func TestInitialMessageIsTheFirstItemOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Welcome", harness.Say("Welcome"), harness.Wait(harness.Week))
	chat := s.StartChat(harness.WithFlow(flow), func(in *startInput) {
		in.InitialMessage = &types.ChatMessage{ContentType: aws.String(plain), Content: aws.String("first")}
		in.ClientToken = aws.String("again")
	})
	s.StartChat(harness.WithFlow(flow), token("again"))
	chat.Connect().Socket.AwaitText("Welcome")
	want := []string{"first CUSTOMER", "participant.joined CUSTOMER", "Welcome SYSTEM"}
	if diff := cmp.Diff(want, liveSummaries(chat.Socket.Items())); diff != "" {
		t.Errorf("on the first socket (-want +got):\n%s", diff)
	}
	chat.Connect()
	s.Crash()
	chat.Connect()
	if diff := cmp.Diff(want, summaries(chat.Transcript())); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	first := chat.Transcript()[0]
	if aws.ToString(first.ParticipantId) != chat.ParticipantID || aws.ToString(first.DisplayName) != "Customer" {
		t.Errorf("the first item is %+v, want one of the customer", first)
	}
}
