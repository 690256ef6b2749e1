package deliver_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"crypto/sha256"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	gocmp "github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
	"parley/internal/sigv4"
)

const topic = "arn:aws:sns:us-east-1:123456789012:chats"

// fakeSNS takes what is published as Amazon SNS does: signed, and in its query protocol.
type fakeSNS struct {
	URL string

	mu        sync.Mutex
	published []url.Values
	refuse    bool
	bad       error
}

func sns(t *testing.T) *fakeSNS {
	t.Helper()
	f := &fakeSNS{}
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	f.URL = s.URL
	return f
}

func (f *fakeSNS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, err := sigv4.NewVerifier("us-east-1", "sns", time.Now).Authenticate(sigv4.FromHTTP(r, sha256.Sum256(body)), func(id string) (string, bool, error) {
		return "outbound-secret", id == "AKIAOUTBOUND", nil
	})
	form, _ := url.ParseQuery(string(body))
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil || form.Get("Action") != "Publish" || form.Get("TopicArn") != topic:
		f.bad = errors.Join(f.bad, fmt.Errorf("%w: %s", err, body))
		w.WriteHeader(http.StatusForbidden)
	case f.refuse:
		w.WriteHeader(http.StatusInternalServerError)
	default:
		f.published = append(f.published, form)
		fmt.Fprint(w, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
	}
}

// attributes are the message attributes of what was published.
func attributes(form url.Values) map[string]string {
	all := map[string]string{}
	for i := 1; form.Has(fmt.Sprintf("MessageAttributes.entry.%d.Name", i)); i++ {
		prefix := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		all[form.Get(prefix+"Name")] = form.Get(prefix+"Value.DataType") + ":" + form.Get(prefix+"Value.StringValue")
	}
	return all
}

// items are the items of a chat that were published, each once, in their order.
func (f *fakeSNS) items(t *testing.T, chat string) (all []harness.Item) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bad != nil {
		t.Fatal(f.bad)
	}
	seen := map[string]bool{}
	for _, form := range f.published {
		var item harness.Item
		if err := json.Unmarshal([]byte(form.Get("Message")), &item); err != nil {
			t.Fatal(err)
		}
		if item.InitialContactID == chat && !seen[item.ID] {
			seen[item.ID] = true
			all = append(all, item)
		}
	}
	return all
}

func streaming(target string) []harness.Option {
	return []harness.Option{
		calling("--streaming", "*="+target),
		harness.Env("PARLEY_OUTBOUND_ACCESS_KEY_ID=AKIAOUTBOUND", "PARLEY_OUTBOUND_SECRET_ACCESS_KEY=outbound-secret"),
	}
}

