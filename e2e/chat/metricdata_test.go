package chat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// metricData asks for metrics of the queue that an instance comes with, and spells the rows.
func metricData(t *testing.T, s *harness.Server, in connect.GetMetricDataV2Input, names ...string) (rows []string) {
	t.Helper()
	in.ResourceArn = &s.InstanceARN
	if in.StartTime == nil {
		in.StartTime, in.EndTime = aws.Time(s.Now().Add(-time.Hour)), aws.Time(s.Now().Add(time.Second))
	}
	if in.Filters == nil {
		in.Filters = []types.FilterV2{{FilterKey: aws.String("QUEUE"), FilterValues: []string{basicQueue(t, s)}}}
	}
	for _, name := range names {
		name, limit, bounded := strings.Cut(name, "<")
		m := types.MetricV2{Name: &name}
		if bounded {
			var seconds float64
			if _, err := fmt.Sscan(limit, &seconds); err != nil {
				t.Fatal(err)
			}
			m.Threshold = []types.ThresholdV2{{Comparison: aws.String("LT"), ThresholdValue: &seconds}}
		}
		in.Metrics = append(in.Metrics, m)
	}
	for {
		out, err := s.Connect().GetMetricDataV2(ctx(), &in)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.MetricResults {
			rows = append(rows, spellResult(r))
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return rows
		}
	}
}

func spellResult(r types.MetricResultV2) string {
	row := string(r.MetricInterval.Interval)
	for _, by := range []string{"QUEUE", "AGENT", "INITIATION_METHOD", "CHANNEL"} {
		if v := r.Dimensions[by]; v != "" {
			row += " " + by
		}
	}
	for _, c := range r.Collections {
		if c.Value == nil {
			row += " null"
		} else {
			row += fmt.Sprintf(" %v", *c.Value)
		}
	}
	return row
}

