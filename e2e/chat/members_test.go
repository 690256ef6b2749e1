package chat_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/e2e/harness"
)

// TestMemberBounds sends what SDKs refuse to send, or send unchecked.
func TestMemberBounds(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	allTypes := []string{
		"text/plain", "text/markdown", "application/json",
		"application/vnd.amazonaws.connect.message.interactive", "application/vnd.amazonaws.connect.message.interactive.response",
	}
	message := func(contentType, content string) map[string]any {
		return map[string]any{
			"SupportedMessagingContentTypes": allTypes,
			"InitialMessage":                 map[string]string{"ContentType": contentType, "Content": content},
		}
	}
	jsonOf := func(length int) string { return `"` + strings.Repeat("x", length-2) + `"` }
	const response = "application/vnd.amazonaws.connect.message.interactive.response"
	guide := map[string]any{"connect:Subtype": map[string]string{"ValueString": "connect:Guide"}}

	cases := []struct {
		name  string
		more  map[string]any
		error string // "" for 200
	}{
		{"name of 256 emoji", details(strings.Repeat("😀", 256)), ""},
		{"name of 257", details(strings.Repeat("n", 257)), "InvalidParameterException"},
		{"empty name", details(""), "InvalidParameterException"},
		{"no participant details", map[string]any{"ParticipantDetails": nil}, "InvalidParameterException"},
		{"no instance", map[string]any{"InstanceId": nil}, "InvalidParameterException"},
		{"no flow", map[string]any{"ContactFlowId": nil}, "InvalidParameterException"},
		{"instance of 101", map[string]any{"InstanceId": strings.Repeat("i", 101)}, "InvalidParameterException"},
		{"flow of 501", map[string]any{"ContactFlowId": strings.Repeat("f", 501)}, "InvalidParameterException"},
		{"related contact of 257", map[string]any{"RelatedContactId": strings.Repeat("r", 257)}, "InvalidParameterException"},
		{"source contact of 257", map[string]any{"PersistentChat": map[string]string{
			"RehydrationType": "FROM_SEGMENT", "SourceContactId": strings.Repeat("s", 257),
		}}, "InvalidParameterException"},
		{"token of 500", map[string]any{"ClientToken": strings.Repeat("t", 500)}, ""},
		{"token of 501", map[string]any{"ClientToken": strings.Repeat("t", 501)}, "InvalidParameterException"},
		{"1,024 characters of text", message("text/plain", strings.Repeat("é", 1024)), ""},
		{"1,025 characters of text", message("text/plain", strings.Repeat("é", 1025)), "InvalidParameterException"},
		{"1,024 characters of markdown", message("text/markdown", strings.Repeat("m", 1024)), ""},
		{"1,025 characters of markdown", message("text/markdown", strings.Repeat("m", 1025)), "InvalidParameterException"},
		{"12,000 characters of JSON", message("application/json", jsonOf(12000)), ""},
		{"12,001 characters of JSON", message("application/json", jsonOf(12001)), "InvalidParameterException"},
		{"response of 12,288", message(response, jsonOf(12288)), ""},
		{"response of 12,289", message(response, jsonOf(12289)), "InvalidParameterException"},
		{"empty message", message("text/plain", ""), "InvalidParameterException"},
		{"message without type", map[string]any{"InitialMessage": map[string]string{"Content": "x"}}, "InvalidParameterException"},
		{"message type not in the list", map[string]any{
			"SupportedMessagingContentTypes": []string{"text/plain"},
			"InitialMessage":                 map[string]string{"ContentType": "text/markdown", "Content": "x"},
		}, "InvalidRequestException"},
		{"response mode", map[string]any{"ParticipantConfiguration": map[string]string{"ResponseMode": "COMPLETE"}}, ""},
		{"unknown response mode", map[string]any{"ParticipantConfiguration": map[string]string{"ResponseMode": "SOME"}}, "InvalidParameterException"},
		{"customer of 128", map[string]any{"CustomerId": strings.Repeat("c", 128)}, ""},
		{"customer of 129", map[string]any{"CustomerId": strings.Repeat("c", 129)}, "InvalidParameterException"},
		{"empty customer", map[string]any{"CustomerId": ""}, "InvalidParameterException"},
		{"exit AGENT", map[string]any{"DisconnectOnCustomerExit": []string{"AGENT"}}, ""},
		{"exit of nobody", map[string]any{"DisconnectOnCustomerExit": []string{}}, "InvalidParameterException"},
		{"exit of two", map[string]any{"DisconnectOnCustomerExit": []string{"AGENT", "AGENT"}}, "InvalidParameterException"},
		{"exit of a bot", map[string]any{"DisconnectOnCustomerExit": []string{"BOT"}}, "InvalidParameterException"},
		{"guide", map[string]any{"SegmentAttributes": guide, "SupportedMessagingContentTypes": allTypes}, ""},
		{"guide without interactive", map[string]any{"SegmentAttributes": guide}, "InvalidRequestException"},
		{"foreign system attribute", map[string]any{
			"SegmentAttributes": map[string]any{"connect:ContactExpiry": map[string]string{"ValueString": "x"}},
		}, "InvalidRequestException"},
		{"signed in before", map[string]any{"SegmentAttributes": signedIn("AUTHENTICATED")}, ""},
		{"not signed in before", map[string]any{"SegmentAttributes": signedIn("FAILED")}, "InvalidRequestException"},
		{"segment value of 1,025", map[string]any{
			"SegmentAttributes":              map[string]any{"connect:Subtype": map[string]string{"ValueString": strings.Repeat("v", 1025)}},
			"SupportedMessagingContentTypes": allTypes,
		}, "InvalidParameterException"},
		{"segment key of 129", map[string]any{
			"SegmentAttributes": map[string]any{strings.Repeat("k", 129): map[string]string{"ValueString": "x"}},
		}, "InvalidParameterException"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := s.With(t)
			status := 200
			if c.error != "" {
				status = 400
			}
			request := seedRequest(s)
			delete(request, "ClientToken")
			delete(request, "InitialMessage")
			start(s, request, c.more).Want(t, status, c.error)
		})
	}
}

