package chat_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestUnsignedRequestsStartNothing: each request is signed well and spoilt
// in one way.
func TestUnsignedRequestsStartNothing(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "active-chats=1"))
	replace := func(header, old, with string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(header, strings.Replace(r.Header.Get(header), old, with, 1)) }
	}
	spoilt := map[string]func(*http.Request){
		"no signature":    func(r *http.Request) { r.Header.Del("Authorization") },
		"noise":           func(r *http.Request) { r.Header.Set("Authorization", "noise") },
		"unknown key":     replace("Authorization", s.AccessKeyID, "AKIAUNKNOWN000000000"),
		"another region":  replace("Authorization", "/"+s.Region+"/", "/eu-west-3/"),
		"another service": replace("Authorization", "/connect/", "/execute-api/"),
		"another time":    func(r *http.Request) { r.Header.Set("X-Amz-Date", "20200101T000000Z") },
		"another body": func(r *http.Request) {
			text := `{"InstanceId":"` + s.InstanceID + `","ContactFlowId":"` + s.ContactFlowID + `","ParticipantDetails":{"DisplayName":"Mallory"}}`
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		},
		"another path":     func(r *http.Request) { r.URL.Path += "/" },
		"another query":    func(r *http.Request) { r.URL.RawQuery = "a=b" },
		"one byte off":     func(r *http.Request) { r.Header.Set("Authorization", flipLast(r.Header.Get("Authorization"))) },
		"unsigned payload": func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") },
	}
	for name, spoil := range spoilt {
		request := s.SignedRequest("PUT", "/contact/chat", s.Request())
		spoil(request)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode/100 != 4 || answer.Header.Get("X-Amzn-Errortype") == "" {
			t.Errorf("%s: %d %s, want a refusal with a name", name, answer.StatusCode, answer.Header.Get("X-Amzn-Errortype"))
		}
	}
	s.StartChat() // the only slot is still free
}

// flipLast changes the last hexadecimal digit.
func flipLast(text string) string {
	last := text[len(text)-1]
	if last == '0' {
		return text[:len(text)-1] + "1"
	}
	return text[:len(text)-1] + "0"
}
