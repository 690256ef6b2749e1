package legacy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
	"parley/domain/flow/legacy"
	"parley/internal/fault"
)

// export writes a legacy export that starts at "a" and has a block "z" that ends.
func export(kind string, modules ...string) []byte {
	return fmt.Appendf(nil, `{"modules":[%s,{"id":"z","type":%q,"branches":[],"parameters":[],"metadata":{"position":{"x":9,"y":8}}}],
		"version":"1","type":%q,"start":"a","metadata":{"entryPointPosition":{"x":1,"y":2},"name":"Old","hash":"h","status":"published"}}`,
		strings.Join(modules, ","), map[bool]string{true: "Resume", false: "Disconnect"}[strings.HasSuffix(kind, "Whisper")], kind)
}

// module writes a module "a" whose branches all lead to "z".
func module(kind, target, parameters string, branches ...string) string {
	var list []string
	for _, b := range branches {
		p := strings.Split(b+"::", ":")
		value := ""
		if p[1] != "" {
			value = fmt.Sprintf(`"conditionType":%q,"conditionValue":%q,`, p[1], p[2])
		}
		list = append(list, fmt.Sprintf(`{"condition":%q,%s"transition":"z"}`, p[0], value))
	}
	return fmt.Sprintf(`{"id":"a","type":%q,"target":%q,"parameters":[%s],"branches":[%s],"metadata":{"position":{"x":3,"y":4}}}`,
		kind, target, parameters, strings.Join(list, ","))
}

const success, failure = "Success", "Error"

type conversion struct {
	kind       string // of flow, "" for contactFlow
	module     string
	actionType string
	parameters string
	branches   string // "next z|error NoMatchingError|= x"
	changes    int
}

