package accounts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// reception is what the page is told of the widget's queue: its state, when it opens, and whether a message can be left.
func (w *site) reception() string {
	w.t.Helper()
	a := w.want(200, "GET", strings.TrimSuffix(w.path, "start")+"settings", nil)
	out := fmt.Sprint(a.member(w.t, "state"))
	all, _ := decoded(w.t, a).(map[string]any)
	if opens, is := all["opens_at"]; is {
		out += fmt.Sprint(" until ", opens)
	}
	if all["leave_message"] == true {
		out += ", takes messages"
	}
	return out
}

func (w *site) receives(what, want string) {
	w.t.Helper()
	if got := w.reception(); got != want {
		w.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// slot is an hour of a day of the week.
func slot(day types.HoursOfOperationDays, hour int32) []types.HoursOfOperationConfig {
	at := func(hour int32) *types.HoursOfOperationTimeSlice {
		return &types.HoursOfOperationTimeSlice{Hours: aws.Int32(hour), Minutes: aws.Int32(0)}
	}
	return []types.HoursOfOperationConfig{{Day: day, StartTime: at(hour), EndTime: at(hour + 1)}}
}

// TestTheHoursOfAWidget: its page is told whether the queue is open, and when it opens, overrides included.
func TestTheHoursOfAWidget(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	morning := s.Now().UTC().Truncate(24 * time.Hour).Add(32 * time.Hour) // tomorrow at eight
	s.Advance(morning.Sub(s.Now()))
	day := types.HoursOfOperationDays(strings.ToUpper(morning.Weekday().String()))
	client := s.Connect()
	hours, err := client.CreateHoursOfOperation(t.Context(), &connect.CreateHoursOfOperationInput{InstanceId: &s.InstanceID, Name: aws.String("An hour"), TimeZone: aws.String("UTC"), Config: slot(day, 10)})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := client.CreateQueue(t.Context(), &connect.CreateQueueInput{InstanceId: &s.InstanceID, Name: aws.String("Of the widget"), HoursOfOperationId: hours.HoursOfOperationId})
	if err != nil {
		t.Fatal(err)
	}
	w := newSite(t, s, nil)
	w.receives("without a queue", "open")
	w.admin.want(404, "PATCH", "/api/widgets/"+w.id, map[string]any{"queue_id": s.ContactFlowID})
	w.admin.want(404, "PATCH", "/api/widgets/"+w.id, map[string]any{"message_flow_id": *queue.QueueId})
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"queue_id": *queue.QueueId, "message_flow_id": s.ContactFlowID})
	at := func(hours int) string { return morning.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339) }
	w.receives("before", "closed until "+at(2)+", takes messages")

	date := aws.String(morning.Format(time.DateOnly))
	override, err := client.CreateHoursOfOperationOverride(t.Context(), &connect.CreateHoursOfOperationOverrideInput{
		InstanceId: &s.InstanceID, HoursOfOperationId: hours.HoursOfOperationId, Name: aws.String("A holiday"), EffectiveFrom: date, EffectiveTill: date, OverrideType: types.OverrideTypeClosed,
		Config: []types.HoursOfOperationOverrideConfig{{
			Day: types.OverrideDays(day), StartTime: &types.OverrideTimeSlice{Hours: aws.Int32(0), Minutes: aws.Int32(0)}, EndTime: &types.OverrideTimeSlice{Hours: aws.Int32(23), Minutes: aws.Int32(59)},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	awaitReception(w, "on a holiday", "closed until "+at(2+7*24)+", takes messages")
	if _, err := client.DeleteHoursOfOperationOverride(t.Context(), &connect.DeleteHoursOfOperationOverrideInput{InstanceId: &s.InstanceID, HoursOfOperationId: hours.HoursOfOperationId, HoursOfOperationOverrideId: override.HoursOfOperationOverrideId}); err != nil {
		t.Fatal(err)
	}
	s.Advance(2*time.Hour + time.Second)
	awaitReception(w, "meanwhile", "open, takes messages")
	s.Advance(time.Hour)
	w.receives("afterwards", "closed until "+at(2+7*24)+", takes messages")

	remove := func() error {
		_, err := client.DeleteQueue(t.Context(), &connect.DeleteQueueInput{InstanceId: &s.InstanceID, QueueId: queue.QueueId})
		return err
	}
	harness.WantRefusal(t, remove(), 409, "ResourceInUseException")
	w.admin = admin(t, s) // the first one's sign-in has ended
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"queue_id": "", "message_flow_id": ""})
	w.receives("without a queue again", "open")
	if err := remove(); err != nil {
		t.Error(err)
	}
}

// awaitReception waits until a node has heard of a change of the configuration.
func awaitReception(w *site, what, want string) {
	w.t.Helper()
	harness.Await(w.t, what, 10*time.Second, func() error {
		if got := w.reception(); got != want {
			return fmt.Errorf("%q, want %q", got, want)
		}
		return nil
	})
}

// TestAFullWidget: its page is told when as many wait as may; a disabled queue is closed.
func TestAFullWidget(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	client := s.Connect()
	first := s.Signed("GET", "/queues-summary/"+s.InstanceID+"?queueTypes=STANDARD", "").Want(t, 200, "").Members(t)["QueueSummaryList"].([]any)[0].(map[string]any)["Id"].(string)
	described, err := client.DescribeQueue(t.Context(), &connect.DescribeQueueInput{InstanceId: &s.InstanceID, QueueId: &first})
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateQueue(t.Context(), &connect.CreateQueueInput{InstanceId: &s.InstanceID, Name: aws.String("Small"), HoursOfOperationId: described.Queue.HoursOfOperationId, MaxContacts: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	flow := s.Flow("To it", harness.Queue(*made.QueueId), harness.Enqueue())
	w := newSite(t, s, map[string]any{"flow_id": flow, "queue_id": *made.QueueId})
	w.receives("nobody waits", "open")
	result := w.started(w.start(200, says(nil)))
	chat := s.Seat(result["ContactId"].(string), result["ParticipantToken"].(string))
	awaitReception(w, "somebody waits", "full")
	w.start(200, says(nil)) // what becomes of it is for the flow to say
	chat.Leave()
	awaitReception(w, "who waited has gone", "open")
	if _, err := client.UpdateQueueMaxContacts(t.Context(), &connect.UpdateQueueMaxContactsInput{InstanceId: &s.InstanceID, QueueId: made.QueueId, MaxContacts: aws.Int32(0)}); err != nil {
		t.Fatal(err)
	}
	awaitReception(w, "nobody may wait", "full")
	if _, err := client.UpdateQueueStatus(t.Context(), &connect.UpdateQueueStatusInput{InstanceId: &s.InstanceID, QueueId: made.QueueId, Status: types.QueueStatusDisabled}); err != nil {
		t.Fatal(err)
	}
	awaitReception(w, "a disabled queue", "closed")
}

// leaves is what the window sends of who leaves a message.
func leaves(content string, more map[string]any) map[string]any {
	body := says(map[string]any{"LeaveMessage": true, "InitialMessage": map[string]string{"ContentType": "text/plain", "Content": content}})
	for name, value := range more {
		body[name] = value
	}
	return body
}

// TestAMessageIsLeft: it begins a chat in the flow for messages, which waits for a week, and which says so in a way that no visitor can.
func TestAMessageIsLeft(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w, of := newShop(t, s, nil)
	w.start(400, leaves("no flow takes it", nil))
	flow := s.Flow("Messages", harness.Say("Your message is here."), harness.Wait(harness.Week))
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"message_flow_id": flow, "keep_history": true})
	for name, body := range map[string]map[string]any{
		"no message":       says(map[string]any{"LeaveMessage": true}),
		"nothing in it":    leaves("", nil),
		"too long":         leaves(strings.Repeat("ä", 1025), nil),
		"a chat to join":   leaves("in which chat?", map[string]any{"CustomerToken": of("ada"), "JoinOpen": true}),
		"interactive":      leaves("", map[string]any{"InitialMessage": map[string]string{"ContentType": "application/vnd.amazonaws.connect.message.interactive", "Content": "{}"}}),
		"too many letters": leaves("x", map[string]any{"Attributes": map[string]string{"about": strings.Repeat("x", 33<<10)}}),
	} {
		if a := w.call("POST", w.path, body); a.status != 400 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}

	message := strings.Repeat("ä", 1024)
	result := w.started(w.start(200, leaves(message, map[string]any{"CustomerToken": of("ada"), "ChatDurationInMinutes": 60, "Attributes": map[string]string{"left_message": "no", "order": "77"}})))
	contact := result["ContactId"].(string)
	if diff := cmp.Diff(map[string]string{"left_message": "true", "HostedWidget-left_message": "no", "HostedWidget-order": "77"}, w.attributes(contact)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	chat := s.Seat(contact, result["ParticipantToken"].(string))
	chat.Socket.AwaitText("Your message is here.")
	if got := summaryOf(chat); got[len(got)-1] != message {
		t.Errorf("the transcript is %q", got)
	}
	forged := w.started(w.start(200, says(map[string]any{"Attributes": map[string]string{"left_message": "true"}, "LeaveMessage": false})))["ContactId"].(string)
	if diff := cmp.Diff(map[string]string{"HostedWidget-left_message": "true"}, w.attributes(forged)); diff != "" {
		t.Errorf("attributes of a chat that only says so (-want +got):\n%s", diff)
	}
	if got := w.open(200, of("ada")); got["ContactId"] != contact {
		t.Errorf("on another device: %v, want %s", got, contact)
	}

	s.Advance(7*24*time.Hour - time.Hour)
	s.Connection(chat.ParticipantToken)
	if k := chat.Describe(); k.DisconnectTimestamp != nil {
		t.Errorf("the chat is over before the week is: %v", k.DisconnectTimestamp)
	}
	s.Advance(time.Hour + time.Second)
	if k := chat.Describe(); k.DisconnectTimestamp == nil {
		t.Error("the chat goes on for more than a week")
	}

	w.admin = admin(t, s)
	next := w.begin(of("ada"), nil)
	if got := w.attributes(next["ContactId"].(string)); next["ContinuedFromContactId"] != contact || got["left_message"] != "false" || got["HostedWidget-order"] != "77" {
		t.Errorf("the next chat continues %v and says %v", next["ContinuedFromContactId"], got)
	}
}

// TestAMessageWhereDurationsAreFixed is left all the same, and its chat lasts as long as any.
func TestAMessageWhereDurationsAreFixed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--setting", "custom-chat-duration=off"))
	w := newSite(t, s, map[string]any{"message_flow_id": s.ContactFlowID})
	w.start(400, says(map[string]any{"ChatDurationInMinutes": 60}))
	result := w.started(w.start(200, leaves("I am here.", nil)))
	chat := s.Seat(result["ContactId"].(string), result["ParticipantToken"].(string))
	s.Advance(25*time.Hour + time.Second)
	if k := chat.Describe(); k.DisconnectTimestamp == nil {
		t.Error("the chat goes on for longer than any may")
	}
}
