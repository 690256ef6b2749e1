package metric_test

import (
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/agent"
	"parley/domain/metric"
)

// worked are: Ann, idle for 60 s, with a chat for 30 s, at lunch for 10 s; Ben, idle for 5 s, called for 5 s, with a missed contact for 20 s.
func worked() iter.Seq2[*metric.Span, error] {
	ann := metric.Agent{ID: "ann", Profile: "p", Groups: []string{"world", "north"}}
	ben := metric.Agent{ID: "ben", Profile: "q", Groups: []string{"world"}}
	span := func(a metric.Agent, doing agent.Doing, from, until int) *metric.Span {
		return &metric.Span{Agent: a, Doing: doing, Interval: metric.Interval{Start: at(from), End: at(until)}}
	}
	return func(yield func(*metric.Span, error) bool) {
		for _, s := range []*metric.Span{
			span(ann, agent.Idle, 0, 60), span(ann, agent.OnContact, 60, 90), span(ann, agent.Away, 90, 100),
			span(ben, agent.Idle, 70, 75), span(ben, agent.Called, 75, 80), span(ben, agent.Stuck, 80, 100),
		} {
			if !yield(s, nil) {
				return
			}
		}
	}
}

func TestTimeOfAgents(t *testing.T) {
	ask := func(q metric.Query, names ...string) (rows []string) {
		for _, name := range names {
			d, why, ok := metric.Find(name)
			if !ok {
				t.Fatalf("%s: %s", name, why)
			}
			q.Asks = append(q.Asks, metric.Ask{Definition: d})
		}
		tally := q.Count()
		if err := tally.AddSpans(worked()); err != nil {
			t.Fatal(err)
		}
		return spelled(&q, tally)
	}
	whole := []metric.Interval{{Start: at(-100), End: at(1000)}}
	all := []string{"SUM_ONLINE_TIME_AGENT", "SUM_IDLE_TIME_AGENT", "SUM_CONTACT_TIME_AGENT", "SUM_ERROR_STATUS_TIME_AGENT", "SUM_NON_PRODUCTIVE_TIME_AGENT"}
	for what, c := range map[string]struct {
		got, want []string
	}{
		"all":      {ask(metric.Query{Intervals: whole}, all...), []string{"@-100: 130 85 30 20 10"}},
		"by agent": {ask(metric.Query{Intervals: whole, Groups: []metric.Dimension{metric.User}}, all...), []string{"ann@-100: 100 60 30 0 10", "ben@-100: 30 25 0 20 0"}},
		"by level": {ask(metric.Query{Intervals: whole, Groups: []metric.Dimension{metric.LevelTwo}}, all[0]), []string{"north@-100: 100"}},
		"one":      {ask(metric.Query{Intervals: whole, Filters: map[metric.Dimension][]string{metric.Profile: {"q"}}}, all[0]), []string{"@-100: 30"}},
		"parts": {ask(metric.Query{Groups: []metric.Dimension{metric.User}, Intervals: []metric.Interval{{Start: at(50), End: at(75)}, {Start: at(75), End: at(95)}}}, all[0], "AGENT_OCCUPANCY"),
			[]string{"ann@50: 25 60", "ann@75: 20 100", "ben@50: 5 0", "ben@75: 20 0"}},
		"nothing to be a part of": {ask(metric.Query{Intervals: []metric.Interval{{Start: at(75), End: at(80)}}, Filters: map[metric.Dimension][]string{metric.User: {"ben"}}}, "AGENT_OCCUPANCY"), []string{"@75: null"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	for by, want := range map[metric.Dimension]bool{metric.User: true, metric.Profile: true, metric.LevelFive: true, metric.Queue: false, metric.Channel: false, metric.Method: false, metric.Subtype: false} {
		d, _, _ := metric.Find("AGENT_OCCUPANCY")
		if got := d.By(by); got != want {
			t.Errorf("occupancy by %s: %v", by, got)
		}
	}
}