func conversions() []conversion {
	text := `{"name":"Text","value":"Hi","namespace":null},{"name":"TextToSpeechType","value":"text"}`
	return []conversion{
		{module: module("PlayPrompt", "", text, success), actionType: "MessageParticipant", parameters: `{"Text":"Hi"}`, branches: "next"},
		{module: module("PlayPrompt", "", `{"name":"Text","value":"greeting","namespace":"External"},{"name":"TextToSpeechType","value":"ssml"}`, success),
			actionType: "MessageParticipant", parameters: `{"SSML":"$.External.greeting"}`, branches: "next"},
		{module: module("PlayAudio", "", `{"name":"AudioPrompt","value":"arn:p","resourceName":"beep.wav"}`, success),
			actionType: "MessageParticipant", parameters: `{"PromptId":"arn:p"}`, branches: "next"},
		{module: module("PlayPrompt", "", `{"name":"Text","value":""}`, success), actionType: "MessageParticipant", parameters: `{"Text":" "}`, branches: "next", changes: 1},
		{module: module("SetAttributes", "", `{"name":"Attribute","key":"a","value":"x y","namespace":"User Defined"},{"name":"Attribute","key":"b","value":"Dialed Number","namespace":"System"},{"name":"Attribute","key":"c","value":"s.t","namespace":"External"}`, success, failure),
			actionType: "UpdateContactAttributes", parameters: `{"Attributes":{"a":"$.Attributes.['x y']","b":"$.SystemEndpoint.Address","c":"$.External.s.t"}}`, branches: "next|NoMatchingError"},
		{module: module("CheckAttribute", "", `{"name":"Attribute","value":"Stored customer input"},{"name":"Namespace","value":"System"}`, "Evaluate:Equals:1", "Evaluate:Contains:b", "Evaluate:GreaterThanOrEqualTo:3", "NoMatch"),
			actionType: "Compare", parameters: `{"ComparisonValue":"$.StoredCustomerInput"}`, branches: `= "1"|contains "b"|≥ "3"|NoMatchingCondition`},
		{module: module("CheckAttribute", "", `{"name":"Attribute","value":"k"},{"name":"Namespace","value":"User Defined"}`, "Evaluate:Like:x", "NoMatch"),
			actionType: "Compare", parameters: `{"ComparisonValue":"$.Attributes.k"}`, branches: `NoMatchingCondition`, changes: 1},
		{module: module("InvokeExternalResource", "Lambda", `{"name":"FunctionArn","value":"arn:f"},{"name":"TimeLimit","value":"30"},{"name":"Parameter","key":"n","value":"Customer Number","namespace":"System"}`, success, failure),
			actionType: "InvokeLambdaFunction", changes: 1, branches: "next|NoMatchingError",
			parameters: `{"InvocationTimeLimitSeconds":"8","LambdaFunctionARN":"arn:f","LambdaInvocationAttributes":{"n":"$.CustomerEndpoint.Address"},"ResponseValidation":{"ResponseType":"STRING_MAP"}}`},
		{module: module("GetUserInput", "Digits", text+`,{"name":"Timeout","value":"5"},{"name":"MaxDigits","value":"1"}`, "Evaluate:Equals:1", "Timeout", "NoMatch", failure),
			actionType: "GetParticipantInput", parameters: `{"InputTimeLimitSeconds":"5","StoreInput":"False","Text":"Hi"}`, branches: `= "1"|InputTimeLimitExceeded|NoMatchingCondition|NoMatchingError`},
		{module: module("GetUserInput", "Lex", text+`,{"name":"BotAliasArn","value":"arn:b"},{"name":"SessionAttribute","key":"k","value":"v"}`, "Evaluate:Equals:Book", "NoMatch", failure),
			actionType: "ConnectParticipantWithLexBot", parameters: `{"LexSessionAttributes":{"k":"v"},"LexV2Bot":{"AliasArn":"arn:b"},"Text":"Hi"}`, branches: `= "Book"|NoMatchingCondition|NoMatchingError`},
		{module: module("StoreUserInput", "", text+`,{"name":"CustomerInputType","value":"Custom"},{"name":"Timeout","value":"5"},{"name":"MaxDigits","value":4},{"name":"DisableCancel","value":true},{"name":"TerminatorDigits","value":"#"}`, success, failure),
			actionType: "GetParticipantInput", branches: "next|NoMatchingError",
			parameters: `{"DTMFConfiguration":{"DisableCancelKey":"True","InputTerminationSequence":"#"},"InputTimeLimitSeconds":"5","InputValidation":{"CustomValidation":{"MaximumLength":"4"}},"StoreInput":"True","Text":"Hi"}`},
		{module: module("StoreUserInput", "", text+`,{"name":"CustomerInputType","value":"PhoneNumber"},{"name":"PhoneNumberFormat","value":"Local"},{"name":"CountryCode","value":"US"}`, success, "InvalidNumber", failure),
			actionType: "GetParticipantInput", parameters: `{"InputValidation":{"PhoneNumberValidation":{"CountryCode":"US","NumberFormat":"Local"}},"StoreInput":"True","Text":"Hi"}`, branches: "next|InvalidPhoneNumber|NoMatchingError"},
		{module: module("SetQueue", "", `{"name":"Queue","value":"arn:q","namespace":null,"resourceName":"Sales"}`, success, failure), actionType: "UpdateContactTargetQueue", parameters: `{"QueueId":"arn:q"}`, branches: "next|NoMatchingError"},
		{module: module("SetQueue", "", `{"name":"Queue","value":"","resourceName":"Sales"}`, success, failure), actionType: "UpdateContactTargetQueue", parameters: `{"QueueId":"name:queue/Sales"}`, branches: "next|NoMatchingError", changes: 1},
		{module: module("SetQueue", "", `{"name":"Agent","value":"who","namespace":"External"}`, success, failure), actionType: "UpdateContactTargetQueue", parameters: `{"AgentId":"$.External.who"}`, branches: "next|NoMatchingError"},
		{module: module("Transfer", "Queue", ``, "AtCapacity", failure), actionType: "TransferContactToQueue", parameters: `{}`, branches: "next|QueueAtCapacity|NoMatchingError"},
		{kind: "customerQueue", module: module("Transfer", "Queue", `{"name":"Queue","value":"arn:q"}`, "AtCapacity", failure), actionType: "DequeueContactAndTransferToQueue", parameters: `{"QueueId":"arn:q"}`, branches: "next|QueueAtCapacity|NoMatchingError"},
		{module: module("Transfer", "Flow", `{"name":"ContactFlowId","value":"arn:f","resourceName":"Other"}`, failure), actionType: "TransferToFlow", parameters: `{"ContactFlowId":"arn:f"}`, branches: "NoMatchingError"},
		{module: module("Transfer", "PhoneNumber", `{"name":"PhoneNumber","value":"n","namespace":"External"},{"name":"TimeLimit","value":"30"},{"name":"BlindTransfer","value":true}`, failure),
			actionType: "TransferParticipantToThirdParty", parameters: `{"ContinueFlowExecution":"False","ThirdPartyConnectionTimeLimitSeconds":"30","ThirdPartyPhoneNumber":"$.External.n"}`, branches: "NoMatchingError"},
		{module: module("Transfer", "Agent", ``, failure), actionType: "TransferContactToAgent", parameters: `{}`, changes: 1},
		{module: module("Disconnect", "", ``), actionType: "DisconnectParticipant", parameters: `{}`},
		{kind: "agentWhisper", module: module("Resume", "", ``), actionType: "EndFlowExecution", parameters: `{}`},
		{module: module("Loop", "", `{"name":"LoopCount","value":3}`, "Looping", "Complete"), actionType: "Loop", parameters: `{"LoopCount":"3"}`, branches: `= "ContinueLooping"|= "DoneLooping"`},
		{kind: "customerQueue", module: module("LoopPrompts", "", `{"name":"Text","key":"text","value":"Wait"},{"name":"AudioPrompt","value":"arn:p","resourceName":"jazz"}`, "Timeout", failure),
			actionType: "MessageParticipantIteratively", parameters: `{"Messages":[{"Text":"Wait"},{"PromptId":"arn:p"}]}`, branches: `= "MessagesInterrupted"|NoMatchingError`},
		{module: module("Wait", "", `{"name":"TimeoutSeconds","value":"60"}`, "Timeout", "CustomerReturn", failure), actionType: "Wait", parameters: `{"Events":["CustomerReturned"],"TimeLimitSeconds":"60"}`, branches: `= "WaitCompleted"|= "CustomerReturned"|NoMatchingError`},
		{module: module("SetEventHook", "", `{"name":"Type","value":"CustomerRemaining"},{"name":"ContactFlowId","value":"arn:f","resourceName":"Survey"}`, success, failure), actionType: "UpdateContactEventHooks", parameters: `{"EventHooks":{"CustomerRemaining":"arn:f"}}`, branches: "next|NoMatchingError"},
		{module: module("SetContactFlow", "", `{"name":"Type","value":"AgentWhisper"},{"name":"ContactFlowId","value":"arn:f"}`, success), actionType: "UpdateContactEventHooks", parameters: `{"EventHooks":{"AgentWhisper":"arn:f"}}`, branches: "next|NoMatchingError", changes: 1},
		{module: module("SetLoggingBehavior", "", `{"name":"LoggingBehavior","value":"Enable"}`, success), actionType: "UpdateFlowLoggingBehavior", parameters: `{"FlowLoggingBehavior":"Enabled"}`, branches: "next"},
		{module: module("SetRecordingBehavior", "", `{"name":"RecordingBehaviorOption","value":"Enable"},{"name":"RecordingParticipantOption","value":"Agent"}`, success), actionType: "UpdateContactRecordingBehavior", parameters: `{"RecordingBehavior":{"RecordedParticipants":["Agent"]}}`, branches: "next"},
		{module: module("SetVoice", "", `{"name":"GlobalVoice","value":"Joanna"}`, success), actionType: "UpdateContactTextToSpeechVoice", parameters: `{"TextToSpeechVoice":"Joanna"}`, branches: "next"},
		{module: module("SetContactData", "", `{"name":"CustomerId","value":"k","namespace":"User Defined"},{"name":"Odd","value":"x"}`, success, failure), actionType: "UpdateContactData", parameters: `{"CustomerId":"$.Attributes.k"}`, branches: "next|NoMatchingError", changes: 1},
		{module: module("CheckStaffing", "", `{"name":"Status","value":"Staffed"}`, "True", "False", failure), actionType: "CheckMetricData", parameters: `{"MetricType":"NumberOfAgentsStaffed"}`, branches: `> "0"|NoMatchingCondition|NoMatchingError`},
		{module: module("CheckQueueStatus", "", ``, "CheckQueueTime:LessThan:300000", "NoMatch", failure), actionType: "CheckMetricData", parameters: `{"MetricType":"OldestContactInQueueAgeSeconds"}`, branches: `< "300"|NoMatchingCondition|NoMatchingError`, changes: 1},
		{module: module("CheckQueueStatus", "", `{"name":"Queue","value":"arn:q"}`, "CheckQueueSize:GreaterThan:5", "NoMatch", failure), actionType: "CheckMetricData", parameters: `{"MetricType":"NumberOfContactsInQueue","QueueId":"arn:q"}`, branches: `> "5"|NoMatchingCondition|NoMatchingError`},
		{module: module("CheckHoursOfOperation", "", `{"name":"Hours","value":"arn:h"}`, "True", "False", failure), actionType: "CheckHoursOfOperation", parameters: `{"HoursOfOperationId":"arn:h"}`, branches: `= "True"|= "False"|NoMatchingError`},
		{module: module("UpdateRoutingPriority", "", `{"name":"AbsolutePosition","value":1}`, success), actionType: "UpdateContactRoutingBehavior", parameters: `{"QueuePriority":"1"}`, branches: "next"},
		{module: module("UpdateRoutingPriority", "", `{"name":"TimeOffset","value":-600}`, success), actionType: "UpdateContactRoutingBehavior", parameters: `{"QueueTimeAdjustmentSeconds":"-600"}`, branches: "next"},
		{module: module("GetMetricData", "", `{"name":"Queue","value":"arn:q"}`, success, failure), actionType: "GetMetricData", parameters: `{"QueueId":"arn:q"}`, branches: "next|NoMatchingError"},
		{module: module("StartMediaStreaming", "", `{"name":"Track","value":"FromCustomer"}`, success, failure), actionType: "UpdateContactMediaStreamingBehavior", parameters: `{"MediaStreamType":"Audio","MediaStreamingState":"Enabled","Participants":[{"MediaDirections":["From"],"ParticipantType":"Customer"}]}`, branches: "next|NoMatchingError"},
		{module: module("StopMediaStreaming", "", ``, success, failure), actionType: "UpdateContactMediaStreamingBehavior", parameters: `{"MediaStreamType":"Audio","MediaStreamingState":"Disabled","Participants":[{"MediaDirections":["From","To"],"ParticipantType":"Customer"}]}`, branches: "next|NoMatchingError"},
		{module: module("SetScreenPop", "", `{"name":"note","value":"x"}`, success, failure), actionType: "UpdateContactAttributes", parameters: `{"Attributes":{"note":"x"}}`, branches: "next|NoMatchingError", changes: 1},
		{module: module("CustomerInQueue", "", ``, "AtCapacity", failure), actionType: "TransferContactToQueue", parameters: `{}`, branches: "next|QueueAtCapacity|NoMatchingError", changes: 1},
		{module: module("PercentileBranching", "", ``, "Evaluate:Equals:4", "Evaluate:Equals:10", "NoMatch"), actionType: "DistributeByPercentage", parameters: `{}`, branches: `< "4"|< "10"|NoMatchingCondition`},
		{module: module("SetCallBackNumber", "", `{"name":"CallBackNumber","value":"Stored customer input","namespace":"System"}`, success, "InvalidPhoneNumber", "NonDialableNumber"), actionType: "UpdateContactCallbackNumber", parameters: `{"CallbackNumber":"$.StoredCustomerInput"}`, branches: "next|InvalidCallbackNumber|CallbackNumberNotDialable"},
		{module: module("CreateCallback", "", `{"name":"InitialDelaySeconds","value":5},{"name":"RetryDelaySeconds","value":600},{"name":"MaxRetryAttempts","value":1}`, success, failure), actionType: "CreateCallbackContact", parameters: `{"InitialCallDelaySeconds":"5","MaximumConnectionAttempts":"2","RetryDelaySeconds":"600"}`, branches: "next|NoMatchingError", changes: 1},
		{module: module("HoldCustomerOrAgent", "", `{"name":"HoldOption","value":"AgentOnHold"}`, success, failure), actionType: "UpdatePreviousContactParticipantState", parameters: `{"PreviousContactParticipantState":"AgentOnHold"}`, branches: "next|NoMatchingError"},
		{module: module("BeamUp", "Scotty", ``, success, failure), actionType: "UpdateFlowAttributes", parameters: `{"FlowAttributes":{"unconverted":{"Value":"BeamUp (Scotty)"}}}`, branches: "next|NoMatchingError", changes: 1},
	}
}