// TestGetMetricDataV2: of four chats an agent takes two, one of which it leaves and one of which it sends on nowhere; one is abandoned, and one never comes
// to a queue.
func TestGetMetricDataV2(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ann := s.Agent("Ann", true, 0)
	abandoned := s.Join()
	s.Advance(40 * time.Second)
	abandoned.Leave()
	first := s.Join()
	s.Advance(10 * time.Second)
	ann.Online()
	first.AwaitAgent()
	first.Send("hello")
	s.Advance(10 * time.Second)
	seat := ann.Take(first)
	seat.Send("hi")
	s.Advance(50 * time.Second)
	seat.Leave()
	s.Advance(30 * time.Second)
	if err := ann.Clear(first); err != nil {
		t.Fatal(err)
	}
	second := s.Join()
	second.AwaitAgent()
	s.Advance(20 * time.Second)
	second.Leave()
	s.Join(harness.WithFlow(s.Flow("Bye", harness.Say("bye")))) // its flow ends it
	all := []string{
		"CONTACTS_CREATED", "CONTACTS_QUEUED", "CONTACTS_HANDLED", "CONTACTS_ABANDONED", "CONTACTS_TRANSFERRED_OUT", "SERVICE_LEVEL<30", "SUM_CONTACTS_ANSWERED_IN_X<30",
		"SUM_CONTACTS_ABANDONED_IN_X<30", "AGENT_NON_RESPONSE",
	}
	harness.Await(t, "the numbers of the queue", waiting, func() error {
		if diff := cmp.Diff([]string{"TOTAL 3 3 2 1 0 66.66666666666667 2 0 0"}, metricData(t, s, connect.GetMetricDataV2Input{}, all...)); diff != "" {
			return fmt.Errorf("-want +got:\n%s", diff)
		}
		return nil
	})
	about := func(want float64, name string) {
		t.Helper()
		got := metricData(t, s, connect.GetMetricDataV2Input{}, name)
		var v float64
		if len(got) == 1 {
			_, _ = fmt.Sscanf(got[0], "TOTAL %g", &v)
		}
		if len(got) != 1 || v < want-0.01 || v > want+5 { // times are whole milliseconds, and the clock goes on while calls are made
			t.Errorf("%s is %q, want about %v", name, got, want)
		}
	}
	about(40, "AVG_ABANDON_TIME")
	about(5, "AVG_QUEUE_ANSWER_TIME")
	about(40, "AVG_INTERACTION_TIME")
	about(60+30, "AVG_HANDLE_TIME") // the second one's work is not over
	if err := ann.Clear(second); err != nil {
		t.Fatal(err)
	}
	about((60+30+20)/2, "AVG_HANDLE_TIME")
	messagesOf(t, s, first, about)
	timeOfAgent(t, s, ann.UserID)
	for _, c := range []struct {
		groupings []string
		want      []string
	}{
		{[]string{"QUEUE", "CHANNEL"}, []string{"TOTAL QUEUE CHANNEL 2 3"}},
		{[]string{"AGENT"}, []string{"TOTAL AGENT 2 2"}},
		{[]string{"AGENT", "QUEUE"}, []string{"TOTAL QUEUE AGENT 2 2"}},
		{[]string{"ROUTING_PROFILE"}, []string{"TOTAL 2 2"}},
	} {
		if diff := cmp.Diff(c.want, metricData(t, s, connect.GetMetricDataV2Input{Groupings: c.groupings}, "CONTACTS_HANDLED", "CONTACTS_QUEUED")); diff != "" {
			t.Errorf("by %v (-want +got):\n%s", c.groupings, diff)
		}
	}
	byReason := connect.GetMetricDataV2Input{Metrics: []types.MetricV2{{Name: aws.String("CONTACTS_HANDLED"), MetricFilters: []types.MetricFilterV2{
		{MetricFilterKey: aws.String("DISCONNECT_REASON"), MetricFilterValues: []string{"AGENT_DISCONNECT"}},
	}}}}
	if diff := cmp.Diff([]string{"TOTAL 1"}, metricData(t, s, byReason)); diff != "" {
		t.Errorf("those that the agent ended (-want +got):\n%s", diff)
	}
	now := s.Now().Truncate(time.Hour)
	hours := connect.GetMetricDataV2Input{
		StartTime: aws.Time(now.Add(-2 * time.Hour)), EndTime: aws.Time(s.Now()), MaxResults: aws.Int32(2),
		Interval: &types.IntervalDetails{IntervalPeriod: types.IntervalPeriodHour, TimeZone: aws.String("Asia/Kolkata")},
	}
	if rows := metricData(t, s, hours, "CONTACTS_QUEUED"); len(rows) < 3 || len(rows) > 4 { // the half hours of that zone cut it
		t.Errorf("by hours: %q", rows)
	}
	refusedMetricData(t, s)
}

// timeOfAgent: the agent was on contact for 60 + 30 + 20 seconds, is idle for 110 more, and then away.
func timeOfAgent(t *testing.T, s *harness.Server, id string) {
	t.Helper()
	s.Advance(110 * time.Second)
	in := connect.GetMetricDataV2Input{Filters: []types.FilterV2{{FilterKey: aws.String("AGENT"), FilterValues: []string{id}}}, Groupings: []string{"AGENT"}}
	names := []string{"SUM_CONTACT_TIME_AGENT", "SUM_IDLE_TIME_AGENT", "SUM_ONLINE_TIME_AGENT", "AGENT_OCCUPANCY", "SUM_NON_PRODUCTIVE_TIME_AGENT"}
	got := metricData(t, s, in, names...)
	var on, idle, online, occupancy, away float64
	if len(got) == 1 {
		_, _ = fmt.Sscanf(got[0], "TOTAL AGENT %g %g %g %g %g", &on, &idle, &online, &occupancy, &away)
	}
	const decimals = 0.01 // do not add up to the last digit
	if on < 110 || on > 120 || idle < 110 || idle > 120 || online < on+idle-decimals || online > on+idle+5 || occupancy < 45 || occupancy > 55 || away != 0 {
		t.Errorf("the agent's time is %q", got)
	}
	old, err := s.Connect().GetMetricData(ctx(), &connect.GetMetricDataInput{
		InstanceId: &s.InstanceID, StartTime: aws.Time(s.Now().Add(-time.Hour).Truncate(5 * time.Minute)), EndTime: aws.Time(s.Now().Add(10 * time.Minute).Truncate(5 * time.Minute)),
		Filters: &types.Filters{Channels: []types.Channel{types.ChannelChat}}, HistoricalMetrics: []types.HistoricalMetric{{Name: types.HistoricalMetricNameOccupancy}},
	})
	if err != nil || len(old.MetricResults) != 1 || aws.ToFloat64(old.MetricResults[0].Collections[0].Value) < 45 {
		t.Errorf("OCCUPANCY: %+v, %v", old, err)
	}
}

