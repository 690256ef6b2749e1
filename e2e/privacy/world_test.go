// Package privacy_test looks for what was erased: in every file of the server and every row of its database.
package privacy_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }

func ctx() context.Context { return context.Background() }

// customer is what a request says of a customer; every text has the word in it.
func customer(id, word string) harness.Change {
	return func(in *connect.StartChatContactInput) {
		in.CustomerId = aws.String(id)
		in.Attributes = map[string]string{"order": word + "-attribute"}
		in.ParticipantDetails.DisplayName = aws.String(word + "-name")
		in.InitialMessage = nil
	}
}

// talk is a chat of a customer in which the word is said often, with a file, and which is over.
func talk(t *testing.T, s *harness.Server, id, word string, quiet harness.Change, messages int) *harness.Chat {
	t.Helper()
	chat := s.Join(quiet, customer(id, word))
	for i := range messages {
		chat.Send(fmt.Sprintf("%s-message%d, and some more that is said", word, i))
	}
	attach(t, s, chat, word+"-file.txt", word+"-bytes")
	return chat
}

func attach(t *testing.T, s *harness.Server, chat *harness.Chat, name, body string) {
	t.Helper()
	up, err := s.Participant().StartAttachmentUpload(ctx(), &connectparticipant.StartAttachmentUploadInput{
		ConnectionToken: &chat.ConnectionToken, AttachmentName: &name, ContentType: aws.String("text/plain"),
		AttachmentSizeInBytes: int64(len(body)), ClientToken: aws.String(uuid.NewString()),
	})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPut, aws.ToString(up.UploadMetadata.Url), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range up.UploadMetadata.HeadersToInclude {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("PUT: %v %v", res, err)
	}
	res.Body.Close()
	_, err = s.Participant().CompleteAttachmentUpload(ctx(), &connectparticipant.CompleteAttachmentUploadInput{
		ConnectionToken: &chat.ConnectionToken, AttachmentIds: []string{aws.ToString(up.AttachmentId)}, ClientToken: aws.String(uuid.NewString()),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// subscribe has the customer of a chat told by push at an address.
func subscribe(t *testing.T, s *harness.Server, chat *harness.Chat, endpoint string) {
	t.Helper()
	const keys = `{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}`
	_, err := s.Connect().CreatePushNotificationRegistration(ctx(), &connect.CreatePushNotificationRegistrationInput{
		InstanceId: &s.InstanceID, PinpointAppArn: aws.String("arn:aws:mobiletargeting:us-east-1:123456789012:apps/none"), DeviceType: types.DeviceTypeGcm,
		DeviceToken: aws.String(`{"endpoint":"` + endpoint + `","keys":` + keys + `}`), ContactConfiguration: &types.ContactConfiguration{ContactId: &chat.ContactID},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// over ends a chat and waits until its words are found, if they are to be.
func over(t *testing.T, s *harness.Server, chat *harness.Chat) {
	t.Helper()
	chat.Leave()
	chat.Socket.AwaitEvent("chat.ended")
}

// places are where a text is: files of the data directory, tables of the database, the log.
func places(t *testing.T, s *harness.Server, text string) (found []string) {
	t.Helper()
	found = s.Places(text)
	if s.Database() != "" {
		found = append(found, rows(t, s.Database(), text)...)
	}
	return found
}

// rows are the tables of a database that have a text, in texts or in bytes.
func rows(t *testing.T, url, text string) (found []string) {
	t.Helper()
	url, _, _ = strings.Cut(url, "?")
	conn, err := pgx.Connect(ctx(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx())
	tables, err := conn.Query(ctx(), `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	if err != nil || len(names) < 10 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		var there bool
		err := conn.QueryRow(ctx(), `SELECT EXISTS (SELECT FROM `+name+` t WHERE position($1 IN t::text) > 0 OR position($2 IN t::text) > 0)`,
			text, hex.EncodeToString([]byte(text))).Scan(&there)
		if err != nil {
			t.Fatal(err)
		}
		if there {
			found = append(found, "the table "+name)
		}
	}
	return found
}

// parley runs a command of the program and returns what it says, and whether it failed.
func parley(t *testing.T, s *harness.Server, args ...string) (string, bool) {
	t.Helper()
	out, err := s.Command(args...).CombinedOutput()
	return string(out), err != nil
}

// audited are the events of the audit log, oldest first.
func audited(t *testing.T, s *harness.Server) (events []string) {
	t.Helper()
	var log struct {
		Entries []struct{ Event, Detail string }
	}
	if err := json.Unmarshal(s.Signed("POST", "/parley/audit", map[string]any{}).Want(t, 200, "").Body, &log); err != nil {
		t.Fatal(err)
	}
	for i := len(log.Entries) - 1; i >= 0; i-- {
		events = append(events, log.Entries[i].Event+": "+log.Entries[i].Detail)
	}
	return events
}

func has(list []string, want string) bool {
	for _, one := range list {
		if one == want {
			return true
		}
	}
	return false
}
