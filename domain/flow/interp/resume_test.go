package interp

import (
	"strings"
	"testing"
	"time"

	"parley/domain/flow"
)

// shelf is a World that has one document and no chat.
type shelf struct {
	World
	doc *flow.Document
}

func (s shelf) Document(string) (*flow.Document, bool) { return s.doc, true }
func (shelf) Logging() bool                            { return false }

// TestBlockedOnAnActionThatNeverBlocks is a run that met another content than
// the one it began with: it stays where it is.
func TestBlockedOnAnActionThatNeverBlocks(t *testing.T) {
	doc, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"DisconnectParticipant"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	world := shelf{doc: doc}
	for name, run := range map[string]Run{
		"a wait":              {Status: Waiting, Wait: &Wait{}},
		"a wait that is lost": {Status: Waiting},
		"a call":              {Status: Calling, Call: &Call{}},
		"a call that is lost": {Status: Calling},
	} {
		run.Action = "a"
		if next, out, _ := Advance(run, world, Timer{}, time.Now(), nil); out.Kind != Ignored || next.Status != run.Status {
			t.Errorf("%s: outcome %s, status %s", name, out.Kind, next.Status)
		}
		run.Action = "gone"
		if next, out, _ := Advance(run, world, Timer{}, time.Now(), nil); out.Kind != Unwired || next.Status != Ended {
			t.Errorf("%s: outcome %s, status %s", name, out.Kind, next.Status)
		}
	}
}

// TestAReasonQuotesNothing: what a function said is the cause of an end, never its reason, which may stand in a log.
func TestAReasonQuotesNothing(t *testing.T) {
	doc, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"arn:aws:lambda:us-east-1:123456789012:function:f"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	run := Run{Status: Calling, Call: &Call{Key: "k", Kind: KindLambda}}
	run.Action = "a"
	_, out, _ := Advance(run, shelf{doc: doc}, Result{Key: "k", Err: "no customer Ada"}, time.Now(), nil)
	if out.Kind != Unwired || out.Reason == "" || strings.Contains(out.Reason, "Ada") || !strings.Contains(out.Cause, "Ada") {
		t.Errorf("%s: %q because of %q", out.Kind, out.Reason, out.Cause)
	}
}

func TestARunThatIsOverStaysOver(t *testing.T) {
	for _, in := range []Input{Start{}, Timer{}, CustomerMessage{}, ParticipantLeft{}, Started{}, Result{}} {
		if next, out, _ := Advance(Run{Status: Ended}, shelf{}, in, time.Now(), nil); out.Kind != Ignored || next.Status != Ended {
			t.Errorf("%T: outcome %s, status %s", in, out.Kind, next.Status)
		}
	}
}