func refusedMetricData(t *testing.T, s *harness.Server) {
	metric := func(m types.MetricV2) connect.GetMetricDataV2Input {
		return connect.GetMetricDataV2Input{Metrics: []types.MetricV2{m}}
	}
	handled := []types.MetricV2{{Name: aws.String("CONTACTS_HANDLED")}}
	filter := func(key string, values ...string) connect.GetMetricDataV2Input {
		return connect.GetMetricDataV2Input{Metrics: handled, Filters: []types.FilterV2{{FilterKey: &key, FilterValues: values}}}
	}
	from := func(start, end time.Duration, period types.IntervalPeriod) connect.GetMetricDataV2Input {
		return connect.GetMetricDataV2Input{
			Metrics: handled, StartTime: aws.Time(s.Now().Add(-start)), EndTime: aws.Time(s.Now().Add(-end)), Interval: &types.IntervalDetails{IntervalPeriod: period},
		}
	}
	const day = 24 * time.Hour
	for name, in := range map[string]connect.GetMetricDataV2Input{
		"no metric":                 {Metrics: []types.MetricV2{}},
		"a metric of agents":        metric(types.MetricV2{Name: aws.String("SUM_IDLE_TIME_AGENT")}), // by queue,
		"a metric of cases":         metric(types.MetricV2{Name: aws.String("CASES_CREATED")}),
		"a metric of one's own":     metric(types.MetricV2{MetricId: aws.String("6a1ec5e4-0000-4000-8000-000000000001")}),
		"no threshold":              metric(types.MetricV2{Name: aws.String("SERVICE_LEVEL")}),
		"half a second":             metric(types.MetricV2{Name: aws.String("SERVICE_LEVEL"), Threshold: []types.ThresholdV2{{Comparison: aws.String("LT"), ThresholdValue: aws.Float64(0.5)}}}),
		"more than":                 metric(types.MetricV2{Name: aws.String("SERVICE_LEVEL"), Threshold: []types.ThresholdV2{{Comparison: aws.String("GT"), ThresholdValue: aws.Float64(5)}}}),
		"a threshold of a count":    metric(types.MetricV2{Name: aws.String("CONTACTS_HANDLED"), Threshold: []types.ThresholdV2{{Comparison: aws.String("LT"), ThresholdValue: aws.Float64(5)}}}),
		"a filter of another":       metric(types.MetricV2{Name: aws.String("CONTACTS_QUEUED"), MetricFilters: []types.MetricFilterV2{{MetricFilterKey: aws.String("INITIATION_METHOD"), MetricFilterValues: []string{"API"}}}}),
		"no resource":               filter("CHANNEL", "CHAT"),
		"a filter of voice":         filter("ANSWERING_MACHINE_DETECTION_STATUS", "HUMAN_ANSWERED"),
		"a grouping of cases":       {Metrics: handled, Groupings: []string{"CASE_STATUS"}},
		"a grouping twice":          {Metrics: handled, Groupings: []string{"QUEUE", "QUEUE"}},
		"created by agent":          {Metrics: []types.MetricV2{{Name: aws.String("CONTACTS_CREATED")}}, Groupings: []string{"AGENT"}},
		"36 days":                   from(36*day, 0, types.IntervalPeriodTotal),
		"4 days by quarter hours":   from(4*day, 0, types.IntervalPeriodFifteenMin),
		"backwards":                 from(time.Hour, 2*time.Hour, types.IntervalPeriodTotal),
		"tomorrow":                  from(time.Hour, -day, types.IntervalPeriodTotal),
		"four months ago":           from(120*day, 119*day, types.IntervalPeriodTotal),
		"a time zone that is not":   {Metrics: handled, Interval: &types.IntervalDetails{TimeZone: aws.String("Moon/Crater")}},
		"a flow instead of a queue": filter("QUEUE", s.InstanceARN+"/contact-flow/"+s.ContactFlowID),
	} {
		in.ResourceArn = &s.InstanceARN
		if in.Filters == nil {
			in.Filters = []types.FilterV2{{FilterKey: aws.String("QUEUE"), FilterValues: []string{basicQueue(t, s)}}}
		}
		if in.StartTime == nil {
			in.StartTime, in.EndTime = aws.Time(s.Now().Add(-time.Hour)), aws.Time(s.Now())
		}
		t.Log(name)
		_, err := s.Connect().GetMetricDataV2(ctx(), &in)
		harness.WantRefusal(t, err, 400, "InvalidParameterException")
	}
}

