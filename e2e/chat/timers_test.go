package chat_test

import (
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
	chat.Send("back again")
	seat.Socket.AwaitEvent("participant.returned")
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