func stream(t *testing.T, s *harness.Server, contact, token string) string {
	t.Helper()
	out, err := s.Connect().StartContactStreaming(ctx(), &connect.StartContactStreamingInput{
		InstanceId: &s.InstanceID, ContactId: &contact, ClientToken: &token,
		ChatStreamingConfiguration: &types.ChatStreamingConfiguration{StreamingEndpointArn: aws.String(topic)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.StreamingId)
}

// brief writes items as "TYPE content type-or-text".
func brief(items []harness.Item) (all []string) {
	for _, i := range items {
		text := i.Content
		if i.Type != "MESSAGE" {
			text = strings.TrimPrefix(i.ContentType, "application/vnd.amazonaws.connect.event.")
		}
		all = append(all, i.ParticipantRole+" "+text)
	}
	return all
}

func awaitItems(t *testing.T, f *fakeSNS, chat string, want ...string) []harness.Item {
	t.Helper()
	harness.Await(t, "the stream", 40*time.Second, func() error {
		if diff := gocmp.Diff(want, brief(f.items(t, chat))); diff != "" {
			return errors.New(diff)
		}
		return nil
	})
	return f.items(t, chat)
}

// A streamed chat comes as Amazon SNS gets it: all that is stored from the beginning of the stream on, in the transcript's order, with the
// attributes by which subscribers filter; to the end of the chat, whatever is down or killed meanwhile.
func TestMessageStreaming(t *testing.T) {
	t.Parallel()
	f := sns(t)
	s := harness.Start(t, streaming("sns@"+f.URL)...)
	chat := s.StartChat(harness.WithFlow(s.Flow("Hello", harness.Say("Welcome."), harness.Wait(harness.Week))))
	stream(t, s, chat.ContactID, "one")
	if first, again := stream(t, s, chat.ContactID, "two"), stream(t, s, chat.ContactID, "two"); first != again {
		t.Errorf("one client token has two streams, %s and %s", first, again)
	}
	chat.Connect()
	chat.Socket.AwaitText("Welcome.")
	chat.Send("hello")
	awaitItems(t, f, chat.ContactID, "CUSTOMER participant.joined", "SYSTEM Welcome.", "CUSTOMER hello")
	f.mu.Lock()
	f.refuse = true
	f.mu.Unlock()
	for i := range 5 {
		chat.Send(fmt.Sprint("while it is down ", i))
	}
	s.Kill()
	f.mu.Lock()
	f.refuse = false
	f.mu.Unlock()
	s.Boot()
	chat.Send("after the crash")
	if err := chat.Stop(); err != nil {
		t.Fatal(err)
	}
	items := awaitItems(t, f, chat.ContactID, "CUSTOMER participant.joined", "SYSTEM Welcome.", "CUSTOMER hello", "CUSTOMER while it is down 0",
		"CUSTOMER while it is down 1", "CUSTOMER while it is down 2", "CUSTOMER while it is down 3", "CUSTOMER while it is down 4", "CUSTOMER after the crash",
		"CUSTOMER participant.left", " chat.ended")
	f.mu.Lock()
	defer f.mu.Unlock()
	want := map[string]string{
		"InitialContactId": "String:" + chat.ContactID, "ContactId": "String:" + chat.ContactID, "InstanceId": "String:" + s.InstanceID,
		"AccountId": "String:" + s.AccountID, "Type": "String:MESSAGE", "ContentType": "String:text/plain", "ParticipantRole": "String:CUSTOMER",
		"MessageVisibility": "String:ALL",
	}
	for _, form := range f.published {
		if strings.Contains(form.Get("Message"), `"hello"`) {
			if diff := gocmp.Diff(want, attributes(form)); diff != "" {
				t.Errorf("the attributes (-want +got):\n%s", diff)
			}
		}
	}
	if got := items[2]; got.ContactID != chat.ContactID || got.DisplayName == "" || got.ParticipantID == "" || got.ContentType != "text/plain" {
		t.Errorf("the message is %+v", got)
	}
}

// A webhook behind a topic gets what SNS posts to its subscribers; what only the agents may see says so.
func TestAWebhookBehindATopic(t *testing.T) {
	t.Parallel()
	h := hear(t)
	s := harness.Start(t, calling("--streaming", topic+"="+h.URL), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	chat := s.Join(s.Quiet())
	stream(t, s, chat.ContactID, "one")
	chat.Send("hello")
	harness.Await(t, "the message", 20*time.Second, func() error {
		if n := len(h.taken()); n != 1 {
			return fmt.Errorf("%d messages", n)
		}
		return nil
	})
	got := h.taken()[0]
	text, _ := member(got.body, "Message").(string)
	if member(got.body, "Type") != "Notification" || member(got.body, "TopicArn") != topic || member(got.body, "MessageId") != got.id ||
		!strings.Contains(text, `"Content":"hello"`) || member(got.body, "MessageAttributes", "MessageVisibility", "Value") != "ALL" ||
		got.header.Get("X-Amz-Sns-Message-Type") != "Notification" || got.header.Get("Webhook-Signature") == "" {
		t.Errorf("the webhook got %s, %v", got.raw, got.header)
	}
	_, err := s.Connect().StartContactStreaming(ctx(), &connect.StartContactStreamingInput{
		InstanceId: &s.InstanceID, ContactId: &chat.ContactID, ClientToken: aws.String("x"),
		ChatStreamingConfiguration: &types.ChatStreamingConfiguration{StreamingEndpointArn: aws.String(topic + "-other")},
	})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}
