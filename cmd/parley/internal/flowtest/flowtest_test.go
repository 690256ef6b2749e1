package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what testdata expects anew")

const examples = "../../../../examples/flows"

// run runs conversations and returns what was printed.
func run(t testing.TB, o Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := Run(context.Background(), o, &out)
	return out.String(), err
}

// golden compares with a file of testdata.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestExamples(t *testing.T) {
	if out, err := run(t, Options{Paths: []string{examples}, Auto: true, Seed: 1}); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Every conversation of testdata/fail goes wrong, and the report says how.
func TestFailures(t *testing.T) {
	out, err := run(t, Options{Paths: []string{"testdata/fail"}, Seed: 1})
	if !errors.Is(err, ErrFailed) {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(out, "\n0 passed,") {
		t.Error("a conversation passes that should not")
	}
	golden(t, "testdata/fail/want.txt", out)
}

// Every kind of expectation has been seen to fail.
func TestEveryExpectationCanFail(t *testing.T) {
	scope, err := Load("testdata/fail", "")
	if err != nil {
		t.Fatal(err)
	}
	failed := map[string]bool{}
	for _, script := range scope.Scripts {
		for _, c := range script.Conversations {
			r := c.play(scope, 1)
			if r.Failure == nil {
				t.Fatalf("%s passes", c.Name)
			}
			l, err := split(r.Failure.Pos, r.Failure.Step)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range forms() {
				if _, ok := f.match(l.words); ok {
					failed[f.words] = true
					break
				}
			}
		}
	}
	ofAgents := map[string]bool{} // TestAgentFailures
	for _, f := range agentExpectForms() {
		ofAgents[f.words] = true
	}
	for _, f := range expectForms() {
		if !failed[f.words] && !ofAgents[f.words] && f.words != "..." { // that one expects nothing
			t.Errorf("no script fails at %q", f.words)
		}
	}
}

func TestScriptsThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"conversation: a\n custmer: hi":                            `x.chat:2: "custmer: hi" is no line that I know; there is: customer: …, customer sends TYPE: …, customer picks ACTION, customer leaves, customer connects, customer opens the sign-in, customer signs in as SUBJECT, customer signs in and is refused, customer fails to sign in, customer goes on without signing in, customer sees: …, customer sees contains: …, customer sees matches: …`,
		"conversation: a\n frobnicate":                             `x.chat:2: "frobnicate" is no line that I know; docs/flow-test.md lists them`,
		"conversation: a\n wait: soon":                             `x.chat:2: "soon" is no time: write it as in “5 minutes” or “1 hour 30 minutes”`,
		"conversation: a\n customer:":                              `x.chat:2: "customer:" needs something after a colon: customer: …`,
		"conversation: a\n customer leaves: now":                   `x.chat:2: "customer leaves" takes nothing after it`,
		"conversation: a\n system: x\n given name: Ada":            `x.chat:3: "given name: Ada" says how the chat begins: write it before the first step`,
		"customer: hi":                                             `x.chat:1: a step needs a conversation: write “conversation: NAME” above it`,
		"conversation: a\n":                                        `x.chat:1: the conversation has no steps`,
		"conversation:":                                            `x.chat:1: a conversation needs a name: conversation: NAME`,
		"| more":                                                   `x.chat:1: a line that begins with "|" goes on with the text of the line before it, and there is none`,
		"conversation: a\n queue \"x: y":                           `x.chat:2: a quotation mark is missing`,
		"conversation: a\n agent acepts":                           `x.chat:2: "agent acepts" is no line that I know; there is: agent accepts`,
		"conversation: a\n agent accepts from: Sales":              `x.chat:2: "agent accepts from: Sales" is no line that I know; there is: agent accepts`,
		"conversation: a\n agent Ben sings":                        `x.chat:2: "agent Ben sings" is no line that I know; there is: agent sends TYPE: …`,
		"conversation: a\n agent picks Save: order":                `x.chat:2: "order" is no JSON object: it is written as in {"key": "value"}`,
		"conversation: a\n agent sees matches: (":                  "x.chat:2: \"(\" is no pattern: error parsing regexp: missing closing ): `(`",
		"given agent Ben: tall":                                    `x.chat:1: "tall" says nothing about an agent; there is: queue NAME, away, offline, takes NUMBER chats, accepts by itself, works DURATION after, knows ATTRIBUTE VALUE LEVEL`,
		"given agent Ben: takes 11 chats":                          `x.chat:1: "takes 11 chats": an agent takes 1 to 10 chats`,
		"given agent Ben: knows German":                            `x.chat:1: "knows German": a proficiency is written as in “knows Language German 4”, with a level from 1 to 5`,
		"given agent Ben: works long after":                        `x.chat:1: "long" is no time: write it as in “5 minutes” or “1 hour 30 minutes”`,
		"conversation: a\n lambda f answers: {x":                   `x.chat:2: "{x" is no JSON: an answer is written as in {"status": "shipped"}`,
		"conversation: a\n system matches: (":                      "x.chat:2: \"(\" is no pattern: error parsing regexp: missing closing ): `(`",
		"given time: tomorrow":                                     `x.chat:1: "tomorrow" is no time: write it as in “2026-03-02 09:30” or “2026-03-02 09:30 Europe/Berlin”`,
		"given time: 2026-03-02 09:30 Europe/Atlantis":             `x.chat:1: there is no time zone "Europe/Atlantis"`,
		"given percent: 101":                                       `x.chat:1: "101" is no list of numbers from 1 to 100`,
		"given queue Sales: at most 0":                             `x.chat:1: "at most 0": a queue takes at least one contact`,
		"given queue Sales: big":                                   `x.chat:1: "big" says nothing about a queue; there is: hours NAME, at most NUMBER, full`,
		"given hours Shop: Mon to Fri":                             `x.chat:1: "Mon to Fri" are no opening hours: write them as in “Europe/Berlin; Mon-Fri 09:00-17:00; Sat 10:00-12:00”`,
		"given \"arn:aws:connect:x/y\": chair Sales":               `x.chat:1: an id stands for a queue, flow, module, hours, view, prompt, lambda, bot or agent: write “given "ID": queue NAME”, got "chair Sales"`,
		"conversation: a\n chat ends: badly":                       `x.chat:2: "badly" is no reason for the end of a chat; there is: by the flow, by the customer, by the agent, expired, not connected, stopped`,
		"conversation: a\n lambda f answers after 3 fortnights: 1": `x.chat:2: "3 fortnights" is no time: write it as in “5 minutes” or “1 hour 30 minutes”`,
	} {
		_, err := ParseScript("x.chat", text)
		if err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestRunOnlySome(t *testing.T) {
	out, err := run(t, Options{Paths: []string{filepath.Join(examples, "greeting.chat")}, Run: "^A gold", Seed: 1})
	if want := filepath.Join(examples, "greeting.chat") + "\n  ok    A gold customer is served first\n\n1 passed, 0 failed\n"; err != nil || out != want {
		t.Errorf("%v\n%s", err, out)
	}
	_, err = run(t, Options{Paths: []string{examples}, Run: "no such conversation"})
	if err == nil || !strings.Contains(err.Error(), "matches --run no such conversation") {
		t.Errorf("a run of nothing: %v", err)
	}
}

// A conversation may pass on a flow that no server would take, and beside a file that is none: both are told.
func TestWhatAServerWouldNotTakeIsTold(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"f.json":    `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"DisconnectParticipant"},{"Identifier":"b","Type":"Compar"}]}`,
		"torn.json": `{"Version":`,
		"f.chat":    "conversation: a\n  flow: f\n  ...\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := run(t, Options{Paths: []string{dir}, Seed: 1})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"f.json:1: could not be published: Invalid Action type. Path: Actions[1].Type (block b)", "torn.json:1: is not read: "} {
		if !strings.Contains(out, want) {
			t.Errorf("not told %q:\n%s", want, out)
		}
	}
}

