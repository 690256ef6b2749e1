package metric_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/metric"
	"parley/domain/talk"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// at is so many seconds after noon.
func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

// contacts are: one that Ann answered after 10 s and had for 60 s, with 30 s of work after it; one that she sent on after 40 s, and that one, which
// Ben answered after 20 s and still works on; one that was abandoned after 25 s; one that left its flow without a queue; one that waits on;
// one that a flow sent from queue to queue after 15 s.
func contacts() []*metric.Contact {
	ann := metric.Agent{ID: "ann", Profile: "p", Groups: []string{"world", "north"}}
	ben := metric.Agent{ID: "ben", Profile: "q", Groups: []string{"world"}}
	return []*metric.Contact{
		{
			Queue: "tea", Agent: ann, Method: "API", Reason: "AGENT_DISCONNECT", Initiated: at(0), Connected: at(1), Enqueued: at(5), Dequeued: at(15), Answered: at(15),
			Left: at(75), WorkBegan: at(75), WorkEnded: at(105), Ended: at(75), Missed: []metric.Miss{{Agent: ben}, {Agent: ben}},
			Talk: &talk.Metrics{
				Messages: 9, Turns: 2, First: at(18), Bot: talk.Share{Messages: 1, Chars: 30},
				Agent:    talk.Party{Share: talk.Share{Messages: 5, Chars: 100}, Responses: 2, Took: 9 * time.Second},
				Customer: talk.Party{Share: talk.Share{Messages: 3, Chars: 20}, Last: at(70), Responses: 1, Took: 4 * time.Second},
			},
		},
		{
			Queue: "tea", Agent: ann, Method: "API", Initiated: at(100), Connected: at(100), Enqueued: at(100), Dequeued: at(110), Answered: at(110),
			Left: at(150), WorkBegan: at(150), WorkEnded: at(150), Ended: at(150), Followed: true, Transferred: true,
		},
		{
			Queue: "ale", Agent: ben, Method: "TRANSFER", Reason: "CUSTOMER_DISCONNECT", Initiated: at(150), Connected: at(150), Enqueued: at(152), Dequeued: at(172), Answered: at(172),
			Left: at(200), WorkBegan: at(200), Ended: at(200),
			Talk: &talk.Metrics{Messages: 1, Agent: talk.Party{Share: talk.Share{Messages: 1, Chars: 20}, Responses: 1, Took: 3 * time.Second}, First: at(180)},
		},
		{Queue: "ale", Method: "API", Reason: "CUSTOMER_DISCONNECT", Initiated: at(900), Connected: at(900), Enqueued: at(903), Dequeued: at(928), Ended: at(928), Missed: []metric.Miss{{Agent: ann, Withdrawn: true}}},
		{Method: "API", Reason: "CONTACT_FLOW_DISCONNECT", Initiated: at(901), Connected: at(901), Ended: at(911), Talk: &talk.Metrics{Messages: 2, Bot: talk.Share{Messages: 2, Chars: 9}}},
		{Queue: "tea", Method: "API", Initiated: at(950), Connected: at(950), Enqueued: at(951)},
		{Queue: "tea", Method: "API", Initiated: at(1000), Connected: at(1000), Enqueued: at(1000), Dequeued: at(1015), Ended: at(1015), Followed: true, Transferred: true},
	}
}

