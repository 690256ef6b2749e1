package flowtest

import (
	"errors"
	"slices"
	"testing"
)

const (
	agentScripts = "testdata/agents"
	wrongAgents  = agentScripts + "/wrong.chat"
)

// Every act of an agent and every expectation about agents has a conversation that goes as written.
func TestAgents(t *testing.T) {
	scope, err := Load(agentScripts, "")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, script := range scope.Scripts {
		if script.Path == wrongAgents {
			continue
		}
		for _, c := range script.Conversations {
			if r := c.play(scope, 1); r.Failure != nil {
				t.Errorf("%s", failureText(r))
			}
			for _, step := range c.Steps {
				used[formOf(t, step)] = true
			}
		}
	}
	for _, f := range slices.Concat(agentActForms(), agentExpectForms()) {
		if !used[f.words] && !f.again {
			t.Errorf("no conversation has a line %q", f.words)
		}
	}
}

// formOf is the form of a step, as its words are listed.
func formOf(t *testing.T, s Step) string {
	t.Helper()
	l, err := split(s.Pos, s.Text)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range forms() {
		if _, ok := f.match(l.words); !ok {
			continue
		}
		for _, plain := range forms() {
			if f.again && plain.words == "agent"+f.words[len("agent NAME"):] {
				return plain.words
			}
		}
		return f.words
	}
	t.Fatalf("%s: %s is no line", s.Pos, s.Text)
	return ""
}

// What goes wrong around agents is told.
func TestAgentFailures(t *testing.T) {
	out, err := run(t, Options{Paths: []string{wrongAgents}, Seed: 1})
	if !errors.Is(err, ErrFailed) {
		t.Fatalf("%v\n%s", err, out)
	}
	golden(t, agentScripts+"/want.txt", out)
	scope, err := Load(wrongAgents, "")
	if err != nil {
		t.Fatal(err)
	}
	failed := map[string]bool{}
	for _, c := range scope.Scripts[0].Conversations {
		r := c.play(scope, 1)
		if r.Failure == nil {
			t.Errorf("%s passes", c.Name)
		} else if at := slices.IndexFunc(c.Steps, func(s Step) bool { return s.Pos == r.Failure.Pos }); at >= 0 {
			failed[formOf(t, c.Steps[at])] = true
		}
	}
	for _, f := range slices.Concat(agentActForms(), agentExpectForms()) {
		free := f.words == "agent is available" || f.words == "agent is offline" // any agent may, at any time
		if !failed[f.words] && !f.again && !free {
			t.Errorf("no conversation fails at %q", f.words)
		}
	}
}
