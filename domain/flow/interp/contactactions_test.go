package interp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// branches are the conditions and errors that every action of the table below has, each leading to a block of its name.
var (
	conditions = []string{"True", "False"}
	failures   = []string{
		"NoMatchingError", "NoMatchingCondition", "QueueAtCapacity", "ChannelMismatch", "InFlightRedactionConfigurationFailed",
		"InvalidCallbackNumber",
	}
)

// alone is a flow of one action with all branches but those that it is not to have.
func alone(t *testing.T, kind, parameters string, more, without []string) *flow.Document {
	t.Helper()
	var c, e []string
	for _, value := range append(slices.Clone(conditions), more...) {
		operator, operand, found := strings.Cut(value, " ")
		if !found {
			operator, operand = "Equals", value
		}
		c = append(c, fmt.Sprintf(`{"NextAction":%q,"Condition":{"Operator":%q,"Operands":[%q]}}`, value, operator, operand))
	}
	for _, name := range failures {
		if !slices.Contains(without, name) {
			e = append(e, fmt.Sprintf(`{"NextAction":%q,"ErrorType":%q}`, name, name))
		}
	}
	doc, err := flow.Parse([]byte(fmt.Sprintf(
		`{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":%q,"Parameters":%s,"Transitions":{"NextAction":"next","Conditions":[%s],"Errors":[%s]}}]}`,
		kind, parameters, strings.Join(c, ","), strings.Join(e, ","))))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// act runs the action; branch is where it leads, or the outcome where it leads nowhere.
func act(t *testing.T, c *chat, doc *flow.Document) (branch, detail string, run interp.Run) {
	t.Helper()
	c.contents["7"] = doc
	run, out, trace := interp.Advance(interp.New("run-1", "flow-1", "7"), c, interp.Start{}, time.Unix(0, 0), func() uint64 { return 0 })
	if len(trace) == 0 {
		return string(out.Kind) + " " + out.Subject, "", run
	}
	if trace[0].Next == "" {
		return string(out.Kind), trace[0].Detail, run
	}
	return trace[0].Next, trace[0].Detail, run
}

// What each action tells the world, and which branch it takes.
func TestActionsOnTheContact(t *testing.T) {
	const big = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	refusing := func(method string) func(*chat) { return func(c *chat) { c.refuse = method } }
	for _, c := range []struct {
		kind, parameters string
		given            func(*chat)
		branch           string
		log              string
	}{
		{"UpdateContactData", `{"Name":"N $.Attributes.a","Description":"D","LanguageCode":"de-DE","CustomerId":"$.Attributes.a"}`, nil, "next",
			`contact {"Name":"N 1","Description":"D","LanguageCode":"de-DE","CustomerID":"1","References":null,"SegmentAttributes":null}`},
		{"UpdateContactData", `{"TargetContact":"Current","Name":"$.Attributes.none"}`, nil, "next",
			`contact {"Name":"","Description":null,"LanguageCode":null,"CustomerID":null,"References":null,"SegmentAttributes":null}`},
		{"UpdateContactData", `{"References":{"doc":{"Type":"URL","Value":"u/$.Attributes.a"}},"SegmentAttributes":{"k":{"ValueString":"$.Attributes.a"}}}`, nil, "next",
			`contact {"Name":null,"Description":null,"LanguageCode":null,"CustomerID":null,"References":{"doc":{"Type":"URL","Value":"u/1"}},"SegmentAttributes":{"k":{"ValueString":"1"}}}`},
		{"UpdateContactData", `{"TargetContact":"Related","Name":"N"}`, nil, "NoMatchingError", ""},
		{"UpdateContactData", `{"IsVoiceIdStreamingEnabled":"true"}`, nil, "NoMatchingError", ""},
		{"UpdateContactData", `{"Name":"N","WisdomSessionArn":"$.Wisdom.SessionArn"}`, nil, "NoMatchingError", ""},
		{"UpdateContactData", `{"References":"x"}`, nil, "NoMatchingError", ""},
		{"UpdateContactData", `{"Name":"N"}`, refusing("UpdateContact"), "NoMatchingError", ""},

		{"TagContact", `{"Tags":{"team":"$.Attributes.a"}}`, nil, "next", `tag {"team":"1"}`},
		{"TagContact", `{"Tags":{}}`, nil, "NoMatchingError", ""},
		{"TagContact", `{"Tags":{"team":"x"}}`, refusing("Tag"), "NoMatchingError", ""},
		{"UnTagContact", `{"TagKeys":["team","$.Attributes.a"]}`, nil, "next", `untag team,1`},
		{"UntagContact", `{"TagKeys":["team"]}`, nil, "next", `untag team`},
		{"UntagContact", `{}`, nil, "NoMatchingError", ""},
		{"UntagContact", `{"TagKeys":["aws:x"]}`, refusing("Untag"), "NoMatchingError", ""},

		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"arn:q"}}`, nil, "next", `hooks CustomerQueue=arn:q disabled false`},
		{"UpdateContactEventHooks", `{"EventHooks":{"AgentWhisper":"$.Attributes.a"},"EventHooksConfiguration":{"AgentWhisper":{"DisableExecution":"false"}}}`, nil, "next", `hooks AgentWhisper=1 disabled false`},
		{"UpdateContactEventHooks", `{"EventHooksConfiguration":{"CustomerQueue":{"DisableExecution":"true"}}}`, nil, "next", `hooks CustomerQueue= disabled true`},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerRemaining":"f"},"EventHooksConfiguration":{"CustomerQueue":{"DisableExecution":"True"}}}`, nil, "next", `hooks CustomerQueue= disabled true; CustomerRemaining=f disabled false`},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"$.Attributes.none"},"EventHooksConfiguration":{"CustomerQueue":{"DisableExecution":"true"}}}`, nil, "next", `hooks CustomerQueue= disabled true`},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"$.Attributes.none"}}`, nil, "NoMatchingError", ""},
		{"UpdateContactEventHooks", `{}`, nil, "NoMatchingError", ""},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerHold":"f"}}`, refusing("SetHooks"), "NoMatchingError", ""},

		{"CreatePersistentContactAssociation", `{"RehydrationType":"FROM_SEGMENT","SourceContactId":"$.Attributes.a"}`, nil, "next", `associate FROM_SEGMENT 1`},
		{"CreatePersistentContactAssociation", `{"RehydrationType":"ENTIRE_PAST_SESSION","SourceContactId":"c"}`, nil, "next", `associate ENTIRE_PAST_SESSION c`},
		{"CreatePersistentContactAssociation", `{"RehydrationType":"ENTIRE_PAST_SESSION","SourceContactId":"unread"}`, nil, "contact unread", ""},
		{"CreatePersistentContactAssociation", `{"RehydrationType":"SOME","SourceContactId":"c"}`, nil, "NoMatchingError", ""},
		{"CreatePersistentContactAssociation", `{"RehydrationType":"FROM_SEGMENT","SourceContactId":"$.Attributes.none"}`, nil, "NoMatchingError", ""},
		{"CreatePersistentContactAssociation", `{"RehydrationType":"FROM_SEGMENT","SourceContactId":"c"}`, refusing("Associate"), "NoMatchingError", ""},

		{"UpdateContactRecordingBehavior", `{"RecordingBehavior":{"RecordedParticipants":["Agent","Customer"]}}`, nil, "next", `recording {"RecordingBehavior":{"RecordedParticipants":["Agent","Customer"]}}`},
		{"UpdateContactRecordingAndAnalyticsBehavior", `{"ChatBehavior":{"ChatAnalyticsBehavior":{"Enabled":"True"}}}`, nil, "next", `recording {"ChatBehavior":{"ChatAnalyticsBehavior":{"Enabled":"True"}}}`},
		{"UpdateContactRecordingAndAnalyticsBehavior", `{"ChatBehavior":{"ChatAnalyticsBehavior":{"InFlightChatRedactionConfiguration":{"Enabled":"True"}}}}`, refusing("SetRedaction"), "InFlightRedactionConfigurationFailed", ""},
		{"UpdateContactRecordingAndAnalyticsBehavior", `{"ChatBehavior":{"ChatAnalyticsBehavior":{"InFlightChatRedactionConfiguration":{"Enabled":false}}}}`, nil, "next",
			"redaction false false []\n" + `recording {"ChatBehavior":{"ChatAnalyticsBehavior":{"InFlightChatRedactionConfiguration":{"Enabled":false}}}}`},
		{"UpdateContactRecordingAndAnalyticsBehavior", `{"ChatBehavior":{"ChatAnalyticsBehavior":{"InFlightChatRedactionConfiguration":{"Enabled":"True","RedactionMaskMode":"PII","RedactionEntities":["EMAIL"]}}}}`, nil, "next",
			`redaction true true ["EMAIL"]` + "\n" + `recording {"ChatBehavior":{"ChatAnalyticsBehavior":{"InFlightChatRedactionConfiguration":{"Enabled":"True","RedactionMaskMode":"PII","RedactionEntities":["EMAIL"]}}}}`},
		{"UpdateContactRecordingAndAnalyticsBehavior", `{"VoiceBehavior":{}}`, nil, "ChannelMismatch", ""},
		{"UpdateContactMediaProcessing", `{"ChatProcessor":{"ProcessingEnabled":"True","LambdaProcessorARN":"f"}}`, nil, "next", `processor "f" false`},
		{"UpdateContactMediaProcessing", `{"ChatProcessor":{"ProcessingEnabled":"True","LambdaProcessorARN":"$.Attributes.a","ChatProcessorSettings":{"DeliverUnprocessedMessages":"True"}}}`, nil, "next", `processor "1" true`},
		{"UpdateContactMediaProcessing", `{"ChatProcessor":{"ProcessingEnabled":"True"}}`, nil, "NoMatchingError", ""},
		{"UpdateContactMediaProcessing", `{"ChatProcessor":{"ProcessingEnabled":"True","LambdaProcessorARN":"f"}}`, refusing("SetProcessor"), "NoMatchingError", ""},
		{"UpdateContactMediaProcessing", `{"ChatProcessor":{"ProcessingEnabled":"False"}}`, nil, "next", `processor "" false`},
		{"UpdateContactTextToSpeechVoice", `{"TextToSpeechVoice":"Joanna"}`, nil, "next", ""},

		{"UpdateContactRoutingBehavior", `{"QueuePriority":"1"}`, nil, "next", `priority 1`},
		{"UpdateContactRoutingBehavior", `{"QueuePriority":"9223372036854775807"}`, nil, "next", `priority 9223372036854775807`},
		{"UpdateContactRoutingBehavior", `{"QueueTimeAdjustmentSeconds":"-60"}`, nil, "next", `age -60`},
		{"UpdateContactRoutingBehavior", `{"QueueTimeAdjustmentSeconds":"soon"}`, nil, "NoMatchingError", ""},
		{"UpdateContactRoutingBehavior", `{"QueuePriority":"9223372036854775808"}`, nil, "NoMatchingError", ""},
		{"UpdateContactRoutingBehavior", `{"QueuePriority":"1","QueueTimeAdjustmentSeconds":"1"}`, nil, "NoMatchingError", ""},
		{"UpdateContactRoutingBehavior", `{"QueuePriority":"0"}`, refusing("SetPriority"), "NoMatchingError", ""},
		{"UpdateContactRoutingBehavior", `{"QueueTimeAdjustmentSeconds":"1"}`, refusing("SetQueueAge"), "NoMatchingError", ""},
		{"UpdateContactRoutingCriteria", `{"RoutingCriteria":{"Steps":[{"Expression":{"AttributeCondition":{"Name":"L","Value":"$.Attributes.a","ProficiencyLevel":1}}}]}}`, nil, "next",
			`criteria {"Steps":[{"Expression":{"AttributeCondition":{"Name":"L","Value":"1","ProficiencyLevel":1}}}]}`},
		{"UpdateContactRoutingCriteria", `{"RoutingCriteria":{"Steps":["` + strings.Repeat(big, 1025) + `"]}}`, nil, "NoMatchingError", ""},
		{"UpdateContactRoutingCriteria", `{"RoutingCriteria":{}}`, refusing("SetCriteria"), "NoMatchingError", ""},

		{"DequeueContactAndTransferToQueue", `{"QueueId":"$.Attributes.a"}`, nil, "queued", `requeue "1"`},
		{"DequeueContactAndTransferToQueue", `{}`, nil, "queued", `requeue ""`},
		{"DequeueContactAndTransferToQueue", `{"QueueId":"$.Attributes.none"}`, nil, "NoMatchingError", ""},
		{"DequeueContactAndTransferToQueue", `{"AgentId":"eve"}`, nil, "queued", `requeue "eve"`},
		{"DequeueContactAndTransferToQueue", `{"QueueId":"q"}`, func(c *chat) { c.full = true }, "QueueAtCapacity", ""},
		{"DequeueContactAndTransferToQueue", `{"QueueId":"q"}`, refusing("Requeue"), "NoMatchingError", ""},
		{"UpdateContactTargetQueue", `{"AgentId":"eve"}`, nil, "NoMatchingError", ""},

		{"CheckHoursOfOperation", `{}`, nil, "True", `hours ""`},
		{"CheckHoursOfOperation", `{"HoursOfOperationId":"$.Attributes.a"}`, func(c *chat) { c.closed = true }, "False", `hours "1"`},
		{"CheckHoursOfOperation", `{"HoursOfOperationId":"$.Attributes.none"}`, nil, "NoMatchingError", ""},
		{"CheckHoursOfOperation", `{}`, refusing("Open"), "NoMatchingError", ""},
	} {
		w := newChat()
		w.attributes["a"] = "1"
		if c.given != nil {
			c.given(w)
		}
		branch, detail, _ := act(t, w, alone(t, c.kind, c.parameters, nil, nil))
		if got := strings.Join(w.log, "\n"); branch != c.branch || got != c.log {
			t.Errorf("%s %.80s: takes %s (%s), want %s; tells the world\n%s\nwant\n%s", c.kind, c.parameters, branch, detail, c.branch, got, c.log)
		}
	}
}

