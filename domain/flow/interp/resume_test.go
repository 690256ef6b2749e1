package interp

import (
	"encoding/json"
	"testing"
	"time"

	"parley/domain/flow"
)

// TestOnlyTheAwaitedInputIsExpected holds which inputs a status admits. No
// action makes calls yet, so the rule has no script.
func TestOnlyTheAwaitedInputIsExpected(t *testing.T) {
	calling := Run{Status: Calling, Call: &Call{Key: "r/1"}}
	waiting := Run{Status: Waiting, Wait: &Wait{}}
	tests := []struct {
		name string
		run  Run
		in   Input
		want bool
	}{
		{"its answer", calling, Result{Key: "r/1", Payload: json.RawMessage(`{}`)}, true},
		{"another answer", calling, Result{Key: "r/2"}, false},
		{"a timer in a call", calling, Timer{}, false},
		{"a message in a call", calling, CustomerMessage{}, false},
		{"a timer in a wait", waiting, Timer{}, true},
		{"a timer after the end", Run{Status: Ended}, Timer{}, false},
		{"a wait that is lost", Run{Status: Waiting}, Timer{}, false},
	}
	for _, test := range tests {
		m := machine{run: test.run}
		if got := m.expects(test.in); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestBlockedOnAnActionThatNeverBlocks is a run that met another content than
// the one it began with: it stays where it is.
func TestBlockedOnAnActionThatNeverBlocks(t *testing.T) {
	doc, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"DisconnectParticipant"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	run := Run{Status: Waiting, Action: "a", Wait: &Wait{}}
	if next, out, _ := Advance(doc, run, nil, Timer{}, time.Now(), nil); out.Kind != Ignored || next.Status != Waiting {
		t.Errorf("outcome %s, status %s", out.Kind, next.Status)
	}
	run.Action = "gone"
	if next, out, _ := Advance(doc, run, nil, Timer{}, time.Now(), nil); out.Kind != Unwired || next.Status != Ended {
		t.Errorf("outcome %s, status %s", out.Kind, next.Status)
	}
}
