package flowtest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/domain/flow"
)

// directory writes files into a new directory.
func directory(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const runsAway = `{"Version":"2019-10-30",
"StartAction":"first","Actions":[
{"Identifier":"first","Type":"MessageParticipant","Parameters":{"Text":"one"},"Transitions":{"NextAction":"again"}},
{"Identifier":"again","Type":"UpdateContactAttributes","Parameters":{"Attributes":{"k":"v"}},"Transitions":{"NextAction":"once",
  "Errors":[{"NextAction":"once","ErrorType":"NoMatchingError"}]}},
{"Identifier":"once","Type":"UpdateContactAttributes","Parameters":{"Attributes":{"k":"v"}},"Transitions":{"NextAction":"again",
  "Errors":[{"NextAction":"again","ErrorType":"NoMatchingError"}]}}]}`

// A flow that runs away is reported at the action at which it was stopped, with
// the beginning and the end of its steps; leniently it is a warning.
func TestARunawayFlowIsToldInShort(t *testing.T) {
	dir := directory(t, map[string]string{"f.json": runsAway})
	out, err := run(t, Options{Paths: []string{dir}, Auto: true, Seed: 1})
	if !errors.Is(err, ErrFailed) {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := strings.Count(out, "\n"); n > 80 || !strings.Contains(out, " lines left out") || !strings.Contains(out, "f / first (MessageParticipant)") {
		t.Errorf("the report has %d lines:\n%.3000s", n, out)
	}
	if at := filepath.Join(dir, "f.json") + ":"; !strings.Contains(out, at+"4: ") && !strings.Contains(out, at+"6: ") {
		t.Errorf("the place is not that of the circle:\n%.1000s", out)
	}
	out, err = run(t, Options{Paths: []string{dir}, Auto: true, Lenient: true, Seed: 1})
	if err != nil || !strings.Contains(out, "runs away") {
		t.Errorf("leniently: %v\n%s", err, out)
	}
}

// One flow may be checked alone.
func TestOneFlowIsCheckedAlone(t *testing.T) {
	dir := directory(t, map[string]string{"a.json": runsAway, "b.json": runsAway})
	path := filepath.Join(dir, "b.json")
	out, err := run(t, Options{Paths: []string{path}, Auto: true, Lenient: true, Seed: 1})
	if err != nil || !strings.Contains(out, path+"\n") || strings.Contains(out, "a.json") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := run(t, Options{Paths: []string{path}}); err == nil || !strings.Contains(err.Error(), "--auto") {
		t.Errorf("without --auto: %v", err)
	}
}

// What is wrong with a file is told where it is wrong.
func TestFailuresAreToldAtTheirPlaces(t *testing.T) {
	dir := directory(t, map[string]string{
		"gone.json": strings.Replace(runsAway, `"NextAction":"once"`, `"NextAction":"gone"`, 2),
		"torn.json": "{\"Version\":\n\n?",
	})
	out, err := run(t, Options{Paths: []string{dir}, Auto: true, Seed: 1})
	if !errors.Is(err, ErrFailed) {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		filepath.Join(dir, "gone.json") + ":4: could be published",
		filepath.Join(dir, "torn.json") + ":3: is a flow",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("not told %q:\n%s", want, out)
		}
	}
}

// A flow is taken for what it says, as lint takes it, or for what the caller says.
func TestTypesOfFlows(t *testing.T) {
	plain := `{"Version":"2019-10-30","StartAction":"z","Actions":[{"Identifier":"z","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
	dir := directory(t, map[string]string{
		"plain.json":  plain,
		"queue.json":  strings.Replace(plain, `"Actions"`, `"Metadata":{"type":"customerQueue"},"Actions"`, 1),
		"module.json": strings.Replace(plain, `"Actions"`, `"Settings":{},"Metadata":{"type":"contactFlow"},"Actions"`, 1),
	})
	for said, want := range map[flow.Type]map[string]flow.Type{
		"":               {"plain": "", "queue": flow.CustomerQueue, "module": flow.Module},
		flow.AgentHold:   {"plain": flow.AgentHold, "queue": flow.AgentHold, "module": flow.AgentHold},
		flow.ContactFlow: {"plain": flow.ContactFlow, "queue": flow.ContactFlow, "module": flow.ContactFlow},
	} {
		s, err := Load(dir, said)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.Flows {
			if f.Type != want[f.Name] || f.Module != (f.Type == flow.Module) || f.inbound() != (f.Type == "" || f.Type == flow.ContactFlow) {
				t.Errorf("--type %q: %s is %q, module %v, inbound %v", said, f.Name, f.Type, f.Module, f.inbound())
			}
		}
	}
	out, err := run(t, Options{Paths: []string{dir}, Auto: true, Type: flow.AgentHold, Seed: 1})
	if !errors.Is(err, ErrFailed) || !strings.Contains(out, "AGENT_HOLD") {
		t.Errorf("%v\n%s", err, out)
	}
}