// signedIn is what a site says of a customer who has signed in there.
func signedIn(status string) map[string]any {
	return map[string]any{"connect:CustomerAuthentication": map[string]any{"ValueMap": map[string]any{"Status": map[string]string{"ValueString": status}}}}
}

func details(name string) map[string]any {
	return map[string]any{"ParticipantDetails": map[string]string{"DisplayName": name}}
}

func TestNewChatIsDescribed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet(), func(in *connect.StartChatContactInput) {
		in.CustomerId = aws.String("customer-7")
		in.SupportedMessagingContentTypes = []string{
			"text/plain", "application/vnd.amazonaws.connect.message.interactive",
			"application/vnd.amazonaws.connect.message.interactive.response",
		}
		in.SegmentAttributes = map[string]types.SegmentAttributeValue{
			"connect:Subtype":                {ValueString: aws.String("connect:Guide")},
			"connect:CustomerAuthentication": {ValueMap: map[string]types.SegmentAttributeValue{"Status": {ValueString: aws.String("AUTHENTICATED")}}},
		}
	})
	got := chat.Describe()
	if status := aws.ToString(got.SegmentAttributes["connect:CustomerAuthentication"].ValueMap["Status"].ValueString); status != "AUTHENTICATED" {
		t.Errorf("the customer who has signed in before is %q", status)
	}
	if got.Channel != types.ChannelChat || got.InitiationMethod != types.ContactInitiationMethodApi {
		t.Errorf("channel %s by %s, want CHAT by API", got.Channel, got.InitiationMethod)
	}
	if aws.ToString(got.CustomerId) != "customer-7" {
		t.Errorf("CustomerId is %q", aws.ToString(got.CustomerId))
	}
	if subtype := aws.ToString(got.SegmentAttributes["connect:Subtype"].ValueString); subtype != "connect:Guide" {
		t.Errorf("connect:Subtype is %q, want connect:Guide", subtype)
	}
	if got.ConnectedToSystemTimestamp != nil {
		t.Errorf("the chat is connected at %v before its customer is", got.ConnectedToSystemTimestamp)
	}
	chat.Connect()
	if chat.Describe().ConnectedToSystemTimestamp == nil {
		t.Error("the chat is not connected after its customer subscribed")
	}
}

func TestPlainChatHasTheChatSubtype(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	got := s.StartChat(s.Quiet()).Describe().SegmentAttributes["connect:Subtype"]
	if aws.ToString(got.ValueString) != "connect:Chat" {
		t.Errorf("connect:Subtype is %q, want connect:Chat", aws.ToString(got.ValueString))
	}
}

func TestFlowReadsCustomerID(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Customer", harness.Say("customer $.CustomerId"), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow), func(in *connect.StartChatContactInput) { in.CustomerId = aws.String("c-9") })
	chat.Socket.AwaitText("customer c-9")
}

// TestCustomerIDIsNotLogged: the identifier is personal data.
func TestCustomerIDIsNotLogged(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet(), func(in *connect.StartChatContactInput) { in.CustomerId = aws.String("canary-customer") })
	chat.Send("canary-text")
	chat.Leave()
	chat.Socket.AwaitEvent("chat.ended")
	s.Stop()
	for _, canary := range []string{"canary-customer", "canary-text", chat.ParticipantToken, chat.ConnectionToken} {
		if strings.Contains(s.Log(), canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
}

// TestSegmentAttributesAreKept: values of every kind come back as they were
// given; a value with two members, or none, is refused.
func TestSegmentAttributesAreKept(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	given := map[string]types.SegmentAttributeValue{
		"text": {ValueString: aws.String("é")}, "number": {ValueInteger: aws.Int32(-7)},
		"map":  {ValueMap: map[string]types.SegmentAttributeValue{"inner": {ValueString: aws.String("x")}}},
		"list": {ValueList: []types.SegmentAttributeValue{{ValueString: aws.String("a")}, {ValueInteger: aws.Int32(2)}}},
	}
	got := s.StartChat(func(in *startInput) { in.SegmentAttributes = given }).Describe().SegmentAttributes
	delete(got, "connect:Subtype")
	delete(got, "connect:Direction")
	if diff := cmp.Diff(given, got, cmpopts.IgnoreUnexported(types.SegmentAttributeValue{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []types.SegmentAttributeValue{{}, {ValueString: aws.String("x"), ValueInteger: aws.Int32(1)}} {
		_, err := s.TryStart(func(in *startInput) { in.SegmentAttributes = map[string]types.SegmentAttributeValue{"k": bad} })
		harness.WantRefusal(t, err, 400, "InvalidParameterException")
	}
}
