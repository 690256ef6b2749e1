package admin

import (
	"context"
	"encoding/json"
	"time"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/domain/sim"
	"parley/domain/testcase"
	"parley/internal/fault"
	"parley/work/resource"
)

// keptRuns is how many executions of a test case are kept (our choice).
const keptRuns = 50

// TestRun is one execution of a test case. It is over when it is stored: the
// simulated chat has a clock of its own.
type TestRun struct {
	resource.Stored
	CaseID   string              `json:"case"`
	CaseName string              `json:"name"`
	Began    time.Time           `json:"began"`
	Ended    time.Time           `json:"ended"`
	Result   *testcase.Execution `json:"result"`
}

func testRuns() resource.Kind[TestRun, *TestRun] {
	return resource.Of[TestRun](resource.KindTestRun, "TestCaseExecutionId", "execution")
}

// StartTestRun executes a published test case against the flows and other
// resources of its instance as they stand. No chat begins, nothing is called.
func (s *Service) StartTestRun(ctx context.Context, instance, id string, t resource.Token) (TestRun, error) {
	if first, err := s.docs.Used(ctx, instance, t); err != nil || first != "" {
		return TestRun{Stored: resource.Stored{ID: first}, CaseID: id}, err
	}
	c, err := testCases().Get(ctx, s.docs, instance, id)
	if err != nil {
		return TestRun{}, err
	}
	if c.Published == "" {
		return TestRun{}, fault.New(fault.Rule, "Only a published test case can be executed")
	}
	run := TestRun{CaseID: c.ID, CaseName: c.Name, Began: s.clock.Now()}
	run.InstanceID, run.Tags = instance, c.Tags
	if run.Result, err = s.simulate(ctx, &c); err != nil {
		return TestRun{}, err
	}
	run.Ended = s.clock.Now()
	err = s.keepRun(ctx, &run, t)
	return run, err
}

// keepRun stores an execution in the place of the oldest ones of its case, which
// executions that began together want to forget as well.
func (s *Service) keepRun(ctx context.Context, run *TestRun, t resource.Token) error {
	return resource.Decided("TestCaseId: the test case", func() error {
		old, err := s.forgotten(ctx, run.InstanceID, run.CaseID, keptRuns-1)
		if err != nil {
			return err
		}
		_, err = testRuns().Create(ctx, s.docs, run, t, old...)
		return err
	})
}

// simulate plays a test case.
func (s *Service) simulate(ctx context.Context, c *TestCase) (*testcase.Execution, error) {
	content, err := testcase.Parse(c.Published)
	if err != nil {
		return nil, err
	}
	attributes, err := attributesOf(c.Initialization)
	if err != nil {
		return nil, err
	}
	flowID, err := s.entry(ctx, c)
	if err != nil {
		return nil, err
	}
	cfg, err := s.FlowConfig(ctx, c.InstanceID)
	if err != nil {
		return nil, err
	}
	in := &sim.Instance{ID: c.InstanceID, Settings: s.settings, Config: cfg, Load: func(content string) (*flow.Document, error) {
		return s.FlowContent(ctx, c.InstanceID, content)
	}}
	in.Settings.ActiveChats = 0 // a simulation takes no place
	return testcase.Run(in, content, testcase.Options{FlowID: flowID, Attributes: attributes, Now: s.clock.Now(), Seed: 1})
}

// attributesOf reads InitializationData: an object of texts, as it is or under "Attributes".
func attributesOf(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	var wrapped struct{ Attributes map[string]string }
	if err := json.Unmarshal([]byte(text), &wrapped); err == nil && wrapped.Attributes != nil {
		return wrapped.Attributes, nil
	}
	var plain map[string]string
	if err := json.Unmarshal([]byte(text), &plain); err != nil {
		return nil, fault.New(fault.Invalid, "InitializationData must be a JSON object with texts")
	}
	return plain, nil
}

// forgotten are the deletions of the executions of a test case, but for the newest ones.
func (s *Service) forgotten(ctx context.Context, instance, caseID string, keep int) (gone []change.Resource, err error) {
	all, err := testRuns().All(ctx, s.docs, instance)
	if err != nil {
		return nil, err
	}
	for i := len(all) - 1; i >= 0; i-- { // by id: the newest last
		run := &all[i]
		if run.CaseID != caseID {
			continue
		}
		if keep--; keep < 0 {
			gone = append(gone, change.Resource{Instance: instance, Kind: resource.KindTestRun, ID: run.ID, Version: run.Version, Delete: true})
		}
	}
	return gone, nil
}

// TestRun returns an execution of a test case; fault.NotFound.
func (s *Service) TestRun(ctx context.Context, instance, caseID, id string) (TestRun, error) {
	run, err := testRuns().Get(ctx, s.docs, instance, id)
	if err == nil && run.CaseID != caseID {
		err = testRuns().Missing()
	}
	return run, err
}

// TestRuns lists the executions that keep wants.
func (s *Service) TestRuns(ctx context.Context, instance string, page resource.Page, keep func(*TestRun) bool) (_ []TestRun, next string, err error) {
	return testRuns().List(ctx, s.docs, instance, page, keep)
}
