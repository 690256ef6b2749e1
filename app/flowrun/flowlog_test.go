package flowrun_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/flowrun"
	"parley/domain/session"
)

func TestFlowLog(t *testing.T) {
	w := newWorld(t)
	var lines []string
	w.flows.Log = &flowrun.FlowLog{Write: func(line []byte) error {
		lines = append(lines, string(line))
		return nil
	}}
	id := w.begin(w.drawn("quiet", said("quiet", "not logged", "log"),
		map[string]any{"Identifier": "log", "Type": "UpdateFlowLoggingBehavior", "Parameters": map[string]any{"FlowLoggingBehavior": "Enabled"}, "Transitions": map[string]any{"NextAction": "say"}},
		said("say", "hello $.ContactId", "wait"), wait("wait")))
	w.pass(0)
	var got []map[string]any
	for _, line := range lines {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil || line[len(line)-1] != '\n' {
			t.Fatalf("%q: %v", line, err)
		}
		if _, err := time.Parse("2006-01-02T15:04:05.000Z07:00", one["Timestamp"].(string)); err != nil || one["ContactId"] != id {
			t.Errorf("%s", line)
		}
		got = append(got, map[string]any{"type": one["ContactFlowModuleType"], "id": one["Identifier"], "parameters": one["Parameters"]})
	}
	want := []map[string]any{
		{"type": "SetLoggingBehavior", "id": "log", "parameters": map[string]any{"LoggingBehavior": "Enabled"}},
		{"type": "PlayPrompt", "id": "say", "parameters": map[string]any{"Text": "hello " + id}},
		{"type": "Wait", "id": "wait", "parameters": map[string]any{"TimeLimitSeconds": "600000"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if w.session(id).Status != session.Active {
		t.Error("the chat has ended")
	}
}

func TestParametersOfTheFlowLog(t *testing.T) {
	for _, c := range []struct {
		module, parameters string
		want               []string
	}{
		{"SetQueue", `{"QueueId":"arn:q"}`, []string{`{"Queue":"arn:q"}`}},
		{"InvokeExternalResource", `{"LambdaFunctionARN":"arn:f","InvocationTimeLimitSeconds":"3","LambdaInvocationAttributes":{"a":"1"}}`,
			[]string{`{"FunctionArn":"arn:f","Parameters":{"a":"1"},"TimeLimit":"3"}`}},
		{"GetUserInput", `{"LexV2Bot":{"AliasArn":"arn:b"},"LexTimeoutSeconds":{"Text":"60"},"Text":"Hi"}`, []string{`{"BotAliasArn":"arn:b","Text":"Hi","Timeout":"60"}`}},
		{"SetAttributes", `{"Attributes":{"b":"2","a":"1"},"TargetContact":"Current"}`, []string{`{"Key":"a","Value":"1"}`, `{"Key":"b","Value":"2"}`}},
		{"SetAttributes", `{"FlowAttributes":{"a":{"Value":"1"}}}`, []string{`{"Key":"a","Value":"1"}`}},
		{"SetAttributes", `{}`, []string{`{}`}},
		{"PlayPrompt", `{"Text":"Hi"}`, []string{`{"Text":"Hi"}`}},
		{"SetQueue", `null`, []string{`null`}},
	} {
		var got []string
		for _, line := range flowrun.AsLogged(c.module, json.RawMessage(c.parameters)) {
			got = append(got, string(line))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.module, c.parameters, diff)
		}
	}
}
