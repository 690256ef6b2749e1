package attachments_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	connecttypes "github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"parley/e2e/harness"
)

func TestTheLifeOfAFile(t *testing.T) {
	t.Parallel()
	f := open(t)
	picture := png(100_000)
	up := f.start("my \"photo\".png", "image/png", len(picture))
	expiry, err := time.Parse(time.RFC3339, aws.ToString(up.UploadMetadata.UrlExpiry))
	if left := time.Until(expiry); err != nil || left < time.Minute || left > time.Hour {
		t.Errorf("the upload URL is good for %v", left)
	}
	if got := len(f.kept()); got != 0 || len(f.shown()) != 0 {
		t.Errorf("before the upload: %d files, %v", got, f.shown())
	}
	f.mustPut(up, picture)
	if len(f.shown()) != 0 {
		t.Errorf("before it is complete the chat shows %v", f.shown())
	}
	if err := f.complete(up.AttachmentId, "token"); err != nil {
		t.Fatal(err)
	}
	item := f.chat.Socket.AwaitItem("the attachment", func(i harness.Item) bool { return i.Type == "ATTACHMENT" })
	want := []types.AttachmentItem{{
		AttachmentId: up.AttachmentId, AttachmentName: aws.String("my \"photo\".png"), ContentType: aws.String("image/png"), Status: types.ArtifactStatusApproved,
	}}
	if diff := cmp.Diff(want, f.shown(), cmpopts.IgnoreUnexported(types.AttachmentItem{})); diff != "" {
		t.Errorf("GetTranscript (-want +got):\n%s", diff)
	}
	raw := f.chat.Socket.Frames("aws/chat")
	last := string(raw[len(raw)-1].Content)
	for _, part := range []string{`\"Attachments\":[{`, `\"Status\":\"APPROVED\"`, *up.AttachmentId} {
		if !strings.Contains(last, part) {
			t.Errorf("the frame has no %s: %s", part, last)
		}
	}
	if strings.Contains(last, `\"Content\"`) || strings.Contains(last, `\"ContentType\":\"\"`) {
		t.Errorf("the frame has a content: %s", last)
	}
	transcript := f.chat.Transcript()
	if got := aws.ToString(transcript[len(transcript)-1].Id); got != item.ID || transcript[len(transcript)-1].Content != nil {
		t.Errorf("the transcript has %s, the socket %s; content %v", got, item.ID, transcript[len(transcript)-1].Content)
	}
	header, body := f.read(*up.AttachmentId)
	if !bytes.Equal(body, picture) {
		t.Errorf("%d bytes came back, not those that were put", len(body))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
		"Content-Disposition": `attachment; filename="my \"photo\".png"`, "Access-Control-Allow-Origin": "*", "Cache-Control": "private, no-store",
		"Cross-Origin-Resource-Policy": "cross-origin", "Referrer-Policy": "no-referrer",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestAnUploadURLIsGoodOnce(t *testing.T) {
	t.Parallel()
	f := open(t)
	up := f.start("a.txt", "text/plain", 5)
	f.mustPut(up, []byte("hello"))
	if status, text := f.put(up, []byte("other")); status != 403 {
		t.Errorf("a second upload: %d %s", status, text)
	}
	if err := f.complete(up.AttachmentId, "t"); err != nil {
		t.Fatal(err)
	}
	if status, text := f.put(up, []byte("other")); status != 403 {
		t.Errorf("an upload after the end: %d %s", status, text)
	}
	if _, body := f.read(*up.AttachmentId); string(body) != "hello" {
		t.Errorf("it holds %q", body)
	}
	f.s.Advance(16 * time.Minute)
	late := f.start("b.txt", "text/plain", 5)
	f.s.Advance(6 * time.Minute)
	if status, _ := f.put(late, []byte("hello")); status != 403 {
		t.Errorf("after the expiry of the URL: %d", status)
	}
	if got := f.kept(); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
	for _, url := range []string{"/attachments", "/attachments?token=", "/attachments?token=" + f.chat.ConnectionToken, "/attachments?token=" + f.chat.ParticipantToken} {
		if status, _ := f.putTo(f.s.URL+url, nil, strings.NewReader("hello")); status != 403 {
			t.Errorf("PUT %s: %d", url, status)
		}
		if status, _, _ := f.fetch(f.s.URL + url); status != 403 {
			t.Errorf("GET %s: %d", url, status)
		}
	}
	down, err := f.get(*up.AttachmentId)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := f.putTo(*down.Url, nil, strings.NewReader("hello")); status != 403 {
		t.Errorf("PUT to the URL of a download: %d", status)
	}
	if status, _, _ := f.fetch(*up.UploadMetadata.Url); status != 403 {
		t.Errorf("GET of the URL of an upload: %d", status)
	}
	f.s.Advance(6 * time.Minute)
	if status, _, _ := f.fetch(*down.Url); status != 403 {
		t.Errorf("after the expiry of the download: %d", status)
	}
}

func TestRepeatedCalls(t *testing.T) {
	t.Parallel()
	f := open(t)
	in := &connectparticipant.StartAttachmentUploadInput{
		ConnectionToken: &f.chat.ConnectionToken, AttachmentName: aws.String("a.txt"), ContentType: aws.String("text/plain"),
		AttachmentSizeInBytes: 5, ClientToken: aws.String("the same"),
	}
	first, err := f.s.Participant().StartAttachmentUpload(ctx(), in)
	if err != nil {
		t.Fatal(err)
	}
	f.s.Crash()
	again, err := f.s.Participant().StartAttachmentUpload(ctx(), in)
	if err != nil || *again.AttachmentId != *first.AttachmentId || *again.UploadMetadata.Url != *first.UploadMetadata.Url {
		t.Errorf("again: %+v, %v, want %+v", again, err, first)
	}
	f.mustPut(first, []byte("hello"))
	for range 3 {
		if err := f.complete(first.AttachmentId, "done"); err != nil {
			t.Error(err)
		}
	}
	refused(t, f.complete(first.AttachmentId, "another token"), 409, "ConflictException")
	if got := f.shown(); len(got) != 1 {
		t.Errorf("the chat shows %v", got)
	}
	results := make(chan error, 8)
	second := f.start("b.txt", "text/plain", 5)
	f.mustPut(second, []byte("hello"))
	for range 8 {
		go func() { results <- f.complete(second.AttachmentId, uuid.NewString()) }()
	}
	done := 0
	for range 8 {
		if err := <-results; err == nil {
			done++
		} else {
			harness.WantRefusal(t, err, 409, "ConflictException")
		}
	}
	if got := f.shown(); done != 1 || len(got) != 2 {
		t.Errorf("%d of 8 at once succeeded, the chat shows %v", done, got)
	}
}

// TestWhatIsNeverCompletedGoes: uploads that were begun, or even came, and nobody spoke of again.
func TestWhatIsNeverCompletedGoes(t *testing.T) {
	t.Parallel()
	f := open(t, harness.Flags("--setting", "attachments-per-chat=3"))
	f.start("a.txt", "text/plain", 5)
	came := f.start("b.txt", "text/plain", 5)
	f.mustPut(came, []byte("hello"))
	kept := f.attach("c.txt", "text/plain", []byte("keep!"))
	_, err := f.tryStart("d.txt", "text/plain", 5)
	refused(t, err, 402, "ServiceQuotaExceededException")
	if got := len(f.kept()); got != 2 {
		t.Errorf("%d files, want 2", got)
	}
	f.s.Advance(time.Hour)
	if got := len(f.kept()); got != 1 {
		t.Errorf("an hour later: %d files, want 1", got)
	}
	if _, body := f.read(kept); string(body) != "keep!" {
		t.Errorf("what was completed holds %q", body)
	}
	refused(t, f.complete(came.AttachmentId, "late"), 403, "AccessDeniedException")
	f.attach("d.txt", "text/plain", []byte("hello"))
	f.s.Reset()
	if got := f.kept(); len(got) != 0 {
		t.Errorf("after a reset there are %v", got)
	}
}

// TestARefusedUploadHasAPlace: bytes that were refused may come again, right, so the place among a chat's files stays taken; not for ever.
func TestARefusedUploadHasAPlace(t *testing.T) {
	t.Parallel()
	f := open(t, harness.Flags("--setting", "attachments-per-chat=2"))
	again, never := f.start("a.txt", "text/plain", 5), f.start("b.txt", "text/plain", 5)
	for _, up := range []*upload{again, never} {
		if status, body := f.put(up, []byte("longer than announced")); status/100 != 4 {
			t.Fatalf("other bytes than announced are answered %d %s", status, body)
		}
	}
	_, err := f.tryStart("c.txt", "text/plain", 5)
	refused(t, err, 402, "ServiceQuotaExceededException")
	f.mustPut(again, []byte("hello"))
	if err := f.complete(again.AttachmentId, "right at last"); err != nil {
		t.Error(err)
	}
	f.s.Advance(20*time.Minute + time.Second)
	f.attach("c.txt", "text/plain", []byte("hello"))
	_, err = f.tryStart("d.txt", "text/plain", 5)
	refused(t, err, 402, "ServiceQuotaExceededException")
}

func TestBrowsersMayUpload(t *testing.T) {
	t.Parallel()
	f := open(t)
	up := f.start("a.txt", "text/plain", 5)
	req, err := http.NewRequest(http.MethodOptions, *up.UploadMetadata.Url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://shop.example")
	req.Header.Set("Access-Control-Request-Method", "PUT")
	req.Header.Set("Access-Control-Request-Headers", "content-type")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	h := answer.Header
	if answer.StatusCode/100 != 2 || h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "PUT") || h.Get("Access-Control-Allow-Headers") != "content-type" {
		t.Errorf("the preflight: %d %v", answer.StatusCode, h)
	}
	if diff := cmp.Diff(map[string]string{"Content-Type": "text/plain"}, up.UploadMetadata.HeadersToInclude); diff != "" {
		t.Errorf("HeadersToInclude (-want +got):\n%s", diff)
	}
}

// TestAFileEndsIdleness: who attaches something has not been silent.
func TestAFileEndsIdleness(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, onDisk())
	f := files{t, s, s.Join()}
	idle := connecttypes.ParticipantTimerConfiguration{
		ParticipantRole: connecttypes.TimerEligibleParticipantRolesCustomer, TimerType: connecttypes.ParticipantTimerTypeIdle,
		TimerValue: &connecttypes.ParticipantTimerValueMemberParticipantTimerDurationInMinutes{Value: 2},
	}
	if _, err := s.Connect().UpdateParticipantRoleConfig(ctx(), &connect.UpdateParticipantRoleConfigInput{
		InstanceId: &s.InstanceID, ContactId: &f.chat.ContactID,
		ChannelConfiguration: &connecttypes.UpdateParticipantRoleConfigChannelInfoMemberChat{Value: connecttypes.ChatParticipantRoleConfig{ParticipantTimerConfigList: []connecttypes.ParticipantTimerConfiguration{idle}}},
	}); err != nil {
		t.Fatal(err)
	}
	s.Agent("Ben", true, 0).Online()
	f.chat.AwaitAgent()
	s.Advance(2 * time.Minute)
	f.chat.Socket.AwaitEvent("participant.idle")
	f.attach("notes.txt", "text/plain", []byte("hello"))
	f.chat.Socket.AwaitEvent("participant.returned")
}
