package clients_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

// TestStreaming: a chat is streamed to a topic by boto3 and by the AWS CLI; what stands behind the topic is a file here.
func TestStreaming(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "messages.jsonl")
	s := harness.Start(t, harness.Flags("--streaming", "chats=file:"+path))
	flow := quiet(s)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_streaming.py", s.InstanceID, flow)))
	wantCalled(t, r, "connect.StartContactStreaming", "connect.StopContactStreaming")
	chat := s.Join(harness.WithFlow(flow))
	stream := cli(t, s, "connect", "StartContactStreaming", "--instance-id", s.InstanceID, "--contact-id", chat.ContactID,
		"--client-token", "cli", "--chat-streaming-configuration", "StreamingEndpointArn=arn:aws:sns:us-east-1:123456789012:chats")
	chat.Send("from the CLI")
	cli(t, s, "connect", "StopContactStreaming", "--instance-id", s.InstanceID, "--contact-id", chat.ContactID, "--streaming-id", stream["StreamingId"].(string))
	chat.Send("after the end of the stream")
	harness.Await(t, "the messages", 20*time.Second, func() error {
		text, err := os.ReadFile(path)
		if err == nil && (!strings.Contains(string(text), "from boto3") || !strings.Contains(string(text), "from the CLI")) {
			err = os.ErrNotExist
		}
		return err
	})
	if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "after the end") {
		t.Errorf("%v: %s", err, text)
	}
}