func TestConvertEachModule(t *testing.T) {
	for _, c := range conversions() {
		kind := c.kind
		if kind == "" {
			kind = "contactFlow"
		}
		d, changes := convert(t, export(kind, c.module))
		a, ok := d.Action("a")
		if !ok || a.Type != c.actionType {
			t.Errorf("%s\n became %+v, want %s", c.module, a, c.actionType)
			continue
		}
		if got := parameters(t, d); got != c.parameters {
			t.Errorf("%s\n parameters %s\n want       %s", c.module, got, c.parameters)
		}
		if got := branches(a); !sameSet(got, c.branches) {
			t.Errorf("%s\n branches %s\n want     %s", c.module, got, c.branches)
		}
		if len(changes) != c.changes {
			t.Errorf("%s\n changes %+v, want %d", c.module, changes, c.changes)
		}
		if problems := flow.Validate(d, d.DeclaredType()); problems != nil {
			t.Errorf("%s\n cannot be published: %v", c.module, problems)
		}
	}
}

func convert(t *testing.T, content []byte) (*flow.Document, []legacy.Change) {
	t.Helper()
	if !legacy.Is(content) {
		t.Errorf("Is does not know an export")
	}
	d, changes, err := legacy.Convert(content)
	if err != nil {
		t.Fatalf("%s: %v", content, err)
	}
	return d, changes
}