// TestGetMetricData: the older operation tells the same of the last day.
func TestGetMetricData(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	gone := s.Join()
	s.Advance(40 * time.Second)
	gone.Leave()
	s.Agent("Ann", true, 1).Online()
	taken := s.Join()
	taken.AwaitAgent()
	taken.Leave()
	end := s.Now().Truncate(5 * time.Minute).Add(5 * time.Minute)
	in := &connect.GetMetricDataInput{
		InstanceId: &s.InstanceID, StartTime: aws.Time(end.Add(-time.Hour)), EndTime: &end, Filters: &types.Filters{Queues: []string{basicQueue(t, s)}},
		Groupings: []types.Grouping{types.GroupingQueue, types.GroupingChannel},
	}
	count := func(name types.HistoricalMetricName) {
		in.HistoricalMetrics = append(in.HistoricalMetrics, types.HistoricalMetric{Name: name, Unit: types.UnitCount, Statistic: types.StatisticSum})
	}
	for _, name := range []types.HistoricalMetricName{"CONTACTS_QUEUED", "CONTACTS_HANDLED", "CONTACTS_ABANDONED", "API_CONTACTS_HANDLED", "CONTACTS_HANDLED_INCOMING", "CONTACTS_TRANSFERRED_IN"} {
		count(name)
	}
	in.HistoricalMetrics = append(in.HistoricalMetrics, types.HistoricalMetric{
		Name: "SERVICE_LEVEL", Unit: types.UnitPercent, Statistic: types.StatisticAvg, Threshold: &types.Threshold{Comparison: types.ComparisonLt, ThresholdValue: aws.Float64(30)},
	})
	harness.Await(t, "the numbers", waiting, func() error {
		out, err := s.Connect().GetMetricData(ctx(), in)
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, r := range out.MetricResults {
			if aws.ToString(r.Dimensions.Queue.Id) != basicQueue(t, s) || r.Dimensions.Channel != types.ChannelChat {
				t.Errorf("dimensions %+v", r.Dimensions)
			}
			for _, c := range r.Collections {
				got = append(got, aws.ToFloat64(c.Value))
			}
		}
		if diff := cmp.Diff([]float64{2, 1, 1, 1, 0, 0, 50}, got); diff != "" {
			return fmt.Errorf("-want +got:\n%s", diff)
		}
		return nil
	})
	for name, change := range map[string]func(*connect.GetMetricDataInput){
		"a minute":   func(in *connect.GetMetricDataInput) { in.StartTime = aws.Time(in.StartTime.Add(time.Minute)) },
		"yesterday":  func(in *connect.GetMetricDataInput) { in.StartTime = aws.Time(in.StartTime.Add(-25 * time.Hour)) },
		"backwards":  func(in *connect.GetMetricDataInput) { in.EndTime = in.StartTime },
		"no filter":  func(in *connect.GetMetricDataInput) { in.Filters = &types.Filters{} },
		"by profile": func(in *connect.GetMetricDataInput) { in.Groupings = []types.Grouping{types.GroupingRoutingProfile} },
		"consulted": func(in *connect.GetMetricDataInput) {
			in.HistoricalMetrics = []types.HistoricalMetric{{Name: "CONTACTS_CONSULTED"}}
		},
		"the mean of counts": func(in *connect.GetMetricDataInput) {
			in.HistoricalMetrics = []types.HistoricalMetric{{Name: "CONTACTS_QUEUED", Statistic: types.StatisticAvg}}
		},
		"of a profile": func(in *connect.GetMetricDataInput) { in.Filters = &types.Filters{RoutingProfiles: []string{"x"}} },
	} {
		other := *in
		change(&other)
		t.Log(name)
		_, err := s.Connect().GetMetricData(ctx(), &other)
		harness.WantRefusal(t, err, 400, "InvalidParameterException")
	}
}

