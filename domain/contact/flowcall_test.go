package contact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
)

// tell gives the chat's flow what came of its call.
func (r *room) tell(in interp.Input, doc *flow.Document) contact.FlowStep {
	r.t.Helper()
	var step contact.FlowStep
	r.must(func(d *contact.Draft) (err error) {
		cfg := config()
		cfg.Documents = map[string]*flow.Document{"content": doc}
		step, err = d.TellFlow(in, cfg, nil)
		return err
	})
	return step
}

func lambda(next string) string {
	return block("call", "InvokeLambdaFunction", `{"LambdaFunctionARN":"f","InvocationTimeLimitSeconds":"3","LambdaInvocationAttributes":{"k":"$.Attributes.k"}}`,
		next, "NoMatchingError!=bad")
}

func calling(t failer) *flow.Document {
	return document(t, lambda("ok"), say("ok", "got $.External.x", "end"), say("bad", "failed", "end"), hangUp)
}

// A call is due again when its answer counts as lost, and is made again once.
func TestACallIsDueUntilItsAnswer(t *testing.T) {
	r := ready(t)
	doc := calling(t)
	step := r.run(doc, config())
	if step.Outcome.Kind != interp.CallOut || step.Outcome.Call.Key != "run/1" || !r.s.Flow.Calling || r.s.Flow.Listening {
		t.Fatalf("%+v, flow %+v", step.Outcome, r.s.Flow)
	}
	for attempt := 1; attempt <= 2; attempt++ {
		if want := r.now.Add(3*time.Second + interp.Grace); !r.due[contact.DueFlow].Equal(want) {
			t.Fatalf("attempt %d: due at %v, want %v", attempt, r.due[contact.DueFlow], want)
		}
		r.now = r.now.Add(time.Second)
		early := r.run(doc, config())
		if early.Outcome.Kind != interp.Ignored || r.due[contact.DueFlow].Sub(r.now) != 2*time.Second+interp.Grace {
			t.Fatalf("attempt %d, woken early: %s, due in %v", attempt, early.Outcome.Kind, r.due[contact.DueFlow].Sub(r.now))
		}
		r.now = r.due[contact.DueFlow]
		step = r.run(doc, config())
		if attempt == 1 && (step.Outcome.Kind != interp.CallOut || step.Outcome.Call.Key != "run/1") {
			t.Fatalf("the second attempt is %+v", step.Outcome)
		}
	}
	if said := r.said(); said[1] != "failed" || r.s.Status != session.Ended {
		t.Errorf("said %v", said)
	}
}

func TestTheAnswerOfACall(t *testing.T) {
	answer := interp.Result{Key: "run/1", Payload: json.RawMessage(`{"x":"1"}`)}
	for name, c := range map[string]struct {
		before func(*room)
		in     interp.Input
		said   string // "" where the answer changes nothing
	}{
		"an answer":          {func(*room) {}, answer, "got 1"},
		"an error":           {func(*room) {}, interp.Result{Key: "run/1", Err: "down"}, "failed"},
		"another key":        {func(*room) {}, interp.Result{Key: "run/2"}, ""},
		"a chat that ended":  {func(r *room) { r.must((*contact.Draft).Stop) }, answer, ""},
		"no flow":            {func(r *room) { r.s.Flow = nil }, answer, ""},
		"a flow not started": {func(r *room) { r.s.Flow.Run = nil }, answer, ""},
		"meanwhile the called code changed the contact": {func(r *room) {
			r.must(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"k": "2"}) })
			r.bot()
		}, answer, "got 1"},
	} {
		r := ready(t)
		doc := calling(t)
		r.run(doc, config())
		c.before(r)
		version, items := r.s.Version, len(r.items)
		step := r.tell(c.in, doc)
		if c.said == "" {
			if step.Outcome.Kind != interp.Ignored || r.s.Version != version || len(r.items) != items {
				t.Errorf("%s: outcome %s, version %d → %d", name, step.Outcome.Kind, version, r.s.Version)
			}
			continue
		}
		if got := r.said()[items]; got != c.said {
			t.Errorf("%s: said %q, want %q", name, got, c.said)
		}
	}
}

