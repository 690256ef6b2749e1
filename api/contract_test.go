package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/api"
	"parley/api/connect"
	"parley/api/participant"
	"parley/internal/fault"
)

// operation is an operation of either service.
type operation struct {
	api.Info
	decode func(*api.Request) (api.Input, error)
	serve  func(*api.Request) ([]byte, error)
}

func operations() []operation {
	var list []operation
	for _, op := range connect.Operations() {
		list = append(list, operation{op.Info, op.Decode, func(r *api.Request) ([]byte, error) {
			return op.Serve(context.Background(), connect.Unimplemented{}, r)
		}})
	}
	for _, op := range participant.Operations() {
		list = append(list, operation{op.Info, op.Decode, func(r *api.Request) ([]byte, error) {
			return op.Serve(context.Background(), participant.Unimplemented{}, r)
		}})
	}
	return list
}

func find(t *testing.T, name string) operation {
	t.Helper()
	for _, op := range operations() {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("no operation %s", name)
	return operation{}
}

func bodyOf(body string) *api.Request { return &api.Request{Body: []byte(body)} }

func TestTheContractIsComplete(t *testing.T) {
	total, supported := 0, 0
	for _, op := range operations() {
		total++
		if op.Supported {
			supported++
		}
	}
	// 370 operations of the model and 27 of newer documentation, and 11 of the
	// participant service; the recommended 210 and 27 that features need.
	if total != 408 || supported != 237 {
		t.Errorf("got %d operations, %d with types", total, supported)
	}
}

func TestRoutesDoNotOverlap(t *testing.T) {
	mux := http.NewServeMux() // panics on a conflict
	for _, op := range operations() {
		mux.HandleFunc(op.Pattern(), func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(op.Name)) })
	}
	tests := map[string]string{
		"PUT /contact/chat":         "StartChatContact",
		"POST /participant/message": "SendMessage",
		"GET /contacts/i/c":         "DescribeContact",
		"DELETE /tags/arn:aws:connect:us-east-1:1:instance%2Fi%2Fqueue%2Fq": "UntagResource",
	}
	for request, want := range tests {
		method, target, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(method, target, nil))
		if w.Body.String() != want {
			t.Errorf("%s: got %q, want %s", request, w.Body, want)
		}
	}
}

func TestASlashInAPathMemberStays(t *testing.T) {
	op := find(t, "UntagResource")
	var got *connect.UntagResourceInput
	mux := http.NewServeMux()
	mux.HandleFunc(op.Pattern(), func(w http.ResponseWriter, r *http.Request) {
		in, err := op.decode(&api.Request{PathValue: r.PathValue, Query: r.URL.Query(), Header: r.Header})
		if err != nil {
			t.Fatal(err)
		}
		got = in.(*connect.UntagResourceInput)
	})
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("DELETE", "/tags/arn:x:instance%2Fi?tagKeys=a&tagKeys=b+c", nil))
	if got.ResourceArn != "arn:x:instance/i" || strings.Join(got.TagKeys, "|") != "a|b c" {
		t.Errorf("got %+v", got)
	}
}

func TestWhatIsNotImplementedSaysItsName(t *testing.T) {
	for _, op := range operations() {
		if op.Supported {
			continue
		}
		_, err := op.serve(bodyOf(""))
		if !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), op.Name) {
			t.Errorf("%s: got %v", op.Name, err)
		}
	}
	_, err := find(t, "ListInstances").serve(bodyOf(""))
	if !fault.Is(err, fault.Unsupported) || err.Error() != "ListInstances is not implemented" {
		t.Errorf("ListInstances: got %v", err)
	}
}

