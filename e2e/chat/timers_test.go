package chat_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func timer(role types.TimerEligibleParticipantRoles, kind types.ParticipantTimerType, minutes int32) types.ParticipantTimerConfiguration {
	return types.ParticipantTimerConfiguration{ParticipantRole: role, TimerType: kind, TimerValue: &types.ParticipantTimerValueMemberParticipantTimerDurationInMinutes{Value: minutes}}
}

func setTimers(s *harness.Server, chat *harness.Chat, timers ...types.ParticipantTimerConfiguration) error {
	_, err := s.Connect().UpdateParticipantRoleConfig(ctx(), &connect.UpdateParticipantRoleConfigInput{
		InstanceId: &s.InstanceID, ContactId: &chat.ContactID,
		ChannelConfiguration: &types.UpdateParticipantRoleConfigChannelInfoMemberChat{Value: types.ChatParticipantRoleConfig{ParticipantTimerConfigList: timers}},
	})
	return err
}

// passed are the events of timers that a socket got, in order.
func passed(s *harness.Socket) (all []string) {
	for _, item := range s.Items() {
		for _, name := range []string{"participant.idle", "participant.returned", "participant.autodisconnection"} {
			if strings.HasSuffix(item.ContentType, "."+name) {
				all = append(all, name+" "+item.ParticipantRole)
			}
		}
	}
	return all
}

// TestIdleTimers: the customer becomes idle, returns, becomes idle again and the agent is taken out of the chat. Both sides are
// told, the transcript shows nothing of it.
func TestIdleTimers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	if err := setTimers(s, chat, timer("CUSTOMER", "IDLE", 2), timer("CUSTOMER", "DISCONNECT_NONCUSTOMER", 3), timer("AGENT", "IDLE", 480)); err != nil {
		t.Fatal(err)
	}
	agent := s.Agent("Ben", true, 0).Online()
	chat.AwaitAgent()
	seat := agent.Take(chat)
	s.Advance(119 * time.Second)
	chat.Send("I am here")
	seat.Socket.AwaitText("I am here")
	s.Advance(119 * time.Second)
	if got := passed(seat.Socket); len(got) > 0 {
		t.Errorf("too early: %v", got)
	}
	s.Advance(time.Second)
	seat.Socket.AwaitEvent("participant.idle")
	id := chat.Send("back again")
	seat.Socket.AwaitEvent("participant.returned")
	if got := aws.ToString(chat.Transcript()[len(chat.Transcript())-1].Id); got != id {
		t.Errorf("the message of who returns was answered as %s, and is %s", id, got)
	}
	if err := setTimers(s, chat, timer("CUSTOMER", "IDLE", 100)); err != nil { // for the next agent
		t.Fatal(err)
	}
	s.Advance(5 * time.Minute)
	chat.Socket.AwaitEvent("chat.ended")
	want := []string{"participant.idle CUSTOMER", "participant.returned CUSTOMER", "participant.idle CUSTOMER"}
	if diff := cmp.Diff(want, passed(seat.Socket)); diff != "" {
		t.Errorf("the agent (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append(want, "participant.autodisconnection CUSTOMER"), passed(chat.Socket)); diff != "" {
		t.Errorf("the customer (-want +got):\n%s", diff)
	}
	if reason := aws.ToString(chat.Describe().DisconnectReason); reason != "IDLE_DISCONNECT" {
		t.Errorf("the contact ended with %q", reason)
	}
	wantAgent(t, agent, "Available", 1, types.ContactStateEnded)
}

