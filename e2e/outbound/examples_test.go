package outbound_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

const examples = "../../examples"

// example runs a program of the examples against a server, with the variables
// that the server's banner names, and wants all of these in its output.
func example(t *testing.T, s *harness.Server, wants []string, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), s.Environment()...)
	out, err := cmd.CombinedOutput()
	for _, want := range wants {
		if err != nil || !strings.Contains(string(out), want) {
			t.Fatalf("%s %v: %v, want %q:\n%s", program, args, err, want, out)
		}
	}
	return string(out)
}

// publish makes a flow of the examples.
func publish(t *testing.T, s *harness.Server, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(examples, "flows", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	flow, err := s.Connect().CreateContactFlow(t.Context(), &connect.CreateContactFlowInput{
		InstanceId: &s.InstanceID, Name: aws.String(name), Type: types.ContactFlowTypeContactFlow, Content: aws.String(string(content)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return *flow.ContactFlowId
}

func TestTheExampleOfAView(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--log-level", "debug"))
	for range 2 { // what it makes may be there already
		example(t, s, []string{`shown: {"Heading": "How was your delivery, Ada?"}`, "actions: Send, Skip", "stars: 5"},
			"python3", examples+"/api/view.py", s.InstanceID)
	}
	if log := s.Log(); !strings.Contains(log, `action=ask type=ShowView rule=condition why=Equals next=keep`) {
		t.Errorf("the debug log does not say why a branch was chosen:\n%.3000s", log)
	}
}

func TestTheExampleOfATestCase(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for range 2 { // what it makes may be there already
		example(t, s, []string{"PASSED {'TotalObservations': 3, 'ObservationsPassed': 3, 'ObservationsFailed': 0}"},
			"python3", examples+"/api/testcase.py", s.InstanceID)
	}
}

// The list of resources names what the instance has, and what was named by it
// resolves to what it was.
func TestTheExampleOfResources(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	if _, err := s.Connect().AssociateLambdaFunction(t.Context(), &connect.AssociateLambdaFunctionInput{InstanceId: &s.InstanceID, FunctionArn: aws.String(function)}); err != nil {
		t.Fatal(err)
	}
	list := example(t, s, nil, "sh", examples+"/resources.sh", s.InstanceID)
	var kinds map[string]map[string]string
	if err := json.Unmarshal([]byte(list), &kinds); err != nil {
		t.Fatalf("%v:\n%s", err, list)
	}
	if len(kinds) != 8 || kinds["queue"]["BasicQueue"] == "" || kinds["hours"]["Basic Hours"] == "" || kinds["function"]["orders:live"] != function {
		t.Errorf("the list has %v", kinds)
	}
	resources := file(t, list)
	flow := file(t, `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"`+function+`"}},
		{"Identifier":"b","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"`+kinds["queue"]["BasicQueue"]+`"}}]}`)
	named := file(t, example(t, s, []string{"name:queue/BasicQueue", "name:function/orders%3Alive"}, harness.Binary(t), "flow", "names", "--resources", resources, flow))
	example(t, s, []string{function, kinds["queue"]["BasicQueue"]}, harness.Binary(t), "flow", "resolve", "--resources", resources, named)
}

// The examples are created in an order in which each finds the flows that it names; what misses a queue or a view is told.
func TestTheExamplesAreLoaded(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	cmd := exec.Command("python3", examples+"/load.py", s.InstanceID, examples+"/flows")
	cmd.Env = append(os.Environ(), s.Environment()...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("a flow is created whose queue is not there")
	}
	for _, want := range []string{" Support briefing\n", " Survey\n", "There is no view with the name Feedback", "There is no queue with the name Support"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("want %q:\n%s", want, out)
		}
	}
}

// The bots of the examples answer for the example Assistant: a chat model and a table of keywords.
func TestTheExampleBots(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(examples + "/bots/assistant-model.json")
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := json.Unmarshal(content, &config); err != nil {
		t.Fatal(err)
	}
	config["url"] = model(t, "Goodbye then.", "\nINTENT: Goodbye")
	content, err = json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ bot, heard string }{
		{"openai:" + file(t, string(content)), "Goodbye then."},
		{"keywords:" + examples + "/bots/assistant-keywords.json", "Have a good day."},
	} {
		s := harness.Start(t, loopback("--bot", "ASSISTANT1="+tt.bot), harness.Env("PARLEY_MODEL_KEY=sk-test"))
		chat := s.Join(harness.WithFlow(publish(t, s, "assistant")))
		chat.Socket.AwaitText("I am the shop's assistant. What can I do for you?")
		chat.Send("Never mind, bye")
		chat.Socket.AwaitText(tt.heard)
		chat.Socket.AwaitItem("the end", func(i harness.Item) bool { return strings.HasSuffix(i.ContentType, "chat.ended") })
	}
}