func TestMetrics(t *testing.T) {
	oldest := int64(77)
	known := interp.Metrics{Name: "Sales", ARN: "arn:q", Contacts: 3, OldestSeconds: &oldest, Agents: interp.Agents{Online: 4, Available: 5, Staffed: 6}}
	for _, c := range []struct {
		parameters string
		condition  string
		metrics    *interp.Metrics
		branch     string
	}{
		{`{"MetricType":"NumberOfContactsInQueue"}`, "Equals 3", &known, "Equals 3"},
		{`{"MetricType":"NumberOfContactsInQueue","QueueId":"q"}`, "NumberLessThan 3", &known, "NoMatchingCondition"},
		{`{"MetricType":"OldestContactInQueueAgeSeconds"}`, "Equals 77", &known, "Equals 77"},
		{`{"MetricType":"OldestContactInQueueAgeSeconds"}`, "Equals 0", &interp.Metrics{Contacts: 1}, "NoMatchingError"},
		{`{"MetricType":"NumberOfAgentsOnline"}`, "Equals 4", &known, "Equals 4"},
		{`{"MetricType":"NumberOfAgentsAvailable"}`, "Equals 5", &known, "Equals 5"},
		{`{"MetricType":"NumberOfAgentsStaffed"}`, "Equals 6", &known, "Equals 6"},
		{`{"MetricType":"NumberOfAgentsStaffed"}`, "NumberGreaterThan 0", &interp.Metrics{}, "NoMatchingCondition"},
		{`{"MetricType":"Weather"}`, "Equals 0", &known, "NoMatchingError"},
		{`{"MetricType":"NumberOfContactsInQueue","AgentId":"eve"}`, "Equals 3", &known, "Equals 3"},
		{`{"MetricType":"NumberOfContactsInQueue","AgentId":"$.Attributes.none"}`, "Equals 3", &known, "NoMatchingError"},
		{`{"MetricType":"NumberOfContactsInQueue","QueueId":"$.Attributes.none"}`, "Equals 3", &known, "NoMatchingError"},
		{`{"MetricType":"NumberOfContactsInQueue"}`, "Equals 3", nil, "metrics basic"},
	} {
		w := newChat()
		w.metrics = c.metrics
		branch, detail, _ := act(t, w, alone(t, "CheckMetricData", c.parameters, []string{c.condition}, nil))
		if branch != c.branch {
			t.Errorf("%s with %s takes %s (%s), want %s", c.parameters, c.condition, branch, detail, c.branch)
		}
	}
	w := newChat()
	w.refuse, w.metrics = "Metrics", &known
	for _, kind := range []string{"CheckMetricData", "GetMetricData"} {
		if branch, _, _ := act(t, w, alone(t, kind, `{}`, nil, nil)); branch != "NoMatchingError" {
			t.Errorf("%s of a queue without numbers takes %s", kind, branch)
		}
	}
}

