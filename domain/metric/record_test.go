package metric_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/metric"
	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/talk"
)

func TestOf(t *testing.T) {
	r := record.Record{
		Method: "API", NextID: "c2", NextMethod: "DISCONNECT", InitiatedAt: at(0), ConnectedAt: at(1), EnqueuedAt: at(2), DequeuedAt: at(3), DisconnectedAt: at(9), DisconnectReason: "AGENT_DISCONNECT",
		QueueID: "tea", Declined: []session.Declined{{UserID: "ben", Why: session.Rejected}, {UserID: "eve", Why: session.Withdrawn}}, Rating: new(4),
		Agent: &record.Agent{UserID: "ann", ProfileID: "p", Groups: []string{"north"}, ConnectedAt: at(3), LeftAt: at(9), WorkBegan: at(9), WorkEnded: at(11)},
		Talk:  &talk.Metrics{Messages: 3},
	}
	want := &metric.Contact{
		Queue: "tea", Agent: metric.Agent{ID: "ann", Profile: "p", Groups: []string{"north"}}, Method: "API", Reason: "AGENT_DISCONNECT", Subtype: "connect:Chat",
		Initiated: at(0), Connected: at(1), Enqueued: at(2), Dequeued: at(3), Answered: at(3), Left: at(9), WorkBegan: at(9), WorkEnded: at(11), Ended: at(9),
		Followed: true, Rating: new(4.0), Talk: &talk.Metrics{Messages: 3}, Missed: []metric.Miss{{Agent: metric.Agent{ID: "ben"}}, {Agent: metric.Agent{ID: "eve"}, Withdrawn: true}},
	}
	got, ok := metric.Of(&r)
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v (-want +got):\n%s", ok, diff)
	}
	for says, change := range map[string]func(*record.Record){
		"sent on": func(r *record.Record) { r.NextMethod = "TRANSFER" },
		"kept": func(r *record.Record) {
			r.NextMethod, r.DisconnectReason = "QUEUE_TRANSFER", "AGENT_NETWORK_DISCONNECT"
		},
	} {
		other := r
		change(&other)
		if got, _ := metric.Of(&other); got.Transferred != (says == "sent on") {
			t.Errorf("%s: transferred %v", says, got.Transferred)
		}
	}
	own := r
	own.AgentQueue = true
	if got, _ := metric.Of(&own); got.Queue != "" {
		t.Errorf("from an agent's own queue: queue %q", got.Queue)
	}
	watched, guide := r, r
	watched.Method, guide.GuideOf = "MONITOR", "c0"
	for _, other := range []*record.Record{&watched, &guide} {
		if _, ok := metric.Of(other); ok {
			t.Errorf("counts: %+v", other)
		}
	}
}

func TestRatings(t *testing.T) {
	q := &metric.Query{
		Groups: []metric.Dimension{metric.User}, Intervals: []metric.Interval{{Start: at(0), End: at(10)}},
		Asks: []metric.Ask{{Definition: metric.RatingCount()}, {Definition: metric.RatingMean()}},
	}
	ann := metric.Agent{ID: "ann"}
	tally := q.Count()
	if err := tally.Add(metric.AtEnd, each([]*metric.Contact{
		{Agent: ann, Ended: at(1), Rating: new(4.0)}, {Agent: ann, Ended: at(2)}, {Agent: ann, Ended: at(3), Rating: new(1.0)}, {Agent: metric.Agent{ID: "ben"}, Ended: at(3)},
	})); err != nil {
		t.Fatal(err)
	}
	rows := tally.Rows()
	if len(rows) != 1 || rows[0].Group[0] != "ann" {
		t.Fatalf("rows %+v", rows)
	}
	n, _ := rows[0].Value(0)
	mean, ok := rows[0].Value(1)
	if n != 2 || mean != 2.5 || !ok {
		t.Errorf("%v ratings, on average %v", n, mean)
	}
}
