package flow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
	"parley/internal/fault"
)

const (
	end   = `{"Identifier":"z","Type":"DisconnectParticipant"}`
	noErr = `"Errors":[{"NextAction":"z","ErrorType":"NoMatchingError"}]`
	next  = `"NextAction":"z"`
)

// action writes an action "a" of the type with these parameters and transitions.
func action(actionType, parameters string, transitions ...string) string {
	return fmt.Sprintf(`{"Identifier":"a","Type":%q,"Parameters":{%s},"Transitions":{%s}}`,
		actionType, parameters, strings.Join(transitions, ","))
}

func branches(types ...string) string {
	var list []string
	for _, e := range types {
		list = append(list, fmt.Sprintf(`{"NextAction":"z","ErrorType":%q}`, e))
	}
	return `"Errors":[` + strings.Join(list, ",") + `]`
}

func equals(results ...string) string {
	var list []string
	for _, r := range results {
		list = append(list, fmt.Sprintf(`{"NextAction":"z","Condition":{"Operator":"Equals","Operands":[%q]}}`, r))
	}
	return `"Conditions":[` + strings.Join(list, ",") + `]`
}

func TestValidateAccepts(t *testing.T) {
	for file, content := range corpus(t) {
		if !strings.HasPrefix(file, "testdata") {
			continue
		}
		d := parse(t, string(content))
		got := flow.Validate(d, flow.ContactFlow)
		if d.Settings() != nil {
			got = flow.ValidateModule(d, nil)
		}
		if got != nil {
			t.Errorf("%s: %v", file, got)
		}
	}
	for _, a := range []string{
		action("MessageParticipant", `"Text":"$.Attributes.x"`, next),
		action("MessageParticipant", `"Text":" "`, next, noErr),
		action("Wait", `"TimeoutSeconds":"$.Attributes.t"`, equals("WaitCompleted"), noErr),
	} {
		if got := flow.Validate(parse(t, document(a, end)), flow.ContactFlow); got != nil {
			t.Errorf("%s: %v", a, got)
		}
	}
}

