package processing_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/processing"
	"parley/domain/session"
	"parley/domain/transcript"
)

func TestTheEventHasAmazonConnectsShape(t *testing.T) {
	s := &session.Session{ID: "initial", InstanceID: "instance"}
	got := processing.Event(s, "arn:contact", session.Waiting{
		ID: "id", At: time.Date(2026, 11, 22, 16, 16, 6, 123e6, time.UTC), ContentType: transcript.Plain, Content: "Hello", ContactID: "contact",
		Author: transcript.Author{ParticipantID: "p", DisplayName: "Ann", Role: transcript.Customer},
	})
	want := `{"version":"1.0","instanceId":"instance","associatedResourceArn":"arn:contact","chatContent":{"absoluteTime":"2026-11-22T16:16:06.123Z",` +
		`"content":"Hello","contentType":"text/plain","id":"id","participantId":"p","displayName":"Ann","participantRole":"CUSTOMER","initialContactId":"initial","contactId":"contact"}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// processed is an answer with this content.
func processed(contentType, content string) string {
	raw, _ := json.Marshal(map[string]any{"status": "PROCESSED", "result": map[string]any{"processedChatContent": map[string]string{"content": content, "contentType": contentType}}})
	return string(raw)
}

func TestAnswers(t *testing.T) {
	for answer, want := range map[string]processing.Result{
		`{"status":"APPROVED","result":{"processedChatContent":{"content":"ignored","contentType":"text/plain"}}}`: {Status: processing.Approved},
		`{"status":"REJECTED"}`:                  {Status: processing.Rejected},
		processed("text/plain", "Hallo"):         {Status: processing.Processed, ContentType: "text/plain", Content: "Hallo"},
		processed("application/json", `{"a":1}`): {Status: processing.Processed, ContentType: "application/json", Content: `{"a":1}`},
	} {
		if got, err := processing.Read(json.RawMessage(answer)); err != nil || got != want {
			t.Errorf("%s reads %+v (%v)", answer, got, err)
		}
	}
	for _, answer := range []string{
		``, `[]`, `{}`, `{"status":"FAILED"}`, `{"status":"approved"}`, `{"status":7}`, processed("text/html", "x"), processed("text/plain", ""),
		processed("text/plain", strings.Repeat("x", 16_385)), processed("application/json", `{"a"`), processed("", "x"),
	} {
		if got, err := processing.Read(json.RawMessage(answer)); err == nil {
			t.Errorf("%s reads %+v", answer, got)
		}
	}
}

func TestTextsAndJSONAreProcessed(t *testing.T) {
	for kind, want := range map[string]bool{
		transcript.Plain: true, transcript.Markdown: true, transcript.JSON: true, transcript.Interactive: false, transcript.InteractiveResponse: false,
	} {
		if processing.Takes(kind) != want {
			t.Errorf("%s is processed: %v", kind, !want)
		}
	}
}
