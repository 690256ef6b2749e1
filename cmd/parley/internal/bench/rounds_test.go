package bench

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheMiddleRoundCountsAndEveryFault(t *testing.T) {
	rounds := [][]Load{
		{{Mode: Closed, PerSecond: 30, Lost: 1}, {Mode: Open, PerSecond: 5, P99: 2, Errors: map[string]int{"network": 1}}},
		{{Mode: Closed, PerSecond: 10, Unsent: 2}, {Mode: Open, PerSecond: 6, P99: 9, Errors: map[string]int{"network": 2}}},
		{{Mode: Closed, PerSecond: 20, Disorder: 3}, {Mode: Open, PerSecond: 7, P99: 4}},
	}
	want := []Load{
		{Mode: Closed, PerSecond: 20, Lost: 1, Unsent: 2, Disorder: 3, Errors: map[string]int{}},
		{Mode: Open, PerSecond: 7, P99: 4, Errors: map[string]int{"network": 3}},
	}
	if diff := cmp.Diff(want, middles(rounds)); diff != "" {
		t.Error(diff)
	}
}

func TestChecksAreScaledByTheMachine(t *testing.T) {
	half := &Speed{OfTarget: 0.5}
	for _, test := range []struct {
		check Check
		want  float64
	}{
		{atLeast("rate", 5000, 9000, "/s").at(half), 10_000},
		{atMost("time", 2, 1.3, "s").at(half), 1},
		{atMost("time", 2, 1.3, "s").at(nil), 0},
	} {
		if test.check.Scaled != test.want || test.check.Pass {
			t.Errorf("%+v, want it scaled to %v and missed", test.check, test.want)
		}
	}
}

func TestADisturbedRunSaysSo(t *testing.T) {
	for busy, want := range map[float64]bool{0.1: false, 0.6: true} {
		var out strings.Builder
		r := &Report{Loads: []Load{{}}, Beside: []Load{{OtherCPUs: busy}}}
		if err := r.print(&out, false); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.String(), "kept processors busy"); got != want {
			t.Errorf("%v other processors: said so %v, want %v", busy, got, want)
		}
	}
}