// parameters returns those of the block "a", their members by name.
func parameters(t *testing.T, d *flow.Document) string {
	t.Helper()
	var out struct {
		Actions []struct {
			Identifier string
			Parameters json.RawMessage
		}
	}
	if err := json.Unmarshal(d.Source(), &out); err != nil {
		t.Fatal(err)
	}
	for _, a := range out.Actions {
		if a.Identifier == "a" {
			return string(a.Parameters)
		}
	}
	return ""
}

func branches(a *flow.Action) string {
	var list []string
	for _, b := range a.Branches() {
		label := b.Label
		if b.Kind == flow.OnSuccess {
			label = "next"
		}
		list = append(list, label)
	}
	return strings.Join(list, "|")
}

func sameSet(a, b string) bool {
	x, y := strings.Split(a, "|"), strings.Split(b, "|")
	return len(x) == len(y) && cmp.Equal(toSet(x), toSet(y))
}

func toSet(list []string) map[string]bool {
	set := map[string]bool{}
	for _, s := range list {
		set[s] = true
	}
	return set
}

func TestConvertKeepsTheLayoutAndTheNames(t *testing.T) {
	d, _ := convert(t, export("contactFlow", module("SetQueue", "", `{"name":"Queue","value":"arn:aws:connect:x:1:instance/i/queue/q","resourceName":"Sales"}`, success, failure)))
	v := flow.JSONValue(d.Metadata())
	for path, want := range map[string]string{
		"entryPointPosition.x": "1", "name": "Old", "type": "contactFlow", "status": "saved",
		"ActionMetadata.a.position.y": "4", "ActionMetadata.z.position.x": "9",
	} {
		if got, _ := v.At(strings.Split(path, ".")); got.String() != want {
			t.Errorf("%s is %q, want %q", path, got.String(), want)
		}
	}
	if refs := flow.References(d); len(refs) != 1 || refs[0].Name != "Sales" {
		t.Errorf("references %+v", refs)
	}
	if d.DeclaredType() != flow.ContactFlow || d.StartAction() != "a" {
		t.Errorf("type %s, start %s", d.DeclaredType(), d.StartAction())
	}
}

