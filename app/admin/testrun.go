package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
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

// simulationsAtOnce is how many test cases a node plays at once (our choice); more wait.
const simulationsAtOnce = 4

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

// keepRun stores an execution in the place of the oldest one of its case. The case
// is written with it, which executions that began together want as well; the instance
// is not: no chat reads any of this.
func (s *Service) keepRun(ctx context.Context, run *TestRun, t resource.Token) error {
	run.ID, run.Modified = resource.NewID(), run.Ended
	return resource.Decided(ctx, "TestCaseId: the test case", func() error {
		c, err := testCases().Get(ctx, s.docs, run.InstanceID, run.CaseID)
		if err != nil {
			return err
		}
		rows, err := s.replace(ctx, &c, run)
		if err != nil {
			return err
		}
		at := s.clock.Now()
		res, err := s.docs.Rows.Commit(ctx, &change.Set{
			ID: resource.NewID(), At: at, Resources: rows, Once: t.Answering(run.ID).Once(run.InstanceID, at),
		})
		if err == nil && res.Replay != nil {
			run.ID = string(res.Replay.Answer)
			err = t.SameAs(res.Replay)
		}
		return err
	})
}

// replace returns the rows that put an execution into its case, and take those out for which no room is left.
func (s *Service) replace(ctx context.Context, c *TestCase, run *TestRun) (rows []change.Resource, err error) {
	for c.Runs = append(c.Runs, run.ID); len(c.Runs) > keptRuns; c.Runs = c.Runs[1:] {
		old, err := s.docs.Rows.Resource(ctx, run.InstanceID, resource.KindTestRun, c.Runs[0])
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, change.Resource{Instance: old.Instance, Kind: old.Kind, ID: old.ID, Version: old.Version, Delete: true})
	}
	whole, err := testCases().Row(c)
	if err != nil {
		return nil, err
	}
	made, err := testRuns().Row(run)
	return append(rows, whole, made), err
}

// simulate plays a test case, as long as ctx lasts.
func (s *Service) simulate(ctx context.Context, c *TestCase) (*testcase.Execution, error) {
	select {
	case s.simulations <- struct{}{}:
		defer func() { <-s.simulations }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	content, err := testcase.Parse(c.Published)
	if err != nil {
		return nil, err
	}
	attributes, err := attributesOf(c.settled().Initialization)
	if err != nil {
		return nil, err
	}
	flowID, err := s.entry(ctx, c.InstanceID, c.settled())
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
	return testcase.Run(in, content, testcase.Options{
		FlowID: flowID, Attributes: attributes, Now: s.clock.Now(), Seed: 1, Go: func() error { return ctx.Err() },
	})
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

// runsOf are the deletions of all executions of a test case, also of those that an earlier release did not note in it.
func (s *Service) runsOf(ctx context.Context, instance, caseID string) (gone []change.Resource, err error) {
	all, err := testRuns().All(ctx, s.docs, instance)
	for i := range all {
		if run := &all[i]; run.CaseID == caseID {
			gone = append(gone, change.Resource{Instance: instance, Kind: resource.KindTestRun, ID: run.ID, Version: run.Version, Delete: true})
		}
	}
	return gone, err
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

// TestRunsOf lists the executions of one test case that keep wants.
func (s *Service) TestRunsOf(ctx context.Context, instance, caseID string, page resource.Page, keep func(*TestRun) bool) (_ []TestRun, next string, err error) {
	c, err := testCases().Get(ctx, s.docs, instance, caseID)
	if err != nil {
		return nil, "", err
	}
	var all []TestRun
	for _, id := range c.Runs {
		run, err := testRuns().Get(ctx, s.docs, instance, id)
		switch {
		case fault.Is(err, fault.NotFound): // it was replaced just now
		case err != nil:
			return nil, "", err
		case keep(&run):
			all = append(all, run)
		}
	}
	slices.SortFunc(all, func(a, b TestRun) int { return cmp.Compare(a.ID, b.ID) })
	all, next = resource.Cut(all, page, func(r TestRun) string { return r.ID })
	return all, next, nil
}
