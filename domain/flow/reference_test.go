package flow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/domain/flow"
)

const instance = "arn:aws:connect:eu-west-1:111122223333:instance/i/"

func TestReferences(t *testing.T) {
	d := parse(t, document(
		`{"Identifier":"a","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"`+instance+`queue/q"}}`,
		`{"Identifier":"b","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"$.Attributes.q"}}`,
		`{"Identifier":"c","Type":"UpdateContactTargetQueue","Parameters":{"AgentId":"`+instance+`queue/agent/x"}}`,
		`{"Identifier":"d","Type":"UpdateContactAttributes","Parameters":{"Attributes":{"n":1,"queue":"`+instance+`queue/r","said":"see `+instance+`queue/r","null":null,"flow":"name:flow/After%3A hours"}}}`,
		`{"Identifier":"e","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"arn:aws:lambda:eu-west-1:1:function:lookup:prod"}}`,
		`{"Identifier":"f","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"name:module/Log in:$LATEST"}}`,
		`{"Identifier":"g","Type":"MessageParticipantIteratively","Parameters":{"Messages":[{"Text":"x"},{"PromptId":"`+instance+`prompt/p"}]}}`,
		`{"Identifier":"h","Type":"UpdateContactEventHooks","Parameters":{"EventHooks":{"CustomerQueue":"some-id"}}}`,
		`{"Identifier":"i","Type":"ConnectParticipantWithLexBot","Parameters":{"LexV2Bot":{"AliasArn":"arn:aws:lex:eu-west-1:1:bot-alias/BOT/ALIAS"}}}`,
		`{"Identifier":"j","Type":"ShowView","Parameters":{"ViewResource":{"Id":"arn:aws:connect:eu-west-1:aws:view/form:1"}}}`,
		`{"Identifier":"k","Type":"CheckHoursOfOperation","Parameters":{"HoursOfOperationId":""}}`,
		`{"Identifier":"l","Type":"Nonsense","Parameters":{"x":[["`+instance+`operating-hours/h"]]}}`,
	))
	want := []flow.Reference{
		{Kind: flow.QueueRef, ID: "q", Action: "a", Path: "Parameters.QueueId"},
		{Kind: flow.AgentRef, ID: "x", Action: "c", Path: "Parameters.AgentId"},
		{Kind: flow.QueueRef, ID: "r", Action: "d", Path: "Parameters.Attributes.queue"},
		{Kind: flow.FlowRef, Name: "After: hours", ByName: true, Action: "d", Path: "Parameters.Attributes.flow"},
		{Kind: flow.FunctionRef, ID: "lookup", Name: "lookup", Qualifier: "prod", Action: "e", Path: "Parameters.LambdaFunctionARN"},
		{Kind: flow.ModuleRef, Name: "Log in", Qualifier: "$LATEST", ByName: true, Action: "f", Path: "Parameters.FlowModuleId"},
		{Kind: flow.PromptRef, ID: "p", Action: "g", Path: "Parameters.Messages[1].PromptId"},
		{Kind: flow.FlowRef, ID: "some-id", Action: "h", Path: "Parameters.EventHooks.CustomerQueue"},
		{Kind: flow.BotRef, ID: "BOT/ALIAS", Action: "i", Path: "Parameters.LexV2Bot.AliasArn"},
		{Kind: flow.ViewRef, ID: "form", Qualifier: "1", Action: "j", Path: "Parameters.ViewResource.Id"},
		{Kind: flow.HoursRef, ID: "h", Action: "l", Path: "Parameters.x[0][0]"},
	}
	got := flow.References(d)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(flow.Reference{}), cmpopts.IgnoreFields(flow.Reference{}, "Value")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReferencesKnowWhatTheConsoleNoted(t *testing.T) {
	d := parse(t, `{"Version":"2019-10-30","StartAction":"a","Metadata":{"ActionMetadata":{
		"a":{"parameters":{"QueueId":{"displayName":"BasicQueue"}}},
		"b":{"queue":{"text":"Sales"}},
		"c":{"parameters":{"EventHooks":{"AgentWhisper":{"displayName":"Whisper"}}}},
		"d":{"parameters":{"LexV2Bot":{"AliasArn":{"displayName":"live","lexV2BotName":"Flights"}}}},
		"e":{"parameters":{"Messages":[null,{"PromptId":{"displayName":"jazz.wav"}}]}}}},"Actions":[
		{"Identifier":"a","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"`+instance+`queue/q"}},
		{"Identifier":"b","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"q2"}},
		{"Identifier":"c","Type":"UpdateContactEventHooks","Parameters":{"EventHooks":{"AgentWhisper":"f"}}},
		{"Identifier":"d","Type":"ConnectParticipantWithLexBot","Parameters":{"LexV2Bot":{"AliasArn":"arn:aws:lex:x:1:bot-alias/B/A"}}},
		{"Identifier":"e","Type":"MessageParticipantIteratively","Parameters":{"Messages":[{"Text":"x"},{"PromptId":"p"}]}}]}`)
	var got []string
	for _, r := range flow.References(d) {
		got = append(got, r.Name)
	}
	if diff := cmp.Diff([]string{"BasicQueue", "Sales", "Whisper", "Flights/live", "jazz.wav"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestRewriteTouchesNothingElse(t *testing.T) {
	content := `{ "Version" : "2019-10-30","StartAction":"a", "Metadata":{"QueueId":"old"},
	"Actions":[ null_action, {"Transitions":{"Conditions":[]},"Parameters" : {"n":1.50, "deep":{"x":[true,null,"é\u00e9"]},	"QueueId" :  "old" , "z":"<old>"},"Type":"GetMetricData","Identifier":"b","Note":{"QueueId":"old"}}],"x":"old"}`
	content = strings.Replace(content, "null_action", `{"Identifier":"a","Type":"GetMetricData","Parameters":null}`, 1)
	d, err := flow.Rewrite(parse(t, content), func(r flow.Reference) (string, bool) {
		return `new "<1>"`, r.Value == "old"
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(content, `"QueueId" :  "old"`, `"QueueId" :  "new \"<1>\""`, 1)
	if got := string(d.Source()); got != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
	b, _ := d.Action("b")
	if got := b.Parameters.Field("QueueId").Text().Source(); got != `new "<1>"` {
		t.Errorf("the parsed document says %q", got)
	}
}

func TestResolve(t *testing.T) {
	d := parse(t, document(
		`{"Identifier":"a","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"name:queue/Sales"}}`,
		`{"Identifier":"b","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"name:module/Log in:prod"}}`,
		`{"Identifier":"c","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"name:queue/Gone"}}`,
		`{"Identifier":"d","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"q"}}`,
		`{"Identifier":"e","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"name:function/lookup:prod"}}`,
	))
	known := map[string]string{"queue Sales": instance + "queue/s", "module Log in": instance + "flow-module/m", "function lookup:prod": "arn:aws:lambda:x:1:function:lookup:prod", "function lookup": "never"}
	out, unknown, err := flow.Resolve(d, func(kind flow.RefKind, name string) (string, bool) {
		arn, ok := known[string(kind)+" "+name]
		return arn, ok
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range flow.References(out) {
		got = append(got, r.Value)
	}
	want := []string{instance + "queue/s", instance + "flow-module/m:prod", "name:queue/Gone", "q", "arn:aws:lambda:x:1:function:lookup:prod"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(unknown) != 1 || unknown[0].Name != "Gone" || unknown[0].Action != "c" {
		t.Errorf("unknown: %+v", unknown)
	}
}

func TestNameReferenceReadsBack(t *testing.T) {
	for _, name := range []string{"Sales", "a/b", "50% off: $.Attributes.x", "größe", "%3A"} {
		for _, kind := range flow.RefKinds() {
			for _, qualifier := range []string{"", "$LATEST", "7"} {
				value := flow.NameReference(kind, name, qualifier)
				d := parse(t, document(`{"Identifier":"a","Type":"X","Parameters":{"v":"`+value+`"}}`))
				refs := flow.References(d)
				if len(refs) != 1 || refs[0].Kind != kind || refs[0].Name != name || refs[0].Qualifier != qualifier {
					t.Errorf("%s reads as %+v", value, refs)
				}
			}
		}
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add([]byte(document(`{"Identifier":"a","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"name:queue/x","n":[1,null,{"x":"` + instance + `queue/q"}]}}`)))
	for _, content := range corpus(f) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := flow.Parse(content)
		if err != nil {
			return
		}
		before := flow.References(d)
		there, err := flow.Rewrite(d, func(r flow.Reference) (string, bool) { return "name:queue/" + string(r.Kind), true })
		if err != nil {
			return // it became too large
		}
		after := flow.References(there)
		if len(before) != len(after) || there.Len() != d.Len() {
			t.Fatalf("%d references became %d", len(before), len(after))
		}
		for i, r := range after {
			if r.Value != "name:queue/"+string(before[i].Kind) || r.Path != before[i].Path {
				t.Errorf("%+v became %+v", before[i], r)
			}
		}
		i := -1
		back, err := flow.Rewrite(there, func(flow.Reference) (string, bool) { i++; return before[i].Value, true })
		if err != nil || !cmp.Equal(decode(t, content), decode(t, back.Source())) {
			t.Errorf("rewriting there and back changed the document: %v", err)
		}
	})
}