func TestIdentifiersAreListed(t *testing.T) {
	op := find(t, "StartChatContact")
	want := map[string]api.Location{
		"InstanceId": api.Body, "ContactFlowId": api.Body, "PersistentChat.SourceContactId": api.Body, "SegmentAttributes{}.ValueArn": api.Body,
	}
	for _, id := range op.IDs {
		if where, ok := want[id.Path]; ok && where == id.In {
			delete(want, id.Path)
		}
	}
	if len(want) > 0 || op.InstanceIn != api.Body || op.IdempotencyToken != "ClientToken" {
		t.Errorf("missing %v in %+v", want, op.Info)
	}
	send := find(t, "SendMessage")
	if len(send.IDs) != 2 || send.IDs[1] != (api.Member{Path: "ConnectionToken", In: api.Header}) {
		t.Errorf("got %+v", send.IDs)
	}
}

func TestMalformedRequests(t *testing.T) {
	const start = `{"InstanceId":"i","ContactFlowId":"f","ParticipantDetails":{"DisplayName":"A"}`
	tests := map[string]string{
		"number for string":     `{"InstanceId":1}`,
		"boolean for string":    start + `,"CustomerId":true}`,
		"string for integer":    start + `,"ChatDurationInMinutes":"60"}`,
		"fraction for integer":  start + `,"ChatDurationInMinutes":60.5}`,
		"overflow":              start + `,"ChatDurationInMinutes":99999999999}`,
		"list for structure":    start + `,"InitialMessage":[]}`,
		"string for structure":  start + `,"PersistentChat":"x"}`,
		"structure for list":    start + `,"SupportedMessagingContentTypes":{}}`,
		"number in string list": start + `,"SupportedMessagingContentTypes":[1]}`,
		"null in list":          start + `,"SupportedMessagingContentTypes":["text/plain",null]}`,
		"null in map":           start + `,"Attributes":{"a":null}}`,
		"list for map":          start + `,"Attributes":[]}`,
		"number in map":         start + `,"Attributes":{"a":1}}`,
		"trailing garbage":      start + `}x`,
		"truncated":             start,
		"depth bomb":            start + `,"X":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		"depth bomb of objects": start + `,"SegmentAttributes":` + strings.Repeat(`{"ValueMap":{"a":`, 5_000) + `}`,
		"invalid UTF-8":         start + ",\"CustomerId\":\"\xc3\x28\"}",
		"lone surrogate":        start + `,"CustomerId":"\udead"}`,
		"byte order mark":       "\ufeff" + start + `}`,
	}
	op := find(t, "StartChatContact")
	for name, body := range tests {
		if _, err := op.decode(bodyOf(body)); !fault.Is(err, fault.Malformed) {
			t.Errorf("%s: got %v, want Malformed", name, err)
		}
	}
	if _, err := op.decode(bodyOf(start + `,"X":"` + strings.Repeat("x", 10<<20) + `"}`)); err != nil {
		t.Errorf("10 MB in an unknown member: %v", err)
	}
}

func TestConstraintsNameMemberLimitAndValue(t *testing.T) {
	start := func(more string) string {
		return `{"InstanceId":"i","ContactFlowId":"f","ParticipantDetails":{"DisplayName":"A"}` + more + `}`
	}
	long := func(n int) string { return strings.Repeat("é", n) }
	tests := []struct{ operation, body, want string }{
		{"StartChatContact", start(``), ""},
		{"StartChatContact", start(`,"ChatDurationInMinutes":60`), ""},
		{"StartChatContact", start(`,"ChatDurationInMinutes":10080`), ""},
		{"StartChatContact", start(`,"ChatDurationInMinutes":59`), "ChatDurationInMinutes must be between 60 and 10080, got 59"},
		{"StartChatContact", start(`,"ChatDurationInMinutes":10081`), "ChatDurationInMinutes must be between 60 and 10080, got 10081"},
		{"StartChatContact", start(`,"ClientToken":"` + long(500) + `"`), ""},
		{"StartChatContact", start(`,"ClientToken":"` + long(501) + `"`), "ClientToken must have at most 500 characters, got 501"},
		{"StartChatContact", start(`,"InitialMessage":{"Content":"x"}`), "Missing required member InitialMessage.ContentType"},
		{"StartChatContact", start(`,"InitialMessage":{"ContentType":"text/plain","Content":"` + long(16385) + `"}`), "InitialMessage.Content must have at most 16384 characters, got 16385"},
		{"StartChatContact", start(`,"PersistentChat":{"RehydrationType":"ALL"}`), "PersistentChat.RehydrationType must be one of ENTIRE_PAST_SESSION, FROM_SEGMENT"},
		{"StartChatContact", start(`,"DisconnectOnCustomerExit":["AGENT","AGENT"]`), "DisconnectOnCustomerExit must have at most 1 element, got 2"},
		{"StartChatContact", start(`,"Attributes":{"":"x"}`), "Attributes.key must have at least 1 character, got 0"},
		{"StartChatContact", start(`,"Attributes":null,"ClientToken":""`), ""},
		{"StartChatContact", `{"InstanceId":"i","ContactFlowId":"f","ParticipantDetails":{}}`, "Missing required member ParticipantDetails.DisplayName"},
		{"StartChatContact", start(`,"ParticipantDetails":{"DisplayName":"` + long(257) + `"}`), "ParticipantDetails.DisplayName must have at most 256 characters, got 257"},
		{"StartChatContact", ``, "Missing required member ContactFlowId"},
		{"TagContact", `{"ContactId":"c","InstanceId":"i","Tags":{"aws:x":"y"}}`, "Tags.key must match the pattern ^(?!aws:)[a-zA-Z+-=._:/]+$"},
		{"UpdateParticipantRoleConfig", `{"ChannelConfiguration":{}}`, "ChannelConfiguration must have exactly one member"},
	}
	for _, tt := range tests {
		_, err := find(t, tt.operation).decode(&api.Request{PathValue: func(string) string { return "i" }, Body: []byte(tt.body)})
		if tt.want == "" && err != nil || tt.want != "" && (!fault.Is(err, fault.Invalid) || err.Error() != tt.want) {
			t.Errorf("%s %.120s: got %v, want %q", tt.operation, tt.body, err, tt.want)
		}
	}
}

// FuzzDecode checks, for every operation, that no request makes a decoder
// panic, that errors are faults of the two kinds, and that what is accepted
// encodes to JSON that decodes to the same.
func FuzzDecode(f *testing.F) {
	ops := operations()
	for i, op := range ops {
		f.Add(i, "x", "maxResults=5&nextToken=t", []byte(`{"InstanceId":"i","ContactId":"c","Name":"n","ClientToken":"t","Tags":{"k":"v"}}`))
		f.Add(i, op.Name, "tagKeys=a", []byte(`{"Content":"{}","ContentType":"text/plain","SearchCriteria":{"OrConditions":[{}]},"StartPosition":{}}`))
	}
	f.Fuzz(func(t *testing.T, n int, param, query string, body []byte) {
		op := ops[uint(n)%uint(len(ops))]
		values, err := url.ParseQuery(query)
		if !op.Supported || err != nil {
			return
		}
		r := &api.Request{PathValue: func(string) string { return param }, Query: values, Header: http.Header{"X-Amz-Bearer": {param}}, Body: body}
		in, err := op.decode(r)
		if err != nil {
			var is *fault.Error
			if !errors.As(err, &is) || is.Kind != fault.Malformed && is.Kind != fault.Invalid {
				t.Fatalf("%s: %v", op.Name, err)
			}
			return
		}
		again(t, op, r, in.(api.Output).AppendJSON(nil))
	})
}

func again(t *testing.T, op operation, r *api.Request, encoded []byte) {
	t.Helper()
	if !json.Valid(encoded) {
		t.Fatalf("%s: invalid JSON %s", op.Name, encoded)
	}
	in, err := op.decode(&api.Request{PathValue: r.PathValue, Query: r.Query, Header: r.Header, Body: encoded})
	if err != nil {
		t.Fatalf("%s: %s does not decode: %v", op.Name, encoded, err)
	}
	if twice := in.(api.Output).AppendJSON(nil); !bytes.Equal(twice, encoded) {
		t.Errorf("%s: got\n%s\nwant\n%s", op.Name, twice, encoded)
	}
}