func TestLooseEnds(t *testing.T) {
	for _, kind := range []string{"contactFlow", "customerWhisper", ""} {
		d, changes := convert(t, export(kind, `{"id":"a","type":"PlayPrompt","parameters":[{"name":"Text","value":"x"}],"branches":[{"condition":"Success","transition":"gone"}]}`))
		a, _ := d.Action("a")
		if end, ok := d.Action(a.NextAction); !ok || end.ID != "end" || len(changes) != 1 {
			t.Errorf("%s: leads to %q; %+v", kind, a.NextAction, changes)
		}
		if problems := flow.Validate(d, d.DeclaredType()); problems != nil {
			t.Errorf("%s: %v", kind, problems)
		}
	}
}

func TestTimeAndSizeOfAQueueAreTwoBlocks(t *testing.T) {
	d, changes := convert(t, export("contactFlow", module("CheckQueueStatus", "", `{"name":"Queue","value":"arn:q"}`,
		"CheckQueueTime:LessThan:1000", "CheckQueueSize:GreaterThan:5", "NoMatch", failure)))
	a, _ := d.Action("a")
	rest, _ := a.ErrorBranch(flow.NoMatchingCondition)
	second, ok := d.Action(rest.NextAction)
	if !ok || !sameSet(branches(a), `< "1"|NoMatchingCondition|NoMatchingError`) || !sameSet(branches(second), `> "5"|NoMatchingCondition|NoMatchingError`) {
		t.Errorf("first %v, second %+v", branches(a), second)
	}
	if len(changes) != 2 || flow.Validate(d, flow.ContactFlow) != nil {
		t.Errorf("%+v; %v", changes, flow.Validate(d, flow.ContactFlow))
	}
}