func TestValidateAction(t *testing.T) {
	tests := []struct{ action, want string }{
		{action("Nonsense", ``), "Invalid Action type. Path: Actions[0].Type"},
		{action("MessageParticipant", ``, next), "At least one of [Text, SSML, PromptId, Media] must be set. Path: Actions[0].Parameters"},
		{action("MessageParticipant", `"Text":"x","SSML":"y"`, next), "Only one of these properties may be defined. Properties: [Text, SSML], Path: Actions[0].Parameters"},
		{action("MessageParticipant", `"Text":""`, next), "Invalid Action property value. Path: Actions[0].Parameters.Text"},
		{action("MessageParticipant", `"Text":"x"`), "Action is missing required property. Path: Actions[0].Transitions.NextAction"},
		{action("MessageParticipant", `"Text":"x"`, next, branches("QueueAtCapacity")), "Invalid Action error. Error: QueueAtCapacity, Path: Actions[0]"},
		{action("MessageParticipant", `"Text":"x"`, `"NextAction":"gone"`), "Invalid Action property value. Path: Actions[0].Transitions.NextAction"},
		{action("MessageParticipant", `"Text":"x"`, next, `"Errors":[{"ErrorType":"NoMatchingError"}]`), "Action is missing required property. Path: Actions[0].Transitions.Errors[0].NextAction"},
		{action("DisconnectParticipant", ``, next), "Action does not support transitions. Path: Actions[0].Transitions"},
		{action("EndFlowExecution", ``, noErr), "Action does not support transitions. Path: Actions[0].Transitions"},
		{action("UpdateContactAttributes", ``, next, noErr), "Action is missing required property. Path: Actions[0].Parameters.Attributes"},
		{action("UpdateContactAttributes", `"Attributes":{"k":""}`, next, noErr), "Invalid Action property value. Path: Actions[0].Parameters.Attributes.k"},
		{action("UpdateContactAttributes", `"Attributes":{"k":["x",""]}`, next, noErr), "Invalid Action property value. Path: Actions[0].Parameters.Attributes.k"},
		{action("UpdateContactAttributes", `"Attributes":{"k":"v"}`, next), "Action is missing required error. Error: NoMatchingError, Path: Actions[0]"},
		{action("UpdateFlowAttributes", `"FlowAttributes":{"k":{"Value":"v"}}`, next), "Action is missing required error. Error: NoMatchingError, Path: Actions[0]"},
		{action("Compare", `"ComparisonValue":"x"`, equals("x")), "Action is missing required error. Error: NoMatchingCondition, Path: Actions[0]"},
		{action("Compare", `"ComparisonValue":"x"`, equals("x"), branches("NoMatchingCondition", "NoMatchingError")), "Invalid Action error. Error: NoMatchingError, Path: Actions[0]"},
		{action("Compare", `"ComparisonValue":"x"`, equals(""), branches("NoMatchingCondition")), "Invalid branch. Path: Actions[0].Transitions.Conditions[0].Condition"},
		{action("Compare", `"ComparisonValue":"x"`, strings.Replace(equals("x"), "Equals", "Like", 1), branches("NoMatchingCondition")), "Invalid Action property value. Path: Actions[0].Transitions.Conditions[0].Condition"},
		{action("Compare", `"ComparisonValue":"x"`, strings.Replace(equals("x"), `["x"]`, `["x","y"]`, 1), branches("NoMatchingCondition")), "Invalid Action property value. Path: Actions[0].Transitions.Conditions[0].Condition"},
		{action("Loop", `"LoopCount":"101"`, equals("ContinueLooping", "DoneLooping")), "Invalid Action property value. Path: Actions[0].Parameters.LoopCount"},
		{action("Loop", `"LoopCount":"2"`, equals("ContinueLooping")), "Invalid Action property value. Path: Actions[0].Transitions.Conditions"},
		{action("DistributeByPercentage", ``), "Action is missing required error. Error: NoMatchingCondition, Path: Actions[0]"},
		{action("Wait", ``, equals("WaitCompleted"), noErr), "At least one of [TimeLimitSeconds, TimeoutSeconds] must be set. Path: Actions[0].Parameters"},
		{action("Wait", `"TimeLimitSeconds":"0"`, equals("WaitCompleted"), noErr), "Invalid Action property value. Path: Actions[0].Parameters.TimeLimitSeconds"},
		{action("Wait", `"TimeoutSeconds":604801`, equals("WaitCompleted"), noErr), "Invalid Action property value. Path: Actions[0].Parameters.TimeoutSeconds"},
		{action("Wait", `"TimeLimitSeconds":"5"`, noErr), "Invalid Action property value. Path: Actions[0].Transitions.Conditions"},
		{action("Wait", `"TimeLimitSeconds":"5","Events":["CustomerReturned"]`, equals("WaitCompleted"), noErr), "Invalid Action property value. Path: Actions[0].Transitions.Conditions"},
		{action("Wait", `"TimeLimitSeconds":"5","Events":["BotParticipantDisconnected"]`, equals("WaitCompleted", "BotParticipantDisconnected"), noErr), "Action is missing required error. Error: ParticipantNotFound, Path: Actions[0]"},
		{action("UpdateContactTargetQueue", `"QueueId":"q","AgentId":"a"`, next, noErr), "Only one of these properties may be defined. Properties: [QueueId, AgentId], Path: Actions[0].Parameters"},
		{action("TransferContactToQueue", `"QueueId":"q"`, next, branches("QueueAtCapacity", "NoMatchingError")), "Invalid Action property name. Path: Actions[0].Parameters.QueueId"},
		{action("TransferContactToQueue", ``, next, noErr), "Action is missing required error. Error: QueueAtCapacity, Path: Actions[0]"},
		{action("UpdateFlowLoggingBehavior", `"FlowLoggingBehavior":"Enabled"`, next, noErr), "Invalid Action error. Error: NoMatchingError, Path: Actions[0]"},
		{action("UpdateContactRecordingBehavior", ``, next, noErr), "Invalid Action error. Error: NoMatchingError, Path: Actions[0]"},
		{action("GetParticipantInput", `"Text":"x","StoreInput":"True","DTMFConfiguration":{"DisableCancelKey":true}`, next, noErr), "Invalid Action type. Path: Actions[0].Parameters.DTMFConfiguration.DisableCancelKey"},
		{action("GetParticipantInput", `"Text":"x","StoreInput":"True"`, next, noErr, equals("1")), "Invalid Action property value. Path: Actions[0].Transitions.Conditions"},
		{action("GetParticipantInput", `"Text":"x","StoreInput":"True","InputValidation":{"PhoneNumberValidation":{"NumberFormat":"E164"}}`, next, noErr), "Action is missing required error. Error: InvalidPhoneNumber, Path: Actions[0]"},
		{action("UpdateContactEventHooks", `"EventHooks":{"AgentWhisper":"f","CustomerQueue":"f"}`, next, noErr), "Only one of these properties may be defined. Properties: [AgentWhisper, CustomerQueue], Path: Actions[0].Parameters.EventHooks"},
		{action("UpdateContactEventHooks", `"EventHooks":{}`, next, noErr), "Action is missing required property. Path: Actions[0].Parameters.EventHooks"},
		{action("UpdateContactEventHooks", `"EventHooks":{"Lunch":"f"}`, next, noErr), "Invalid Action property name. Path: Actions[0].Parameters.EventHooks.Lunch"},
		{action("CheckHoursOfOperation", ``, equals("True", "False", "Maybe"), noErr), "Invalid Action property value. Path: Actions[0].Transitions.Conditions[2].Condition.Operands"},
		{action("CheckMetricData", `"MetricType":"NumberOfAgentsOnline"`, equals("1"), branches("NoMatchingCondition", "NoMatchingError")), "Invalid Action property value. Path: Actions[0].Transitions.Conditions[0].Condition.Operator"},
		{action("InvokeLambdaFunction", `"LambdaFunctionARN":"arn:$.AwsRegion:f"`, next, noErr), "Invalid Action property value. Path: Actions[0].Parameters.LambdaFunctionARN"},
		{action("InvokeLambdaFunction", `"LambdaFunctionARN":"f","ResponseValidation":{"ResponseType":"JSON_OBJECT"}`, next, noErr), "Invalid Action property value. Path: Actions[0].Parameters.ResponseValidation.ResponseType"},
		{action("MessageParticipantIteratively", `"Messages":[{"Text":"x"},{"Text":"x","SSML":"y"}]`), "Only one of these properties may be defined. Properties: [Text, SSML], Path: Actions[0].Parameters.Messages[1]"},
		{action("ShowView", `"ViewResource":{"Id":"form"},"InvocationTimeLimitSeconds":"60","ViewData":{"x":[""]}`, branches("NoMatchingCondition", "NoMatchingError")), "Action is missing required error. Error: TimeLimitExceeded, Path: Actions[0]"},
		{action("ConnectParticipantWithLexBot", `"Text":"x","LexV2Bot":{"AliasArn":"b"},"LexBot":{"Name":"b","Region":"r","Alias":"a"}`, noErr), "Only one of these properties may be defined. Properties: [LexV2Bot, LexBot], Path: Actions[0].Parameters"},
		{action("ConnectParticipantWithLexBot", `"Text":"x","LexV2Bot":{"AliasArn":"b"}`, equals("Book"), noErr), "Action is missing required error. Error: NoMatchingCondition, Path: Actions[0]"},
		{action("UpdateContactTextToSpeechVoice", ``, next), "Action is missing required property. Path: Actions[0].Parameters.TextToSpeechVoice"},
	}
	for _, test := range tests {
		got := flow.Validate(parse(t, document(test.action, end)), "")
		want := []flow.Problem{{ActionID: "a", Message: test.want}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.action, diff)
		}
	}
}

