package carry_test

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// killed runs an import and kills it when it says its nth step. It tells whether there was one.
func killed(t *testing.T, s *harness.Server, n int, args ...string) bool {
	t.Helper()
	cmd := s.Command(args...)
	steps, err := cmd.StderrPipe()
	var said strings.Builder
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	for lines := bufio.NewScanner(io.TeeReader(steps, &said)); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "reading ") {
			done++
		}
		if done == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			break
		}
	}
	if err := cmd.Wait(); err != nil && done != n { // nobody killed it
		t.Fatalf("%v: %v\n%s", args, err, said.String())
	}
	return done == n
}

func TestAnImportThatWasKilledIsCompletedByTheNext(t *testing.T) {
	t.Parallel()
	from, to := harness.Start(t), harness.Start(t)
	fill(t, from)
	dir := exported(t, from)
	runs := 0
	for n := 1; killed(t, to, n, "import", dir); n += 2 { // each run gets further
		runs++
	}
	if runs < 4 {
		t.Errorf("only %d imports were killed", runs)
	}
	wantSame(t, "after "+strings.Repeat("killed, ", runs)+"the other server has something else", dir, exported(t, to))

	empty := exported(t, harness.Start(t))
	for n := 1; killed(t, to, n, "import", "--prune", empty); n += 5 {
		runs++
	}
	if out, _ := parley(t, to, 0, "import", "-q", "--prune", "--plan", empty); !strings.Contains(out, "Nothing to do") {
		t.Errorf("after the deletions:\n%s", out)
	}
}

func TestNothingIsAppliedWhereAFileIsWrong(t *testing.T) {
	t.Parallel()
	from, to := harness.Start(t), harness.Start(t)
	fill(t, from)
	before := exported(t, to)
	for _, c := range []struct{ name, file, old, now, says string }{
		{"no JSON", "queues/Sales.json", `{`, `[`, "queues/Sales.json: it is no JSON object"},
		{"an unknown member", "queues/Sales.json", `"MaxContacts"`, `"MaxContact"`, "queues/Sales.json: there is no member MaxContact"},
		{"a wrong type", "queues/Sales.json", `"MaxContacts": 5`, `"MaxContacts": "many"`, "queues/Sales.json: MaxContacts"},
		{"a wrong value", "queues/Sales.json", `"Status": "ENABLED"`, `"Status": "ON"`, "queues/Sales.json: Status"},
		{"a member too few", "queues/Sales.json", `"HoursOfOperationId": "name:hours/Office%3A 9/5",`, ``, "queues/Sales.json: Missing required member HoursOfOperationId"},
		{"a wrong day", "hours/Office%3A 9%2F5.json", `"FRIDAY"`, `"FREITAG"`, "hours/Office%3A 9%2F5.json: "},
		{"a name of nothing", "queues/Sales.json", `name:hours/Office%3A 9/5`, `name:hours/Gone`, "queues/Sales.json: HoursOfOperationId: name:hours/Gone is neither in the files nor in the instance"},
		{"a name of another kind", "queues/Sales.json", `name:hours/Office%3A 9/5`, `name:queue/Sales`, "queues/Sales.json: HoursOfOperationId: name:queue/Sales is no hours"},
		{"an id", "queues/Sales.json", `name:hours/Office%3A 9/5`, `0b6ce1d9`, `queues/Sales.json: HoursOfOperationId: "0b6ce1d9" is no reference: write name:hours/NAME`},
		{"a name of nothing in a flow", "flows/To a queue.flow.json", `name:queue/Sales`, `name:queue/Gone`, "flows/To a queue.json: Content, block queue, Parameters.QueueId: name:queue/Gone is neither"},
		{"a name of nothing in a test case", "test-cases/Greeted.json", `name:queue/Sales`, `name:queue/Gone`, "test-cases/Greeted.json: Saved.TestContent.Metadata.draft: name:queue/Gone is neither"},
		{"a flow that cannot be published", "flows/Shows.flow.json", `"NextAction": "bye"`, `"NextAction": "nowhere"`, "flows/Shows.json: "},
		{"another type of flow", "flows/Sample inbound flow (first contact experience).json", `"CONTACT_FLOW"`, `"CUSTOMER_QUEUE"`, "Type: the API cannot change it"},
		{"two of a name", "queues/Support%3A €%2F%24 100%25.json", `"Support: €/$ 100%"`, `"Sales"`, "is the queue Sales, too"},
		{"a content that is missing", "flows/Shows.json", `Shows.flow.json`, `Gone.flow.json`, "flows/Shows.json: Content: "},
		{"a content from elsewhere", "flows/Shows.json", `"Shows.flow.json"`, `"../../x.flow.json"`, "must be a file in the same directory"},
	} {
		dir := exported(t, from)
		edit(t, dir, c.file, c.old, c.now)
		if _, errOut := parley(t, to, 1, "import", "-q", dir); !strings.Contains(errOut, c.says) {
			t.Errorf("%s: it does not say %q:\n%s", c.name, c.says, errOut)
		}
	}
	wantSame(t, "something was applied", before, exported(t, to))
}

func TestDirectoriesOfOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	s, dir := harness.Start(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errOut := parley(t, s, 1, "export", "-q", dir); !strings.Contains(errOut, "is not empty and holds no export") {
		t.Errorf("it says %s", errOut)
	}
	if _, errOut := parley(t, s, 1, "import", "-q", "--prune", dir); !strings.Contains(errOut, "holds no export") {
		t.Errorf("it says %s", errOut)
	}
}
