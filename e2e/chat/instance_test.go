package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestInstances(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	created, err := s.Connect().CreateInstance(ctx(), &connect.CreateInstanceInput{
		IdentityManagementType: types.DirectoryTypeConnectManaged, InstanceAlias: aws.String("second"),
		InboundCallsEnabled: aws.Bool(true), OutboundCallsEnabled: aws.Bool(false),
	})
	if err != nil {
		t.Fatal(err)
	}
	described, err := s.Connect().DescribeInstance(ctx(), &connect.DescribeInstanceInput{InstanceId: created.Id})
	if err != nil {
		t.Fatal(err)
	}
	got := described.Instance
	if aws.ToString(got.InstanceAlias) != "second" || aws.ToString(got.Arn) != aws.ToString(created.Arn) || got.InstanceStatus != types.InstanceStatusActive {
		t.Errorf("the instance is %s, %s, %s", aws.ToString(got.InstanceAlias), aws.ToString(got.Arn), got.InstanceStatus)
	}
	if diff := cmp.Diff(set("parley", "second"), aliases(t, s)); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
	wantOtherInstance(t, s, aws.ToString(created.Id))
	if _, err := s.Connect().DeleteInstance(ctx(), &connect.DeleteInstanceInput{InstanceId: created.Id}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(set("parley"), aliases(t, s)); diff != "" {
		t.Errorf("instances after the deletion (-want +got):\n%s", diff)
	}
	_, err = s.Connect().DescribeInstance(ctx(), &connect.DescribeInstanceInput{InstanceId: created.Id})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

func aliases(t *testing.T, s *harness.Server) map[string]bool {
	t.Helper()
	out, err := s.Connect().ListInstances(ctx(), &connect.ListInstancesInput{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, instance := range out.InstanceSummaryList {
		found[aws.ToString(instance.InstanceAlias)] = true
	}
	return found
}

// wantOtherInstance: nothing of one instance is seen from another.
func wantOtherInstance(t *testing.T, s *harness.Server, other string) {
	t.Helper()
	chat := s.StartChat(token("shared"))
	_, err := s.Connect().DescribeContact(ctx(), &connect.DescribeContactInput{InstanceId: &other, ContactId: &chat.ContactID})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	_, err = s.Connect().StopContact(ctx(), &connect.StopContactInput{InstanceId: &other, ContactId: &chat.ContactID})
	harness.WantRefusal(t, err, 410, "ContactNotFoundException")
	elsewhere := func(in *startInput) { in.InstanceId = &other }
	_, err = s.TryStart(elsewhere) // the flow belongs to the first instance
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	flows, err := s.Connect().ListContactFlows(ctx(), &connect.ListContactFlowsInput{
		InstanceId: &other, ContactFlowTypes: []types.ContactFlowType{types.ContactFlowTypeContactFlow},
	})
	if err != nil || len(flows.ContactFlowSummaryList) == 0 {
		t.Fatalf("a new instance has no inbound flow (%v)", err)
	}
	own := harness.WithFlow(aws.ToString(flows.ContactFlowSummaryList[0].Id))
	there, err := s.TryStart(elsewhere, own, token("shared"))
	if err != nil {
		t.Fatal(err)
	}
	if there.ContactID == chat.ContactID {
		t.Error("a client token of one instance replays an answer of another")
	}
	_, err = s.TryStart(elsewhere, own, func(in *startInput) { in.RelatedContactId = &chat.ContactID })
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}