// messagesOf holds what is told of messages against the chat in which customer and agent said one thing each.
func messagesOf(t *testing.T, s *harness.Server, chat *harness.Chat, about func(float64, string)) {
	t.Helper()
	var m *types.ChatMetrics
	harness.Await(t, "the count of messages", waiting, func() error {
		if m = chat.Describe().ChatMetrics; m == nil {
			return errors.New("the contact has none")
		}
		rows := metricData(t, s, connect.GetMetricDataV2Input{}, "AVG_MESSAGES_CUSTOMER", "AVG_MESSAGES_AGENT", "AVG_MESSAGE_LENGTH_CUSTOMER", "AVG_MESSAGE_LENGTH_AGENT")
		if diff := cmp.Diff([]string{"TOTAL 0.3333333333333333 0.5 5 2"}, rows); diff != "" {
			return fmt.Errorf("-want +got:\n%s", diff)
		}
		return nil
	})
	k, agent, customer := m.ChatContactMetrics, m.AgentMetrics, m.CustomerMetrics
	if aws.ToInt32(k.TotalMessages) != 2+aws.ToInt32(k.TotalBotMessages) || aws.ToInt32(k.ConversationTurnCount) != 1 || aws.ToInt64(k.ConversationCloseTimeInMillis) < 60_000 ||
		aws.ToInt64(k.AgentFirstResponseTimeInMillis) < 10_000 || agent.NumResponses == nil || *agent.NumResponses != 1 || aws.ToInt32(agent.MessageLengthInChars) != 2 ||
		agent.ParticipantType != types.ParticipantTypeAgent || aws.ToInt32(customer.MessagesSent) != 1 || aws.ToString(customer.ParticipantId) != chat.ParticipantID {
		t.Errorf("DescribeContact tells %+v, %+v, %+v", k, agent, customer)
	}
	about(10, "AVG_RESPONSE_TIME_AGENT")
	about(10, "AVG_FIRST_RESPONSE_TIME_AGENT")
	about(20, "AVG_CONTACT_FIRST_RESPONSE_TIME_AGENT")
	about(60, "AVG_CONVERSATION_CLOSE_TIME")
	if rows := metricData(t, s, connect.GetMetricDataV2Input{}, "AVG_RESPONSE_TIME_CUSTOMER"); len(rows) > 0 {
		t.Errorf("nobody answered the agent, and AVG_RESPONSE_TIME_CUSTOMER is %q", rows)
	}
}
