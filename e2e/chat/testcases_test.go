package chat_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// greeted is a test case for the flow that a new instance has.
const greeted = `{"Version":"2019-10-30","Metadata":{},"Observations":[
 {"Identifier":"begin","Event":{"Identifier":"b","Type":"TestInitiated","Actor":"System","Properties":{}},"Actions":[],"Transitions":{"NextObservations":["greeting"]}},
 {"Identifier":"greeting","Event":{"Identifier":"g","Type":"MessageReceived","Actor":"System","Properties":{"Text":"Thanks for getting in touch","MatchingCriteria":{"Type":"Inclusion"}}},"Actions":[],"Transitions":{"NextObservations":["queued"]}},
 {"Identifier":"queued","Event":{"Identifier":"q","Type":"FlowActionStarted","Actor":"System","Properties":{"ActionType":"TransferContactToQueue"}},"Actions":[
  {"Identifier":"a","Type":"Assert","Parameters":{"Namespace":"$.Queue.Name","Operator":"Equals","Operand":"QUEUE"},"Transitions":{"NextAction":"z"}},
  {"Identifier":"z","Type":"TestControl","Parameters":{"ActionType":"TestControl","Command":{"Type":"EndTest"}},"Transitions":{}}],"Transitions":{}}]}`

func TestTestCases(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	entry := &types.TestCaseEntryPoint{Type: types.TestCaseEntryPointTypeChat, ChatEntryPointParameters: &types.ChatEntryPointParameters{FlowId: &s.ContactFlowID}}
	content := func(queue string) *string { return aws.String(strings.Replace(greeted, "QUEUE", queue, 1)) }
	_, err := s.Connect().CreateTestCase(ctx(), &connect.CreateTestCaseInput{
		InstanceId: &s.InstanceID, Name: aws.String("bad"), Content: aws.String("{}"), EntryPoint: entry, Status: types.TestCaseStatusPublished,
	})
	var invalid *types.InvalidTestCaseException
	if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
		t.Errorf("a case that is none: %v", err)
	}
	made, err := s.Connect().CreateTestCase(ctx(), &connect.CreateTestCaseInput{
		InstanceId: &s.InstanceID, Name: aws.String("Greeted"), Content: content("BasicQueue"), EntryPoint: entry, Status: types.TestCaseStatusSaved,
		Tags: map[string]string{"team": "shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	execute := func() (*connect.GetTestCaseExecutionSummaryOutput, *string, error) {
		started, err := s.Connect().StartTestCaseExecution(ctx(), &connect.StartTestCaseExecutionInput{InstanceId: &s.InstanceID, TestCaseId: made.TestCaseId})
		if err != nil {
			return nil, nil, err
		}
		summary, err := s.Connect().GetTestCaseExecutionSummary(ctx(), &connect.GetTestCaseExecutionSummaryInput{
			InstanceId: &s.InstanceID, TestCaseId: made.TestCaseId, TestCaseExecutionId: started.TestCaseExecutionId,
		})
		return summary, started.TestCaseExecutionId, err
	}
	_, _, err = execute()
	harness.WantRefusal(t, err, 400, "InvalidRequestException") // it is not published
	update := func(in connect.UpdateTestCaseInput) {
		t.Helper()
		in.InstanceId, in.TestCaseId = &s.InstanceID, made.TestCaseId
		if _, err := s.Connect().UpdateTestCase(ctx(), &in); err != nil {
			t.Fatal(err)
		}
	}
	update(connect.UpdateTestCaseInput{Status: types.TestCaseStatusPublished, Description: aws.String("Who is greeted")})
	summary, passed, err := execute()
	if err != nil || summary.Status != types.TestCaseExecutionStatusPassed || aws.ToInt32(summary.ObservationSummary.ObservationsPassed) != 3 {
		t.Fatalf("%+v, %v", summary, err)
	}
	update(connect.UpdateTestCaseInput{Status: types.TestCaseStatusPublished, Content: content("Support")})
	summary, failed, err := execute()
	if err != nil || summary.Status != types.TestCaseExecutionStatusFailed || aws.ToInt32(summary.ObservationSummary.ObservationsFailed) != 1 {
		t.Fatalf("%+v, %v", summary, err)
	}
	checkTestRecords(t, s, made.TestCaseId, failed)
	runs, err := s.Connect().ListTestCaseExecutions(ctx(), &connect.ListTestCaseExecutionsInput{InstanceId: &s.InstanceID, TestCaseId: made.TestCaseId, Status: types.TestCaseExecutionStatusPassed})
	if err != nil || len(runs.TestCaseExecutions) != 1 || aws.ToString(runs.TestCaseExecutions[0].TestCaseExecutionId) != aws.ToString(passed) {
		t.Errorf("executions: %+v, %v", runs, err)
	}
	if _, err := s.Connect().StopTestCaseExecution(ctx(), &connect.StopTestCaseExecutionInput{InstanceId: &s.InstanceID, TestCaseId: made.TestCaseId, TestCaseExecutionId: failed}); err != nil {
		t.Error(err)
	}
	checkTestCases(t, s, made)
}

// checkTestRecords reads the records of the execution that failed, page by page.
func checkTestRecords(t *testing.T, s *harness.Server, id, execution *string) {
	t.Helper()
	var kinds []string
	in := &connect.ListTestCaseExecutionRecordsInput{InstanceId: &s.InstanceID, TestCaseId: id, TestCaseExecutionId: execution, MaxResults: aws.Int32(4)}
	for {
		page, err := s.Connect().ListTestCaseExecutionRecords(ctx(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.ExecutionRecords {
			var record struct{ Type, Message string }
			if err := json.Unmarshal([]byte(aws.ToString(r.Record)), &record); err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, record.Type+" "+string(r.Status))
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			break
		}
	}
	want := "INITIATION PASSED,EXECUTION_START PASSED,OBSERVATION PASSED,OBSERVATION PASSED,OBSERVATION FAILED,COMPLETION FAILED"
	if got := strings.Join(kinds, ","); got != want {
		t.Errorf("records %s, want %s", got, want)
	}
}

// checkTestCases finds the test case in every way, and deletes it.
func checkTestCases(t *testing.T, s *harness.Server, made *connect.CreateTestCaseOutput) {
	t.Helper()
	described, err := s.Connect().DescribeTestCase(ctx(), &connect.DescribeTestCaseInput{InstanceId: &s.InstanceID, TestCaseId: made.TestCaseArn})
	if err != nil || aws.ToString(described.TestCase.Description) != "Who is greeted" || described.TestCase.Status != types.TestCaseStatusPublished ||
		described.TestCase.Tags["team"] != "shop" || aws.ToString(described.TestCase.EntryPoint.ChatEntryPointParameters.FlowId) != s.ContactFlowID {
		t.Errorf("described: %+v, %v", described, err)
	}
	listed, err := s.Connect().ListTestCases(ctx(), &connect.ListTestCasesInput{InstanceId: &s.InstanceID})
	if err != nil || len(listed.TestCaseSummaryList) != 1 || aws.ToString(listed.TestCaseSummaryList[0].Name) != "Greeted" {
		t.Errorf("listed: %+v, %v", listed, err)
	}
	for name, want := range map[string]int{"greet": 1, "other": 0} {
		found, err := s.Connect().SearchTestCases(ctx(), &connect.SearchTestCasesInput{InstanceId: &s.InstanceID, SearchCriteria: &types.TestCaseSearchCriteria{
			StringCondition: &types.StringCondition{FieldName: aws.String("name"), Value: &name, ComparisonType: types.StringComparisonTypeStartsWith},
		}})
		if err != nil || len(found.TestCases) != want {
			t.Errorf("found %q: %+v, %v", name, found, err)
		}
	}
	remove := func() error {
		_, err := s.Connect().DeleteTestCase(ctx(), &connect.DeleteTestCaseInput{InstanceId: &s.InstanceID, TestCaseId: made.TestCaseId})
		return err
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	harness.WantRefusal(t, remove(), 404, "ResourceNotFoundException")
	runs, err := s.Connect().ListTestCaseExecutions(ctx(), &connect.ListTestCaseExecutionsInput{InstanceId: &s.InstanceID})
	if err != nil || len(runs.TestCaseExecutions) != 0 {
		t.Errorf("after the case was deleted: %+v, %v", runs, err)
	}
}
