package clients_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// command prepares a client's process: this process's environment without any
// AWS setting, and what the banner prints.
func command(t *testing.T, s *harness.Server, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(name, args...)
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "AWS_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.Env = append(cmd.Env, s.Environment()...)
	empty := t.TempDir() // no profile of the person who runs the tests
	cmd.Env = append(cmd.Env, "AWS_CONFIG_FILE="+empty+"/config", "AWS_SHARED_CREDENTIALS_FILE="+empty+"/credentials")
	return cmd
}

// output runs a client and returns what it printed, failing with its errors.
func output(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var errors bytes.Buffer
	cmd.Stderr = &errors
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(cmd.Args, " "), err, text, errors.String())
	}
	return text
}

// report is the last line that a client script prints.
type report struct {
	Operations []string // service.Operation
	Sessions   int
	Broken     int
}

// note decodes a script's report and records its operations for the client.
func note(t *testing.T, client string, text []byte) (r report) {
	t.Helper()
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("%s printed %s: %v", client, text, err)
	}
	for _, called := range r.Operations {
		service, operation, _ := strings.Cut(called, ".")
		if err := harness.Record(client, service, operation); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// wantCalled fails the test unless the report names every operation.
func wantCalled(t *testing.T, r report, operations ...string) {
	t.Helper()
	called := map[string]bool{}
	for _, operation := range r.Operations {
		called[operation] = true
	}
	for _, operation := range operations {
		if !called[operation] {
			t.Errorf("%s was not called with success", operation)
		}
	}
}

// quiet creates a flow that keeps the chat open and says nothing.
func quiet(s *harness.Server) string {
	return s.Flow("Quiet", harness.Wait(harness.Week))
}
