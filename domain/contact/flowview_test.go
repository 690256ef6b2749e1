package contact_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
)

func viewConfig() catalog.Config {
	cfg := config()
	cfg.Views = map[string]catalog.View{
		"form": {ID: "form", ARN: "arn:aws:connect:eu-west-1:aws:view/form", Version: 2, Versions: map[string]string{"1": "form-1", "2": "form-2"}},
		"new":  {ID: "new", ARN: "arn:instance/view/new", Versions: map[string]string{"$LATEST": "new-1"}},
		"own":  {ID: "own", ARN: "arn:instance/view/own", Version: 1, Versions: map[string]string{"1": "own-1", "$LATEST": "own-1", "$SAVED": "own-2"}},
	}
	return cfg
}

func viewing(t failer, resource, more string) *flow.Document {
	return document(t,
		block("view", "ShowView", fmt.Sprintf(`{"ViewResource":%s,"InvocationTimeLimitSeconds":"300","ViewData":{"Heading":"Hi $.Attributes.k"}%s}`, resource, more), "none",
			"Next=ok", "NoMatchingCondition!=none", "NoMatchingError!=bad", "TimeLimitExceeded!=late"),
		say("ok", "next $.Views.ViewResultData.secret", "end"), say("none", "no match", "end"), say("bad", "failed", "end"), say("late", "late", "end"), hangUp)
}

func shows(t failer, doc *flow.Document, types ...string) *room {
	begin := start()
	begin.ContentTypes = types
	begin.Attributes = map[string]string{"k": "v"}
	r := begun(t, begin)
	r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	r.run(doc, viewConfig())
	return r
}

func TestAViewIsSentAndRemembered(t *testing.T) {
	all := []string{transcript.Plain, transcript.Interactive, transcript.InteractiveResponse}
	for resource, want := range map[string]session.ShownView{
		`{"Id":"form"}`:                                      {ViewID: "form", Version: "2", Content: "form-2"},
		`{"Id":"form","Version":"Latest"}`:                   {ViewID: "form", Version: "2", Content: "form-2"},
		`{"Id":"form","Version":"1"}`:                        {ViewID: "form", Version: "1", Content: "form-1"},
		`{"Id":"arn:aws:connect:us-west-2:aws:view/form:1"}`: {ViewID: "form", Version: "1", Content: "form-1"},
		`{"Id":"arn:instance/view/own:$LATEST"}`:             {ViewID: "own", Version: "$LATEST", Content: "own-1"},
		`{"Id":"own"}`:                                       {ViewID: "own", Version: "1", Content: "own-1"},
		`{"Id":"new"}`:                                       {ViewID: "new", Version: "$LATEST", Content: "new-1"},
		`{"Id":"own:$SAVED"}`:                                {ViewID: "own", Version: "$SAVED", Content: "own-2"},
	} {
		r := shows(t, viewing(t, resource, ""), all...)
		item := r.items[len(r.items)-1]
		if len(r.s.State.Views) != 1 {
			t.Errorf("%s: said %v", resource, r.said())
			continue
		}
		want.Token = r.s.State.Views[0].Token
		content := fmt.Sprintf(`{"version":"1.0","templateType":"ViewResource","data":{"content":{"viewId":%q,"viewData":{"Heading":"Hi v"},"viewToken":%q}}}`, want.ViewID, want.Token)
		if item.Content != content || item.ContentType != transcript.Interactive || item.Author.Role != transcript.System {
			t.Errorf("%s: sent %+v", resource, item)
		}
		if diff := cmp.Diff([]session.ShownView{want}, r.s.State.Views); diff != "" {
			t.Errorf("%s (-want +got):\n%s", resource, diff)
		}
		if !r.s.Flow.Listening || r.s.Flow.Hiding || !r.due[contact.DueFlow].Equal(t0.Add(300*time.Second)) {
			t.Errorf("%s: %+v, due %v", resource, r.s.Flow, r.due)
		}
	}
}

