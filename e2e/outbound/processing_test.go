package outbound_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// Processor gives later messages of the chat to a function; unprocessed ones are said.
func Processor(arn string) harness.Block {
	return harness.Block{Type: "UpdateContactMediaProcessing", Parameters: map[string]any{"ChatProcessor": map[string]any{
		"ProcessingEnabled": "True", "LambdaProcessorARN": arn, "ChatProcessorSettings": map[string]any{"DeliverUnprocessedMessages": "True"},
	}}, Errors: map[string]string{"NoMatchingError": "failed"}}
}

// processor counts by key.
type processor struct {
	mu    sync.Mutex
	calls map[string]int
	seen  chan struct{}
	holds atomic.Bool // calls go unanswered until the program is killed
}

func (p *processor) answer(r *http.Request, event map[string]any) any {
	if p.holds.Load() {
		defer func() { <-r.Context().Done() }() // so that a kill finds calls under way
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[r.Header.Get("Idempotency-Key")]++
	select {
	case p.seen <- struct{}{}:
	default:
	}
	text, _ := member(event, "chatContent", "content").(string)
	return map[string]any{"status": "PROCESSED", "result": map[string]any{"processedChatContent": map[string]string{"content": strings.ToUpper(text), "contentType": "text/plain"}}}
}

// Killed while messages are processed, the program says each that it has acknowledged once, in their order.
func TestKilledWhileMessagesAreProcessed(t *testing.T) {
	t.Parallel()
	const chats, messages = 8, 6
	p := &processor{calls: map[string]int{}, seen: make(chan struct{}, 1<<12)}
	s := harness.Start(t, loopback("--function", "*="+serve(t, p.answer)))
	flow := s.Flow("Processed", Processor(function), harness.Say("ready"), harness.Wait(harness.Week).Named("wait"), harness.Say("failed").Named("failed"))
	var all []*harness.Chat
	want := map[*harness.Chat][]string{}
	for range chats {
		all = append(all, s.StartChat(harness.WithFlow(flow)).Connect())
	}
	for _, chat := range all {
		chat.Socket.AwaitText("READY") // what the flow says is processed too
		want[chat] = []string{"READY"}
	}
	for i := range messages {
		if i == messages/2 {
			p.holds.Store(true)
			for len(p.seen) > 0 {
				<-p.seen
			}
		}
		for _, chat := range all {
			text := fmt.Sprint("message ", i)
			chat.Send(text)
			want[chat] = append(want[chat], strings.ToUpper(text))
		}
	}
	<-p.seen
	s.Crash()
	p.holds.Store(false)
	s.Advance(14 * time.Second) // the calls that were cut off count as lost
	for _, chat := range all {
		harness.Await(t, "all messages", 20*time.Second, func() error {
			var said []string
			for _, item := range chat.Transcript() {
				if item.Type == "MESSAGE" {
					said = append(said, aws.ToString(item.Content))
				}
			}
			if !slices.Equal(said, want[chat]) {
				return fmt.Errorf("it said %q, want %q", said, want[chat])
			}
			return nil
		})
	}
	repeated := 0
	for key, n := range p.calls {
		if n > 2 {
			t.Errorf("the message %s was given %d times", key, n)
		}
		repeated += n - 1
	}
	if t.Logf("%d calls were repeated", repeated); repeated == 0 {
		t.Error("no call was under way when the program was killed: the test is blind")
	}
}

// Where nobody answers, the failure mode decides who sees a message; its author always does.
func TestAProcessorThatIsAway(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, loopback("--function", "*=http://127.0.0.1:1/"))
	for mode, seen := range map[types.ContactMediaProcessingFailureMode]bool{
		types.ContactMediaProcessingFailureModeDeliverUnprocessedMessage: true, types.ContactMediaProcessingFailureModeDoNotDeliverUnprocessedMessage: false,
	} {
		chat := s.Join(s.Quiet())
		second := s.Join(s.Quiet())
		bot, err := s.Connect().CreateParticipant(t.Context(), &connect.CreateParticipantInput{
			InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID),
			ParticipantDetails: &types.ParticipantDetailsToAdd{ParticipantRole: types.ParticipantRoleCustomBot, DisplayName: aws.String("Helper")},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, other := s.ConnectParticipant(aws.ToString(bot.ParticipantCredentials.ParticipantToken))
		if _, err := s.Connect().StartContactMediaProcessing(t.Context(), &connect.StartContactMediaProcessingInput{
			InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID), ProcessorArn: aws.String(function), FailureMode: mode,
		}); err != nil {
			t.Fatal(err)
		}
		id := chat.Send("unprocessed")
		if item := chat.Socket.AwaitText("unprocessed"); item.ID != id {
			t.Errorf("%s: its author sees %+v, acknowledged as %s", mode, item, id)
		}
		second.Send("another chat is as it was")
		second.Socket.AwaitText("another chat is as it was")
		if err := chat.Stop(); err != nil {
			t.Fatal(err)
		}
		other.AwaitEvent("chat.ended")
		if got := slices.ContainsFunc(other.Items(), func(i harness.Item) bool { return i.Content == "unprocessed" }); got != seen {
			t.Errorf("%s: the other one sees it: %v", mode, got)
		}
	}
}

// A flow that masks personal data: nobody sees it, in the transcript neither; and what is processed is not shown bit by bit.
func TestPersonalDataIsMaskedOnItsWay(t *testing.T) {
	t.Parallel()
	url := model(t, "Write to ", "ann@shop", ".example")
	s := harness.Start(t, loopback("--bot", "*=openai:"+file(t, fmt.Sprintf(`{"url":%q,"model":"m"}`, url))), harness.Env("PARLEY_MODEL_KEY=sk-test"))
	mask := harness.Block{Type: "UpdateContactRecordingAndAnalyticsBehavior", Parameters: map[string]any{"ChatBehavior": map[string]any{"ChatAnalyticsBehavior": map[string]any{
		"Enabled": "True", "AnalyticsLanguage": "en-US", "AnalyticsModes": []string{"ContactLens"},
		"InFlightChatRedactionConfiguration": map[string]any{"Enabled": "True", "RedactionMaskMode": "EntityType", "DeliverUnprocessedMessages": "False"},
	}}}, Errors: map[string]string{"NoMatchingError": "failed", "ChannelMismatch": "failed", "InFlightRedactionConfigurationFailed": "failed"}}
	chat := s.Join(harness.WithFlow(s.Flow("Masked", mask, Bot("How can we help?", map[string]string{"Order": "failed"}),
		harness.Say("The bot failed").Named("failed").Then("wait"), harness.Wait(harness.Week).Named("wait"))), mode(types.ResponseModeIncremental))
	chat.Socket.AwaitText("How can we help?")
	chat.Send("My card is 4111 1111 1111 1111")
	chat.Socket.AwaitText("My card is [CREDIT_DEBIT_NUMBER]")
	chat.Socket.AwaitText("Write to [EMAIL]")
	for _, item := range chat.Socket.Items() {
		if strings.Contains(item.Content, "ann@") || strings.Contains(item.Content, "4111") || item.MessageMetadata.ChunkNumber > 0 {
			t.Errorf("the socket shows %+v", item)
		}
	}
}