func TestGetMetricData(t *testing.T) {
	oldest := int64(77)
	const agents = `"Agents":{"AfterContactWork":{"Count":1},"Available":{"Count":2},"Busy":{"Count":3},"Missed":{"Count":4},"NonProductive":{"Count":5},"Online":{"Count":6},"Staffed":{"Count":7}}`
	counts := interp.Agents{AfterContactWork: 1, Available: 2, Busy: 3, Missed: 4, NonProductive: 5, Online: 6, Staffed: 7}
	for _, c := range []struct {
		parameters string
		metrics    interp.Metrics
		want       string
	}{
		{`{}`, interp.Metrics{Name: "Sales", ARN: "arn:q", Contacts: 3, OldestSeconds: &oldest, Agents: counts}, `{"Queue":{"Name":"Sales","ARN":"arn:q","Size":3,"OldestContactAge":77},` + agents + `}`},
		{`{"QueueChannel":"Chat"}`, interp.Metrics{Contacts: 3, Agents: counts}, `{"Queue":{"Name":"","ARN":"","Size":3,"OldestContactAge":null},` + agents + `}`},
		{`{"QueueChannel":"Voice"}`, interp.Metrics{Contacts: 3, OldestSeconds: &oldest, Agents: counts}, `{"Queue":{"Name":"","ARN":"","Size":0,"OldestContactAge":0},` + agents + `}`},
		{`{}`, interp.Metrics{Agents: counts, Stands: &interp.Standing{Position: 2, WaitSeconds: &oldest}}, `{"Queue":{"Name":"","ARN":"","Size":0,"OldestContactAge":null},` + agents + `,"Contact":{"PositionInQueue":2,"EstimatedWaitTime":77}}`},
	} {
		w := newChat()
		w.metrics = &c.metrics
		_, _, run := act(t, w, alone(t, "GetMetricData", c.parameters, nil, nil))
		if diff := cmp.Diff(c.want, string(run.Metrics)); diff != "" {
			t.Errorf("%s: $.Metrics (-want +got):\n%s", c.parameters, diff)
		}
	}
}

