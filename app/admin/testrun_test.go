package admin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/app/admin"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
	"parley/work/resource"
)

const observed = `{"Version":"2019-10-30","Metadata":{},"Observations":[{"Identifier":"a","Event":{"Type":"TestInitiated","Actor":"System"},"Actions":[],"Transitions":{}}]}`

// Executions that begin together forget the same old ones, and none of them fails of it.
func TestManyExecutionsOfOneCaseAtATime(t *testing.T) {
	const kept, together = 50, 8
	w := newWorld(t)
	c := w.testCase("case", observed, w.flow("start").ID)
	start := func() {
		_, err := w.StartTestRun(t.Context(), seeded, c.ID, resource.Token{})
		faulttest.OK(t, "start", err)
	}
	for range kept {
		start()
	}
	var all sync.WaitGroup
	for range together {
		all.Go(start)
	}
	all.Wait()
	runs, _, err := w.TestRuns(t.Context(), seeded, resource.Page{Limit: 1000}, func(*admin.TestRun) bool { return true })
	if err != nil || len(runs) != kept {
		t.Errorf("%d executions are kept, %v; want %d", len(runs), err, kept)
	}
}

// testCase makes one that is published.
func (w *world) testCase(name, content, flowID string) admin.TestCase {
	w.t.Helper()
	c := admin.TestCase{Content: content, CaseSettings: admin.CaseSettings{EntryType: "CHAT", FlowID: flowID}}
	c.InstanceID, c.Name = seeded, name
	c, err := w.CreateTestCase(w.t.Context(), c, true)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// counting counts what is read of test executions.
type counting struct {
	store.Store
	lists, reads atomic.Int64
}

func (c *counting) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	if kind == resource.KindTestRun {
		c.lists.Add(1)
	}
	return c.Store.Resources(ctx, instance, kind, after, limit)
}

func (c *counting) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	if kind == resource.KindTestRun {
		c.reads.Add(1)
	}
	return c.Store.Resource(ctx, instance, kind, id)
}

// An execution changes nothing that chats read of the instance, and reads no other execution but the one that it replaces.
func TestAnExecutionIsNothingToTheInstance(t *testing.T) {
	w := newWorld(t)
	c := w.testCase("case", observed, w.flow("start").ID)
	st := &counting{Store: w.store}
	node := w.node(st, w.bus)
	version := func() int64 {
		in, err := node.Instance(t.Context(), seeded)
		faulttest.OK(t, "instance", err)
		return in.Version
	}
	before := version()
	for range 52 {
		_, err := node.StartTestRun(t.Context(), seeded, c.ID, resource.Token{})
		faulttest.OK(t, "start", err)
	}
	if after := version(); after != before || st.lists.Load() != 0 || st.reads.Load() != 2 {
		t.Errorf("version %d → %d, %d lists and %d reads of executions", before, after, st.lists.Load(), st.reads.Load())
	}
	runs, _, err := node.TestRunsOf(t.Context(), seeded, c.ID, resource.Page{Limit: 100}, func(*admin.TestRun) bool { return true })
	if err != nil || len(runs) != 50 {
		t.Errorf("%d executions, %v", len(runs), err)
	}
	faulttest.OK(t, "delete", node.DeleteTestCase(t.Context(), seeded, c.ID))
	runs, _, err = node.TestRuns(t.Context(), seeded, resource.Page{Limit: 100}, nil)
	if err != nil || len(runs) != 0 {
		t.Errorf("%d executions are left, %v", len(runs), err)
	}
}

// What ends an execution: its caller is gone, or its flow never waits for anybody.
func TestAnExecutionHasABudget(t *testing.T) {
	w := newWorld(t)
	loop := flowNamed(seeded, "loop")
	loop.Content = `{"Version":"2019-10-30","StartAction":"w","Actions":[
		{"Identifier":"w","Type":"Wait","Parameters":{"TimeLimitSeconds":"1"},"Transitions":{"NextAction":"l0","Conditions":[{"NextAction":"l0","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"NextAction":"l0","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"l0","Type":"Loop","Parameters":{"LoopCount":"100"},"Transitions":{"NextAction":"a","Conditions":[{"NextAction":"a","Condition":{"Operator":"Equals","Operands":["ContinueLooping"]}},{"NextAction":"w","Condition":{"Operator":"Equals","Operands":["DoneLooping"]}}]}},
		{"Identifier":"a","Type":"UpdateFlowAttributes","Parameters":{"FlowAttributes":{"a":{"Value":"b"}}},"Transitions":{"NextAction":"l0","Errors":[{"NextAction":"l0","ErrorType":"NoMatchingError"}]}}]}`
	loop, err := w.CreateFlow(t.Context(), loop)
	if err != nil {
		t.Fatal(err)
	}
	never := strings.Replace(observed, `{"Type":"TestInitiated","Actor":"System"}`, `{"Type":"MessageReceived","Actor":"System","Properties":{"Text":"never"}}`, 1)
	c := w.testCase("case", never, loop.ID)
	run, err := w.StartTestRun(t.Context(), seeded, c.ID, resource.Token{})
	if err != nil || run.Result.Status != "FAILED" || !strings.Contains(run.Result.Records[len(run.Result.Records)-1].Text, "more than 20000 actions") {
		t.Errorf("%+v, %v", run.Result, err)
	}
	gone, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond) // the budget lasts longer
	defer cancel()
	if _, err := w.StartTestRun(gone, seeded, c.ID, resource.Token{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a caller who is gone: %v", err)
	}
}

// Executions run with the settings that were published, whatever was saved since.
func TestSavedSettingsAreNotExecuted(t *testing.T) {
	w := newWorld(t)
	c := w.testCase("case", observed, w.flow("start").ID)
	none, voice := "nonsense", "VOICE_CALL"
	faulttest.OK(t, "save", w.UpdateTestCase(t.Context(), seeded, c.ID, admin.TestCaseChange{Initialization: &none, EntryType: &voice}))
	run, err := w.StartTestRun(t.Context(), seeded, c.ID, resource.Token{})
	if err != nil || run.Result.Status != "PASSED" {
		t.Errorf("%+v, %v", run.Result, err)
	}
	c, err = w.TestCase(t.Context(), seeded, c.ID)
	if as := c.AsPublished(); err != nil || c.Status() != admin.CaseSaved || c.EntryType != voice || as.EntryType != "CHAT" || as.Initialization != "" || as.Status() != admin.CasePublished {
		t.Errorf("%+v, %v", c, err)
	}
	faulttest.Want(t, "publish", w.UpdateTestCase(t.Context(), seeded, c.ID, admin.TestCaseChange{Publish: true}), fault.Invalid)
}