// What the called function is told of the contact, every key of it.
func TestTheEventOfAFunction(t *testing.T) {
	r := ready(t)
	r.s.Attributes = map[string]string{"k": "v"}
	red, n := "red", int64(3)
	k := r.s.Current()
	k.CustomerID, k.Name, k.Tags, k.TargetQueueID, k.LanguageCode = "ann", "N", map[string]string{"t": "1"}, queueID, "de-DE"
	k.References = map[string]session.Reference{"doc": {Type: "URL", Value: "u"}}
	k.SegmentAttributes = map[string]session.Value{
		"color": {String: &red}, "n": {Integer: &n}, "l": {List: []session.Value{{String: &red}, {Map: map[string]session.Value{"n": {Integer: &n}}}}},
	}
	step := r.run(calling(t), config())
	want := fmt.Sprintf(`{"Details":{"ContactData":{"Attributes":{"k":"v"},"AwsRegion":"eu-west-1","Channel":"CHAT","ContactId":%[1]q,`+
		`"CustomerEndpoint":null,"CustomerId":"ann","Description":null,"InitialContactId":%[1]q,"InitiationMethod":"API",`+
		`"InstanceARN":"arn:instance","LanguageCode":"de-DE","MediaStreams":{"Customer":{"Audio":null}},"Name":"N","PreviousContactId":null,`+
		`"Queue":{"ARN":"arn:queue/%[2]s","Name":"Sales","OutboundCallerId":{}},"References":{"doc":{"Type":"URL","Value":"u"}},`+
		`"RelatedContactId":null,"SegmentAttributes":{"color":{"ValueString":"red"},"connect:Direction":{"ValueString":"INBOUND"},`+
		`"connect:Subtype":{"ValueString":"connect:Chat"},"l":{"ValueList":[{"ValueString":"red"},{"ValueMap":{"n":{"ValueInteger":3}}}]},"n":{"ValueInteger":3}},"SystemEndpoint":null,"Tags":{"t":"1"}},`+
		`"Parameters":{"k":"v"}},"Name":"ContactFlowEvent"}`, chatID, queueID)
	if got := string(step.Outcome.Call.Payload); got != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}

func botDocument(t failer) *flow.Document {
	return document(t,
		block("bot", "ConnectParticipantWithLexBot", `{"Text":"Hello","LexV2Bot":{"AliasArn":"arn:bot"},"LexTimeoutSeconds":{"Text":"60"}}`, "bad",
			"Book=ok", "NoMatchingCondition!=bad", "NoMatchingError!=bad", "InputTimeLimitExceeded!=late"),
		say("ok", "booked $.Lex.Slots.n", "end"), say("bad", "failed", "end"), say("late", "too late", "end"), hangUp)
}

func botSays(key, text, action string) interp.Result {
	return interp.Result{Key: key, Payload: json.RawMessage(fmt.Sprintf(
		`{"messages":[{"content":%q,"contentType":"PlainText"}],"sessionState":{"dialogAction":{"type":%q},"intent":{"name":"Book","state":"InProgress","slots":{"n":{"value":{"interpretedValue":"2"}}}}}}`,
		text, action))}
}

func text(s string) contact.Message {
	return contact.Message{ContentType: transcript.Plain, Content: s}
}

// Messages that come while the bot thinks reach it in order, none lost, and do
// not wake the flow: its deadline is the call's.
func TestMessagesDuringACallOfABotAreKeptInOrder(t *testing.T) {
	r := ready(t)
	doc := botDocument(t)
	r.run(doc, config())
	_ = r.send(customer, text("one"))
	heard := []string{}
	hear := func(step contact.FlowStep) string {
		if step.Outcome.Kind != interp.CallOut {
			t.Fatalf("after %v: %+v", heard, step.Outcome)
		}
		var payload struct{ Text, SessionID, LocaleID string }
		if err := json.Unmarshal(step.Outcome.Call.Payload, &payload); err != nil {
			t.Fatal(err)
		}
		heard = append(heard, payload.Text, payload.SessionID, payload.LocaleID)
		return step.Outcome.Call.Key
	}
	key := hear(r.run(doc, config()))
	due := r.due[contact.DueFlow]
	for _, s := range []string{"two", "three"} {
		_ = r.send(customer, text(s))
	}
	if !r.due[contact.DueFlow].Equal(due) || len(r.s.Flow.Input) != 2 {
		t.Fatalf("due %v, want %v; %d inputs", r.due[contact.DueFlow], due, len(r.s.Flow.Input))
	}
	key = hear(r.tell(botSays(key, "and?", "ElicitSlot"), doc))
	if len(r.s.Flow.Input) != 1 || !r.s.Flow.Calling || !r.s.Flow.Listening {
		t.Fatalf("%+v", r.s.Flow)
	}
	key = hear(r.tell(botSays(key, "so?", "ElicitSlot"), doc))
	r.tell(botSays(key, "done", "Close"), doc)
	want := []string{"one", chatID, "en_US", "two", chatID, "en_US", "three", chatID, "en_US"}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("the bot heard (-want +got):\n%s", diff)
	}
	wantSaid := []string{"participant.joined CUSTOMER", "Hello", "one", "two", "three", "and?", "so?", "done", "booked 2", "participant.left CUSTOMER", "chat.ended"}
	if diff := cmp.Diff(wantSaid, r.said()); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	want2 := transcript.Author{ParticipantID: contact.SystemParticipant, DisplayName: "BOT", Role: transcript.System}
	if got := r.items[5].Author; got != want2 {
		t.Errorf("the bot's author is %+v", got)
	}
}

