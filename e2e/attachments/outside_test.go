package attachments_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// TestAttachedFiles: a program attaches files to a contact, and reads those of its chat.
func TestAttachedFiles(t *testing.T) {
	t.Parallel()
	f := open(t)
	client, in := f.s.Connect(), &f.s.InstanceID
	arn := aws.String(f.s.InstanceARN + "/contact/" + f.chat.ContactID)
	start := &connect.StartAttachedFileUploadInput{
		InstanceId: in, AssociatedResourceArn: arn, FileName: aws.String("report.pdf"), FileSizeInBytes: aws.Int64(9), FileUseCaseType: types.FileUseCaseTypeAttachment,
		ClientToken: aws.String("t"), Tags: map[string]string{"team": "a"}, UrlExpiryInSeconds: aws.Int32(60),
		CreatedBy: &types.CreatedByInfoMemberConnectUserArn{Value: f.s.InstanceARN + "/agent/x"},
	}
	up, err := client.StartAttachedFileUpload(ctx(), start)
	if err != nil {
		t.Fatal(err)
	}
	again, err := client.StartAttachedFileUpload(ctx(), start)
	if err != nil || *again.FileId != *up.FileId || *again.UploadUrlMetadata.Url != *up.UploadUrlMetadata.Url {
		t.Errorf("again: %+v, %v", again, err)
	}
	get := func(id string) (*connect.GetAttachedFileOutput, error) {
		return client.GetAttachedFile(ctx(), &connect.GetAttachedFileInput{InstanceId: in, AssociatedResourceArn: arn, FileId: &id})
	}
	if got, err := get(*up.FileId); err != nil || got.FileStatus != types.FileStatusTypeProcessing || got.DownloadUrlMetadata != nil {
		t.Errorf("before the upload: %+v, %v", got, err)
	}
	complete := func() error {
		_, err := client.CompleteAttachedFileUpload(ctx(), &connect.CompleteAttachedFileUploadInput{InstanceId: in, AssociatedResourceArn: arn, FileId: up.FileId})
		return err
	}
	harness.WantRefusal(t, complete(), 400, "InvalidRequestException")
	if status, text := f.putTo(*up.UploadUrlMetadata.Url, up.UploadUrlMetadata.HeadersToInclude, strings.NewReader("%PDF-1.7\n")); status != 200 {
		t.Fatalf("PUT: %d %s", status, text)
	}
	for range 2 {
		if err := complete(); err != nil {
			t.Error(err)
		}
	}
	got, err := get(*up.FileId)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{*up.FileArn, "report.pdf", "APPROVED", "ATTACHMENT", *arn, "a"}
	if diff := cmp.Diff(want, []string{aws.ToString(got.FileArn), aws.ToString(got.FileName), string(got.FileStatus), string(got.FileUseCaseType), aws.ToString(got.AssociatedResourceArn), got.Tags["team"]}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if status, header, body := f.fetch(*got.DownloadUrlMetadata.Url); status != 200 || string(body) != "%PDF-1.7\n" || header.Get("Content-Type") != "application/pdf" {
		t.Errorf("GET: %d %q %v", status, body, header)
	}
	if len(f.shown()) != 0 {
		t.Errorf("the chat shows %v: a file from outside is no part of it", f.shown())
	}
	_, err = f.get(*up.FileId)
	harness.WantRefusal(t, err, 403, "AccessDeniedException")

	picture := f.attach("a.png", "image/png", png(1000))
	f.chat.Leave()
	batch, err := client.BatchGetAttachedFileMetadata(ctx(), &connect.BatchGetAttachedFileMetadataInput{InstanceId: in, AssociatedResourceArn: arn, FileIds: []string{picture, *up.FileId, "unknown"}})
	if err != nil || len(batch.Files) != 2 || *batch.Files[0].FileId != picture || *batch.Files[0].FileName != "a.png" || len(batch.Errors) != 1 || *batch.Errors[0].FileId != "unknown" {
		t.Errorf("%+v, %v", batch, err)
	}
	ended, err := get(picture) // also when the chat is over
	if err != nil {
		t.Fatal(err)
	}
	if status, _, body := f.fetch(*ended.DownloadUrlMetadata.Url); status != 200 || !bytes.Equal(body, png(1000)) {
		t.Errorf("GET of the chat's: %d, %d bytes", status, len(body))
	}
	for _, id := range []string{picture, *up.FileId} {
		if _, err := client.DeleteAttachedFile(ctx(), &connect.DeleteAttachedFileInput{InstanceId: in, AssociatedResourceArn: arn, FileId: &id}); err != nil {
			t.Error(err)
		}
		_, err := get(id)
		harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	}
	for _, url := range []*string{ended.DownloadUrlMetadata.Url, got.DownloadUrlMetadata.Url} {
		if status, _, _ := f.fetch(*url); status != 403 {
			t.Errorf("GET of what was deleted: %d", status)
		}
	}
	f.s.Advance(time.Second)
	if left := f.kept(); len(left) != 0 {
		t.Errorf("after the deletion there are %v", left)
	}
}

// TestWhoReads: a chat's files are for its own people: a customer of another chat, and a bot, get nothing; who
// continues a chat reads what it sees of it.
func TestWhoReads(t *testing.T) {
	t.Parallel()
	f := open(t)
	id := f.attach("a.txt", "text/plain", []byte("hello"))
	stranger := files{t, f.s, f.s.Join(f.s.Quiet())}
	_, err := stranger.get(id)
	refused(t, err, 403, "AccessDeniedException")
	bot, err := f.s.Connect().CreateParticipant(ctx(), &connect.CreateParticipantInput{
		InstanceId: &f.s.InstanceID, ContactId: &f.chat.ContactID,
		ParticipantDetails: &types.ParticipantDetailsToAdd{DisplayName: aws.String("bot"), ParticipantRole: types.ParticipantRoleCustomBot},
	})
	if err != nil {
		t.Fatal(err)
	}
	token := f.s.Connection(*bot.ParticipantCredentials.ParticipantToken).ConnectionCredentials.ConnectionToken
	_, err = f.s.Participant().GetAttachment(ctx(), &connectparticipant.GetAttachmentInput{ConnectionToken: token, AttachmentId: &id})
	refused(t, err, 403, "AccessDeniedException")
	f.chat.Leave()
	_, err = f.get(id)
	refused(t, err, 403, "AccessDeniedException")
	next := files{t, f.s, f.s.Join(f.s.Quiet(), func(in *connect.StartChatContactInput) {
		in.PersistentChat = &types.PersistentChat{RehydrationType: types.RehydrationTypeEntirePastSession, SourceContactId: &f.chat.ContactID}
	})}
	if _, body := next.read(id); string(body) != "hello" {
		t.Errorf("who continues the chat reads %q", body)
	}
}