func TestValidateFlowType(t *testing.T) {
	d := parse(t, document(action("TransferContactToQueue", ``, next, branches("QueueAtCapacity", "NoMatchingError")), end))
	for _, ok := range []flow.Type{flow.ContactFlow, flow.AgentTransfer, flow.QueueTransfer, ""} {
		if got := flow.Validate(d, ok); got != nil {
			t.Errorf("%s: %v", ok, got)
		}
	}
	want := []flow.Problem{{ActionID: "a",
		Message: "Action type TransferContactToQueue is not allowed in a CUSTOMER_QUEUE flow. Path: Actions[0].Type"}}
	if diff := cmp.Diff(want, flow.Validate(d, flow.CustomerQueue)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestValidateIdentifiers(t *testing.T) {
	long := strings.Repeat("é", flow.MaxIdentifier)
	for id, ok := range map[string]bool{
		"a": true, "Set queue #2": true, "grüße": true, long: true, "a.b": true, "to String": true,
		long + "é": false, "toString": false, "__proto__": false, "": false,
		"a%": false, "a:": false, "(a": false, "a/b": false, "a)": false, "a=b": false, "$a": false,
		"a,b": false, "a;": false, "[a": false, "a]": false, "{a": false, "a}": false, `a\\b`: false,
	} {
		d := parse(t, strings.Replace(document(`{"Identifier":"`+id+`","Type":"EndFlowExecution"}`), `"a"`, `"`+id+`"`, 1))
		problems := flow.Validate(d, flow.ContactFlow)
		if (len(problems) == 0) != ok {
			t.Errorf("identifier %q: %v", id, problems)
		}
	}
}

func TestValidateDocument(t *testing.T) {
	ends := func(n int) string {
		list := []string{`{"Identifier":"a","Type":"EndFlowExecution"}`}
		for i := 1; i < n; i++ {
			list = append(list, fmt.Sprintf(`{"Identifier":"a%d","Type":"EndFlowExecution"}`, i))
		}
		return document(list...)
	}
	pad := func(n int) string { // n characters of two bytes each, and some
		d := document(`{"Identifier":"a","Type":"EndFlowExecution","Note":""}`)
		return strings.Replace(d, `"Note":"`, `"Note":"`+strings.Repeat("é", n-len(d)), 1)
	}
	tests := []struct {
		name, content string
		want          []string
	}{
		{"250 actions", ends(250), nil},
		{"251 actions", ends(251), []string{"The flow has more than 250 actions"}},
		{"256,000 characters", pad(256000), nil},
		{"256,001 characters", pad(256001), []string{"The content is longer than 256000 characters"}},
		{"no such start", strings.Replace(ends(1), `"StartAction":"a"`, `"StartAction":"b"`, 1), []string{"Invalid property value. Path: StartAction"}},
		{"identifier twice", document(end, `{"Identifier":"a","Type":"EndFlowExecution"}`, end), []string{"Identifier is used twice. Path: Actions[2].Identifier"}},
	}
	for _, test := range tests {
		var got []string
		for _, p := range flow.Validate(parse(t, test.content), flow.ContactFlow) {
			got = append(got, p.Message)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestValidateReportsAtMostFifty(t *testing.T) {
	d := parse(t, document(strings.Split(strings.Repeat(`{"Identifier":"a","Type":"No"} `, 60), " ")[:60]...))
	if got := len(flow.Validate(d, flow.ContactFlow)); got != 50 {
		t.Errorf("%d problems, want 50", got)
	}
}

func TestValidateModule(t *testing.T) {
	ends := `{"Identifier":"a","Type":"EndFlowModuleExecution"}`
	lacks := []flow.Problem{{Message: "JSON field is missing or null for field name: settings"}}
	with := func(settings string) *flow.Document {
		return parse(t, strings.Replace(document(ends), `"Actions"`, `"Settings":`+settings+`,"Actions"`, 1))
	}
	for _, test := range []struct {
		doc      *flow.Document
		settings json.RawMessage
		want     []flow.Problem
	}{
		{with(`{"Transitions":[]}`), nil, nil},
		{with(`null`), nil, lacks},
		{with(`[]`), nil, lacks},
		{parse(t, document(ends)), nil, lacks},
		{parse(t, document(ends)), json.RawMessage(` {}`), nil},
		{parse(t, document(ends)), json.RawMessage(`null`), lacks},
		{parse(t, document(`{"Identifier":"a","Type":"EndFlowExecution"}`)), json.RawMessage(`{}`),
			[]flow.Problem{{ActionID: "a", Message: "Action type EndFlowExecution is not allowed in a MODULE flow. Path: Actions[0].Type"}}},
	} {
		if diff := cmp.Diff(test.want, flow.ValidateModule(test.doc, test.settings)); diff != "" {
			t.Errorf("%s with %s (-want +got):\n%s", test.doc.Source(), test.settings, diff)
		}
	}
	var f *fault.Error
	if err := flow.ModuleRefusal(lacks); !fault.Is(err, fault.ModuleInvalid) || !errors.As(err, &f) || len(f.Problems) != 1 {
		t.Errorf("ModuleRefusal = %v", err)
	}
	if err := flow.ModuleRefusal(nil); err != nil {
		t.Errorf("no problems are the error %v", err)
	}
}

func TestRefusal(t *testing.T) {
	if err := flow.Refusal(nil); err != nil {
		t.Errorf("no problems are the error %v", err)
	}
	err := flow.Refusal([]flow.Problem{{Message: "one"}, {ActionID: "a", Message: "two"}})
	var f *fault.Error
	if !fault.Is(err, fault.FlowInvalid) || !errors.As(err, &f) || !slices.Equal(f.Problems, []flow.Problem{{Message: "one"}, {ActionID: "a", Message: "two (block a)"}}) {
		t.Errorf("Refusal = %#v", err)
	}
}

// Clients that show only a message learn which block it is about, and how much more there is.
func TestARefusalSaysWhereAndHowMany(t *testing.T) {
	for n, want := range map[int]string{
		1: "The flow content is not valid: wrong (block a)",
		2: "The flow content is not valid: wrong (block a); and 1 more problem",
		6: "The flow content is not valid: wrong (block a); and 5 more problems",
	} {
		problems := slices.Repeat([]flow.Problem{{Message: "wrong", ActionID: "a"}}, n)
		var f *fault.Error
		if !errors.As(flow.Refusal(problems), &f) || f.Message != want || len(f.Problems) != n {
			t.Errorf("%d problems: %+v, want %q", n, f, want)
		}
	}
}

// Every message names its block, and has no more than AWS's 256 characters; there are no more than 50.
func TestARefusalFitsAWSsShape(t *testing.T) {
	long := flow.Problem{Message: strings.Repeat("é", 256), ActionID: strings.Repeat("x", 60)}
	var f *fault.Error
	if !errors.As(flow.Refusal(slices.Repeat([]flow.Problem{long}, 51)), &f) || len(f.Problems) != 50 {
		t.Fatalf("%+v", f)
	}
	got := f.Problems[0].Message
	if n := utf8.RuneCountInString(got); n != 256 || !strings.HasSuffix(got, "é (block "+strings.Repeat("x", 50)+")") {
		t.Errorf("%d characters: %s", n, got)
	}
}

// What Amazon Connect does and does not tell how to write is written our way, and can be published.
func TestOurSpellingsCanBePublished(t *testing.T) {
	for _, a := range []string{
		action("InvokeLambdaFunction", `"LambdaFunctionARN":"arn:f","InvocationType":"ASYNCHRONOUS","InvocationTimeLimitSeconds":"60"`, next, noErr),
		action("InvokeLambdaFunction", `"LambdaInvocationId":"$.LambdaInvocation.InvocationId"`, next, noErr),
		action("Wait", `"TimeLimitSeconds":"60","Events":["LambdaReturned"],"LambdaInvocationId":"$.LambdaInvocation.InvocationId"`, equals("WaitCompleted", "LambdaReturned"), noErr),
		action("Wait", `"TimeLimitSeconds":"60","ContinueExecution":"True","MinimumWaitTimeSeconds":"5"`, equals("WaitCompleted", "Continue"), noErr),
		action("InvokeFlowModule", `"FlowModuleId":"m","Input":{"a":"$.Attributes.a"}`, next, noErr),
	} {
		if got := flow.Validate(parse(t, document(a, end)), flow.ContactFlow); got != nil {
			t.Errorf("%s: %v", a, got)
		}
	}
	for _, a := range []string{
		action("InvokeLambdaFunction", `"LambdaFunctionARN":"arn:f","InvocationTimeLimitSeconds":"9"`, next, noErr),
		action("InvokeLambdaFunction", `"LambdaFunctionARN":"arn:f","LambdaInvocationId":"$.LambdaInvocation.InvocationId"`, next, noErr),
		action("InvokeLambdaFunction", `"InvocationType":"ASYNCHRONOUS"`, next, noErr),
	} {
		if flow.Validate(parse(t, document(a, end)), flow.ContactFlow) == nil {
			t.Errorf("%s: could be published", a)
		}
	}
}
