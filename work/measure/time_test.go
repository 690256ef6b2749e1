package measure_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/metric"
	"parley/internal/fault"
	"parley/store"
	"parley/store/storetest"
	"parley/work/measure"
	"parley/work/resource"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// office is a store in which agents work.
type office struct {
	t   *testing.T
	st  store.Store
	now time.Time
}

// status puts a user of an instance into a status, some time after what happened last.
func (o *office) status(instance, user string, kind agent.StatusKind, after time.Duration) {
	o.t.Helper()
	o.now = o.now.Add(after)
	a := agent.New(instance, user, agent.Status{ID: "off", Kind: agent.Offline}, o.now)
	row, err := o.st.Resource(o.t.Context(), instance, agent.Kind, user)
	if err == nil {
		a, err = agent.Parse(instance, user, row.Version, row.Document)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		o.t.Fatal(err)
	}
	if a, err = a.SetStatus(agent.Status{ID: string(kind), Kind: kind}, o.now); err != nil {
		o.t.Fatal(err)
	}
	rows, err := a.Written(o.now)
	if err == nil {
		_, err = o.st.Commit(o.t.Context(), &change.Set{ID: resource.NewID(), At: o.now, Resources: rows})
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) clock(st store.Store) measure.Clock {
	return measure.Clock{Store: st, Now: func() time.Time { return o.now }, Staff: func(_ context.Context, _, user string) (metric.Agent, error) {
		if user == "gone" {
			return metric.Agent{}, fault.New(fault.NotFound, "no such user")
		}
		return metric.Agent{ID: user, Profile: "p"}, nil
	}}
}

// idle are the seconds that users of an instance were idle in an interval.
func idle(t *testing.T, c measure.Clock, instance string, from, until time.Time) map[string]float64 {
	t.Helper()
	d, _, _ := metric.Find("SUM_IDLE_TIME_AGENT")
	q := &metric.Query{Asks: []metric.Ask{{Definition: d}}, Groups: []metric.Dimension{metric.User}, Intervals: []metric.Interval{{Start: from, End: until}}}
	tally := q.Count()
	if err := tally.AddSpans(c.Spans(t.Context(), instance, q.Intervals[0])); err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, r := range tally.Rows() {
		sums[r.Group[0]], _ = r.Value(0)
	}
	return sums
}

// Time counts in the interval in which it was spent, in its instance, whether it is a row by now, noted with the agent, or goes on.
func TestSpans(t *testing.T) {
	o := &office{t, storetest.NewMemory(), noon}
	for range 40 { // more than are noted with the agent
		o.status("i", "ann", agent.Routable, 0)
		o.status("i", "ann", agent.Custom, time.Minute)
	}
	o.status("i", "gone", agent.Routable, 0)
	o.status("j", "eve", agent.Routable, 0)
	o.status("i", "gone", agent.Offline, 30*time.Hour)
	o.status("i", "ann", agent.Routable, 0)
	o.now = o.now.Add(time.Minute)
	c := o.clock(o.st)
	for name, w := range map[string]struct {
		from, until time.Time
		want        map[string]float64
	}{
		"all":                 {noon, o.now, map[string]float64{"ann": 41 * 60, "gone": 30 * 3600}},
		"half of the first":   {noon.Add(-time.Hour), noon.Add(30 * time.Second), map[string]float64{"ann": 30}},
		"in the long one":     {noon.Add(10 * time.Hour), noon.Add(11 * time.Hour), map[string]float64{"gone": 3600, "ann": 0}},
		"the last minute":     {o.now.Add(-time.Minute), o.now, map[string]float64{"ann": 60}},
		"what is still to be": {o.now, o.now.Add(time.Hour), map[string]float64{}},
	} {
		got := idle(t, c, "i", w.from, w.until)
		for user, seconds := range got {
			if seconds == 0 {
				delete(got, user)
				delete(w.want, user)
			}
		}
		if diff := cmp.Diff(w.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// busy is a store in which an agent goes on while it is read.
type busy struct {
	store.Store
	between func()
}

func (b *busy) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	if kind == agent.KindTime && b.between != nil {
		between := b.between
		b.between = nil
		between()
	}
	return b.Store.Resources(ctx, instance, kind, after, limit)
}

// What becomes a row between the reads counts once.
func TestNothingCountsTwice(t *testing.T) {
	o := &office{t, storetest.NewMemory(), noon}
	for range 5 {
		o.status("i", "ann", agent.Routable, 0)
		o.status("i", "ann", agent.Custom, time.Minute)
	}
	end := o.now
	st := &busy{o.st, func() {
		for range 30 {
			o.status("i", "ann", agent.Routable, 0)
			o.status("i", "ann", agent.Custom, time.Minute)
		}
	}}
	if got := idle(t, o.clock(st), "i", noon, end)["ann"]; got != 300 {
		t.Errorf("ann was idle for %v seconds, want 300", got)
	}
}

// What nobody can ask for any more is deleted, and with an instance all of it.
func TestForget(t *testing.T) {
	o := &office{t, storetest.NewMemory(), noon}
	for _, instance := range []string{"a", "b", "c"} {
		for _, after := range []time.Duration{0, 2 * time.Hour, 95 * 24 * time.Hour, 2 * time.Hour} {
			o.status(instance, "ann", agent.Routable, 0)
			o.status(instance, "ann", agent.Custom, after)
		}
	}
	if err := o.clock(o.st).Forget(t.Context(), func(_ context.Context, instance string) (bool, error) { return instance != "b", nil }); err != nil {
		t.Fatal(err)
	}
	rows, err := o.st.Resources(t.Context(), "", agent.KindTime, "", 1_000)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	kept := map[byte]int{}
	for _, row := range rows {
		kept[row.ID[0]]++
		if row.ID[2:] < agent.TimeID("", o.now.Add(-agent.TimeKept), "")[1:] {
			t.Errorf("row %s is still there", row.ID)
		}
	}
	if kept['b'] != 0 || kept['c'] < 90 {
		t.Errorf("rows by instance: %v", kept)
	}
}
