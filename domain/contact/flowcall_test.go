package contact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func viewConfig() contact.Config {
	cfg := config()
	cfg.Views = map[string]contact.View{
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

// shows is a chat that takes views, showing one.
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

func flowsConfig(t failer) contact.Config {
	cfg := config()
	ref := func(id string, kind flow.Type, active bool, published string) contact.FlowRef {
		return contact.FlowRef{ID: id, ARN: "arn:flow/" + id, Type: kind, Active: active, Published: published, Saved: "draft"}
	}
	cfg.Flows = map[string]contact.FlowRef{
		"next": ref("next", flow.ContactFlow, true, "next-1"), "agent": ref("agent", flow.AgentTransfer, true, "next-1"),
		"queue": ref("queue", flow.QueueTransfer, true, "next-1"), "whisper": ref("whisper", flow.AgentWhisper, true, "next-1"),
		"waiting": ref("waiting", flow.CustomerQueue, true, "next-1"), "saved": ref("saved", flow.ContactFlow, true, ""),
		"archived": ref("archived", flow.ContactFlow, false, "next-1"),
	}
	m := ref("mod", "", true, "mod-1")
	m.Versions, m.Aliases = map[string]string{"1": "mod-1", "2": "mod-2"}, map[string]string{"prod": "2", "gone": "9"}
	cfg.Modules = map[string]contact.FlowRef{"mod": m}
	cfg.Documents = map[string]*flow.Document{
		"next-1": document(t, say("a", "in the next flow", "end"), hangUp),
		"draft":  document(t, say("a", "in the draft", "end"), hangUp),
		"mod-1":  document(t, say("a", "module 1", "r"), block("r", "EndFlowModuleExecution", "{}", "")),
		"mod-2":  document(t, say("a", "module 2", "r"), block("r", "EndFlowModuleExecution", "{}", "")),
	}
	return cfg
}

// runAll is run with the documents of cfg and one of the chat's own.
func (r *room) runAll(doc *flow.Document, cfg contact.Config) contact.FlowStep {
	r.t.Helper()
	var step contact.FlowStep
	cfg.Documents["content"] = doc
	r.must(func(d *contact.Draft) (err error) {
		step, err = d.RunFlow(cfg, "run", nil)
		return err
	})
	return step
}

func TestWhereAFlowMaySendAContact(t *testing.T) {
	for ref, want := range map[string]string{
		"next": "in the next flow", "arn:flow/next": "in the next flow", "agent": "in the next flow", "queue": "in the next flow",
		"next:$SAVED": "in the draft", "next:$LATEST": "in the next flow", "next:7": "no",
		"whisper": "no", "waiting": "no", "saved": "no", "saved:$LATEST": "no", "archived": "no", "none": "no", "arn:other/next": "no",
	} {
		r := ready(t)
		doc := document(t, block("go", "TransferToFlow", fmt.Sprintf(`{"ContactFlowId":%q}`, ref), "bad", "NoMatchingError!=bad"), say("bad", "no", "end"), hangUp)
		r.runAll(doc, flowsConfig(t))
		if got := r.said()[1]; got != want {
			t.Errorf("%s: said %q, want %q", ref, got, want)
		}
	}
}

func TestWhichModuleAReferenceMeans(t *testing.T) {
	for ref, want := range map[string]string{
		"mod": "module 1", "arn:flow/mod": "module 1", "mod:$LATEST": "module 1", "mod:2": "module 2", "mod:prod": "module 2",
		"arn:flow/mod:prod": "module 2", "mod:3": "no", "mod:gone": "no", "mod:none": "no", "next": "no",
	} {
		r := ready(t)
		doc := document(t, block("go", "InvokeFlowModule", fmt.Sprintf(`{"FlowModuleId":%q}`, ref), "end", "NoMatchingError!=bad"), say("bad", "no", "end"), hangUp)
		r.runAll(doc, flowsConfig(t))
		if got := r.said()[1]; got != want {
			t.Errorf("%s: said %q, want %q", ref, got, want)
		}
	}
}

// A content that was not read is asked for, and the draft is worth nothing.
func TestAContentThatWasNotRead(t *testing.T) {
	doc := document(t, say("a", "first", "go"), block("go", "TransferToFlow", `{"ContactFlowId":"next"}`, "end", "NoMatchingError!=end"), hangUp)
	cfg := flowsConfig(t)
	cfg.Documents = map[string]*flow.Document{}
	r := ready(t)
	for _, need := range []string{"content", "next-1"} {
		d := contact.Decide(r.s, setID, r.now)
		step, err := d.RunFlow(cfg, "run", nil)
		if err != nil || step.Outcome.Kind != interp.NeedDocument || step.Outcome.Content != need {
			t.Fatalf("%+v, %v; want the need of %s", step.Outcome, err, need)
		}
		cfg.Documents["content"] = doc
	}
	r.runAll(doc, flowsConfig(t))
	if got := strings.Join(r.said()[1:3], ", "); got != "first, in the next flow" {
		t.Errorf("said %s", got)
	}
}

// An input that needs a content which was not read is not lost to the next one.
func TestAnInputThatNeedsAContentIsNotPassedOver(t *testing.T) {
	r := ready(t)
	r.bot()
	cfg := flowsConfig(t)
	doc := document(t,
		block("wait", "Wait", `{"TimeLimitSeconds":"60","Events":["CustomerReturned","BotParticipantDisconnected"]}`, "end",
			"WaitCompleted=end", "CustomerReturned=go", "BotParticipantDisconnected=left", "NoMatchingError!=end", "ParticipantNotFound!=end"),
		block("go", "TransferToFlow", `{"ContactFlowId":"next"}`, "end", "NoMatchingError!=end"), say("left", "the bot left", "end"), hangUp)
	r.runAll(doc, cfg)
	_ = r.send(customer, hello)
	r.must(leave(bot))
	read := cfg.Documents["next-1"]
	delete(cfg.Documents, "next-1")
	step, err := contact.Decide(r.s, setID, r.now).RunFlow(cfg, "run", nil)
	if err != nil || step.Outcome.Kind != interp.NeedDocument || step.Outcome.Content != "next-1" || len(step.Trace) != 0 {
		t.Errorf("%+v, %v", step, err)
	}
	cfg.Documents["next-1"] = read
	r.runAll(doc, cfg)
	if got := r.said()[len(r.said())-3]; got != "in the next flow" {
		t.Errorf("said %v", r.said())
	}
}

// A module that waited returns to a caller whose content was not read for this
// decision.
func TestAModuleReturnsToAContentThatWasNotRead(t *testing.T) {
	cfg := flowsConfig(t)
	cfg.Documents["mod-1"] = document(t,
		block("w", "Wait", `{"TimeLimitSeconds":"60"}`, "", "WaitCompleted=r"), block("r", "EndFlowModuleExecution", "{}", ""))
	r := ready(t)
	doc := document(t, block("go", "InvokeFlowModule", `{"FlowModuleId":"mod"}`, "back", "NoMatchingError!=end"), say("back", "back", "end"), hangUp)
	r.runAll(doc, cfg)
	if f := r.s.Flow; f.FlowID != "mod" || f.Content != "mod-1" {
		t.Fatalf("%+v", f)
	}
	r.now = r.now.Add(time.Minute)
	delete(cfg.Documents, "content")
	step, err := contact.Decide(r.s, setID, r.now).RunFlow(cfg, "run", nil)
	if err != nil || step.Outcome.Kind != interp.NeedDocument || step.Outcome.Content != "content" {
		t.Fatalf("%+v, %v", step.Outcome, err)
	}
	r.runAll(doc, cfg)
	if got := r.said()[1]; got != "back" {
		t.Errorf("said %q", got)
	}
}

// After a transfer the session names the flow that runs, and where it goes on.
func TestTheSessionNamesTheFlowThatRuns(t *testing.T) {
	cfg := flowsConfig(t)
	cfg.Documents["next-1"] = waiting(t)
	r := ready(t)
	r.bot()
	r.runAll(document(t, block("go", "TransferToFlow", `{"ContactFlowId":"next"}`, "end", "NoMatchingError!=end"), hangUp), cfg)
	if f := r.s.Flow; f == nil || f.FlowID != "next" || f.Content != "next-1" || !f.Listening {
		t.Fatalf("%+v", f)
	}
	_ = r.send(customer, hello)
	r.must(func(d *contact.Draft) error {
		_, err := d.RunFlow(contact.Config{Documents: map[string]*flow.Document{"next-1": waiting(t)}}, "run", nil)
		return err
	})
	if got := r.said()[len(r.said())-1]; got != "welcome back" {
		t.Errorf("said %q", got)
	}
}

func TestPromptsAsText(t *testing.T) {
	cfg := config()
	cfg.Prompts = map[string]contact.Prompt{
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
