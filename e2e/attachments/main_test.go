// Package attachments_test proves, through the front door and with an unchanged
// AWS client, what is promised of files that are attached to chats: what is
// taken, who reads it, that nothing is shown that is not there, and that what is not needed goes.
package attachments_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"github.com/google/uuid"

	"parley/e2e/crashfs"
	"parley/e2e/harness"
)

func TestMain(m *testing.M) {
	if os.Getenv("PARLEY_CRASHFS_MOUNT") != "" { // the process that serves the file system
		crashfs.Main(m)
		return
	}
	os.Exit(harness.Main(m))
}

func ctx() context.Context { return context.Background() }

// onDisk keeps the files in the server's data directory, whatever its store is.
func onDisk(flags ...string) harness.Option {
	return harness.Flags(append([]string{"--attachments", "disk"}, flags...)...)
}

// files drives the attachments of one chat.
type files struct {
	*testing.T
	s    *harness.Server
	chat *harness.Chat
}

func open(t *testing.T, opts ...harness.Option) files {
	t.Helper()
	s := harness.Start(t, append([]harness.Option{onDisk()}, opts...)...)
	return files{t, s, s.Join(s.Quiet())}
}

// png is a picture of that many bytes.
func png(size int) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("x"), size-8)...)
}

type upload = connectparticipant.StartAttachmentUploadOutput

func (f files) tryStart(name, contentType string, size int64) (*upload, error) {
	return f.s.Participant().StartAttachmentUpload(ctx(), &connectparticipant.StartAttachmentUploadInput{
		ConnectionToken: &f.chat.ConnectionToken, AttachmentName: &name, ContentType: &contentType, AttachmentSizeInBytes: size,
		ClientToken: aws.String(uuid.NewString()),
	})
}

func (f files) start(name, contentType string, size int) *upload {
	f.Helper()
	up, err := f.tryStart(name, contentType, int64(size))
	if err != nil {
		f.Fatalf("StartAttachmentUpload %s: %v", name, err)
	}
	return up
}

// put sends bytes with the headers that were asked for, and returns the answer's status and body.
func (f files) put(up *upload, body []byte) (int, string) {
	f.Helper()
	return f.putTo(aws.ToString(up.UploadMetadata.Url), up.UploadMetadata.HeadersToInclude, bytes.NewReader(body))
}

func (f files) putTo(url string, headers map[string]string, body io.Reader) (int, string) {
	f.Helper()
	req, err := http.NewRequest(http.MethodPut, url, body)
	if err != nil {
		f.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		f.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		f.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func (f files) mustPut(up *upload, body []byte) {
	f.Helper()
	if status, text := f.put(up, body); status != 200 {
		f.Fatalf("PUT: %d %s", status, text)
	}
}

func (f files) complete(id *string, token string) error {
	_, err := f.s.Participant().CompleteAttachmentUpload(ctx(), &connectparticipant.CompleteAttachmentUploadInput{
		ConnectionToken: &f.chat.ConnectionToken, AttachmentIds: []string{aws.ToString(id)}, ClientToken: &token,
	})
	return err
}

// attach attaches a file and returns its id.
func (f files) attach(name, contentType string, body []byte) string {
	f.Helper()
	up := f.start(name, contentType, len(body))
	f.mustPut(up, body)
	if err := f.complete(up.AttachmentId, uuid.NewString()); err != nil {
		f.Fatalf("CompleteAttachmentUpload: %v", err)
	}
	return aws.ToString(up.AttachmentId)
}

func (f files) get(id string) (*connectparticipant.GetAttachmentOutput, error) {
	return f.s.Participant().GetAttachment(ctx(), &connectparticipant.GetAttachmentInput{ConnectionToken: &f.chat.ConnectionToken, AttachmentId: &id})
}

// read reads an attachment as a client does.
func (f files) read(id string) (http.Header, []byte) {
	f.Helper()
	out, err := f.get(id)
	if err != nil {
		f.Fatalf("GetAttachment: %v", err)
	}
	status, header, body := f.fetch(aws.ToString(out.Url))
	if status != 200 || int64(len(body)) != aws.ToInt64(out.AttachmentSizeInBytes) {
		f.Fatalf("GET: %d, %d bytes, want %d: %.200s", status, len(body), aws.ToInt64(out.AttachmentSizeInBytes), body)
	}
	return header, body
}

func (f files) fetch(url string) (int, http.Header, []byte) {
	f.Helper()
	answer, err := http.Get(url)
	if err != nil {
		f.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		f.Fatal(err)
	}
	return answer.StatusCode, answer.Header, body
}

// shown returns the attachments in the transcript.
func (f files) shown() (found []types.AttachmentItem) {
	f.Helper()
	for _, item := range f.chat.Transcript() {
		if item.Type == types.ChatItemTypeAttachment {
			found = append(found, item.Attachments...)
		}
	}
	return found
}

// kept returns the SHA-256 of what the data directory holds of files, by path.
func (f files) kept() map[string][32]byte {
	f.Helper()
	found, dir := map[string][32]byte{}, filepath.Join(f.s.DataDir(), "attachments")
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // it is deleted just now
			return nil
		}
		if err != nil || e.IsDir() || e.Name() == "place" {
			return err
		}
		raw, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		found[strings.TrimPrefix(path, dir)] = sha256.Sum256(raw)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return found
}

// refused checks an error and returns its message.
func refused(t *testing.T, err error, status int, name string) string {
	t.Helper()
	harness.WantRefusal(t, err, status, name)
	if err == nil {
		return ""
	}
	return err.Error()
}
