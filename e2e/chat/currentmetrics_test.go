package chat_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// currentMetrics asks for metrics of the queue that an instance comes with, and spells the rows.
func currentMetrics(t *testing.T, s *harness.Server, in connect.GetCurrentMetricDataInput, names ...types.CurrentMetricName) (rows []string) {
	t.Helper()
	in.InstanceId = &s.InstanceID
	if in.Filters == nil {
		in.Filters = &types.Filters{Queues: []string{basicQueue(t, s)}}
	}
	for _, name := range names {
		in.CurrentMetrics = append(in.CurrentMetrics, types.CurrentMetric{Name: name})
	}
	out, err := s.Connect().GetCurrentMetricData(ctx(), &in)
	if err != nil {
		t.Fatal(err)
	}
	if out.DataSnapshotTime == nil || aws.ToInt64(out.ApproximateTotalCount) != int64(len(out.MetricResults)) {
		t.Errorf("taken at %v, %d rows of %v", out.DataSnapshotTime, len(out.MetricResults), out.ApproximateTotalCount)
	}
	for _, r := range out.MetricResults {
		row := ""
		if d := r.Dimensions; d != nil {
			row = fmt.Sprintf("%s queue=%v profile=%v status=%v:", d.Channel, d.Queue != nil, d.RoutingProfile != nil, d.AgentStatus != nil)
		}
		for _, c := range r.Collections {
			row += fmt.Sprintf(" %s=%v", c.Metric.Name, aws.ToFloat64(c.Value))
		}
		rows = append(rows, row)
	}
	return rows
}

// TestGetCurrentMetricData: two chats wait; of four agents one talks, one works on after a chat, one is free, and one is offline.
func TestGetCurrentMetricData(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	s.Agent("Talks", true, 0).Online()
	works := s.Agent("Works", true, 0)
	first := s.Join()
	first.AwaitAgent()
	full := s.Join() // two chats at a time
	full.AwaitAgent()
	works.Online()
	ended := s.Join()
	ended.AwaitAgent()
	works.Take(ended).Leave()
	harness.Await(t, "after-contact work", waiting, func() error { return hasContact(works, types.ContactStateEnded) })
	works.Status(types.AgentStatusTypeOffline) // the next one: it works on
	s.Agent("Offline", true, 0)
	for range 2 {
		s.Join()
	}
	all := []types.CurrentMetricName{"CONTACTS_IN_QUEUE", "CONTACTS_SCHEDULED", "AGENTS_ONLINE", "AGENTS_STAFFED", "AGENTS_AVAILABLE", "AGENTS_ON_CONTACT", "AGENTS_AFTER_CONTACT_WORK", "AGENTS_NON_PRODUCTIVE", "AGENTS_ERROR", "SLOTS_ACTIVE", "SLOTS_AVAILABLE"}
	want := " CONTACTS_IN_QUEUE=2 CONTACTS_SCHEDULED=0 AGENTS_ONLINE=2 AGENTS_STAFFED=2 AGENTS_AVAILABLE=0 AGENTS_ON_CONTACT=2 AGENTS_AFTER_CONTACT_WORK=1 AGENTS_NON_PRODUCTIVE=0 AGENTS_ERROR=0 SLOTS_ACTIVE=3 SLOTS_AVAILABLE=0"
	harness.Await(t, "the numbers", waiting, func() error {
		if diff := cmp.Diff([]string{want}, currentMetrics(t, s, connect.GetCurrentMetricDataInput{}, all...)); diff != "" {
			return fmt.Errorf("-want +got:\n%s", diff)
		}
		return nil
	})
	some := []types.CurrentMetricName{"CONTACTS_IN_QUEUE", "AGENTS_ONLINE"}
	for groupings, want := range map[string][]string{
		"QUEUE":           {" queue=true profile=false status=false: CONTACTS_IN_QUEUE=2 AGENTS_ONLINE=2"},
		"CHANNEL":         {"CHAT queue=false profile=false status=false: CONTACTS_IN_QUEUE=2 AGENTS_ONLINE=2"},
		"ROUTING_PROFILE": {" queue=false profile=true status=false: AGENTS_ONLINE=2"},
		"AGENT_STATUS":    {" queue=false profile=false status=true: AGENTS_ONLINE=2"},
	} {
		got := currentMetrics(t, s, connect.GetCurrentMetricDataInput{Groupings: []types.Grouping{types.Grouping(groupings)}}, some...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", groupings, diff)
		}
	}
	if got := currentMetrics(t, s, connect.GetCurrentMetricDataInput{
		Filters: &types.Filters{Queues: []string{basicQueue(t, s)}, Channels: []types.Channel{"CHAT"}}, Groupings: []types.Grouping{"QUEUE", "CHANNEL"},
		SortCriteria: []types.CurrentMetricSortCriteria{{SortByMetric: "CONTACTS_IN_QUEUE", SortOrder: types.SortOrderDescending}},
	}, "CONTACTS_IN_QUEUE"); !slices.Equal(got, []string{"CHAT queue=true profile=false status=false: CONTACTS_IN_QUEUE=2"}) {
		t.Errorf("by queue and channel: %q", got)
	}
	for name, in := range map[string]connect.GetCurrentMetricDataInput{
		"no filter":         {Filters: &types.Filters{}, CurrentMetrics: []types.CurrentMetric{{Name: "AGENTS_ONLINE"}}},
		"no metric":         {CurrentMetrics: []types.CurrentMetric{}},
		"a metric of voice": {CurrentMetrics: []types.CurrentMetric{{Name: "ESTIMATED_WAIT_TIME"}}},
		"another unit":      {CurrentMetrics: []types.CurrentMetric{{Name: "AGENTS_ONLINE", Unit: types.UnitSeconds}}},
		"a grouping":        {CurrentMetrics: []types.CurrentMetric{{Name: "AGENTS_ONLINE"}}, Groupings: []types.Grouping{"ROUTING_STEP_EXPRESSION"}},
	} {
		in.InstanceId = &s.InstanceID
		if in.Filters == nil {
			in.Filters = &types.Filters{Queues: []string{basicQueue(t, s)}}
		}
		t.Log(name)
		_, err := s.Connect().GetCurrentMetricData(ctx(), &in)
		harness.WantRefusal(t, err, 400, "InvalidParameterException")
	}
}
