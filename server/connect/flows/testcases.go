package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// testCaseID is the member that names a test case.
const testCaseID = "TestCaseId"

// CreateTestCase makes a test case.
func (s *Flows) CreateTestCase(ctx context.Context, in *connect.CreateTestCaseInput) (*connect.CreateTestCaseOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	c := admin.TestCase{Description: edge.Val(in.Description), Content: in.Content}
	c.Initialization = edge.Val(in.InitializationData)
	c.InstanceID, c.Name, c.Tags = scope.Instance, in.Name, in.Tags
	entry, id := entryPoint(in.EntryPoint)
	c.EntryType, c.FlowID = edge.Val(entry), edge.Val(id)
	if c, err = s.admin.CreateTestCase(ctx, c, edge.Val(in.Status) == admin.CasePublished); err != nil {
		return nil, err
	}
	return &connect.CreateTestCaseOutput{TestCaseId: &c.ID, TestCaseArn: new(scope.ARN(arn.TestCase, c.ID))}, nil
}

// entryPoint is the type of the entry point and its flow.
func entryPoint(e *connect.TestCaseEntryPoint) (kind, flow *string) {
	switch {
	case e == nil:
	case e.ChatEntryPointParameters != nil:
		return e.Type, e.ChatEntryPointParameters.FlowId
	case e.VoiceCallEntryPointParameters != nil:
		return e.Type, e.VoiceCallEntryPointParameters.FlowId
	default:
		return e.Type, nil
	}
	return nil, nil
}

// DescribeTestCase tells what is known of a test case.
func (s *Flows) DescribeTestCase(ctx context.Context, in *connect.DescribeTestCaseInput) (*connect.DescribeTestCaseOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.TestCase, in.TestCaseId, testCaseID)
	if err != nil {
		return nil, err
	}
	c, err := s.admin.TestCase(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	if edge.Val(in.Status) == admin.CasePublished {
		c = c.AsPublished()
	}
	return &connect.DescribeTestCaseOutput{TestCase: testCaseOf(scope, &c)}, nil
}

func testCaseOf(scope arn.Scope, c *admin.TestCase) *connect.TestCase {
	out := &connect.TestCase{
		Arn: new(scope.ARN(arn.TestCase, c.ID)), Id: &c.ID, Name: &c.Name, Description: edge.Some(c.Description), Content: &c.Content,
		InitializationData: edge.Some(c.Initialization), Status: new(c.Status()), Tags: c.Tags, TestCaseSha256: new(c.Sum()),
		LastModifiedTime: &c.Modified, LastModifiedRegion: &scope.Region,
	}
	if c.EntryType != "" {
		out.EntryPoint = &connect.TestCaseEntryPoint{Type: &c.EntryType}
		if c.EntryType == "CHAT" {
			out.EntryPoint.ChatEntryPointParameters = &connect.ChatEntryPointParameters{FlowId: edge.Some(c.FlowID)}
		} else {
			out.EntryPoint.VoiceCallEntryPointParameters = &connect.VoiceCallEntryPointParameters{FlowId: edge.Some(c.FlowID)}
		}
	}
	return out
}

// ListTestCases lists the test cases of an instance.
func (s *Flows) ListTestCases(ctx context.Context, in *connect.ListTestCasesInput) (*connect.ListTestCasesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	cases, next, err := s.admin.TestCases(ctx, scope.Instance, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListTestCasesOutput{NextToken: request.Next(next), TestCaseSummaryList: []connect.TestCaseSummary{}}
	for i := range cases {
		c := &cases[i]
		out.TestCaseSummaryList = append(out.TestCaseSummaryList, connect.TestCaseSummary{
			Arn: new(scope.ARN(arn.TestCase, c.ID)), Id: &c.ID, Name: &c.Name, Status: new(c.Status()),
			LastModifiedTime: &c.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, nil
}

// SearchTestCases finds test cases.
func (s *Flows) SearchTestCases(ctx context.Context, in *connect.SearchTestCasesInput) (*connect.SearchTestCasesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(testCaseCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.admin.SearchTestCases(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchTestCasesOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, TestCases: []connect.TestCase{}}
	for i := range found.Items {
		out.TestCases = append(out.TestCases, *testCaseOf(scope, &found.Items[i]))
	}
	return out, nil
}

func testCaseCondition(c connect.TestCaseSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, testCaseCondition), request.Each(c.AndConditions, testCaseCondition)
	own.Is = request.Is(map[string]*string{resource.IsStatus: c.StatusCondition})
	return own
}

// UpdateTestCase changes a test case.
func (s *Flows) UpdateTestCase(ctx context.Context, in *connect.UpdateTestCaseInput) (*connect.UpdateTestCaseOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.TestCase, in.TestCaseId, testCaseID)
	if err != nil {
		return nil, err
	}
	c := admin.TestCaseChange{
		Name: in.Name, Description: in.Description, Content: in.Content, Initialization: in.InitializationData,
		Publish: edge.Val(in.Status) == admin.CasePublished,
	}
	c.EntryType, c.FlowID = entryPoint(in.EntryPoint)
	return &connect.UpdateTestCaseOutput{}, s.admin.UpdateTestCase(ctx, scope.Instance, id, c)
}

// DeleteTestCase deletes a test case and what its executions left.
func (s *Flows) DeleteTestCase(ctx context.Context, in *connect.DeleteTestCaseInput) (*connect.DeleteTestCaseOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.TestCase, in.TestCaseId, testCaseID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteTestCaseOutput{}, s.admin.DeleteTestCase(ctx, scope.Instance, id)
}
