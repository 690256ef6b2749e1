package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestContactFlows(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	content := harness.Document(t, harness.Say("hello"))
	created, err := createFlow(s, "Mine", content)
	if err != nil {
		t.Fatal(err)
	}
	if want := s.InstanceARN + "/contact-flow/" + aws.ToString(created.ContactFlowId); aws.ToString(created.ContactFlowArn) != want {
		t.Errorf("ContactFlowArn is %s, want %s", aws.ToString(created.ContactFlowArn), want)
	}
	described, err := s.Connect().DescribeContactFlow(ctx(), &connect.DescribeContactFlowInput{
		InstanceId: aws.String(s.InstanceID), ContactFlowId: created.ContactFlowId,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(described.ContactFlow.Content); got != content {
		t.Errorf("the content is %s, want it as it was sent: %s", got, content)
	}
	if !flowNames(t, s)["Mine"] {
		t.Error("ListContactFlows does not name the flow")
	}
	_, err = createFlow(s, "Mine", content)
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	_, err = createFlow(s, "Broken", `{"Version":"2019-10-30"}`)
	harness.WantRefusal(t, err, 400, "InvalidContactFlowException")
	_, err = createFlow(s, "No JSON", `{`)
	harness.WantRefusal(t, err, 400, "InvalidContactFlowException")
}

func createFlow(s *harness.Server, name, content string) (*connect.CreateContactFlowOutput, error) {
	return s.Connect().CreateContactFlow(ctx(), &connect.CreateContactFlowInput{
		InstanceId: aws.String(s.InstanceID), Name: aws.String(name), Type: types.ContactFlowTypeContactFlow, Content: aws.String(content),
	})
}

// flowNames lists with pages of one.
func flowNames(t *testing.T, s *harness.Server) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	pages := connect.NewListContactFlowsPaginator(s.Connect(), &connect.ListContactFlowsInput{
		InstanceId: aws.String(s.InstanceID), MaxResults: aws.Int32(1),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx())
		if err != nil {
			t.Fatal(err)
		}
		for _, flow := range page.ContactFlowSummaryList {
			name := aws.ToString(flow.Name)
			if found[name] {
				t.Errorf("%s is listed twice", name)
			}
			found[name] = true
		}
	}
	return found
}

func TestHoursAndQueues(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	hours, err := createHours(s, "Mondays")
	if err != nil {
		t.Fatal(err)
	}
	queue, err := createQueue(s, "Mondays", aws.ToString(hours.HoursOfOperationId))
	if err != nil {
		t.Fatal(err)
	}
	described, err := s.Connect().DescribeQueue(ctx(), &connect.DescribeQueueInput{InstanceId: aws.String(s.InstanceID), QueueId: queue.QueueId})
	if err != nil {
		t.Fatal(err)
	}
	got := described.Queue
	if aws.ToString(got.Name) != "Mondays" || aws.ToString(got.HoursOfOperationId) != aws.ToString(hours.HoursOfOperationId) ||
		aws.ToString(got.QueueArn) != s.InstanceARN+"/queue/"+aws.ToString(queue.QueueId) {
		t.Errorf("the queue is %+v", got)
	}
	if diff := cmp.Diff(set("BasicQueue", "Mondays"), queueNames(t, s)); diff != "" {
		t.Errorf("queues (-want +got):\n%s", diff)
	}
	_, err = createQueue(s, "Mondays", aws.ToString(hours.HoursOfOperationId))
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	_, err = createQueue(s, "Never", unknownID)
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

func createHours(s *harness.Server, name string) (*connect.CreateHoursOfOperationOutput, error) {
	monday := types.HoursOfOperationConfig{
		Day:       types.HoursOfOperationDaysMonday,
		StartTime: &types.HoursOfOperationTimeSlice{Hours: aws.Int32(0), Minutes: aws.Int32(0)},
		EndTime:   &types.HoursOfOperationTimeSlice{Hours: aws.Int32(23), Minutes: aws.Int32(59)},
	}
	return s.Connect().CreateHoursOfOperation(ctx(), &connect.CreateHoursOfOperationInput{
		InstanceId: aws.String(s.InstanceID), Name: aws.String(name), TimeZone: aws.String("Europe/Berlin"),
		Config: []types.HoursOfOperationConfig{monday},
	})
}

func createQueue(s *harness.Server, name, hours string) (*connect.CreateQueueOutput, error) {
	return s.Connect().CreateQueue(ctx(), &connect.CreateQueueInput{
		InstanceId: aws.String(s.InstanceID), Name: aws.String(name), HoursOfOperationId: aws.String(hours),
	})
}

func queueNames(t *testing.T, s *harness.Server) map[string]bool {
	t.Helper()
	out, err := s.Connect().ListQueues(ctx(), &connect.ListQueuesInput{
		InstanceId: aws.String(s.InstanceID), QueueTypes: []types.QueueType{types.QueueTypeStandard},
	})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, queue := range out.QueueSummaryList {
		found[aws.ToString(queue.Name)] = true
	}
	return found
}

// TestResourcesOutliveACrash: what was answered is stored.
func TestResourcesOutliveACrash(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Durable", harness.Say("hello again"), harness.Wait(harness.Week))
	s.Crash()
	s.Join(harness.WithFlow(flow)).Socket.AwaitText("hello again")
}