func TestAViewThatCannotBeShown(t *testing.T) {
	all := []string{transcript.Plain, transcript.Interactive, transcript.InteractiveResponse}
	for name, c := range map[string]struct {
		resource string
		types    []string
	}{
		"an undeclared type":   {`{"Id":"form"}`, nil},
		"no answers declared":  {`{"Id":"form"}`, []string{transcript.Plain, transcript.Interactive}},
		"an unknown view":      {`{"Id":"other"}`, all},
		"an unknown version":   {`{"Id":"form","Version":"7"}`, all},
		"another's ARN":        {`{"Id":"arn:other/view/own"}`, all},
		"managed in name only": {`{"Id":"arn:x:aws:view/own"}`, all},
	} {
		r := shows(t, viewing(t, c.resource, ""), c.types...)
		want := []string{"participant.joined CUSTOMER", "failed", "participant.left CUSTOMER", "chat.ended"}
		if diff := cmp.Diff(want, r.said()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheTranscriptHidesASensitiveAnswer(t *testing.T) {
	all := []string{transcript.Plain, transcript.Interactive, transcript.InteractiveResponse}
	answer := contact.Message{ContentType: transcript.InteractiveResponse,
		Content: `{"templateType":"ViewResource","version":"1.0","action":"Next","data":{"secret":"4711"},"more":"4711"}`}
	for more, want := range map[string]string{
		"": answer.Content,
		`,"SensitiveDataConfiguration":{"HideResponseOn":["TRANSCRIPT"]}`: `{"action":"Next","data":{},"templateType":"ViewResource","version":"1.0"}`,
	} {
		doc := viewing(t, `{"Id":"form"}`, more)
		r := shows(t, doc, all...)
		if err := r.send(customer, answer); err != nil {
			t.Fatal(err)
		}
		r.run(doc, viewConfig())
		if got := r.said()[2]; got != want {
			t.Errorf("%s: the transcript has %s", more, got)
		}
		if got := r.said()[3]; got != "next 4711" {
			t.Errorf("%s: the flow got %s", more, got)
		}
	}
	for _, other := range []string{`[4711]`, `null`} {
		hidden := shows(t, viewing(t, `{"Id":"form"}`, `,"SensitiveDataConfiguration":{"HideResponseOn":["TRANSCRIPT"]}`), all...)
		_ = hidden.send(customer, contact.Message{ContentType: transcript.InteractiveResponse, Content: other})
		if got := hidden.said()[2]; got != "{}" {
			t.Errorf("the answer %s is shown as %s", other, got)
		}
	}
}

// TestAnAnswerOfAnotherShape: the step that finds nothing of what a view's answer should have tells where it looked.
func TestAnAnswerOfAnotherShape(t *testing.T) {
	all := []string{transcript.Plain, transcript.Interactive, transcript.InteractiveResponse}
	missing := "$.Views.ViewResultData.secret"
	for content, want := range map[string][]string{
		`{"action":"Next","data":{"secret":"4711"}}`:              nil,
		`{"action":"Next","data":{"FormData":{"secret":"4711"}}}`: {missing},
		`{"action":"Next"}`: {missing},
	} {
		for _, logging := range []bool{false, true} {
			doc := viewing(t, `{"Id":"form"}`, "")
			r := shows(t, doc, all...)
			r.s.State.FlowLogging = logging
			if err := r.send(customer, contact.Message{ContentType: transcript.InteractiveResponse, Content: content}); err != nil {
				t.Fatal(err)
			}
			trace := r.run(doc, viewConfig()).Trace
			if len(trace) != 3 || trace[0].Missing != nil || trace[1].Action != "ok" || !slices.Equal(trace[1].Missing, want) || trace[2].Missing != nil {
				t.Errorf("%s (logged: %v): %+v, want %v", content, logging, trace, want)
			}
		}
	}
}

func TestOnlyTheLatestViewsAreKept(t *testing.T) {
	all := []string{transcript.Plain, transcript.Interactive, transcript.InteractiveResponse}
	doc := document(t,
		block("loop", "Loop", `{"LoopCount":"40"}`, "end", "ContinueLooping=view", "DoneLooping=end"),
		block("view", "ShowView", `{"ViewResource":{"Id":"form"},"InvocationTimeLimitSeconds":"1"}`, "end", "NoMatchingCondition!=end", "NoMatchingError!=end", "TimeLimitExceeded!=loop"), hangUp)
	r := shows(t, doc, all...)
	tokens := map[string]bool{}
	for r.s.Flow != nil {
		tokens[r.s.State.Views[len(r.s.State.Views)-1].Token] = true
		r.now = r.now.Add(time.Second)
		r.run(doc, viewConfig())
	}
	if len(tokens) != 40 || len(r.s.State.Views) != 32 {
		t.Errorf("%d tokens, %d views are kept", len(tokens), len(r.s.State.Views))
	}
}
