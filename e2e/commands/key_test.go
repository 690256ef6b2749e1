// Package commands_test runs the program's commands against a running server,
// as its operator does.
package commands_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// run runs a command and returns what it printed.
func run(t *testing.T, s *harness.Server, args ...string) string {
	t.Helper()
	text, err := s.Command(args...).CombinedOutput()
	if err != nil {
		t.Fatalf("parley %s: %v\n%s", strings.Join(args, " "), err, text)
	}
	return string(text)
}

// newKey creates or rotates a key and returns the server as seen with it.
func newKey(t *testing.T, s *harness.Server, args ...string) *harness.Server {
	t.Helper()
	printed := map[string]string{}
	for line := range strings.Lines(run(t, s, args...)) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		printed[name] = value
	}
	return s.WithKey(printed["AWS_ACCESS_KEY_ID"], printed["AWS_SECRET_ACCESS_KEY"])
}

func describe(s *harness.Server, contact string) error {
	_, err := s.Connect().DescribeContact(context.Background(), &connect.DescribeContactInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(contact),
	})
	return err
}

func TestKeyForOneOperation(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	limited := newKey(t, s, "key", "create", "--operations", "StartChatContact", "--note", "for the shop")
	chat := limited.StartChat()
	err := describe(limited, chat.ContactID)
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	if err == nil || !strings.Contains(err.Error(), "connect:DescribeContact") {
		t.Errorf("the refusal does not name the action: %v", err)
	}
	if list := run(t, s, "key", "list"); !strings.Contains(list, limited.AccessKeyID) || strings.Contains(list, limited.SecretAccessKey) {
		t.Errorf("the list must show the key and not its secret:\n%s", list)
	}
}

func TestKeyForOneInstance(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	other := newKey(t, s, "key", "create", "--instances", "00000000-0000-4000-8000-000000000000")
	_, err := other.TryStart()
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	newKey(t, s, "key", "create", "--instances", s.InstanceID).StartChat()
}

func TestKeysAreDisabledRotatedAndDeleted(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	key := newKey(t, s, "key", "create")
	key.StartChat()

	run(t, s, "key", "disable", key.AccessKeyID)
	wantShut(t, "a disabled key", key)
	run(t, s, "key", "enable", key.AccessKeyID)
	key.StartChat()

	rotated := newKey(t, s, "key", "rotate", key.AccessKeyID)
	wantShut(t, "the secret before the rotation", key)
	rotated.StartChat()
	s.Crash()
	rotated.StartChat()

	run(t, s, "key", "delete", key.AccessKeyID)
	wantShut(t, "a deleted key", rotated)
}

func wantShut(t *testing.T, what string, s *harness.Server) {
	t.Helper()
	if _, err := s.TryStart(); harness.RefusalOf(err).Status != 403 {
		t.Errorf("%s: %v, want 403", what, err)
	}
}
