package admin_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/app/admin"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/work/resource"
)

func TestWhatIsCreatedIsReadBackEqual(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("mine")
	q := admin.Queue{HoursID: w.hours(), Description: "D", MaxContacts: 5, Outbound: &admin.OutboundCaller{CallerIDName: "C"}}
	q.InstanceID, q.Name, q.Tags = seeded, "sales", map[string]string{"k": "v"}
	q, err := w.CreateQueue(ctx, q)
	faulttest.OK(t, "queue", err)
	in, err := w.CreateInstance(ctx, admin.Instance{Alias: "second", IdentityManagementType: "SAML", InboundCalls: true}, "")
	faulttest.OK(t, "instance", err)
	for name, node := range map[string]*admin.Service{"this node": w.Service, "another node": w.deaf()} {
		gotFlow, err := node.Flow(ctx, seeded, arn.Ref{ID: f.ID})
		faulttest.OK(t, name, err)
		gotFlow.Flow.Version = f.Version
		if diff := cmp.Diff(f, gotFlow.Flow); diff != "" {
			t.Errorf("%s: the flow (-want +got):\n%s", name, diff)
		}
		gotQueue, err := node.Queue(ctx, seeded, q.ID)
		faulttest.OK(t, name, err)
		gotQueue.Version = q.Version
		if diff := cmp.Diff(q, gotQueue); diff != "" {
			t.Errorf("%s: the queue (-want +got):\n%s", name, diff)
		}
		gotInstance, err := node.Instance(ctx, in.ID)
		faulttest.OK(t, name, err)
		if gotInstance.Alias != "second" || gotInstance.IdentityManagementType != "SAML" || !gotInstance.InboundCalls || gotInstance.OutboundCalls {
			t.Errorf("%s: the instance is %+v", name, gotInstance)
		}
	}
}

func TestNamesAreUniqueAmongThingsOfAKind(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	other, err := w.CreateInstance(ctx, admin.Instance{Alias: "other"}, "")
	faulttest.OK(t, "instance", err)
	flow := func(instance, name string) error {
		_, err := w.CreateFlow(ctx, flowNamed(instance, name))
		return err
	}
	queue := func(name string) error {
		q := admin.Queue{HoursID: w.hours()}
		q.InstanceID, q.Name = seeded, name
		_, err := w.CreateQueue(ctx, q)
		return err
	}
	hours := func(name string) error {
		h := admin.Hours{TimeZone: "Europe/Berlin"}
		h.InstanceID, h.Name = seeded, name
		_, err := w.CreateHours(ctx, h)
		return err
	}
	faulttest.OK(t, "a flow", flow(seeded, "x"))
	faulttest.OK(t, "a queue of the same name", queue("x"))
	faulttest.OK(t, "hours of the same name", hours("x"))
	faulttest.OK(t, "a flow of the same name in another instance", flow(other.ID, "x"))
	faulttest.OK(t, "a flow of the name in other letters", flow(seeded, "X"))
	faulttest.Want(t, "a second flow", flow(seeded, "x"), fault.Duplicate)
	faulttest.Want(t, "a second queue", queue("x"), fault.Duplicate)
	faulttest.Want(t, "second hours", hours("x"), fault.Duplicate)
	faulttest.Want(t, "a queue of a seeded name", queue(admin.BasicQueue), fault.Duplicate)
	_, err = w.CreateInstance(ctx, admin.Instance{Alias: "other"}, "")
	faulttest.Want(t, "a second instance", err, fault.Rule)
}

func TestThingsNeedWhatTheyName(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	create := func(instance, hours, zone string) map[string]error {
		q, h := admin.Queue{HoursID: hours}, admin.Hours{TimeZone: zone}
		q.InstanceID, q.Name, h.InstanceID, h.Name = instance, "q", instance, "h"
		_, queueErr := w.CreateQueue(ctx, q)
		_, hoursErr := w.CreateHours(ctx, h)
		_, flowErr := w.CreateFlow(ctx, flowNamed(instance, "f"))
		return map[string]error{"queue": queueErr, "hours": hoursErr, "flow": flowErr}
	}
	for what, err := range create("none", w.hours(), "UTC") {
		faulttest.Want(t, what+" in no instance", err, fault.NotFound)
	}
	faulttest.Want(t, "a queue without hours", create(seeded, "none", "UTC")["queue"], fault.NotFound)
	for _, zone := range []string{"", "Local", "Mars/Olympus"} {
		faulttest.Want(t, "the zone "+zone, create(seeded, "none", zone)["hours"], fault.Invalid)
	}
	for what, err := range map[string]error{
		"a flow":        second(w.Flow(ctx, seeded, arn.Ref{ID: "none"})),
		"a queue":       second(w.Queue(ctx, seeded, "none")),
		"an instance":   second(w.Instance(ctx, "none")),
		"settings":      second(w.Settings(ctx, "none")),
		"configuration": second(w.FlowConfig(ctx, "none")),
		"a content":     second(w.FlowContent(ctx, seeded, "none")),
	} {
		faulttest.Want(t, what+" that is not there", err, fault.NotFound)
	}
}

