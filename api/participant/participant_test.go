package participant_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/api"
	"parley/api/participant"
	"parley/internal/fault"
)

func request(body string) *api.Request {
	return &api.Request{Header: http.Header{"X-Amz-Bearer": {"token"}}, Body: []byte(body)}
}

func item() *participant.Item {
	return &participant.Item{
		AbsoluteTime: time.Date(2026, 11, 22, 10, 0, 0, 123e6, time.UTC), Id: "item", Type: participant.ChatItemTypeMessage,
		ContactId: new("contact"), Content: new("Hello \"you\""), ContentType: new("text/plain"),
		DisplayName: new("Customer"), ParticipantId: new("p"), ParticipantRole: new(participant.ParticipantRoleCustomer),
	}
}

// chat answers two operations and leaves the others unimplemented.
type chat struct {
	participant.Unimplemented
	sent *participant.SendMessageInput
}

func (c *chat) SendMessage(_ context.Context, in *participant.SendMessageInput) (*participant.SendMessageOutput, error) {
	c.sent = in
	return &participant.SendMessageOutput{Id: "i", AbsoluteTime: item().AbsoluteTime}, nil
}

func (c *chat) GetTranscript(context.Context, *participant.GetTranscriptInput) (*participant.GetTranscriptOutput, error) {
	return &participant.GetTranscriptOutput{InitialContactId: "c"}, nil
}

func serve(t *testing.T, h participant.Handler, name string, r *api.Request) (string, error) {
	t.Helper()
	for _, op := range participant.Operations() {
		if op.Name == name {
			body, err := op.Serve(context.Background(), h, r)
			return string(body), err
		}
	}
	t.Fatalf("no operation %s", name)
	return "", nil
}

func TestServe(t *testing.T) {
	h := new(chat)
	body, err := serve(t, h, "SendMessage", request(`{"Content":"hi","ContentType":"text/plain","ClientToken":""}`))
	if want := `{"AbsoluteTime":"2026-11-22T10:00:00.123Z","Id":"i"}`; body != want || err != nil {
		t.Errorf("got %s, %v, want %s", body, err, want)
	}
	want := &participant.SendMessageInput{ConnectionToken: "token", Content: "hi", ContentType: "text/plain"}
	if diff := cmp.Diff(want, h.sent); diff != "" {
		t.Error(diff)
	}
	if body, err := serve(t, h, "GetTranscript", request("")); body != `{"InitialContactId":"c","Transcript":[]}` || err != nil {
		t.Errorf("got %s, %v", body, err)
	}
	if _, err := serve(t, h, "DisconnectParticipant", request("")); !fault.Is(err, fault.Unsupported) {
		t.Errorf("got %v, want Unsupported", err)
	}
	if _, err := serve(t, h, "SendMessage", &api.Request{Body: []byte(`{"Content":"hi","ContentType":"text/plain"}`)}); err == nil || err.Error() != "Missing required member ConnectionToken" {
		t.Errorf("without a token: got %v", err)
	}
}

func TestEmptyTranscriptParametersCountAsAbsent(t *testing.T) {
	var got participant.GetTranscriptInput
	if err := got.Decode(request(`{"StartPosition":{},"MaxResults":0,"NextToken":"","ContactId":"","SortOrder":"ASCENDING"}`)); err != nil {
		t.Fatal(err)
	}
	want := participant.GetTranscriptInput{ConnectionToken: "token", SortOrder: new(participant.SortKeyAscending)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStartPositionTakesTimes(t *testing.T) {
	var got participant.GetTranscriptInput
	if err := got.Decode(request(`{"StartPosition":{"AbsoluteTime":"2026-11-22T10:00:00Z"}}`)); err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC); !got.StartPosition.AbsoluteTime.Equal(want) {
		t.Errorf("got %v, want %v", got.StartPosition.AbsoluteTime, want)
	}
	err := got.Decode(request(`{"StartPosition":{"AbsoluteTime":"noon"}}`))
	if !fault.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), "StartPosition.AbsoluteTime must be a time") {
		t.Errorf("got %v", err)
	}
}

func TestItemEncoding(t *testing.T) {
	const want = `{"AbsoluteTime":"2026-11-22T10:00:00.123Z","ContactId":"contact","Content":"Hello \"you\"","ContentType":"text/plain",` +
		`"DisplayName":"Customer","Id":"item","ParticipantId":"p","ParticipantRole":"CUSTOMER","Type":"MESSAGE"}`
	if got := string(item().AppendJSON(nil)); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

const message = `{"ContentType":"text/plain","Content":"Hello, where is my order 4711?","ClientToken":"5f2b9a5e-6f0e-4a37-9a0c-3f1a0d7e5b11"}`

func TestHotPathsAllocateOnlyValues(t *testing.T) {
	r := request(message)
	var in participant.SendMessageInput
	// Three strings and one pointer.
	if n := testing.AllocsPerRun(100, func() { _ = in.Decode(r) }); n > 4 {
		t.Errorf("decoding SendMessage allocates %v times", n)
	}
	it, buf := item(), make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { buf = it.AppendJSON(buf[:0]) }); n > 0 {
		t.Errorf("encoding an item allocates %v times", n)
	}
}

func BenchmarkDecodeSendMessage(b *testing.B) {
	r := request(message)
	b.ReportAllocs()
	for b.Loop() {
		var in participant.SendMessageInput
		if err := in.Decode(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeItem(b *testing.B) {
	it, buf := item(), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = it.AppendJSON(buf[:0])
	}
}