func TestReports(t *testing.T) {
	file := filepath.Join(t.TempDir(), "junit.xml")
	out, err := run(t, Options{Paths: []string{"testdata/fail/state.chat"}, JUnit: file, JSON: true, Coverage: true, Seed: 1})
	if !errors.Is(err, ErrFailed) {
		t.Fatal(err)
	}
	var report summaryOf
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	first := report.Conversations[0]
	if report.Failed != 13 || first.Failure == nil || first.Failure.Line != 8 || first.Failure.Got != "attribute left: 3" || len(first.Steps) == 0 {
		t.Errorf("%+v", report)
	}
	if c := report.Coverage[0]; c.Ran != 8 || c.Actions != 8 || c.Taken < 5 || c.Taken >= c.Branches {
		t.Errorf("%+v", c)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var suites junitSuites
	if err := xml.Unmarshal(content, &suites); err != nil {
		t.Fatal(err)
	}
	c := suites.Suites[0].Cases[0]
	if suites.Failures != 13 || c.Name != "another value of an attribute" || c.Failure == nil || !strings.Contains(c.Failure.Text, "(Wait)") {
		t.Errorf("%+v", suites)
	}
}

// The same seed gives the same report, another one other ids.
func TestTheSameTwice(t *testing.T) {
	trace := func(seed uint64) string {
		out, err := run(t, Options{Paths: []string{examples}, Auto: true, Seed: seed, Trace: true, Coverage: true, JSON: true})
		if err != nil {
			t.Error(err)
		}
		return out
	}
	if a, b := trace(5), trace(5); a != b {
		t.Errorf("two runs differ:\n%s", cmp.Diff(a, b))
	}
}

// BenchmarkConversation plays a conversation from its files on: the budget is 20 ms.
func BenchmarkConversation(b *testing.B) {
	for b.Loop() {
		if _, err := run(b, Options{Paths: []string{filepath.Join(examples, "greeting.chat")}, Run: "^A gold"}); err != nil {
			b.Fatal(err)
		}
	}
}
