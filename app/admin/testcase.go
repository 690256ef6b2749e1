package admin

import (
	"context"

	"parley/domain/change"
	"parley/domain/testcase"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// TestCase is a test of flows (Amazon Connect, TestCase).
type TestCase struct {
	resource.Stored
	Description string `json:"description,omitempty"`
	Content     string `json:"content"`
	// Published is the content that executions run, "" where it was never published.
	Published string `json:"published,omitempty"`
	CaseSettings
	// Settled are the settings that executions run with; nil = CaseSettings, as earlier releases had it.
	Settled *CaseSettings `json:"settled,omitempty"`
	// Runs are the executions that are kept, the oldest first.
	Runs []string `json:"runs,omitempty"`
}

// CaseSettings say with what a test case begins.
type CaseSettings struct {
	EntryType      string `json:"entry,omitempty"` // CHAT or VOICE_CALL
	FlowID         string `json:"flow,omitempty"`  // id or ARN, as it was given
	Initialization string `json:"initialization,omitempty"`
}

// settled are the settings that executions run with.
func (c *TestCase) settled() CaseSettings {
	if c.Settled == nil {
		return c.CaseSettings
	}
	return *c.Settled
}

// AsPublished is the test case as executions run it; as it is where it was never published.
func (c *TestCase) AsPublished() TestCase {
	as := *c
	if c.Published != "" {
		as.Content, as.CaseSettings = c.Published, c.settled()
	}
	return as
}

// The statuses of test cases.
const (
	CaseSaved     = "SAVED"
	CasePublished = "PUBLISHED"
)

// Status tells whether content and settings are the published ones.
func (c *TestCase) Status() string {
	if c.Published != "" && c.Published == c.Content && c.settled() == c.CaseSettings {
		return CasePublished
	}
	return CaseSaved
}

// Sum is the SHA-256 of the content, in hex.
func (c *TestCase) Sum() string { return hash(c.Content) }

// Fields are what searches compare.
func (c *TestCase) Fields() map[string]string {
	return map[string]string{"name": c.Name, "description": c.Description, "testcaseid": c.ID, resource.IsStatus: c.Status()}
}

func testCases() resource.Kind[TestCase, *TestCase] {
	return resource.Of[TestCase](resource.KindTestCase, "TestCaseId", "test case")
}

// CreateTestCase makes a test case. One that is published must be valid (fault.TestCaseInvalid).
func (s *Service) CreateTestCase(ctx context.Context, c TestCase, publish bool) (TestCase, error) {
	if publish {
		if err := s.publishCase(ctx, &c); err != nil {
			return c, err
		}
	}
	_, err := testCases().Create(ctx, s.docs, &c, resource.Token{})
	return c, err
}

// publishCase makes content and settings those that executions run.
func (s *Service) publishCase(ctx context.Context, c *TestCase) error {
	if _, err := testcase.Parse(c.Content); err != nil {
		return err
	}
	if _, err := attributesOf(c.Initialization); err != nil {
		return err
	}
	if _, err := s.entry(ctx, c.InstanceID, c.CaseSettings); err != nil {
		return err
	}
	settled := c.CaseSettings
	c.Published, c.Settled = c.Content, &settled
	return nil
}

// entry finds the flow with which the simulated chat begins.
func (s *Service) entry(ctx context.Context, instance string, c CaseSettings) (string, error) {
	if c.EntryType != "CHAT" {
		return "", fault.New(fault.Rule, "EntryPoint: a simulation here is a chat: Type must be CHAT")
	}
	ref, err := s.Scope(instance).Resolve(arn.Flow, c.FlowID)
	if err != nil {
		return "", fault.Wrap(fault.Rule, err, "EntryPoint: FlowId names no flow of the instance")
	}
	if _, err = s.StartFlow(ctx, instance, ref.ID); fault.Is(err, fault.NotFound) {
		err = fault.Wrap(fault.Rule, err, "EntryPoint: FlowId names no published flow of the instance")
	}
	return ref.ID, err
}

// TestCase returns a test case; fault.NotFound.
func (s *Service) TestCase(ctx context.Context, instance, id string) (TestCase, error) {
	return testCases().Get(ctx, s.docs, instance, id)
}

// TestCases lists the test cases of an instance.
func (s *Service) TestCases(ctx context.Context, instance string, page resource.Page) (_ []TestCase, next string, err error) {
	return testCases().List(ctx, s.docs, instance, page, nil)
}

// SearchTestCases lists the test cases that meet a condition, and counts them.
func (s *Service) SearchTestCases(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[TestCase], error) {
	return resource.Search(ctx, s.docs, testCases(), instance, c, page)
}

// TestCaseChange is what changes about a test case; nil leaves it.
type TestCaseChange struct {
	Name, Description, Content, EntryType, FlowID, Initialization *string
	Publish                                                       bool
}

// UpdateTestCase changes a test case.
func (s *Service) UpdateTestCase(ctx context.Context, instance, id string, c TestCaseChange) error {
	_, err := testCases().Update(ctx, s.docs, instance, id, func(t *TestCase) ([]change.Resource, error) {
		resource.Set(&t.Name, c.Name)
		resource.Set(&t.Description, c.Description)
		resource.Set(&t.Content, c.Content)
		resource.Set(&t.EntryType, c.EntryType)
		resource.Set(&t.FlowID, c.FlowID)
		resource.Set(&t.Initialization, c.Initialization)
		if c.Publish {
			return nil, s.publishCase(ctx, t)
		}
		return nil, nil
	})
	return err
}

// DeleteTestCase deletes a test case with its executions.
func (s *Service) DeleteTestCase(ctx context.Context, instance, id string) error {
	return testCases().Delete(ctx, s.docs, instance, id, func(*TestCase) ([]change.Resource, error) {
		return s.runsOf(ctx, instance, id)
	})
}
