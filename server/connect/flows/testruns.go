package flows

import (
	"context"
	"strconv"
	"time"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// StartTestCaseExecution executes a test case. It is over before the answer: the
// simulated chat has a clock of its own. The answer says INITIATED as Amazon Connect's does.
func (s *Flows) StartTestCaseExecution(ctx context.Context, in *connect.StartTestCaseExecutionInput) (*connect.StartTestCaseExecutionOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.TestCase, in.TestCaseId, testCaseID)
	if err != nil {
		return nil, err
	}
	bare := *in
	bare.ClientToken = nil
	run, err := s.admin.StartTestRun(ctx, scope.Instance, id, request.TokenOf("StartTestCaseExecution "+id, in.ClientToken, bare))
	if err != nil {
		return nil, err
	}
	return &connect.StartTestCaseExecutionOutput{
		TestCaseExecutionId: &run.ID, TestCaseId: &id, Status: new(connect.TestCaseExecutionStatusInitiated),
	}, nil
}

// StopTestCaseExecution finds an execution; it is over already.
func (s *Flows) StopTestCaseExecution(ctx context.Context, in *connect.StopTestCaseExecutionInput) (*connect.StopTestCaseExecutionOutput, error) {
	_, err := s.testRun(ctx, in.InstanceId, in.TestCaseId, in.TestCaseExecutionId)
	return &connect.StopTestCaseExecutionOutput{}, err
}

func (s *Flows) testRun(ctx context.Context, instance, caseID, id string) (admin.TestRun, error) {
	scope, caseID, err := s.Plain(ctx, instance, arn.TestCase, caseID, testCaseID)
	if err != nil {
		return admin.TestRun{}, err
	}
	return s.admin.TestRun(ctx, scope.Instance, caseID, id)
}

// GetTestCaseExecutionSummary tells how an execution went.
func (s *Flows) GetTestCaseExecutionSummary(ctx context.Context, in *connect.GetTestCaseExecutionSummaryInput) (*connect.GetTestCaseExecutionSummaryOutput, error) {
	run, err := s.testRun(ctx, in.InstanceId, in.TestCaseId, in.TestCaseExecutionId)
	if err != nil {
		return nil, err
	}
	r := run.Result
	return &connect.GetTestCaseExecutionSummaryOutput{
		StartTime: &run.Began, EndTime: &run.Ended, Status: &r.Status,
		ObservationSummary: &connect.ObservationSummary{TotalObservations: &r.Total, ObservationsPassed: &r.Passed, ObservationsFailed: &r.Failed},
	}, nil
}

// ListTestCaseExecutions lists executions.
func (s *Flows) ListTestCaseExecutions(ctx context.Context, in *connect.ListTestCaseExecutionsInput) (*connect.ListTestCaseExecutionsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	keep := func(r *admin.TestRun) bool {
		return (in.TestCaseName == nil || r.CaseName == *in.TestCaseName) &&
			(in.Status == nil || r.Result.Status == *in.Status) && within(r.Began, in.StartTime, in.EndTime)
	}
	var runs []admin.TestRun
	var next string
	if in.TestCaseId == nil {
		runs, next, err = s.admin.TestRuns(ctx, scope.Instance, page, keep)
	} else if id, err2 := request.Resolve(scope, arn.TestCase, *in.TestCaseId, testCaseID); err2 != nil {
		return nil, err2
	} else {
		runs, next, err = s.admin.TestRunsOf(ctx, scope.Instance, id, page, keep)
	}
	if err != nil {
		return nil, err
	}
	out := &connect.ListTestCaseExecutionsOutput{NextToken: request.Next(next), TestCaseExecutions: []connect.TestCaseExecution{}}
	for i := range runs {
		r := &runs[i]
		out.TestCaseExecutions = append(out.TestCaseExecutions, connect.TestCaseExecution{
			TestCaseExecutionId: &r.ID, TestCaseId: &r.CaseID, TestCaseExecutionStatus: &r.Result.Status,
			StartTime: &r.Began, EndTime: &r.Ended, Tags: r.Tags,
		})
	}
	return out, nil
}

// within reports whether a time lies between two moments in seconds since 1970, each of which may be absent.
func within(t time.Time, from, to *int64) bool {
	return (from == nil || t.Unix() >= *from) && (to == nil || t.Unix() <= *to)
}

// ListTestCaseExecutionRecords lists what happened in an execution.
func (s *Flows) ListTestCaseExecutionRecords(ctx context.Context, in *connect.ListTestCaseExecutionRecordsInput) (*connect.ListTestCaseExecutionRecordsOutput, error) {
	run, err := s.testRun(ctx, in.InstanceId, in.TestCaseId, in.TestCaseExecutionId)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	from, err := recordAt(page.After)
	if err != nil {
		return nil, err
	}
	out := &connect.ListTestCaseExecutionRecordsOutput{ExecutionRecords: []connect.ExecutionRecord{}}
	for i := from; i < len(run.Result.Records); i++ {
		r := &run.Result.Records[i]
		if in.Status != nil && r.Status != edge.Val(in.Status) {
			continue
		}
		if len(out.ExecutionRecords) == page.Limit {
			out.NextToken = request.Next(strconv.Itoa(i))
			break
		}
		out.ExecutionRecords = append(out.ExecutionRecords, connect.ExecutionRecord{
			ObservationId: &r.Observation, Status: &r.Status, Timestamp: &r.At, Record: &r.Text,
		})
	}
	return out, nil
}

// recordAt reads from a token with which record a page begins.
func recordAt(after string) (int, error) {
	if after == "" {
		return 0, nil
	}
	at, err := strconv.Atoi(after)
	if err != nil || at < 0 {
		return 0, fault.New(fault.Invalid, "NextToken is not valid")
	}
	return at, nil
}
