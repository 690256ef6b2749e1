package commands_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"parley/e2e/harness"
)

const (
	goodFlow = `{"Version":"2019-10-30","StartAction":"greet","Metadata":{"name":"Greeting","type":"contactFlow","ActionMetadata":{"queue":{"parameters":{"QueueId":{"displayName":"Sales"}}}}},"Actions":[
{"Identifier":"greet","Type":"MessageParticipant","Parameters":{"Text":"Hello"},"Transitions":{"NextAction":"queue"}},
{"Identifier":"queue","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"arn:aws:connect:eu-west-1:111122223333:instance/i/queue/q"},"Transitions":{"NextAction":"bye","Errors":[{"NextAction":"bye","ErrorType":"NoMatchingError"}]}},
{"Identifier":"bye","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

	oldExport = `{"modules":[
{"id":"a","type":"PlayPrompt","branches":[{"condition":"Success","transition":"b"}],"parameters":[{"name":"Text","value":"Hello","namespace":null},{"name":"TextToSpeechType","value":"text"}],"metadata":{"position":{"x":10,"y":10}}},
{"id":"b","type":"BeamUp","branches":[{"condition":"Success","transition":"c"}],"parameters":[]},
{"id":"c","type":"Disconnect","branches":[],"parameters":[]}],"version":"1","type":"contactFlow","start":"a","metadata":{"name":"Old"}}`
)

// tool runs "parley flow" with files in a directory of the test.
type tool struct {
	t   *testing.T
	dir string
}

func newTool(t *testing.T, files map[string]string) tool {
	t.Helper()
	tool := tool{t, t.TempDir()}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(tool.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return tool
}

func (r tool) run(args ...string) (out, errOut string, code int) {
	r.t.Helper()
	cmd := exec.Command(harness.Binary(r.t), append([]string{"flow"}, args...)...)
	cmd.Dir = r.dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatalf("parley flow %v: %v", args, err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// want runs a command and checks its exit code and what it says.
func (r tool) want(code int, says string, args ...string) string {
	r.t.Helper()
	out, errOut, got := r.run(args...)
	if got != code || !strings.Contains(out+errOut, says) {
		r.t.Errorf("parley flow %v: exit %d, want %d and %q; it says\n%s%s", args, got, code, says, out, errOut)
	}
	return out
}

func TestFlowLint(t *testing.T) {
	t.Parallel()
	r := newTool(t, map[string]string{
		"good.json": goodFlow, "old.json": oldExport, "other.json": `{"name":"no flow"}`,
		"bad.json":    strings.Replace(goodFlow, `"NextAction":"queue"`, `"NextAction":"gone"`, 1),
		"voice.json":  strings.Replace(goodFlow, `"Text":"Hello"`, `"SSML":"<speak/>"`, 1),
		"queues.json": `{"queue":{"Other":"arn:aws:connect:eu-west-1:111122223333:instance/i/queue/other"}}`,
	})
	r.want(0, "1 flow: 0 errors, 0 warnings, 0 notes", "lint", "good.json")
	r.want(1, "bad.json:2: error: greet (MessageParticipant): Invalid Action property value. Path: Actions[0].Transitions.NextAction [invalid]", "lint", "bad.json")
	r.want(0, "voice.json:2: warning: greet (MessageParticipant): SSML is for voice", "lint", "voice.json")
	r.want(1, "the flows have warnings", "lint", "--strict", "voice.json")
	r.want(1, "parley flow convert old.json", "lint", "old.json")
	r.want(1, "4 flows:", "lint", ".")
	r.want(1, `names the queue "arn:aws:connect:eu-west-1:111122223333:instance/i/queue/q", which the instance does not have`, "lint", "--resources", "queues.json", "good.json")
	r.want(1, "is not allowed in a CUSTOMER_QUEUE flow", "lint", "--type", "CUSTOMER_QUEUE", "good.json")
	r.want(1, "no such file", "lint", "nowhere.json")
	r.want(80, `there is no type "VOICE"; the types are CONTACT_FLOW, `, "lint", "--type", "VOICE", "good.json")

	var report struct {
		Errors int
		Files  []struct {
			Path     string
			Findings []struct{ Rule, Severity, Action, Message string }
		}
	}
	if err := json.Unmarshal([]byte(r.want(1, "", "lint", "--json", "bad.json")), &report); err != nil {
		t.Fatal(err)
	}
	if report.Errors != 1 || report.Files[0].Path != "bad.json" || report.Files[0].Findings[0].Rule != "invalid" || report.Files[0].Findings[0].Action != "greet" {
		t.Errorf("the report as JSON: %+v", report)
	}
}

func TestFlowConvert(t *testing.T) {
	t.Parallel()
	r := newTool(t, map[string]string{"old.json": oldExport, "good.json": goodFlow, "other.json": `{}`})
	r.want(0, "lost: b (BeamUp): There is no block for BeamUp.", "convert", "old.json", "-o", "new.json")
	r.want(0, "1 flow: 0 errors, 0 warnings", "lint", "new.json")
	r.want(1, "1 block could not be converted", "convert", "--strict", "old.json")
	canonical := r.want(0, "already", "convert", "good.json")
	if !strings.HasPrefix(canonical, "{\n  \"Version\": \"2019-10-30\",\n  \"StartAction\": \"greet\"") {
		t.Errorf("the canonical form begins\n%.100s", canonical)
	}
	r.want(1, "Version must be", "convert", "other.json")
}

func TestFlowDiff(t *testing.T) {
	t.Parallel()
	r := newTool(t, map[string]string{
		"a.json": goodFlow, "layout.json": strings.Replace(goodFlow, `"name":"Greeting"`, `"name":"Other"`, 1),
		"text.json":  strings.Replace(goodFlow, `"Hello"`, `"Good day"`, 1),
		"there.json": strings.Replace(goodFlow, "instance/i/queue/q", "instance/j/queue/r", 1), "bad.json": "{",
		"start.json": strings.Replace(goodFlow, `"StartAction":"greet"`, `"StartAction":"queue"`, 1),
	})
	r.want(0, "The files are identical.", "diff", "a.json", "a.json")
	r.want(0, "only their layout differs", "diff", "a.json", "layout.json")
	r.want(1, "      - Hello\n      + Good day", "diff", "a.json", "text.json")
	r.want(1, "The flows differ: StartAction. Their blocks are the same.", "diff", "a.json", "start.json")
	r.want(1, "they name resources of different instances", "diff", "a.json", "there.json")
	r.want(0, "the same on another instance", "diff", "--instances", "a.json", "there.json")
	r.want(2, "bad.json", "diff", "a.json", "bad.json")
	if out := r.want(1, "", "diff", "--json", "a.json", "text.json"); !json.Valid([]byte(out)) || !strings.Contains(out, `"place": "Parameters.Text"`) {
		t.Errorf("the differences as JSON: %s", out)
	}
}

func TestFlowGraph(t *testing.T) {
	t.Parallel()
	r := newTool(t, map[string]string{"good.json": goodFlow})
	r.want(0, "", "graph", "good.json", "-o", "good.svg")
	svg, err := os.ReadFile(filepath.Join(r.dir, "good.svg"))
	if err != nil {
		t.Fatal(err)
	}
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for err == nil {
		_, err = dec.Token()
	}
	if !errors.Is(err, io.EOF) || !strings.Contains(string(svg), "A flow of 3 blocks that starts with Play prompt (greet).") {
		t.Errorf("%v\n%s", err, svg)
	}
}

func TestFlowMovesToAnotherInstance(t *testing.T) {
	t.Parallel()
	there := "arn:aws:connect:us-east-1:444455556666:instance/j/queue/r"
	r := newTool(t, map[string]string{"good.json": goodFlow, "there.json": `{"queue":{"Sales":"` + there + `"}}`, "empty.json": `{"queue":{}}`, "odd.json": `{"queues":{}}`})
	r.want(0, "", "names", "good.json", "-o", "named.json")
	named, err := os.ReadFile(filepath.Join(r.dir, "named.json"))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(goodFlow, "arn:aws:connect:eu-west-1:111122223333:instance/i/queue/q", "name:queue/Sales", 1); string(named) != want {
		t.Errorf("named:\n%s", named)
	}
	r.want(0, there, "resolve", "named.json", "--resources", "there.json")
	r.want(1, "1 reference stays as it is", "resolve", "named.json", "--resources", "empty.json")
	r.want(1, "is not in the list of resources", "resolve", "named.json", "--resources", "empty.json")
	r.want(1, `there is no kind "queues"; the kinds are queue, agent, flow,`, "resolve", "named.json", "--resources", "odd.json")
	r.want(1, "has no known name", "names", "good.json", "--resources", "empty.json")
}
