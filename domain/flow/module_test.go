package flow_test

import (
	"strings"
	"testing"

	"parley/domain/flow"
)

func TestModuleNamesAreThoseOfFlowLogs(t *testing.T) {
	for action, want := range map[string]string{
		action("MessageParticipant", `"Text":"x"`):                                        "PlayPrompt",
		action("UpdateContactTargetQueue", `"QueueId":"q"`):                               "SetQueue",
		action("UpdateFlowLoggingBehavior", ``):                                           "SetLoggingBehavior",
		action("InvokeLambdaFunction", ``):                                                "InvokeExternalResource",
		action("GetParticipantInput", `"StoreInput":"False"`):                             "GetUserInput",
		action("GetParticipantInput", `"StoreInput":"True"`):                              "StoreUserInput",
		action("ConnectParticipantWithLexBot", ``):                                        "GetUserInput",
		action("CheckMetricData", `"MetricType":"NumberOfAgentsStaffed"`):                 "CheckStaffing",
		action("CheckMetricData", `"MetricType":"NumberOfContactsInQueue"`):               "CheckQueueStatus",
		action("UpdateContactMediaStreamingBehavior", `"MediaStreamingState":"Enabled"`):  "StartMediaStreaming",
		action("UpdateContactMediaStreamingBehavior", `"MediaStreamingState":"Disabled"`): "StopMediaStreaming",
		action("UpdateContactEventHooks", `"EventHooks":{"AgentWhisper":"f"}`):            "SetContactFlow",
		action("UpdateContactEventHooks", `"EventHooks":{"CustomerQueue":"f"}`):           "SetEventHook",
		action("TransferToFlow", ``):                                                      "Transfer",
		action("Compare", ``):                                                             "CheckAttribute",
		action("Brandnew", ``):                                                            "Brandnew",
	} {
		a, _ := parse(t, document(action)).Action("a")
		if got := a.Module(); got != want {
			t.Errorf("%s is %s, want %s", action, got, want)
		}
	}
}

func TestDeclaredType(t *testing.T) {
	for name, want := range map[string]flow.Type{
		"contactFlow": flow.ContactFlow, "customerQueue": flow.CustomerQueue, "customerHold": flow.CustomerHold,
		"customerWhisper": flow.CustomerWhisper, "agentHold": flow.AgentHold, "agentWhisper": flow.AgentWhisper,
		"outboundWhisper": flow.OutboundWhisper, "agentTransfer": flow.AgentTransfer, "queueTransfer": flow.QueueTransfer,
		"campaign": flow.Campaign, "module": flow.Module, "CUSTOMER_QUEUE": flow.CustomerQueue, "MODULE": flow.Module, "other": "",
	} {
		d := parse(t, strings.Replace(document(end), `"Actions"`, `"Metadata":{"type":"`+name+`"},"Actions"`, 1))
		if got := d.DeclaredType(); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := parse(t, strings.Replace(document(end), `"Actions"`, `"Settings":{},"Actions"`, 1)).DeclaredType(); got != flow.Module {
		t.Errorf("a document with settings is %q", got)
	}
	if got := parse(t, document(end)).DeclaredType(); got != "" {
		t.Errorf("a document that says nothing is %q", got)
	}
}
