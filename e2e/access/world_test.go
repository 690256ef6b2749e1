package access_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// canary is in every object of the other instance; no answer may hold it.
const canary = "canary-of-the-other-instance"

// objects are one instance's things, by the kind of id.
type objects struct {
	instance, contact, ended, flow, queue, hours string
}

// world is two instances on one server.
type world struct {
	*harness.Server
	own, other objects
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Server: harness.Start(t)}
	created, err := w.Connect().CreateInstance(context.Background(), &connect.CreateInstanceInput{
		IdentityManagementType: types.DirectoryTypeConnectManaged, InstanceAlias: aws.String("other"),
		InboundCallsEnabled: aws.Bool(true), OutboundCallsEnabled: aws.Bool(false),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.own = w.fill(t, w.InstanceID, "own")
	w.other = w.fill(t, aws.ToString(created.Id), canary)
	return w
}

// fill makes one object of each kind in an instance.
func (w *world) fill(t *testing.T, instance, name string) objects {
	t.Helper()
	made := objects{instance: instance}
	client, ctx := w.Connect(), context.Background()
	flow, err := client.CreateContactFlow(ctx, &connect.CreateContactFlowInput{
		InstanceId: &instance, Name: &name, Type: types.ContactFlowTypeContactFlow,
		Content: aws.String(harness.Document(t, harness.Say(name), harness.Wait(harness.Week))),
	})
	if err != nil {
		t.Fatal(err)
	}
	made.flow = aws.ToString(flow.ContactFlowId)
	hours, err := client.CreateHoursOfOperation(ctx, &connect.CreateHoursOfOperationInput{
		InstanceId: &instance, Name: &name, TimeZone: aws.String("UTC"), Config: []types.HoursOfOperationConfig{},
	})
	if err != nil {
		t.Fatal(err)
	}
	made.hours = aws.ToString(hours.HoursOfOperationId)
	queue, err := client.CreateQueue(ctx, &connect.CreateQueueInput{InstanceId: &instance, Name: &name, HoursOfOperationId: &made.hours})
	if err != nil {
		t.Fatal(err)
	}
	made.queue = aws.ToString(queue.QueueId)
	made.contact = w.start(t, made, name)
	made.ended = w.start(t, made, name)
	if _, err := client.StopContact(ctx, &connect.StopContactInput{InstanceId: &instance, ContactId: &made.ended}); err != nil {
		t.Fatal(err)
	}
	return made
}

func (w *world) start(t *testing.T, in objects, name string) string {
	t.Helper()
	chat, err := w.Connect().StartChatContact(context.Background(), &connect.StartChatContactInput{
		InstanceId: &in.instance, ContactFlowId: &in.flow, Attributes: map[string]string{"name": name},
		ParticipantDetails: &types.ParticipantDetails{DisplayName: &name},
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(chat.ContactId)
}

// contact reads a contact of the other instance as its owner sees it.
func (w *world) foreignContact(t *testing.T, id string) *types.Contact {
	t.Helper()
	out, err := w.Connect().DescribeContact(context.Background(), &connect.DescribeContactInput{InstanceId: &w.other.instance, ContactId: &id})
	if err != nil {
		t.Fatal(err)
	}
	return out.Contact
}