func second[T any](_ T, err error) error { return err }

func TestABadFlowIsRefusedUnlessItIsOnlySaved(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := flowNamed(seeded, "f")
	f.Content = `{"Version":"2019-10-30","StartAction":"nowhere","Actions":[]}`
	_, err := w.CreateFlow(ctx, f)
	faulttest.Want(t, "published", err, fault.FlowInvalid)
	f.Status = admin.Saved
	f, err = w.CreateFlow(ctx, f)
	faulttest.OK(t, "saved", err)
	_, err = w.StartFlow(ctx, seeded, f.ID)
	faulttest.Want(t, "a chat with a saved flow", err, fault.NotFound)
	f = flowNamed(seeded, "g")
	f.Content, f.Status = "no JSON", admin.Saved
	_, err = w.CreateFlow(ctx, f)
	faulttest.Want(t, "no JSON, saved", err, fault.FlowInvalid)
}

func TestWithWhatFlowsAChatStarts(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("inbound")
	got, err := w.StartFlow(ctx, seeded, f.ID)
	faulttest.OK(t, "an inbound flow", err)
	doc, err := w.FlowContent(ctx, seeded, got)
	faulttest.OK(t, "its content", err)
	if got != f.ContentID || doc.StartAction() != "end" {
		t.Errorf("content %s of %s starts with %q", got, f.ContentID, doc.StartAction())
	}
	queueFlows, _, err := w.Flows(ctx, seeded, []string{"CUSTOMER_QUEUE"}, resource.Page{Limit: 10})
	if err != nil || len(queueFlows) != 1 {
		t.Fatalf("%v, %v", queueFlows, err)
	}
	_, err = w.StartFlow(ctx, seeded, queueFlows[0].ID)
	faulttest.Want(t, "a queue flow", err, fault.Rule)
	_, err = w.StartFlow(ctx, seeded, "none")
	faulttest.Want(t, "no flow", err, fault.NotFound)
}

func TestListsArePagedCompletely(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	for i := range 5 {
		w.flow(fmt.Sprint("f", i))
		_, err := w.CreateInstance(ctx, admin.Instance{Alias: fmt.Sprint("i", i)}, "")
		faulttest.OK(t, "instance", err)
	}
	lists := map[string]struct {
		want int
		page func(resource.Page) ([]string, string, error)
	}{
		"flows": {14, func(p resource.Page) ([]string, string, error) {
			flows, next, err := w.Flows(ctx, seeded, nil, p)
			return ids(flows, func(f admin.Flow) string { return f.ID }), next, err
		}},
		"inbound flows": {6, func(p resource.Page) ([]string, string, error) {
			flows, next, err := w.Flows(ctx, seeded, []string{"CONTACT_FLOW"}, p)
			return ids(flows, func(f admin.Flow) string { return f.ID }), next, err
		}},
		"instances": {6, func(p resource.Page) ([]string, string, error) {
			instances, next, err := w.Instances(ctx, p)
			return ids(instances, func(i admin.Instance) string { return i.ID }), next, err
		}},
		"queues": {1, func(p resource.Page) ([]string, string, error) {
			queues, next, err := w.Queues(ctx, seeded, p)
			return ids(queues, func(q admin.Queue) string { return q.ID }), next, err
		}},
	}
	for name, list := range lists {
		for size := 1; size <= list.want+1; size++ {
			var all []string
			for page := (resource.Page{Limit: size}); ; {
				got, next, err := list.page(page)
				faulttest.OK(t, name, err)
				if len(got) > size || len(got) == 0 {
					t.Fatalf("%s, %d a page: a page has %d", name, size, len(got))
				}
				all = append(all, got...)
				if page.After = next; next == "" {
					break
				}
			}
			if len(all) != list.want || !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
				t.Errorf("%s, %d a page: %d things, want %d, each once and sorted: %v", name, size, len(all), list.want, all)
			}
		}
	}
}

func ids[T any](things []T, id func(T) string) []string {
	var all []string
	for _, thing := range things {
		all = append(all, id(thing))
	}
	return all
}

func TestWhatChatsReadOfAnInstance(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	settings, err := w.Settings(ctx, seeded)
	if err != nil || settings != (contact.Settings{ActiveChats: 7}) {
		t.Errorf("settings %+v, %v", settings, err)
	}
	queues, _, err := w.Queues(ctx, seeded, resource.Page{Limit: 10})
	faulttest.OK(t, "queues", err)
	id := queues[0].ID
	got, err := w.FlowConfig(ctx, seeded)
	faulttest.OK(t, "configuration", err)
	instance := "arn:aws:connect:eu-west-1:123456789012:instance/" + seeded
	want := catalog.Queue{ID: id, ARN: instance + "/queue/" + id, Name: "BasicQueue", HoursID: w.hours()}
	if got.InstanceARN != instance || got.Region != "eu-west-1" {
		t.Errorf("instance %s in %s", got.InstanceARN, got.Region)
	}
	if diff := cmp.Diff(map[string]catalog.Queue{id: want}, got.Queues); diff != "" {
		t.Errorf("queues (-want +got):\n%s", diff)
	}
}
