package chat_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// german makes agents know the language at a level.
func german(t *testing.T, s *harness.Server, levels map[*harness.Agent]float32) {
	t.Helper()
	s.Predefined("Language", "de")
	for agent, level := range levels {
		_, err := s.Connect().AssociateUserProficiencies(ctx(), &connect.AssociateUserProficienciesInput{
			InstanceId: &s.InstanceID, UserId: &agent.UserID,
			UserProficiencies: []types.UserProficiency{{AttributeName: aws.String("Language"), AttributeValue: aws.String("de"), Level: &level}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestARangeOfLevels: a condition with both bounds passes over who knows too much, and DescribeContact shows it.
func TestARangeOfLevels(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	expert, learner, some := s.Agent("Expert", true, 0), s.Agent("Learner", true, 0), s.Agent("Some", true, 0)
	german(t, s, map[*harness.Agent]float32{expert: 5, learner: 1, some: 3})
	flow := s.Flow("German",
		harness.Block{Type: "UpdateContactRoutingCriteria", Errors: map[string]string{"NoMatchingError": ""}, Parameters: map[string]any{"RoutingCriteria": map[string]any{"Steps": []any{map[string]any{
			"Expression": map[string]any{"AttributeCondition": map[string]any{
				"Name": "Language", "Value": "de", "ComparisonOperator": "Range", "Range": map[string]any{"MinProficiencyLevel": 2, "MaxProficiencyLevel": 4},
			}},
		}}}}},
		harness.Queue(basicQueue(t, s)), harness.Enqueue(), harness.End())
	expert.Online()
	learner.Online()
	chat := s.Join(harness.WithFlow(flow))
	harness.Await(t, "the queue", waiting, func() error { return queuedAs(chat) })
	some.Online()
	if got := chat.AwaitAgent().DisplayName; got != "Some" {
		t.Errorf("%s has it", got)
	}
	steps := chat.Describe().RoutingCriteria.Steps
	if r := steps[0].Expression.AttributeCondition.Range; r == nil || aws.ToFloat32(r.MinProficiencyLevel) != 2 || aws.ToFloat32(r.MaxProficiencyLevel) != 4 {
		t.Errorf("DescribeContact: %+v", steps[0].Expression.AttributeCondition)
	}
}

// TestOnToAnAgentsOwnQueue: a customer queue flow sends who waits on to one agent.
func TestOnToAnAgentsOwnQueue(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben, eve := s.Agent("Ben", true, 0), s.Agent("Eve", true, 0)
	onward := s.FlowOf(types.ContactFlowTypeCustomerQueue, "On to Eve", harness.Wait(5),
		harness.Block{Type: "CheckMetricData", Parameters: map[string]any{"MetricType": "NumberOfAgentsOnline", "AgentId": eve.UserID}, Errors: map[string]string{"NoMatchingError": "", "NoMatchingCondition": ""}},
		harness.Block{Type: "DequeueContactAndTransferToQueue", Parameters: map[string]any{"AgentId": eve.UserID}, Errors: map[string]string{"NoMatchingError": "", "QueueAtCapacity": ""}},
		harness.End())
	flow := s.Flow("Queue", harness.Hook("CustomerQueue", onward), harness.Queue(basicQueue(t, s)), harness.Enqueue(), harness.End())
	chat := s.Join(harness.WithFlow(flow))
	harness.Await(t, "the queue", waiting, func() error { return queuedAs(chat) })
	s.Advance(6 * time.Second)
	ben.Online()
	eve.Online()
	if got := chat.AwaitAgent().DisplayName; got != "Eve" {
		t.Errorf("%s has it", got)
	}
	if free := ben.Data().AvailableSlotsByChannel["CHAT"]; free != 2 {
		t.Errorf("Ben has %d free slots", free)
	}
	if k := chat.Describe(); k.DisconnectTimestamp == nil || k.QueueInfo == nil {
		t.Errorf("the first contact: %+v", k)
	}
}

// TestAnAgentsOwnQueueIsDescribed, and the groups that the agent belongs to.
func TestAnAgentsOwnQueueIsDescribed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben := s.Agent("Ben", true, 0).Online()
	listed, err := s.Connect().ListQueues(ctx(), &connect.ListQueuesInput{InstanceId: &s.InstanceID, QueueTypes: []types.QueueType{types.QueueTypeAgent}})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range listed.QueueSummaryList {
		out, err := s.Connect().DescribeQueue(ctx(), &connect.DescribeQueueInput{InstanceId: &s.InstanceID, QueueId: one.Id})
		if err != nil {
			t.Fatal(err)
		}
		if q := out.Queue; aws.ToString(q.QueueId) != aws.ToString(one.Id) || aws.ToString(q.QueueArn) != aws.ToString(one.Arn) || aws.ToString(q.Name) == "" {
			t.Errorf("%s is described as %+v", aws.ToString(one.Id), q)
		}
	}
	if out, err := s.Connect().DescribeQueue(ctx(), &connect.DescribeQueueInput{InstanceId: &s.InstanceID, QueueId: listed.QueueSummaryList[0].Arn}); err != nil || out.Queue == nil {
		t.Errorf("by ARN: %v", err)
	}
	// as DescribeContact names it
	if out, err := s.Connect().DescribeQueue(ctx(), &connect.DescribeQueueInput{InstanceId: &s.InstanceID, QueueId: &ben.UserID}); err != nil || aws.ToString(out.Queue.QueueId) != "agent/"+ben.UserID {
		t.Errorf("by the user: %+v, %v", out, err)
	}
	_, err = s.Connect().DescribeQueue(ctx(), &connect.DescribeQueueInput{InstanceId: &s.InstanceID, QueueId: aws.String("agent/01a214b5-c5a9-72b6-be95-000000000000")})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")

	if ben.Data().HierarchyPath != nil {
		t.Errorf("without a group: %+v", ben.Data().HierarchyPath)
	}
	_, err = s.Connect().UpdateUserHierarchyStructure(ctx(), &connect.UpdateUserHierarchyStructureInput{InstanceId: &s.InstanceID, HierarchyStructure: &types.HierarchyStructureUpdate{
		LevelOne: &types.HierarchyLevelUpdate{Name: aws.String("Country")}, LevelTwo: &types.HierarchyLevelUpdate{Name: aws.String("City")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var parent *string
	groups := []string{}
	for _, name := range []string{"Italy", "Rome"} {
		made, err := s.Connect().CreateUserHierarchyGroup(ctx(), &connect.CreateUserHierarchyGroupInput{InstanceId: &s.InstanceID, Name: &name, ParentGroupId: parent})
		if err != nil {
			t.Fatal(err)
		}
		parent, groups = made.HierarchyGroupId, append(groups, aws.ToString(made.HierarchyGroupArn))
	}
	if _, err := s.Connect().UpdateUserHierarchy(ctx(), &connect.UpdateUserHierarchyInput{InstanceId: &s.InstanceID, UserId: &ben.UserID, HierarchyGroupId: parent}); err != nil {
		t.Fatal(err)
	}
	path := ben.Data().HierarchyPath
	if path == nil || path.LevelTwo == nil || aws.ToString(path.LevelOne.Arn) != groups[0] || aws.ToString(path.LevelTwo.Arn) != groups[1] || path.LevelThree != nil {
		t.Errorf("the path is %+v, want %v", path, groups)
	}
}