func each(all []*metric.Contact) iter.Seq2[*metric.Contact, error] {
	return func(yield func(*metric.Contact, error) bool) {
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// run spells the rows of a query: group@interval: values.
func run(t *testing.T, q *metric.Query) (rows []string) {
	t.Helper()
	tally := q.Count()
	for _, s := range q.Stamps() {
		if err := tally.Add(s, each(contacts())); err != nil {
			t.Fatal(err)
		}
	}
	return spelled(q, tally)
}

// spelled are the rows of a tally.
func spelled(q *metric.Query, tally *metric.Tally) (rows []string) {
	for _, r := range tally.Rows() {
		text := fmt.Sprintf("%s@%d:", strings.Join(r.Group, "/"), int(r.Interval.Start.Sub(noon).Seconds()))
		for n := range q.Asks {
			if v, ok := r.Value(n); ok {
				text += fmt.Sprintf(" %.4g", v)
			} else {
				text += " null"
			}
		}
		rows = append(rows, text)
	}
	return rows
}

// ask reads "NAME", "NAME<20" and "NAME<=20".
func ask(t *testing.T, text string) metric.Ask {
	t.Helper()
	name, limit, bounded := strings.Cut(text, "<")
	d, why, ok := metric.Find(name)
	if !ok || d.Threshold != bounded {
		t.Fatalf("%s: %v %q, threshold %v", name, ok, why, d.Threshold)
	}
	a := metric.Ask{Definition: d}
	if bounded {
		limit, a.Limit.Inclusive = strings.CutPrefix(limit, "=")
		if _, err := fmt.Sscan(limit, &a.Limit.Seconds); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func query(t *testing.T, asks string, groups ...metric.Dimension) *metric.Query {
	t.Helper()
	q := &metric.Query{Groups: groups, Intervals: []metric.Interval{{Start: at(0), End: at(3600)}}}
	for _, a := range strings.Fields(asks) {
		q.Asks = append(q.Asks, ask(t, a))
	}
	return q
}

func TestMetrics(t *testing.T) {
	for asks, want := range map[string]string{
		"CONTACTS_CREATED":                             "7",
		"CONTACTS_QUEUED":                              "5",
		"CONTACTS_QUEUED_BY_ENQUEUE":                   "6",
		"CONTACTS_HANDLED":                             "3",
		"CONTACTS_HANDLED_BY_CONNECTED_TO_AGENT":       "3",
		"CONTACTS_HANDLED_CONNECTED_TO_AGENT_TIME":     "3",
		"CONTACTS_ABANDONED":                           "1",
		"SUM_CONTACTS_DISCONNECTED":                    "1",
		"CONTACTS_TRANSFERRED_OUT":                     "2",
		"CONTACTS_TRANSFERRED_OUT_BY_AGENT":            "1",
		"CONTACTS_TRANSFERRED_OUT_INTERNAL":            "1",
		"CONTACTS_TRANSFERRED_OUT_EXTERNAL":            "0",
		"CONTACTS_TRANSFERRED_OUT_FROM_QUEUE":          "1",
		"CONTACTS_REMOVED_FROM_QUEUE_IN_X<20":          "3",
		"CONTACTS_REMOVED_FROM_QUEUE_IN_X<=20":         "4",
		"SUM_CONTACTS_ANSWERED_IN_X<20":                "2",
		"SUM_CONTACTS_ANSWERED_IN_X<=20":               "3",
		"SUM_CONTACTS_ABANDONED_IN_X<25":               "0",
		"SUM_CONTACTS_ABANDONED_IN_X<=25":              "1",
		"CONTACTS_RESOLVED_IN_X<51":                    "5", // 105, 50, 50, 28, 10, 15 seconds
		"AGENT_NON_RESPONSE":                           "3",
		"AGENT_NON_RESPONSE_WITHOUT_CUSTOMER_ABANDONS": "2",
		"AGENT_ANSWER_RATE":                            "50",
		"ABANDONMENT_RATE":                             "20",
		"SERVICE_LEVEL<20":                             "60",
		"SERVICE_LEVEL<=20":                            "80",
		"AVG_MESSAGES":                                 "4", // 9, 1, 2; of the others they were not counted
		"AVG_MESSAGES_BOT":                             "1",
		"AVG_MESSAGES_CUSTOMER":                        "1",
		"AVG_MESSAGES_AGENT":                           "3",     // the third had no agent
		"AVG_MESSAGE_LENGTH_AGENT":                     "20",    // 120 in 6
		"AVG_MESSAGE_LENGTH_CUSTOMER":                  "6.667", // 20 in 3
		"AVG_RESPONSE_TIME_AGENT":                      "4",     // 12 for 3
		"AVG_RESPONSE_TIME_CUSTOMER":                   "4",
		"AVG_FIRST_RESPONSE_TIME_AGENT":                "5.5", // 3 and 8
		"AVG_CONTACT_FIRST_RESPONSE_TIME_AGENT":        "20.5",
		"AVG_CONVERSATION_CLOSE_TIME":                  "5",
		"AVG_QUEUE_ANSWER_TIME":                        "13.33", // 10, 10, 20
		"AVG_ABANDON_TIME":                             "25",
		"MAX_QUEUED_TIME":                              "25",
		"AVG_INTERACTION_TIME":                         "42.67", // 60, 40, 28
		"SUM_INTERACTION_TIME":                         "128",
		"AVG_INTERACTION_AND_HOLD_TIME":                "42.67",
		"SUM_INTERACTION_AND_HOLD_TIME":                "128",
		"AVG_AFTER_CONTACT_WORK_TIME":                  "15", // 30 and 0; Ben's is not over
		"SUM_AFTER_CONTACT_WORK_TIME":                  "30",
		"AVG_HANDLE_TIME":                              "65", // 90 and 40
		"SUM_HANDLE_TIME":                              "130",
		"AVG_CONTACT_DURATION":                         "38", // 75, 50, 50, 28, 10, 15
		"AVG_RESOLUTION_TIME":                          "43",
		"SUM_CONTACT_FLOW_TIME":                        "19", // 4, 0, 2, 3, 10, 0
		"CONTACTS_HOLD_ABANDONS":                       "0",
		"CONTACTS_PUT_ON_HOLD":                         "0",
		"CONTACTS_ON_HOLD_AGENT_DISCONNECT":            "0",
		"CONTACTS_ON_HOLD_CUSTOMER_DISCONNECT":         "0",
		"SUM_HOLD_TIME":                                "0",
		"AVG_HOLD_TIME":                                "null",
		"AVG_HOLD_TIME_ALL_CONTACTS":                   "0",
	} {
		q := query(t, "CONTACTS_QUEUED "+asks) // the first: a metric that counts nothing has no row of its own
		if got, want := run(t, q), []string{"@0: 5 " + want}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", asks, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	asks := "CONTACTS_HANDLED AVG_HANDLE_TIME AGENT_NON_RESPONSE"
	for _, c := range []struct {
		groups []metric.Dimension
		want   []string
	}{
		{[]metric.Dimension{metric.Queue}, []string{"ale@0: 1 null 1", "tea@0: 2 65 2"}},
		{[]metric.Dimension{metric.User}, []string{"ann@0: 2 65 1", "ben@0: 1 null 2"}},
		{[]metric.Dimension{metric.User, metric.Queue}, []string{"ann/ale@0: 0 null 1", "ann/tea@0: 2 65 0", "ben/ale@0: 1 null 0", "ben/tea@0: 0 null 2"}},
		{[]metric.Dimension{metric.Profile}, []string{"p@0: 2 65 1", "q@0: 1 null 2"}},
		{[]metric.Dimension{metric.LevelOne}, []string{"world@0: 3 65 3"}},
		{[]metric.Dimension{metric.LevelTwo}, []string{"north@0: 2 65 1"}},
		{[]metric.Dimension{metric.Channel}, []string{"CHAT@0: 3 65 3"}},
		{[]metric.Dimension{metric.LevelThree}, nil},
	} {
		if diff := cmp.Diff(c.want, run(t, query(t, asks, c.groups...))); diff != "" {
			t.Errorf("by %v (-want +got):\n%s", c.groups, diff)
		}
	}
}

func TestFilters(t *testing.T) {
	q := query(t, "CONTACTS_HANDLED AGENT_NON_RESPONSE")
	q.Filters = map[metric.Dimension][]string{metric.Queue: {"tea"}, metric.User: {"ann", "nobody"}}
	if got, want := run(t, q), []string{"@0: 2 0"}; !slices.Equal(got, want) {
		t.Errorf("of Ann from tea: %q, want %q", got, want)
	}
	q = query(t, "CONTACTS_CREATED CONTACTS_CREATED CONTACTS_HANDLED")
	q.Asks[0].Only = []metric.Only{{By: metric.Method, Values: []string{"API", "CHAT"}}}
	q.Asks[1].Only = []metric.Only{{By: metric.Method, Values: []string{"API"}, Negate: true}}
	q.Asks[2].Only = []metric.Only{{By: metric.Method, Values: []string{"API"}}, {By: metric.Reason, Values: []string{"AGENT_DISCONNECT"}}}
	if got, want := run(t, q), []string{"@0: 6 1 1"}; !slices.Equal(got, want) {
		t.Errorf("with filters of metrics: %q, want %q", got, want)
	}
	q.Filters = map[metric.Dimension][]string{metric.Queue: {"none"}}
	if got := run(t, q); got != nil {
		t.Errorf("of a queue that nothing came to: %q", got)
	}
}

// A contact counts in the interval of its stamp: at its start, and no more at its end.
func TestIntervals(t *testing.T) {
	q := query(t, "CONTACTS_CREATED CONTACTS_QUEUED", metric.Queue)
	q.Intervals = metric.Split(metric.Interval{Start: at(75), End: at(2700)}, metric.FifteenMinutes, time.UTC)
	want := []string{
		"ale@75: 1 1", "ale@900: 1 1", "ale@1800: 0 0",
		"tea@75: 1 2", "tea@900: 2 1", "tea@1800: 0 0", // the first contact began before the first interval, and ended where that begins
	}
	if diff := cmp.Diff(want, run(t, q)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSplit(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		start, end string
		period     metric.Period
		zone       *time.Location
		want       string
	}{
		{"2026-05-04T12:00:00Z", "2026-05-04T13:00:00Z", metric.ThirtyMinutes, time.UTC, "12:00 12:30"},
		{"2026-05-04T12:20:10Z", "2026-05-04T12:50:00Z", metric.FifteenMinutes, time.UTC, "12:20 12:30 12:45"},
		{"2026-05-04T12:00:00Z", "2026-05-04T13:00:00Z", metric.Hour, kolkata, "12:00 12:30"}, // 17:30 there
		{"2026-05-04T12:00:00Z", "2026-06-04T12:00:00Z", metric.Total, berlin, "12:00"},
		{"2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z", metric.Day, berlin, "23:00 22:00"}, // 23 hours: summer time begins
		{"2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", metric.Day, berlin, "22:00"},       // 25 hours
		{"2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z", metric.Hour, berlin, "00:30 01:00 02:00"},
		{"2026-05-04T00:00:00Z", "2026-05-18T00:00:00Z", metric.Week, time.UTC, "00:00 00:00 00:00"}, // a Monday
		{"2026-05-04T12:00:00Z", "2026-05-04T12:00:00Z", metric.Hour, time.UTC, ""},
	} {
		start, _ := time.Parse(time.RFC3339, c.start)
		end, _ := time.Parse(time.RFC3339, c.end)
		var got []string
		last := start
		for _, i := range metric.Split(metric.Interval{Start: start, End: end}, c.period, c.zone) {
			got = append(got, i.Start.UTC().Format("15:04"))
			if !i.Start.Equal(last) || !i.End.After(i.Start) {
				t.Errorf("%s by %s: %v does not follow %v", c.start, c.period, i, last)
			}
			last = i.End
		}
		if !last.Equal(end) || strings.Join(got, " ") != c.want {
			t.Errorf("%s by %s until %v: %q, want %q", c.start, c.period, last, got, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	for name, says := range map[string]string{
		"SUM_CONNECTING_TIME_AGENT": "offer", "AGENT_SCHEDULED_TIME": "scheduled", "AGENT_ADHERENT_TIME": "scheduled",
		"CONVERSATIONS_ABANDONED": "abandoned", "AVG_CONVERSATION_DURATION": "not there for chats", "CASES_CREATED": "not there for chats",
	} {
		if _, why, ok := metric.Find(name); ok || !strings.Contains(why, says) {
			t.Errorf("%s: %v %q", name, ok, why)
		}
	}
	for name, by := range map[string]map[metric.Dimension]bool{
		"CONTACTS_CREATED": {metric.Queue: true, metric.User: false, metric.LevelTwo: false, metric.Profile: true, metric.Method: true, metric.Reason: false},
		"CONTACTS_HANDLED": {metric.User: true, metric.LevelFive: true, metric.Method: true, metric.Reason: true, "FEATURE": false},
	} {
		d, _, _ := metric.Find(name)
		for dimension, want := range by {
			if got := d.By(dimension); got != want {
				t.Errorf("%s by %s: %v", name, dimension, got)
			}
		}
	}
}
