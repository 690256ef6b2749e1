package commands_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"

	"parley/e2e/harness"
	"parley/internal/postgrestest"
)

// TestCopyToPostgres moves a whole installation from SQLite to PostgreSQL:
// everybody goes on with what they have.
func TestCopyToPostgres(t *testing.T) {
	t.Parallel()
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	url := server.Database(t, "") + "?unsafe=on"

	old := harness.Start(t, harness.Env("PARLEY_STORE=sqlite"))
	key := newKey(t, old, "key", "create", "--note", "for the shop")
	flow := old.Flow("Waits", harness.Say("hello"), harness.Wait(3600), harness.Say("an hour later"), harness.Wait(harness.Week))
	chat := old.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("hello")
	for i := range 20 {
		chat.Send(fmt.Sprintf("message %d – ünïcode \U0001f600", i))
	}
	first := sendOnce(t, old, chat.ConnectionToken)
	before := transcript(chat)

	text, err := copying(t, old, url)
	if err == nil || !strings.Contains(text, "in use by another server") {
		t.Errorf("of a running server: %v: %s", err, text)
	}
	old.Stop()
	text, err = copying(t, old, url)
	if err != nil || !strings.Contains(text, "PARLEY_MASTER_KEY_FILE="+filepath.Join(old.DataDir(), "master.key")) {
		t.Fatalf("%v: %s", err, text)
	}
	if text, err := copying(t, old, url); err == nil || !strings.Contains(text, "not empty") {
		t.Errorf("a second time: %v: %s", err, text)
	}

	moved := harness.Start(t, harness.Env("PARLEY_STORE="+url, "PARLEY_MASTER_KEY_FILE="+filepath.Join(old.DataDir(), "master.key")))
	if moved.SecretAccessKey != old.SecretAccessKey || moved.InstanceID != old.InstanceID || moved.ContactFlowID != old.ContactFlowID {
		t.Error("the new server has other keys, another instance or another flow")
	}
	goesOn(t, moved, chat, first, before)
	moved.WithKey(key.AccessKeyID, key.SecretAccessKey).StartChat()
}

// goesOn takes up a chat on the new server where it was on the old one.
func goesOn(t *testing.T, moved *harness.Server, chat *harness.Chat, first, before string) {
	t.Helper()
	if again := sendOnce(t, moved, chat.ConnectionToken); again != first {
		t.Errorf("a repeated message is answered with %s, at first with %s", again, first)
	}
	_, socket := moved.ConnectParticipant(chat.ParticipantToken)
	items, err := read(moved, chat.ConnectionToken)
	if err != nil || !strings.HasPrefix(items, before) {
		t.Errorf("the transcript was\n%s\nand is\n%s (%v)", before, items, err)
	}
	moved.Advance(59 * time.Minute)
	if items, err := read(moved, chat.ConnectionToken); err != nil || strings.Contains(items, "an hour later") {
		t.Errorf("the wait ended early: %v", err)
	}
	moved.Advance(time.Minute)
	socket.AwaitText("an hour later")
}

func copying(t *testing.T, s *harness.Server, url string) (string, error) {
	t.Helper()
	text, err := harness.Tool(t, "copy", "--data", s.DataDir(), "--to", url).CombinedOutput()
	return string(text), err
}

// sendOnce sends a message with a client token of its own and returns what it is answered with.
func sendOnce(t *testing.T, s *harness.Server, token string) string {
	t.Helper()
	out, err := s.Participant().SendMessage(context.Background(), &connectparticipant.SendMessageInput{
		ConnectionToken: aws.String(token), ContentType: aws.String("text/plain"), Content: aws.String("once"),
		ClientToken: aws.String("the token of the message"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.Id) + " " + aws.ToString(out.AbsoluteTime)
}

func transcript(chat *harness.Chat) (text string) {
	for _, item := range chat.Transcript() {
		text += line(aws.ToString(item.Id), aws.ToString(item.AbsoluteTime), aws.ToString(item.Content))
	}
	return text
}

func line(parts ...string) string { return strings.Join(parts, " ") + "\n" }

// read returns a transcript with a connection token, as transcript does.
func read(s *harness.Server, token string) (text string, err error) {
	out, err := s.Participant().GetTranscript(context.Background(), &connectparticipant.GetTranscriptInput{
		ConnectionToken: aws.String(token), MaxResults: aws.Int32(100), SortOrder: "ASCENDING",
	})
	if err != nil {
		return "", err
	}
	for _, item := range out.Transcript {
		text += line(aws.ToString(item.Id), aws.ToString(item.AbsoluteTime), aws.ToString(item.Content))
	}
	if text == "" {
		err = errors.New("the transcript is empty")
	}
	return text, err
}
