package alert_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/alert"
	"parley/domain/metric"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func ago(seconds int) time.Time { return noon.Add(-time.Duration(seconds) * time.Second) }

func waits(seconds ...int) (all []time.Duration) {
	for _, s := range seconds {
		all = append(all, time.Duration(s)*time.Second)
	}
	return all
}

func TestLongest(t *testing.T) {
	l := alert.Limits{WaitSeconds: new(60)}
	for want, w := range map[string][]time.Duration{"false 0": nil, "false 60": waits(60, 3), "true 61": waits(2, 61, 5)} {
		if f := l.Longest("tea", w); fmt.Sprintf("%v %v", f.Broken, f.Value) != want || f.Limit != 60 || f.Kind != alert.LongestWait || f.Queue != "tea" {
			t.Errorf("%v: %+v, want %s", w, f, want)
		}
	}
}

// An alert that was raised at one limit is cleared at another one, if there is one; in between it stands, and none is raised.
func TestBetweenTheLimits(t *testing.T) {
	both := alert.Limits{WaitSeconds: new(60), WaitClearSeconds: new(20), Level: &alert.Level{Percent: 50, ClearPercent: new(75), Seconds: 30, Minutes: 10}}
	one := alert.Limits{WaitSeconds: both.WaitSeconds, Level: &alert.Level{Percent: 50, Seconds: 30, Minutes: 10}}
	level := func(l alert.Limits, in, late int) alert.Finding {
		var all []*metric.Contact
		for range in {
			all = append(all, answered("tea", 1, 1))
		}
		for range late {
			all = append(all, answered("tea", 31, 1))
		}
		return l.Hold("tea", noon, alert.Left{Answered: slices.Values(all), Ended: slices.Values([]*metric.Contact(nil))}, nil)
	}
	for _, c := range []struct {
		what   string
		f      alert.Finding
		raises bool
		clears bool
	}{
		{"61 s", both.Longest("tea", waits(61)), true, false},
		{"60 s", both.Longest("tea", waits(60)), false, false},
		{"21 s", both.Longest("tea", waits(21)), false, false},
		{"20 s", both.Longest("tea", waits(20)), false, true},
		{"60 s, one limit", one.Longest("tea", waits(60)), false, true},
		{"25 %", level(both, 1, 3), true, false},
		{"50 %", level(both, 1, 1), false, false},
		{"67 %", level(both, 2, 1), false, false},
		{"75 %", level(both, 3, 1), false, true},
		{"50 %, one limit", level(one, 1, 1), false, true},
	} {
		raised, _ := alert.Decide([]alert.Finding{c.f}, nil)
		_, cleared := alert.Decide([]alert.Finding{c.f}, []alert.Alert{{Queue: "tea", Kind: c.f.Kind}})
		if (len(raised) == 1) != c.raises || (len(cleared) == 1) != c.clears {
			t.Errorf("%s: raises %v, clears %v", c.what, raised, cleared)
		}
	}
}

func answered(queue string, waited, before int) *metric.Contact {
	return &metric.Contact{Queue: queue, Enqueued: ago(before + waited), Answered: ago(before)}
}

func gone(waited, before int, sentOn bool) *metric.Contact {
	return &metric.Contact{Queue: "tea", Enqueued: ago(before + waited), Ended: ago(before), Followed: sentOn}
}

