package commands_test

import (
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
	"parley/internal/testlog"
)

// TestAnAgentInTheTerminal: an offer is shown and accepted, both sides talk, the agent ends the chat and signs out.
func TestAnAgentInTheTerminal(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	agent := s.Command("agent")
	keys, err := agent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	shown := &testlog.Buffer{}
	agent.Stdout, agent.Stderr = shown, shown
	chat := s.Join()
	chat.Send("I want a refund")
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Process.Kill() })
	typed := func(line string) {
		t.Helper()
		if _, err := io.WriteString(keys, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	await(t, shown, "Signed in; your status is Available")
	await(t, shown, "/accept 1 or /reject 1")
	chat.Send("while it is offered")
	typed("/accept")
	await(t, shown, "[1] You talk to")
	await(t, shown, "Before you came:")
	await(t, shown, "You joined")
	for _, said := range []string{"I want a refund", "while it is offered"} {
		if n := strings.Count(shown.String(), said); n != 1 {
			t.Errorf("%q is shown %d times:\n%s", said, n, shown)
		}
	}
	typed("how can I help?")
	chat.Socket.AwaitText("how can I help?")
	chat.Send("with my order")
	await(t, shown, "with my order")
	typed("/transfer nowhere")
	await(t, shown, "there is no quick connect: the queue that the chat came from has none")
	typed("/nonsense")
	await(t, shown, "there is no command /nonsense")
	typed("/end")
	chat.Socket.AwaitEvent("chat.ended")
	await(t, shown, "/done 1")
	typed("/done")
	typed("/status")
	await(t, shown, "Your status is Available")
	typed("/status Offline")
	typed("/status")
	await(t, shown, "Your status is Offline")
	typed("/quit")
	if err := agent.Wait(); err != nil {
		t.Errorf("parley agent ends with %v:\n%s", err, shown)
	}
}

// TestAGuideInTheTerminal: the guide of a chat is shown beside it and answered.
func TestAGuideInTheTerminal(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	guide := s.Flow("Guide",
		harness.ShowView("form", map[string]any{"Heading": "Ask for the order", "Sections": []any{}}, map[string]string{"Next": "next"}),
		harness.Say("that is no answer").Then("end"),
		harness.Say("Order $.Views.ViewResultData.FormData.order").Named("next"), harness.Disconnect())
	queues, err := s.Connect().ListQueues(t.Context(), &connect.ListQueuesInput{InstanceId: &s.InstanceID, QueueTypes: []types.QueueType{types.QueueTypeStandard}})
	if err != nil {
		t.Fatal(err)
	}
	flow := s.Flow("Guided", harness.Hook("DefaultAgentUI", guide), harness.Queue(*queues.QueueSummaryList[0].Id), harness.Enqueue())
	agent := s.Command("agent")
	keys, err := agent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	shown := &testlog.Buffer{}
	agent.Stdout, agent.Stderr = shown, shown
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Process.Kill() })
	await(t, shown, "Signed in; your status is Available")
	s.Join(harness.WithFlow(flow))
	await(t, shown, "/accept 1 or /reject 1")
	for _, step := range [][2]string{
		{"/accept", "[1] Guide: view form"}, {"/guide Next nonsense", "is not JSON"}, {"/guide", "the view takes the actions "}, {"/guide Nonsense", "Next"}, {`/guide Next {"FormData":{"order":"77"}}`, "[1] Guide: Order 77"},
		{"", "[1] The guide is over."}, {"/guide Next", "no guide goes on"},
	} {
		if _, err := io.WriteString(keys, step[0]+"\n"); err != nil {
			t.Fatal(err)
		}
		await(t, shown, step[1])
	}
}