func TestIdentifiersAreMended(t *testing.T) {
	long := strings.Repeat("x", 60)
	content := strings.NewReplacer(`"a"`, `"toString"`, `"z"`, `"`+long+`"`).Replace(string(export("contactFlow", module("PlayPrompt", "", `{"name":"Text","value":"Hi"}`, success))))
	twice := strings.Replace(content, `"modules":[`, `"modules":[{"id":"a/b","type":"Disconnect"},{"id":"a/b","type":"Disconnect"},`, 1)
	d, changes := convert(t, []byte(twice))
	if problems := flow.Validate(d, flow.ContactFlow); problems != nil || d.Len() != 4 {
		t.Errorf("%v\n%s", problems, d.Print())
	}
	if len(changes) != 1 {
		t.Errorf("changes %+v", changes)
	}
}

func TestConvertRefuses(t *testing.T) {
	for _, content := range []string{``, `[]`, `{}`, `{"modules":{}}`, `{"modules":[1]}`, `{"Version":"2019-10-30","StartAction":"a","Actions":[]}`} {
		if _, _, err := legacy.Convert([]byte(content)); !fault.Is(err, fault.FlowInvalid) {
			t.Errorf("%s: %v", content, err)
		}
		if legacy.Is([]byte(content)) && !strings.Contains(content, "modules") {
			t.Errorf("%s counts as an export", content)
		}
	}
}

// TestRealExports converts the exports in the directory "legacy" of PARLEY_FLOWS,
// where that is set; every one can be published.
func TestRealExports(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(os.Getenv("PARLEY_FLOWS"), "legacy", "*.json"))
	if err != nil || os.Getenv("PARLEY_FLOWS") == "" {
		return
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, changes := convert(t, content)
		if problems := flow.Validate(d, d.DeclaredType()); problems != nil {
			t.Errorf("%s: %v", file, problems)
		}
		t.Logf("%s: %d blocks, %d changes", filepath.Base(file), d.Len(), len(changes))
	}
}

// forAPerson reports whether a problem was in the export: too much in it, a
// block in the wrong type of flow, a text with references where there may be none.
func forAPerson(problem string) bool {
	for _, kind := range []string{"is not allowed in a", "more than", "longer than", "property value. Path: Actions"} {
		if strings.Contains(problem, kind) {
			return !strings.Contains(problem, ".Transitions")
		}
	}
	return false
}

func FuzzConvert(f *testing.F) {
	for _, c := range conversions() {
		f.Add(export("contactFlow", c.module))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, _, err := legacy.Convert(content)
		if err != nil {
			if !fault.Is(err, fault.FlowInvalid) {
				t.Errorf("error %v", err)
			}
			return
		}
		if again, err := flow.Parse(d.Print()); err != nil || again.Len() != d.Len() {
			t.Errorf("the result does not read back: %v", err)
		}
		for _, p := range flow.Validate(d, d.DeclaredType()) {
			if !forAPerson(p.Message) && d.Len() > 0 {
				t.Errorf("the result cannot be published: %+v\n%s", p, d.Print())
			}
		}
	})
}
