package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/client/clienttest"
)

func short(t *testing.T) (*clienttest.Relay, Options) {
	t.Helper()
	relay := clienttest.New()
	t.Cleanup(relay.Close)
	return relay, Options{
		Server: client.Config{Endpoint: relay.URL, InstanceID: "i"}, FlowID: "f",
		PID: os.Getpid(), Pairs: 4, Rates: []int{200}, Starters: 2, Idle: 8,
		Duration: 300 * time.Millisecond, Warmup: 50 * time.Millisecond, Settle: time.Millisecond, JSON: true,
	}
}

func report(t *testing.T, o Options) Report {
	t.Helper()
	var out bytes.Buffer
	if err := Run(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	var r Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v in %s", err, &out)
	}
	return r
}

func TestRunMeasuresEveryModeAndEndsItsChats(t *testing.T) {
	relay, o := short(t)
	r := report(t, o)
	modes := []string{}
	for _, l := range r.Loads {
		modes = append(modes, l.Mode)
		if l.Samples == 0 || l.PerSecond == 0 || l.P50 <= 0 || l.P50 > l.P99 || l.P99 > l.Max {
			t.Errorf("%s: %+v", l.Name, l)
		}
		if l.wrong() != 0 {
			t.Errorf("%s: %s", l.Name, l.faults())
		}
	}
	if got := strings.Join(modes, " "); got != "starts closed open" {
		t.Errorf("modes %q", got)
	}
	if open := r.Loads[2]; open.Samples != 60 {
		t.Errorf("%d samples at 200/s for 0.3 s, want 60: the warm-up does not count", open.Samples)
	}
	if r.Idle == nil || r.Idle.Participants != 8 {
		t.Errorf("idle %+v", r.Idle)
	}
	if n := relay.Open(); n != 0 {
		t.Errorf("%d chats left open", n)
	}
}

func TestRunMeasuresAServerBeside(t *testing.T) {
	_, o := short(t)
	other := clienttest.New()
	t.Cleanup(other.Close)
	o.Beside = filepath.Join(t.TempDir(), "ready.json")
	if err := os.WriteFile(o.Beside, fmt.Appendf(nil, `{"url":%q,"contact_flow_id":"f"}`, other.URL), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Modes, o.Rounds, o.Check = []string{Closed}, 2, true
	r := report(t, o)
	if len(r.Loads) != 1 || len(r.Beside) != 1 || r.Beside[0].Samples == 0 || r.Speed == nil {
		t.Fatalf("%+v", r)
	}
	last := r.Checks[len(r.Checks)-1]
	if want := 100 * r.Loads[0].PerSecond / r.Beside[0].PerSecond; last.Got != want || last.Unit != "%" {
		t.Errorf("%+v, want the share %v", last, want)
	}
	if n := other.Open(); n != 0 {
		t.Errorf("%d chats left open beside", n)
	}
}

func TestRunReportsRefusals(t *testing.T) {
	relay, o := short(t)
	relay.Refuse = "ThrottlingException"
	o.Modes = []string{Open}
	l := report(t, o).Loads[0]
	if l.Errors["ThrottlingException"] != 70 || l.Samples != 0 || l.Unsent != 0 || l.Lost != 0 {
		t.Errorf("%+v", l)
	}
}

func TestOnlyAStrictRunFailsOnATarget(t *testing.T) {
	_, o := short(t)
	o.Modes, o.Check, o.JSON = []string{Open, Starts}, true, false
	o.Starters = 1
	var out bytes.Buffer
	if err := Run(t.Context(), o, &out); err != nil {
		t.Errorf("a checked run failed: %v", err)
	}
	if !strings.Contains(out.String(), "chats started  ") {
		t.Errorf("no check was printed:\n%s", &out)
	}
	strict := []Check{atMost("p50", 2, 1, "ms")}
	if strict[0].Pass || !atMost("p50", 1, 1, "ms").Pass || !atLeast("rate", 1, 1, "/s").Pass || atLeast("rate", 0.9, 1, "/s").Pass {
		t.Error("a limit is met by equality and missed beyond it")
	}
}

func TestStrictRunFails(t *testing.T) {
	relay, o := short(t)
	relay.Refuse = "ThrottlingException"
	o.Modes, o.Strict = []string{Open}, true
	if err := Run(t.Context(), o, &bytes.Buffer{}); !errors.Is(err, ErrTargets) {
		t.Errorf("err %v, want ErrTargets", err)
	}
}

func TestP99LimitAt500FollowsTheDisk(t *testing.T) {
	l := Load{Mode: Open, Rate: 500, P99: 9}
	for _, test := range []struct {
		disk *Disk
		pass bool
	}{{nil, false}, {&Disk{P99: 4}, false}, {&Disk{P99: 4.5}, true}} {
		checks := l.targets(test.disk)
		if got := checks[len(checks)-1].Pass; got != test.pass {
			t.Errorf("disk %+v: pass %v", test.disk, got)
		}
	}
}

func TestInterruptedRunEndsItsChats(t *testing.T) {
	relay, o := short(t)
	o.Modes, o.Duration = []string{Closed}, time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := Run(ctx, o, &bytes.Buffer{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err %v", err)
	}
	if n := relay.Open(); n != 0 {
		t.Errorf("%d chats left open", n)
	}
}

func TestUnknownModeIsRefused(t *testing.T) {
	if err := Run(t.Context(), Options{Modes: []string{"fast"}}, &bytes.Buffer{}); err == nil {
		t.Error("accepted")
	}
}
