package testcase_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/domain/catalog"
	"parley/domain/flow"
	"parley/domain/hours"
	"parley/domain/sim"
	"parley/domain/testcase"
	"parley/internal/fault"
)

// shop greets, looks at the hours, asks a bot and a function, and queues.
const shop = `{"Version":"2019-10-30","StartAction":"greet","Actions":[
 {"Identifier":"greet","Type":"MessageParticipant","Parameters":{"Text":"Welcome to the shop, $.Attributes.name."},"Transitions":{"NextAction":"hours"}},
 {"Identifier":"hours","Type":"CheckHoursOfOperation","Parameters":{"HoursOfOperationId":"h"},"Transitions":{
  "Conditions":[{"NextAction":"bot","Condition":{"Operator":"Equals","Operands":["True"]}},{"NextAction":"closed","Condition":{"Operator":"Equals","Operands":["False"]}}],
  "Errors":[{"NextAction":"broken","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"closed","Type":"MessageParticipant","Parameters":{"Text":"We are closed."},"Transitions":{"NextAction":"bye"}},
 {"Identifier":"broken","Type":"MessageParticipant","Parameters":{"Text":"Something is broken."},"Transitions":{"NextAction":"bye"}},
 {"Identifier":"bot","Type":"ConnectParticipantWithLexBot","Parameters":{"Text":"What is it about?","LexV2Bot":{"AliasArn":"arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}},"Transitions":{
  "Conditions":[{"NextAction":"look","Condition":{"Operator":"Equals","Operands":["Order"]}}],"Errors":[{"NextAction":"broken","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"look","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"arn:aws:lambda:us-east-1:123456789012:function:look","InvocationTimeLimitSeconds":"4"},"Transitions":{"NextAction":"tell","Errors":[{"NextAction":"broken","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"tell","Type":"MessageParticipant","Parameters":{"Text":"It is $.External.state."},"Transitions":{"NextAction":"choose"}},
 {"Identifier":"choose","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"q"},"Transitions":{"NextAction":"queue","Errors":[{"NextAction":"broken","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"queue","Type":"TransferContactToQueue","Parameters":{},"Transitions":{"NextAction":"broken","Errors":[{"NextAction":"full","ErrorType":"QueueAtCapacity"},{"NextAction":"broken","ErrorType":"NoMatchingError"}]}},
 {"Identifier":"full","Type":"MessageParticipant","Parameters":{"Text":"The queue is full."},"Transitions":{"NextAction":"bye"}},
 {"Identifier":"bye","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

func instance(t *testing.T) *sim.Instance {
	t.Helper()
	doc, err := flow.Parse([]byte(shop))
	if err != nil {
		t.Fatal(err)
	}
	return &sim.Instance{ID: "i", Config: catalog.Config{
		Flows:     map[string]catalog.FlowRef{"f": {ID: "f", Name: "Shop", Type: flow.ContactFlow, Active: true, Published: "c"}},
		Queues:    map[string]catalog.Queue{"q": {ID: "q", Name: "Sales"}, "r": {ID: "r", Name: "Reserve"}},
		Hours:     map[string]hours.Hours{"h": {ID: "h", Zone: time.UTC}, "always": {ID: "always", Zone: time.UTC, Slots: []hours.Slot{{Day: time.Monday}}}},
		Documents: map[string]*flow.Document{"c": doc},
	}}
}

// observation is one of a case; its next one is that which follows it.
func observation(id, event, actions, next string) string {
	if next != "" {
		next = fmt.Sprintf("%q", next)
	}
	return fmt.Sprintf(`{"Identifier":%q,"Event":{"Identifier":"e","Type":%s,"Actor":"System"},"Actions":[%s],"Transitions":{"NextObservations":[%s]}}`, id, event, actions, next)
}

func message(text string) string {
	return fmt.Sprintf(`"MessageReceived","Properties":{"Text":%q,"MatchingCriteria":{"Type":"Inclusion"}}`, text)
}

func mock(actionType, parameters, strategy string) string {
	return fmt.Sprintf(`{"Identifier":"o","Type":"OverrideSystemBehavior","Parameters":{"ActionType":"OverrideSystemBehavior","Behavior":{"Type":"FlowAction","Properties":{"ActionType":%q,"ActionParameters":{%s},"Strategy":%s}}}}`, actionType, parameters, strategy)
}

const (
	initiated = `"TestInitiated","Properties":{}`
	open      = `{"Type":"MockResponse","Response":{"Type":"ExecutionResult","ExecutionResult":{"Value":"InHours"}}}`
	broken    = `{"Type":"MockResponse","Response":{"Type":"Error","Error":{"Value":"NoMatchingError"}}}`
	asks      = `{"Identifier":"a","Type":"SendInstruction","Parameters":{"ActionType":"SendInstruction","Actor":"Customer","Instruction":{"Type":"TextUtterance","Properties":{"Text":"my order","LanguageCode":"en-US"}}}}`
	inSales   = `{"Identifier":"s","Type":"Assert","Parameters":{"Namespace":"$.Queue.Name","Operator":"Equals","Operand":"Sales"}}`
	theEnd    = `{"Identifier":"z","Type":"TestControl","Parameters":{"ActionType":"TestControl","Command":{"Type":"EndTest"}}}`
)

func answered() string {
	return mock("ConnectParticipantWithLexBot", `"LexV2Bot":{"AliasArn":"arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}`,
		`{"Type":"MockResponse","Response":{"Type":"ExecutionResult","ExecutionResult":{"LoadedData":"{\"IntentName\":\"Order\"}"}}}`) + "," +
		mock("InvokeLambdaFunction", `"LambdaFunctionARN":"arn:aws:lambda:us-east-1:123456789012:function:look"`,
			`{"Type":"MockResponse","Response":{"Type":"ExecutionResult","ExecutionResult":{"DelaySeconds":2,"LoadedData":"{\"state\":\"shipped\"}"}}}`)
}