// What cannot work on a chat takes its error branch, and says why.
func TestActionsThatNeedSomethingElse(t *testing.T) {
	for _, c := range []struct {
		kind     string
		branch   string // with all error branches
		fallback string // with NoMatchingError only
		unwired  string // with none
	}{
		{"GetParticipantInput", "NoMatchingError", "NoMatchingError", "unwired"},
		{"TransferParticipantToThirdParty", "NoMatchingError", "NoMatchingError", "unwired"},
		{"TransferContactToAgent", "NoMatchingError", "NoMatchingError", "unwired"},
		{"UpdateContactCallbackNumber", "InvalidCallbackNumber", "NoMatchingError", "unwired"},
		{"UpdateContactMediaStreamingBehavior", "NoMatchingError", "NoMatchingError", "next"},
		{"MessageParticipantIteratively", "NoMatchingError", "NoMatchingError", "ended"},
		{"CreateTask", "NoMatchingError", "NoMatchingError", "unwired"},
		{"GetCase", "NoMatchingError", "NoMatchingError", "unwired"},
		{"GetCustomerProfile", "NoMatchingError", "NoMatchingError", "unwired"},
		{"CreateWisdomSession", "NoMatchingError", "NoMatchingError", "unwired"},
		{"StartOutboundChatContact", "NoMatchingError", "NoMatchingError", "unwired"},
	} {
		got := [3]string{}
		for i, without := range [][]string{nil, failures[1:], failures} {
			got[i], _, _ = act(t, newChat(), alone(t, c.kind, `{}`, nil, without))
		}
		if want := [3]string{c.branch, c.fallback, c.unwired}; got != want {
			t.Errorf("%s takes %q, want %q", c.kind, got, want)
		}
	}
}
