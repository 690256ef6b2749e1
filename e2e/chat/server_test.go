package chat_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestReadyFileAndBanner(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for name, value := range map[string]string{
		"url": s.URL, "public_url": s.PublicURL, "version": s.Version, "region": s.Region, "account_id": s.AccountID,
		"access_key_id": s.AccessKeyID, "secret_access_key": s.SecretAccessKey,
		"instance_id": s.InstanceID, "instance_arn": s.InstanceARN, "contact_flow_id": s.ContactFlowID,
	} {
		if value == "" {
			t.Errorf("the ready file has no %s", name)
		}
	}
	if want := "arn:aws:connect:" + s.Region + ":" + s.AccountID + ":instance/" + s.InstanceID; s.InstanceARN != want {
		t.Errorf("instance_arn is %s, want %s", s.InstanceARN, want)
	}
	info, err := os.Stat(s.ReadyFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the ready file's mode is %v (%v), want 0600", info.Mode(), err)
	}
	for _, pair := range s.Environment() {
		name, value, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "AWS_DEFAULT") {
			continue // an older name, which not every client needs
		}
		harness.Await(t, "banner", waiting, func() error {
			if !strings.Contains(s.Log(), name) || !strings.Contains(s.Log(), value) {
				return fmt.Errorf("it does not name %s", pair)
			}
			return nil
		})
	}
	s.Stop()
}

// TestNothingIsLostInACrash kills the server under load: every message that
// was acknowledged is in the transcript, once and in order.
func TestNothingIsLostInACrash(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	var acknowledged []string
	for range 3 {
		sent := make(chan []string, 1)
		go func() { sent <- sendUntilRefused(chat) }()
		chat.Socket.AwaitItem("load", func(i harness.Item) bool { return i.Content == "30" })
		s.Kill()
		acknowledged = append(acknowledged, <-sent...)
		s.Boot()
		chat.Connect()
	}
	stored := messageIDs(allPages(t, chat, 100))
	slices.Reverse(stored)
	if diff := cmp.Diff(acknowledged, only(stored, acknowledged)); diff != "" {
		t.Errorf("acknowledged messages in the transcript (-want +got):\n%s", diff)
	}
}

// sendUntilRefused sends numbers until the server is gone and returns the ids
// of the messages that were acknowledged.
func sendUntilRefused(chat *harness.Chat) (acknowledged []string) {
	for i := 0; ; i++ {
		out, err := chat.TrySend("text/plain", strconv.Itoa(i))
		if err != nil {
			return acknowledged
		}
		acknowledged = append(acknowledged, *out.Id)
	}
}

// only returns those of ids that are wanted, in their order.
func only(ids, wanted []string) (found []string) {
	for _, id := range ids {
		if slices.Contains(wanted, id) {
			found = append(found, id)
		}
	}
	return found
}

// TestCallersWaitWhileNoServerRuns: with the listening socket held by whoever
// restarts the server, a call that arrives in between is answered, late.
func TestCallersWaitWhileNoServerRuns(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.HoldListener())
	s.Stop()
	client, request := s.Connect(), s.Request()
	answered := make(chan error, 1)
	go func() {
		_, err := client.StartChatContact(ctx(), request)
		answered <- err
	}()
	s.Boot()
	select {
	case err := <-answered:
		if err != nil {
			t.Errorf("the call that waited: %v", err)
		}
	case <-time.After(waiting):
		t.Error("the call that waited is not answered")
	}
}