func hoursAre(strategy string) string {
	return mock("CheckHoursOfOperation", `"HoursOfOperationId":"arn:aws:connect:us-east-1:123456789012:instance/i/operating-hours/h"`, strategy)
}

func run(t *testing.T, observations ...string) *testcase.Execution {
	t.Helper()
	c, err := testcase.Parse(`{"Version":"2019-10-30","Metadata":{},"Observations":[` + strings.Join(observations, ",") + `]}`)
	if err != nil {
		t.Fatal(err, err.(*fault.Error).Problems)
	}
	x, err := testcase.Run(instance(t), c, testcase.Options{
		FlowID: "f", Attributes: map[string]string{"name": "Ada"}, Now: time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC), Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func expect(t *testing.T, x *testcase.Execution, status string, passed, failed int) {
	t.Helper()
	if x.Status != status || x.Passed != passed || x.Failed != failed {
		t.Errorf("%s with %d passed and %d failed, want %s, %d, %d", x.Status, x.Passed, x.Failed, status, passed, failed)
		for _, r := range x.Records {
			t.Log(r.Status, r.Text)
		}
	}
}

func TestAWholeCase(t *testing.T) {
	x := run(t,
		observation("begin", initiated, hoursAre(open)+","+answered(), "welcome"),
		observation("welcome", message("welcome to the shop, ada"), "", "hours"),
		observation("hours", `"FlowActionStarted","Properties":{"ActionType":"CheckHoursOfOperation","ActionParameters":{"HoursOfOperationId":"h"}}`, "", "ask"),
		observation("ask", `"MessageReceived","Properties":{"Text":"What is this about?"},"MatchingCriteria":"Similarity"`, asks, "told"),
		observation("told", message("It is shipped"), "", "queued"),
		observation("queued", `"FlowActionStarted","Properties":{"ActionType":"TransferContactToQueue","ActionParameters":{"QueueId":"q"}}`, inSales+","+theEnd, ""),
	)
	expect(t, x, testcase.Passed, 6, 0)
	if len(x.Records) != 9 || !strings.Contains(x.Records[8].Text, `"SUCCESS"`) {
		t.Errorf("%d records, the last %s", len(x.Records), x.Records[len(x.Records)-1].Text)
	}
}

// The override lies at an event of the very decision that looks at the hours.
func TestAnOverrideWhereItsResourceIsObserved(t *testing.T) {
	for strategy, want := range map[string]string{
		open: "What is it about?", broken: "Something is broken", `{"Type":"SubstituteResource","SubstituteArn":"always"}`: "What is it about?",
	} {
		x := run(t, observation("welcome", message("Welcome"), hoursAre(strategy), "then"), observation("then", message(want), theEnd, ""))
		expect(t, x, testcase.Passed, 2, 0)
	}
	expect(t, run(t, observation("closed", message("We are closed"), theEnd, "")), testcase.Passed, 1, 0)
}

func TestQueueOverrides(t *testing.T) {
	queue := func(strategy string) string { return mock("TransferContactToQueue", `"QueueId":"q"`, strategy) }
	begin := hoursAre(open) + "," + answered()
	full := run(t, observation("begin", initiated, begin+","+queue(`{"Type":"MockResponse","Response":{"Type":"Error","Error":{"Value":"QueueAtCapacity"}}}`), "ask"),
		observation("ask", message("about"), asks, "full"), observation("full", message("The queue is full"), theEnd, ""))
	expect(t, full, testcase.Passed, 3, 0)
	instead := run(t, observation("begin", initiated, begin+","+queue(`{"Type":"SubstituteResource","SubstituteArn":"arn:aws:connect:us-east-1:123456789012:instance/i/queue/r"}`), "ask"),
		observation("ask", message("about"), asks, "told"), observation("told", message("shipped"), strings.Replace(inSales, "Sales", "Reserve", 1)+","+theEnd, ""))
	expect(t, instead, testcase.Passed, 3, 0)
}

func TestFailures(t *testing.T) {
	begin := observation("begin", initiated, hoursAre(open)+","+answered(), "ask")
	for name, x := range map[string]*testcase.Execution{
		"another text":      run(t, begin, observation("ask", message("Goodbye"), theEnd, "")),
		"another value":     run(t, begin, observation("ask", message("about"), strings.Replace(inSales, "Sales", "Support", 1)+","+theEnd, "")),
		"a dissimilar text": run(t, begin, observation("ask", `"MessageReceived","Properties":{"Text":"Please hold the line for a while"},"MatchingCriteria":"Similarity"`, theEnd, "")),
		"another function":  run(t, begin, observation("ask", `"FlowActionStarted","Properties":{"ActionType":"InvokeLambdaFunction","ActionParameters":{"LambdaFunctionARN":"other"}}`, theEnd, "")),
		"twice":             run(t, begin, strings.Replace(observation("ask", message("about"), "", ""), `"Actions"`, `"Usage":{"Type":"AtLeast","Times":2},"Actions"`, 1)),
	} {
		if x.Status != testcase.Failed || x.Failed != 1 {
			t.Errorf("%s: %s, %d failed", name, x.Status, x.Failed)
		}
	}
	// Without an override a call fails, and an override answers once.
	expect(t, run(t, observation("begin", initiated, hoursAre(open), "ask"), observation("ask", message("about"), asks, "broken"),
		observation("broken", message("Something is broken"), theEnd, "")), testcase.Passed, 3, 0)
}

func TestWhatIsNotValid(t *testing.T) {
	for content, want := range map[string]string{
		`{`:                                 "not JSON",
		`{"Version":"1","Observations":[]}`: "Version must be",
		`{"Version":"2019-10-30","Observations":[]}`:                                                                                                                                                      "must not be empty",
		`{"Version":"2019-10-30","Observations":[{"Identifier":"a","Event":{"Type":"X"}}]}`:                                                                                                               `the event type "X" is unknown`,
		`{"Version":"2019-10-30","Observations":[` + observation("a", initiated, "", "b") + `]}`:                                                                                                          `there is no next observation "b"`,
		`{"Version":"2019-10-30","Observations":[` + observation("a", initiated, `{"Identifier":"x","Type":"Wait"}`, "") + `]}`:                                                                           `the type "Wait" is unknown`,
		`{"Version":"2019-10-30","Observations":[` + observation("a", initiated, mock("InvokeLambdaFunction", `"LambdaFunctionARN":"f"`, `{"Type":"SubstituteResource","SubstituteArn":"g"}`), "") + `]}`: "calls nothing outside",
	} {
		_, err := testcase.Parse(content)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.TestCaseInvalid || len(f.Problems) == 0 || !strings.Contains(f.Problems[0].Message, want) {
			t.Errorf("%s: %v", content, err)
		}
	}
}

// The bot asks on, and the override is used up: its next turn fails.
func TestAnOverrideAnswersOnce(t *testing.T) {
	once := mock("ConnectParticipantWithLexBot", `"LexV2Bot":{"AliasArn":"arn:aws:lex:us-east-1:123456789012:bot-alias/B/A"}`,
		`{"Type":"MockResponse","Response":{"Type":"ExecutionResult","ExecutionResult":{"LoadedData":"{\"messages\":[{\"content\":\"Which one?\",\"contentType\":\"PlainText\"}],\"sessionState\":{\"dialogAction\":{\"type\":\"ElicitIntent\"}}}"}}}`)
	x := run(t, observation("begin", initiated, hoursAre(open)+","+once, "ask"), observation("ask", message("about"), asks, "which"),
		observation("which", message("Which one?"), asks, "broken"), observation("broken", message("Something is broken"), theEnd, ""))
	expect(t, x, testcase.Passed, 4, 0)
}
