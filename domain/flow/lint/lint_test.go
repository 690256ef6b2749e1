package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"parley/domain/flow"
	"parley/domain/flow/lint"
)

// parse puts actions into a document that starts at "a" and ends at "z".
func parse(t *testing.T, actions ...string) *flow.Document {
	t.Helper()
	actions = append(actions, `{"Identifier":"z","Type":"DisconnectParticipant"}`)
	d, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"a","Actions":[` + strings.Join(actions, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// step writes an action with a NextAction and, after a bar, error branches
// "type:target".
func step(id, actionType, parameters, next string, errors ...string) string {
	return action(id, actionType, parameters, `"NextAction":"`+next+`"`, errorList(errors))
}

func action(id, actionType, parameters string, transitions ...string) string {
	return fmt.Sprintf(`{"Identifier":%q,"Type":%q,"Parameters":{%s},"Transitions":{%s}}`, id, actionType, parameters, strings.Join(transitions, ","))
}

func errorList(branches []string) string {
	var list []string
	for _, b := range branches {
		errorType, target, _ := strings.Cut(b, ":")
		list = append(list, fmt.Sprintf(`{"ErrorType":%q,"NextAction":%q}`, errorType, target))
	}
	return `"Errors":[` + strings.Join(list, ",") + `]`
}

// when writes conditions "operator:operand:target".
func when(conditions ...string) string {
	var list []string
	for _, c := range conditions {
		p := strings.SplitN(c, ":", 3)
		list = append(list, fmt.Sprintf(`{"NextAction":%q,"Condition":{"Operator":%q,"Operands":[%q]}}`, p[2], p[0], p[1]))
	}
	return `"Conditions":[` + strings.Join(list, ",") + `]`
}

const noMatch = "NoMatchingError:z"

func say(id, text, next string) string {
	return step(id, "MessageParticipant", `"Text":"`+text+`"`, next)
}

func lambda(id, next, failure string) string {
	return step(id, "InvokeLambdaFunction", `"LambdaFunctionARN":"arn:aws:lambda:x:1:function:f"`, next, "NoMatchingError:"+failure)
}

func setFlow(id, key, next string) string {
	return step(id, "UpdateFlowAttributes", `"FlowAttributes":{"`+key+`":{"Value":"v"}}`, next, noMatch)
}

func setContact(id, key, next string) string {
	return step(id, "UpdateContactAttributes", `"Attributes":{"`+key+`":"v"}`, next, noMatch)
}

func compare(id, value string, transitions ...string) string {
	return action(id, "Compare", `"ComparisonValue":"`+value+`"`, transitions...)
}

// over loops over an array; each round leads to next, and the loop is done at z.
func over(id, name, items, next string) string {
	return action(id, "Loop", `"LoopName":"`+name+`","LoopItems":`+items, when("Equals:ContinueLooping:"+next, "Equals:DoneLooping:z"), errorList([]string{noMatch}))
}

// ruleCase is a flow in which the rule finds something, and one in which it does not.
type ruleCase struct {
	rule      string
	severity  lint.Severity
	at        string
	bad, good []string
}

func TestRules(t *testing.T) {
	none := errorList([]string{"NoMatchingCondition:z"})
	long := strings.Repeat("é", 6000)
	for _, c := range []ruleCase{
		{"invalid", lint.Error, "a", []string{say("a", "", "z")}, []string{say("a", "x", "z")}},
		{"unreachable", lint.Warning, "b", []string{say("a", "x", "z"), say("b", "x", "z")}, []string{say("a", "x", "b"), say("b", "x", "z")}},
		{"unreachable", lint.Warning, "b", // only the copy that a transfer never follows leads there
			[]string{step("a", "TransferToFlow", `"ContactFlowId":"f"`, "b", noMatch), say("b", "x", "z")},
			[]string{step("a", "TransferToFlow", `"ContactFlowId":"f"`, "b", "NoMatchingError:b"), say("b", "x", "z")}},
		{"duplicate-branch", lint.Warning, "a",
			[]string{compare("a", "$.Channel", when("Equals:x:z", "Equals:x:z"), none)},
			[]string{compare("a", "$.Channel", when("Equals:x:z", "TextContains:x:z"), none)}},
		{"never-true", lint.Warning, "a",
			[]string{compare("a", "$.Channel", when("NumberLessThan:x:z"), none)},
			[]string{compare("a", "$.Channel", when("NumberLessThan:1.5:z", "Equals:x:z", "NumberLessThan:$.Channel:z"), none)}},
		{"next-not-followed", lint.Warning, "a",
			[]string{say("b", "x", "z"), step("a", "TransferContactToQueue", "", "b", "QueueAtCapacity:z", noMatch)},
			[]string{say("b", "x", "z"), step("a", "TransferContactToQueue", "", "z", "QueueAtCapacity:b", noMatch)}},
		{"no-identifier", lint.Warning, "a",
			[]string{step("a", "UpdateContactTargetQueue", `"QueueId":"BasicQueue"`, "z", noMatch)},
			[]string{step("a", "UpdateContactTargetQueue", `"QueueId":"name:queue/BasicQueue"`, "b", noMatch),
				step("b", "UpdateContactTargetQueue", `"QueueId":"$.Attributes.queue"`, "c", noMatch),
				step("c", "UpdateContactTargetQueue", `"QueueId":"3f1c0e5e-8f0c-4e1c-9c55-0d7ad53d0b7a"`, "d", noMatch),
				step("d", "UpdateContactTargetQueue", `"QueueId":"arn:aws:connect:us-east-1:123456789012:instance/3f1c0e5e-8f0c-4e1c-9c55-0d7ad53d0b7a/queue/3f1c0e5e-8f0c-4e1c-9c55-0d7ad53d0b7b"`, "z", noMatch)}},
		{"unwired-error", lint.Note, "a",
			[]string{step("a", "MessageParticipantIteratively", `"Messages":[{"Text":"x"}]`, "z")},
			[]string{step("a", "MessageParticipantIteratively", `"Messages":[{"Text":"x"}]`, "z", noMatch)}},
		{"not-on-chat", lint.Warning, "a",
			[]string{step("a", "CreateTask", ``, "z", noMatch)}, []string{say("a", "x", "z")}},
		{"not-on-chat", lint.Warning, "a",
			[]string{step("a", "MessageParticipant", `"SSML":"<speak/>"`, "z")}, []string{step("a", "MessageParticipant", `"PromptId":"p"`, "z")}},
		{"no-effect", lint.Note, "a",
			[]string{step("a", "UpdateContactTextToSpeechVoice", `"TextToSpeechVoice":"Joanna"`, "z")}, []string{say("a", "x", "z")}},
		{"read-before-set", lint.Warning, "a",
			[]string{say("a", "$.External.x", "b"), lambda("b", "z", "z")},
			[]string{lambda("a", "b", "z"), say("b", "$.External.x", "z")}},
		{"read-before-set", lint.Warning, "b", // the function failed on this way
			[]string{lambda("a", "z", "b"), say("b", "$.External.x", "z")},
			[]string{lambda("a", "b", "b"), say("b", "$.External.x", "z")}},
		{"read-before-set", lint.Warning, "b",
			[]string{setFlow("a", "x", "b"), say("b", "$.FlowAttributes.y", "z")},
			[]string{setFlow("a", "x", "b"), say("b", "$.FlowAttributes.x", "z")}},
		{"read-before-set", lint.Warning, "a",
			[]string{compare("a", "$.Channel", when("Equals:$.Lex.IntentName:z"), none)},
			[]string{compare("a", "$.Channel", when("Equals:$.LanguageCode:z"), none)}},
		{"read-before-set", lint.Warning, "a",
			[]string{say("a", "$.Views.Action", "z")},
			[]string{action("a", "ShowView", `"ViewResource":{"Id":"form"},"InvocationTimeLimitSeconds":"60","ViewData":{}`, when("Equals:Next:b"),
				errorList([]string{"NoMatchingCondition:z", "NoMatchingError:z", "TimeLimitExceeded:z"})), say("b", "$.Views.Action", "z")}},
		{"attribute-from-outside", lint.Note, "b",
			[]string{setContact("a", "x", "b"), say("b", "$.Attributes.y", "z")},
			[]string{setContact("a", "x", "b"), say("b", "$.Attributes.x $.Attributes['x']", "z")}},
		{"read-before-set", lint.Warning, "a",
			[]string{say("a", "$.LambdaInvocation.InvocationId", "b"), lambda("b", "z", "z")},
			[]string{lambda("a", "b", "z"), say("b", "$.LambdaInvocation.InvocationId $.External.x", "z")}},
		{"read-before-set", lint.Warning, "a",
			[]string{say("a", "$.Modules.ResultData.x", "b"), step("b", "InvokeFlowModule", `"FlowModuleId":"m"`, "z", noMatch)},
			[]string{step("a", "InvokeFlowModule", `"FlowModuleId":"m"`, "b", noMatch), say("b", "$.Modules.ResultData.x", "z")}},
		{"read-before-set", lint.Warning, "a",
			[]string{say("a", "$.Loop.x.Index", "b"), over("b", "x", `["y"]`, "z")},
			[]string{over("a", "x", `["y"]`, "b"), say("b", "$.Loop.x.Element $.Loop['x'].Index", "a")}},
		{"unknown-loop", lint.Warning, "b",
			[]string{over("a", "x", `["y"]`, "b"), say("b", "$.Loop.X.Element", "a")},
			[]string{over("a", "x", `["y"]`, "b"), say("b", "$.Loop.x.Element", "a")}},
		{"unknown-namespace", lint.Warning, "a", []string{say("a", "$.attributes.x", "z")}, []string{say("a", "$.SegmentAttributes['connect:Subtype'].ValueString", "z")}},
		{"no-agent", lint.Warning, "a", []string{say("a", "$.Agent.UserName", "z")}, []string{say("a", "$.Queue.Name", "z")}},
		{"text-too-long", lint.Warning, "a", []string{say("a", long+"é", "z")}, []string{say("a", long, "z")}},
		{"attribute-key", lint.Warning, "a", []string{setContact("a", "x.y", "z")}, []string{setContact("a", "x_y", "z")}},
		{"attributes-too-large", lint.Warning, "a", []string{setContact("a", strings.Repeat("k", 32768), "z")}, []string{setContact("a", strings.Repeat("k", 32767), "z")}},
		{"endless-loop", lint.Error, "a", []string{say("a", "x", "b"), say("b", "x", "a")}, []string{say("a", "x", "b"), say("b", "x", "z")}},
		{"not-portable", lint.Warning, "b",
			[]string{say("a", "x", "b"), `{"Identifier":"b","Type":"EndFlowExecution"}`}, []string{say("a", "x", "z")}},
		{"endless-loop", lint.Error, "a", []string{say("a", "x", "a")}, []string{say("a", "x", "z")}},
		{"loop-without-wait", lint.Warning, "a",
			[]string{lambda("a", "a", "z")},
			[]string{action("a", "Wait", `"TimeLimitSeconds":"5"`, when("Equals:WaitCompleted:a"), errorList([]string{noMatch}))}},
		{"loop-without-wait", lint.Warning, "a",
			[]string{lambda("a", "b", "z"), say("b", "x", "a")},
			[]string{lambda("a", "b", "z"), action("b", "Loop", `"LoopCount":"3"`, when("Equals:ContinueLooping:a", "Equals:DoneLooping:z"))}},
		{"loop-reads-itself", lint.Warning, "a", []string{over("a", "x", `["y","$.Loop.x.Element"]`, "z")}, []string{over("a", "x", `["y"]`, "z")}},
	} {
		if got := find(lint.Check(parse(t, c.bad...), lint.Options{Type: flow.ContactFlow}), c.rule); len(got) != 1 || got[0].Severity != c.severity || got[0].Action != c.at {
			t.Errorf("%s in %.300s: %+v", c.rule, c.bad, got)
		} else if got[0].Message == "" || got[0].Type == "" {
			t.Errorf("%s says nothing: %+v", c.rule, got)
		}
		if got := find(lint.Check(parse(t, c.good...), lint.Options{Type: flow.ContactFlow}), c.rule); len(got) != 0 {
			t.Errorf("%s in %.300s: %+v", c.rule, c.good, got)
		}
	}
}

// Two loops whose arrays refer to each other are told of, and not the one that only refers to them.
func TestLoopsThatReadEachOther(t *testing.T) {
	var got []string
	for _, f := range find(lint.Check(parse(t,
		over("a", "x", `"$.Loop.y.Element"`, "b"), over("b", "y", `{"k":["$.Loop.x.Elements"]}`, "c"), over("c", "w", `"$.Loop.x.Element"`, "a")), lint.Options{}), "loop-reads-itself") {
		got = append(got, f.Action)
	}
	if fmt.Sprint(got) != "[a b]" {
		t.Errorf("found at %v", got)
	}
	if got := find(lint.Check(parse(t, over("a", "x", `"$.External.list"`, "b"), over("b", "y", `"$.Loop.x.Element.kids"`, "a")), lint.Options{}), "loop-reads-itself"); len(got) != 0 {
		t.Errorf("a loop in a loop: %+v", got)
	}
}

func find(findings []lint.Finding, rule string) []lint.Finding {
	var list []lint.Finding
	for _, f := range findings {
		if f.Rule == rule {
			list = append(list, f)
		}
	}
	return list
}

func TestModules(t *testing.T) {
	module := func(actions string) *flow.Document {
		d, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"a","Settings":{},"Actions":[` + actions + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := module(say("a", "$.External.x", "b") + "," + say("b", "$.FlowAttributes.x $.Attributes.y", "a"))
	findings := lint.Check(d, lint.Options{Type: d.DeclaredType()})
	if got := find(findings, "module-scope"); len(got) != 2 || got[0].Action != "a" || got[1].Action != "b" {
		t.Errorf("module-scope: %+v", got)
	}
	if got := find(findings, "no-return"); len(got) != 1 {
		t.Errorf("no-return: %+v", findings)
	}
	if got := find(lint.Check(module(say("a", "$.Modules.Result", "a")), lint.Options{Type: flow.Module}), "module-scope"); len(got) != 1 {
		t.Errorf("the result of a module that is not called: %+v", got)
	}
	d = module(say("a", "$.Modules.Input.x", "b") + `,{"Identifier":"b","Type":"EndFlowModuleExecution"}`)
	if got := lint.Check(d, lint.Options{Type: d.DeclaredType()}); len(got) != 0 {
		t.Errorf("a good module: %+v", got)
	}
}

func TestMissingResources(t *testing.T) {
	d := parse(t,
		step("a", "UpdateContactTargetQueue", `"QueueId":"name:queue/Sales"`, "b", noMatch),
		step("b", "UpdateContactTargetQueue", `"QueueId":"name:queue/Gone"`, "c", noMatch),
		step("c", "UpdateContactTargetQueue", `"QueueId":"$.Attributes.q"`, "z", noMatch))
	known := func(r flow.Reference) bool { return r.Name == "Sales" }
	got := find(lint.Check(d, lint.Options{Known: known}), "missing-resource")
	if len(got) != 1 || got[0].Action != "b" || got[0].Severity != lint.Error {
		t.Errorf("missing-resource: %+v", got)
	}
	if got := find(lint.Check(d, lint.Options{}), "missing-resource"); len(got) != 0 {
		t.Errorf("without an instance: %+v", got)
	}
}

func TestFindingsComeInTheOrderOfTheDocument(t *testing.T) {
	d := parse(t, say("x", "unreached", "z"), say("a", "$.Attributes.y $.External.x", "z"))
	var got []string
	for _, f := range lint.Check(d, lint.Options{}) {
		got = append(got, f.Action+" "+string(f.Severity))
	}
	if want := "[x warning a warning a note]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"Version":"2019-10-30","StartAction":"a","Actions":[` + lambda("a", "b", "a") + "," + say("b", "$.External.x", "a") + `]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := flow.Parse(content)
		if err != nil {
			return
		}
		for _, finding := range lint.Check(d, lint.Options{Type: d.DeclaredType()}) {
			if finding.Rule == "" || finding.Message == "" {
				t.Errorf("a finding says nothing: %+v", finding)
			}
		}
	})
}

func TestRulesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/flow-tools.md")
	if err != nil {
		t.Fatal(err)
	}
	rules := regexp.MustCompile(`report\("([a-z-]+)", (\w+)`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rules.FindAllStringSubmatch(string(source), -1) {
			found++
			if row := fmt.Sprintf("| `%s` | %s |", m[1], strings.ToLower(m[2])); !strings.Contains(string(doc), row) {
				t.Errorf("docs/flow-tools.md has no row %s", row)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d rules were found", found)
	}
}

// A problem that Amazon Connect names by its place only is told in plain words.
func TestWhyAFlowIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		actions []string
		want    string
	}{
		"a branch to nowhere":    {[]string{say("a", "x", "sory"), say("sorry", "x", "z")}, `There is no block "sory". Did you mean "sorry"?`},
		"nothing alike":          {[]string{say("a", "x", "elsewhere")}, `There is no block "elsewhere".`},
		"an error to nowhere":    {[]string{lambda("a", "z", "y")}, `There is no block "y".`},
		"a misspelt type":        {[]string{step("a", "Compar", "", "z")}, `There is no type "Compar". Did you mean "Compare"?`},
		"a number out of bounds": {[]string{step("a", "InvokeLambdaFunction", `"LambdaFunctionARN":"f","InvocationTimeLimitSeconds":"40"`, "z", noMatch)}, "InvocationTimeLimitSeconds must be a whole number from 1 to 8."},
		"an empty text":          {[]string{step("a", "UpdateFlowLoggingBehavior", `"FlowLoggingBehavior":""`, "z")}, "FlowLoggingBehavior is empty."},
		"no hook":                {[]string{step("a", "UpdateContactEventHooks", `"EventHooks":{}`, "z", noMatch)}, "EventHooks is empty."},
		"several hooks": {[]string{step("a", "UpdateContactEventHooks", `"EventHooks":{"CustomerQueue":"f","AgentWhisper":"g"}`, "z", noMatch)},
			"EventHooks has 2 members, and a block takes one: put several blocks in a row."},
		"a value out of a list": {[]string{step("a", "UpdateFlowLoggingBehavior", `"FlowLoggingBehavior":"on"`, "z")}, "FlowLoggingBehavior must be one of Enabled, Disabled."},
	} {
		hints := map[string]bool{}
		for _, f := range lint.Check(parse(t, c.actions...), lint.Options{}) {
			if f.Severity == lint.Error {
				hints[f.Hint] = true
			}
		}
		if !hints[c.want] {
			t.Errorf("%s: hints %v, want %q", name, hints, c.want)
		}
	}
	doc, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"grete","Actions":[{"Identifier":"greet","Type":"DisconnectParticipant"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := lint.Check(doc, lint.Options{})[0].Hint; got != `There is no block "grete". Did you mean "greet"?` {
		t.Errorf("a start that is not there: %q", got)
	}
}

// An error without a branch of its own goes where NoMatchingError leads: nothing is to be said.
func TestAnErrorThatIsCaughtIsNoFinding(t *testing.T) {
	d := parse(t, step("a", "ConnectParticipantWithLexBot", `"Text":"x","LexV2Bot":{"AliasArn":"arn:aws:lex:us-east-1:1:bot-alias/b/a"}`, "z", noMatch, "NoMatchingCondition:z"))
	for _, f := range lint.Check(d, lint.Options{}) {
		if f.Rule == "unwired-error" {
			t.Errorf("%+v", f)
		}
	}
}

// A StartAction that is not there is one finding, and the blocks are checked all the same.
func TestAWrongStartActionIsOneFinding(t *testing.T) {
	d := parse(t, say("b", "x", "c"), say("c", "x", "d"), step("d", "CreateTask", `"Name":"x","ContactFlowId":"f"`, "z", noMatch), say("off", "x", "z"))
	var starts, others []string
	for _, f := range lint.Check(d, lint.Options{}) {
		if strings.Contains(f.Message, "StartAction") {
			starts = append(starts, f.Hint)
		} else {
			others = append(others, f.Rule)
		}
	}
	if len(starts) != 1 || !strings.HasPrefix(starts[0], `There is no block "a".`) {
		t.Errorf("about StartAction: %q", starts)
	}
	if strings.Contains(strings.Join(others, " "), "unreachable") || !strings.Contains(strings.Join(others, " "), "not-on-chat") {
		t.Errorf("beyond it: %q", others)
	}
}