func TestServiceLevel(t *testing.T) {
	l := alert.Limits{Level: &alert.Level{Percent: 80, Seconds: 30, Minutes: 10}}
	for name, c := range map[string]struct {
		answered, ended []*metric.Contact
		waits           []time.Duration
		broken          bool
		value           float64
	}{
		"nobody":             {nil, nil, nil, false, 100},
		"kept":               {[]*metric.Contact{answered("tea", 30, 1), answered("tea", 1, 600)}, nil, waits(30), false, 100},
		"late":               {[]*metric.Contact{answered("tea", 31, 1), answered("tea", 1, 1)}, nil, nil, true, 50},
		"late, long ago":     {[]*metric.Contact{answered("tea", 31, 601), answered("tea", 1, 1)}, nil, nil, false, 100},
		"late elsewhere":     {[]*metric.Contact{answered("ale", 31, 1), answered("tea", 1, 1)}, nil, nil, false, 100},
		"just enough":        {[]*metric.Contact{answered("tea", 31, 1), answered("tea", 1, 1), answered("tea", 1, 1), answered("tea", 1, 1), answered("tea", 1, 1)}, nil, nil, false, 80},
		"waits too long":     {[]*metric.Contact{answered("tea", 1, 1)}, nil, waits(31), true, 50},
		"abandoned late":     {[]*metric.Contact{answered("tea", 1, 1)}, []*metric.Contact{gone(31, 5, false)}, nil, true, 50},
		"abandoned early":    {[]*metric.Contact{answered("tea", 1, 1)}, []*metric.Contact{gone(29, 5, false)}, nil, false, 100},
		"abandoned long ago": {[]*metric.Contact{answered("tea", 1, 1)}, []*metric.Contact{gone(31, 601, false)}, nil, false, 100},
		"sent on":            {[]*metric.Contact{answered("tea", 1, 1)}, []*metric.Contact{gone(31, 5, true)}, nil, false, 100},
	} {
		f := l.Hold("tea", noon, alert.Left{Answered: slices.Values(c.answered), Ended: slices.Values(c.ended)}, c.waits)
		if want := (alert.Finding{Queue: "tea", Kind: alert.ServiceLevel, Broken: c.broken, Kept: !c.broken, Value: c.value, Limit: 80}); f != want {
			t.Errorf("%s: %+v, want %+v", name, f, want)
		}
	}
}

func TestDecide(t *testing.T) {
	tea, ale := alert.Finding{Queue: "tea", Kind: alert.LongestWait, Broken: true}, alert.Finding{Queue: "ale", Kind: alert.LongestWait, Kept: true}
	stands := alert.Alert{ID: "1", Queue: "tea", Kind: alert.LongestWait}
	other := alert.Alert{ID: "2", Queue: "ale", Kind: alert.LongestWait}
	unset := alert.Alert{ID: "3", Queue: "tea", Kind: alert.ServiceLevel}
	raise, clear := alert.Decide([]alert.Finding{tea, ale}, nil)
	if diff := cmp.Diff([]alert.Finding{tea}, raise); diff != "" || clear != nil {
		t.Errorf("at first: cleared %v, raised\n%s", clear, diff)
	}
	raise, clear = alert.Decide([]alert.Finding{tea, ale}, []alert.Alert{stands, other, unset})
	if diff := cmp.Diff([]alert.Alert{other, unset}, clear); diff != "" || raise != nil {
		t.Errorf("then: raised %v, cleared\n%s", raise, diff)
	}
}

func TestRow(t *testing.T) {
	a := alert.Alert{ID: "1", Version: 3, Instance: "i", Queue: "tea", Kind: alert.LongestWait, Value: 61, Limit: 60, RaisedAt: noon}
	row, err := a.Row()
	if err != nil || row.Name != "tea/LONGEST_WAIT" || row.Version != 3 || row.Kind != alert.RowKind {
		t.Errorf("stored as %+v, %v", row, err)
	}
	back, err := alert.Parse("i", &row)
	if diff := cmp.Diff(a, back); err != nil || diff != "" {
		t.Errorf("read back: %v\n%s", err, diff)
	}
	a.ClearedAt = noon
	if row, _ := a.Row(); row.Name != "" {
		t.Errorf("cleared, and still named %q", row.Name)
	}
	for _, text := range []string{`{"Format":2}`, `{}`, `[`} {
		row.Document = []byte(text)
		if _, err := alert.Parse("i", &row); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
