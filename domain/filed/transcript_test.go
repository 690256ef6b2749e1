package filed_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/filed"
	"parley/domain/transcript"
)

// A file is one JSON object, whether it has items or not, with everybody who has said something once.
func TestATranscriptIsWrittenItemByItem(t *testing.T) {
	ann := transcript.Author{ParticipantID: "p1", DisplayName: "Ann <3", Role: transcript.Customer}
	items := []transcript.Item{
		{ID: "i1", Time: time.Date(2026, 1, 31, 8, 0, 0, 5e6, time.UTC), Type: transcript.Message, ContentType: transcript.Plain, Content: `"quoted"`, Author: ann},
		transcript.AttachmentItem(transcript.Attached{AttachmentID: "a", AttachmentName: "x.png", ContentType: "image/png", Status: "APPROVED"}, "k", ann),
		{ID: "i3", Type: transcript.Event, ContentType: "chat.ended"},
	}
	for n, want := range []string{
		0: `{"Version":"2019-08-26","AWSAccountId":"1","InstanceId":"i","InitialContactId":"c","ContactId":"k","Transcript":[],"Participants":[]}`,
		3: `{"Version":"2019-08-26","AWSAccountId":"1","InstanceId":"i","InitialContactId":"c","ContactId":"k","Transcript":[` +
			`{"AbsoluteTime":"2026-01-31T08:00:00.005Z","Content":"\"quoted\"","ContentType":"text/plain","Id":"i1","Type":"MESSAGE","ParticipantId":"p1","DisplayName":"Ann <3","ParticipantRole":"CUSTOMER"},` +
			`{"AbsoluteTime":null,"Id":"","Type":"ATTACHMENT","ParticipantId":"p1","DisplayName":"Ann <3","ParticipantRole":"CUSTOMER","Attachments":[{"AttachmentId":"a","AttachmentName":"x.png","ContentType":"image/png","Status":"APPROVED"}]},` +
			`{"AbsoluteTime":null,"ContentType":"chat.ended","Id":"i3","Type":"EVENT"}],"Participants":[{"ParticipantId":"p1","DisplayName":"Ann <3"}]}`,
	} {
		if want == "" {
			continue
		}
		var body bytes.Buffer
		file := filed.NewTranscript(&body, filed.Head{Account: "1", Instance: "i", Initial: "c", Contact: "k"})
		for i := range items[:n] {
			if err := file.Add(&items[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := file.End(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(value(t, want), value(t, body.String())); diff != "" {
			t.Errorf("%d items (-want +got):\n%s", n, diff)
		}
	}
	if err := filed.NewTranscript(full{}, filed.Head{}).Add(&items[0]); err == nil {
		t.Error("an item was written to where nothing can be")
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func value(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
