package connect_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/api"
	"parley/api/connect"
)

const start = `{"InstanceId":"arn:aws:connect:us-east-1:123456789012:instance/0a1b2c3d-0000-4000-8000-0123456789ab","ContactFlowId":"f",
	"Attributes":{"order":"4711"},"ParticipantDetails":{"DisplayName":"Customer"},"InitialMessage":{"ContentType":"text/plain","Content":"hi"},
	"ClientToken":"t","ChatDurationInMinutes":1500,"SupportedMessagingContentTypes":["text/plain","text/markdown"],
	"PersistentChat":{"RehydrationType":"FROM_SEGMENT","SourceContactId":"c"},"RelatedContactId":"r",
	"SegmentAttributes":{"connect:Subtype":{"ValueString":"connect:Guide"},"x":{"ValueMap":{"y":{"ValueInteger":7}}}},
	"ParticipantConfiguration":{"ResponseMode":"INCREMENTAL"},"CustomerId":"u","DisconnectOnCustomerExit":["AGENT"],
	"ConnectionTypes":["STREAMING"]}`

func TestStartChatContactDecodesEveryMember(t *testing.T) {
	var got connect.StartChatContactInput
	if err := got.Decode(&api.Request{Body: []byte(start)}); err != nil {
		t.Fatal(err)
	}
	want := connect.StartChatContactInput{
		InstanceId:    "arn:aws:connect:us-east-1:123456789012:instance/0a1b2c3d-0000-4000-8000-0123456789ab",
		ContactFlowId: "f", Attributes: map[string]string{"order": "4711"},
		ParticipantDetails: connect.ParticipantDetails{DisplayName: "Customer"},
		InitialMessage:     &connect.ChatMessage{ContentType: "text/plain", Content: "hi"},
		ClientToken:        new("t"), ChatDurationInMinutes: new(1500),
		SupportedMessagingContentTypes: []string{"text/plain", "text/markdown"},
		PersistentChat:                 &connect.PersistentChat{RehydrationType: new(connect.RehydrationTypeFromSegment), SourceContactId: new("c")},
		RelatedContactId:               new("r"),
		SegmentAttributes: map[string]connect.SegmentAttributeValue{
			"connect:Subtype": {ValueString: new("connect:Guide")},
			"x":               {ValueMap: map[string]connect.SegmentAttributeValue{"y": {ValueInteger: new(7)}}},
		},
		ParticipantConfiguration: &connect.ParticipantConfiguration{ResponseMode: new(connect.ResponseModeIncremental)},
		CustomerId:               new("u"), DisconnectOnCustomerExit: []string{connect.DisconnectOnCustomerExitParticipantTypeAgent},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAbsentMembersAreLeftOut(t *testing.T) {
	out := connect.StartChatContactOutput{ContactId: "c", ParticipantId: "p", ParticipantToken: "t"}
	const want = `{"ContactId":"c","ParticipantId":"p","ParticipantToken":"t"}`
	if got := string(out.AppendJSON(nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTimesAreNumbers(t *testing.T) {
	out := connect.DescribeContactOutput{Contact: &connect.Contact{InitiationTimestamp: new(time.UnixMilli(1767323045006))}}
	const want = `{"Contact":{"InitiationTimestamp":1767323045.006}}`
	if got := string(out.AppendJSON(nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func BenchmarkDecodeStartChatContact(b *testing.B) {
	r := &api.Request{Body: []byte(start)}
	b.ReportAllocs()
	for b.Loop() {
		var in connect.StartChatContactInput
		if err := in.Decode(r); err != nil {
			b.Fatal(err)
		}
	}
}