func TestABotsMessageThatTheChatDoesNotTake(t *testing.T) {
	picker := `{"templateType":"ListPicker","version":"1.0","data":{"content":{"title":"Pick","elements":[{"title":"A"}],"referenceId":"r"}}}`
	answer := interp.Result{Key: "run/1", Payload: json.RawMessage(fmt.Sprintf(
		`{"messages":[{"content":%q,"contentType":"CustomPayload"}],"sessionState":{"dialogAction":{"type":"ElicitIntent"}}}`, picker))}
	for name, c := range map[string]struct {
		types []string
		want  string
	}{"a chat of plain text": {nil, "Pick\n1. A"}, "one that takes them": {[]string{transcript.Plain, transcript.Interactive}, picker}} {
		begin := start()
		begin.ContentTypes = c.types
		r := begun(t, begin)
		r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
		doc := botDocument(t)
		r.run(doc, config())
		_ = r.send(customer, text("menu"))
		r.run(doc, config())
		r.tell(answer, doc)
		said := r.said()
		if len(said) != 4 || said[3] != c.want || (c.types != nil) != (r.items[3].ContentType == transcript.Interactive) {
			t.Errorf("%s: said %v", name, said)
		}
	}
}

// A message that is cut is no JSON any more.
func TestALongInteractiveMessageOfABot(t *testing.T) {
	for size, sent := range map[int]bool{6_001: true, contact.MaxTemplateBytes: true, contact.MaxTemplateBytes + 1: false} {
		picker := `{"templateType":"ListPicker","version":"1.0","data":{"content":{"title":"Pick","elements":[{"title":"A"}],"referenceId":"r"}},"more":""}`
		picker = strings.Replace(picker, `""`, `"`+strings.Repeat("x", size-len(picker))+`"`, 1)
		begin := start()
		begin.ContentTypes = []string{transcript.Plain, transcript.Interactive}
		r := begun(t, begin)
		r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
		doc := botDocument(t)
		r.run(doc, config())
		_ = r.send(customer, text("menu"))
		r.run(doc, config())
		r.tell(interp.Result{Key: "run/1", Payload: json.RawMessage(fmt.Sprintf(
			`{"messages":[{"content":%q,"contentType":"CustomPayload"}],"sessionState":{"dialogAction":{"type":"ElicitIntent"}}}`, picker))}, doc)
		if said := r.said(); len(said) < 4 || (said[3] == picker) != sent {
			t.Errorf("%d characters: %d items, the last has %d", size, len(said), len(said[len(said)-1]))
		}
	}
}

// shows is a chat that takes views, showing one.
// runAll is run with the documents of cfg and one of the chat's own.
// A content that was not read is asked for, and the draft is worth nothing.
// An input that needs a content which was not read is not lost to the next one.
// A module that waited returns to a caller whose content was not read for this
// decision.
// After a transfer the session names the flow that runs, and where it goes on.
func TestPromptsAsText(t *testing.T) {
	cfg := config()
	cfg.Prompts = map[string]catalog.Prompt{
		"p": {ID: "p", ARN: "arn:prompt/p", Text: "hold on"}, "sound": {ID: "sound", ARN: "arn:prompt/sound"},
	}
	for ref, want := range map[string]string{"p": "hold on", "arn:prompt/p": "hold on", "sound": "bad", "none": "bad", "arn:other/p": "bad"} {
		r := ready(t)
		r.run(document(t, block("a", "MessageParticipant", fmt.Sprintf(`{"PromptId":%q}`, ref), "end", "NoMatchingError!=bad"), say("bad", "bad", "end"), hangUp), cfg)
		if got := r.said()[1]; got != want {
			t.Errorf("%s: said %q, want %q", ref, got, want)
		}
	}
}

func TestTheFlowLogIsOnForTheWholeSession(t *testing.T) {
	r := ready(t)
	doc := document(t, block("on", "UpdateFlowLoggingBehavior", `{"FlowLoggingBehavior":"Enabled"}`, "w"),
		block("w", "Wait", `{"TimeLimitSeconds":"60"}`, "end", "WaitCompleted=off", "NoMatchingError!=end"),
		block("off", "UpdateFlowLoggingBehavior", `{"FlowLoggingBehavior":"Disabled"}`, "end"), hangUp)
	if step := r.run(doc, config()); !r.s.State.FlowLogging || step.Trace[1].Log == nil || step.Trace[1].Flow != "flow" {
		t.Errorf("logging %v, trace %+v", r.s.State.FlowLogging, step.Trace)
	}
	r.now = r.now.Add(time.Minute)
	if step := r.run(doc, config()); r.s.State.FlowLogging || step.Trace[0].Log == nil || step.Trace[2].Log != nil {
		t.Errorf("logging %v, trace %+v", r.s.State.FlowLogging, step.Trace)
	}
}