// TestIdleEventsAreNoTranscript: nobody reads them later.
func TestIdleEventsAreNoTranscript(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	if err := setTimers(s, chat, timer("AGENT", "IDLE", 2)); err != nil {
		t.Fatal(err)
	}
	s.Agent("Ben", true, 0).Online()
	chat.AwaitAgent()
	s.Advance(2 * time.Minute)
	chat.Socket.AwaitEvent("participant.idle")
	if diff := cmp.Diff([]string{"participant.joined CUSTOMER", "Hello! Thanks for getting in touch. SYSTEM", "participant.joined AGENT"}, summaries(chat.Transcript())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTimersThatAreRefused(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	for name, timers := range map[string][]types.ParticipantTimerConfiguration{
		"twice":     {timer("CUSTOMER", "IDLE", 2), timer("CUSTOMER", "IDLE", 3)},
		"too short": {timer("CUSTOMER", "IDLE", 1)},
		"too long":  {timer("CUSTOMER", "IDLE", 481)},
		"no role":   {timer("SUPERVISOR", "IDLE", 2)},
		"none":      {},
	} {
		t.Log(name)
		harness.WantRefusal(t, setTimers(s, chat, timers...), 400, "InvalidParameterException")
	}
	unset := timer("CUSTOMER", "IDLE", 0)
	unset.TimerValue = &types.ParticipantTimerValueMemberParticipantTimerAction{Value: types.ParticipantTimerActionUnset}
	if err := setTimers(s, chat, unset); err != nil {
		t.Error(err)
	}
	chat.Leave()
	harness.WantRefusal(t, setTimers(s, chat, unset), 400, "InvalidRequestException")
}

// quietOf is what a customer is told of its silence.
func quietOf(t *testing.T, s *harness.Server, token string) (status int, told map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/participant/quiet", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Bearer", token)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, told
}

// TestHowLongACustomerMaySayNothing: the time that is left, counted from what it said last; and afterwards, that this is why the chat ended.
func TestHowLongACustomerMaySayNothing(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	want := func(when string, want map[string]any, near time.Duration) {
		t.Helper()
		status, got := quietOf(t, s, chat.ParticipantToken)
		left, _ := got["ends_in_ms"].(float64)
		delete(got, "ends_in_ms")
		if over := near - time.Duration(left)*time.Millisecond; over < 0 || over > time.Minute {
			t.Errorf("%s: it ends in %v ms, want about %v", when, left, near)
		}
		if diff := cmp.Diff(want, got); status != 200 || diff != "" {
			t.Errorf("%s: %d (-want +got):\n%s", when, status, diff)
		}
	}
	for name, wrong := range map[string]string{"nonsense": "nonsense", "a connection's token": chat.ConnectionToken} {
		if status, told := quietOf(t, s, wrong); status != 403 || !strings.Contains(fmt.Sprint(told), "X-Amz-Bearer must be a customer's ParticipantToken") {
			t.Errorf("%s: %d %v", name, status, told)
		}
	}
	none := map[string]any{"idle": false, "alarm": false}
	want("no timers", none, 0)
	if err := setTimers(s, chat, timer("CUSTOMER", "IDLE", 10), timer("CUSTOMER", "DISCONNECT_NONCUSTOMER", 5)); err != nil {
		t.Fatal(err)
	}
	want("nobody to talk to", none, 0)
	ben := s.Agent("Ben", true, 0).Online()
	chat.AwaitAgent()
	seat := ben.Take(chat)
	timed := map[string]any{"idle": false, "alarm": true, "allowed_ms": float64(900_000)}
	want("an agent is there", timed, 15*time.Minute)
	s.Advance(6 * time.Minute)
	want("six minutes later", timed, 9*time.Minute)
	chat.Send("I am here")
	seat.Send("so am I")
	want("it said something", timed, 15*time.Minute)
	s.Advance(10 * time.Minute)
	chat.Socket.AwaitEvent("participant.idle")
	want("it is idle", map[string]any{"idle": true, "alarm": true, "allowed_ms": float64(900_000)}, 5*time.Minute)
	if status, told := quietOf(t, s, seat.ParticipantToken); status != 403 {
		t.Errorf("an agent is told %v", told)
	}
	if status, told := quietOf(t, s, chat.ConnectionToken); status != 403 {
		t.Errorf("another token is told %v", told)
	}
	s.Advance(5 * time.Minute)
	chat.Socket.AwaitEvent("chat.ended")
	want("it is over", map[string]any{"idle": false, "alarm": false, "over": "CUSTOMER"}, 0)
}

// TestAnEndThatIsNoTimers: a chat that its customer ended says of silence nothing.
func TestAnEndThatIsNoTimers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join()
	chat.Leave()
	if status, told := quietOf(t, s, chat.ParticipantToken); status != 200 || told["over"] != nil {
		t.Errorf("%d %v", status, told)
	}
}
