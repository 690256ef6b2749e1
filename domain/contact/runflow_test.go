package contact_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/transcript"
)

// block is an action: its type, parameters and where its branches lead. A
// condition's name is its value, an error's name ends in "!".
func block(id, kind, parameters, next string, branches ...string) string {
	var conditions, errors []string
	for _, b := range branches {
		name, to, _ := strings.Cut(b, "=")
		if value, ok := strings.CutSuffix(name, "!"); ok {
			errors = append(errors, fmt.Sprintf(`{"NextAction":%q,"ErrorType":%q}`, to, value))
		} else {
			conditions = append(conditions, fmt.Sprintf(`{"NextAction":%q,"Condition":{"Operator":"Equals","Operands":[%q]}}`, to, name))
		}
	}
	onward := ""
	if next != "" {
		onward = fmt.Sprintf(`"NextAction":%q,`, next)
	}
	return fmt.Sprintf(`{"Identifier":%q,"Type":%q,"Parameters":%s,"Transitions":{%s"Conditions":[%s],"Errors":[%s]}}`,
		id, kind, parameters, onward, strings.Join(conditions, ","), strings.Join(errors, ","))
}

func say(id, text, next string) string {
	return block(id, "MessageParticipant", fmt.Sprintf(`{"Text":%q}`, text), next, "NoMatchingError!="+next)
}

func document(t failer, blocks ...string) *flow.Document {
	t.Helper()
	first, _, _ := strings.Cut(strings.TrimPrefix(blocks[0], `{"Identifier":"`), `"`)
	doc, err := flow.Parse([]byte(fmt.Sprintf(`{"Version":"2019-10-30","StartAction":%q,"Actions":[%s]}`, first, strings.Join(blocks, ","))))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return doc
}

const (
	end     = `{"Identifier":"end","Type":"EndFlowExecution","Parameters":{},"Transitions":{}}`
	hangUp  = `{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}`
	queueID = "bbbbbbbb-0000-4000-8000-000000000001"
)

func config() catalog.Config {
	return catalog.Config{
		InstanceARN: "arn:instance", Region: "eu-west-1",
		Queues: map[string]catalog.Queue{queueID: {ID: queueID, ARN: "arn:queue/" + queueID, Name: "Sales", MaxContacts: 3}},
	}
}

// run lets the chat's flow go on.
func (r *room) run(doc *flow.Document, cfg catalog.Config) contact.FlowStep {
	r.t.Helper()
	var step contact.FlowStep
	cfg.Documents = map[string]*flow.Document{r.s.Flow.Content: doc}
	r.must(func(d *contact.Draft) (err error) {
		step, err = d.RunFlow(cfg, "run", func() uint64 { return 0 })
		return err
	})
	return step
}

// ready is a chat whose customer has connected and whose flow is to start.
func ready(t failer) *room {
	r := begun(t, start())
	r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	return r
}

func TestAFlowGreetsAndEndsTheChat(t *testing.T) {
	for name, last := range map[string]string{"EndFlowExecution": end, "DisconnectParticipant": hangUp} {
		r := ready(t)
		r.run(document(t, say("a", "Hello", "b"), say("b", "Bye", "end"), last), config())
		want := []string{"participant.joined CUSTOMER", "Hello", "Bye", "participant.left CUSTOMER", "chat.ended"}
		if diff := cmp.Diff(want, r.said()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if reason := r.s.Current().DisconnectReason; reason != "CONTACT_FLOW_DISCONNECT" {
			t.Errorf("%s: reason %q", name, reason)
		}
		wantOver(t, name, r)
	}
}

func TestWhatAFlowSaysComesFromTheSystem(t *testing.T) {
	r := ready(t)
	r.run(document(t, say("a", "Hello", "end"), end), config())
	want := transcript.Author{ParticipantID: contact.SystemParticipant, DisplayName: "SYSTEM_MESSAGE", Role: transcript.System}
	if got := r.items[1]; got.Author != want || got.ContentType != transcript.Plain || got.ContactID != chatID {
		t.Errorf("%+v", got)
	}
}

func TestAChatWithABotOutlivesItsFlow(t *testing.T) {
	for name, c := range map[string]struct {
		last string
		over bool
	}{"EndFlowExecution": {end, false}, "DisconnectParticipant": {hangUp, true}} {
		r := ready(t)
		r.bot()
		r.run(document(t, say("a", "Hello", "end"), c.last), config())
		if over := r.s.Status == session.Ended; over != c.over || r.s.Flow != nil {
			t.Errorf("%s: over %v, flow %v", name, over, r.s.Flow)
		}
		if _, due := r.due[contact.DueFlow]; due {
			t.Errorf("%s: the flow that is over is to run again", name)
		}
	}
}

func waiting(t failer) *flow.Document {
	return document(t,
		block("wait", "Wait", `{"TimeLimitSeconds":"60","Events":["CustomerReturned","BotParticipantDisconnected"]}`, "late",
			"WaitCompleted=late", "CustomerReturned=back", "BotParticipantDisconnected=gone", "NoMatchingError!=end", "ParticipantNotFound!=end"),
		say("late", "still there?", "end"), say("back", "welcome back", "wait"), say("gone", "the bot left", "end"), end)
}

func TestAFlowWaits(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(*room)
		said    string
		waits   bool
	}{
		"until its time":                {func(r *room) { r.now = r.now.Add(time.Minute) }, "still there?", false},
		"a wake before its time":        {func(r *room) { r.now = r.now.Add(time.Minute - 1) }, "participant.joined CUSTOM_BOT", true},
		"until the customer writes":     {func(r *room) { _ = r.send(customer, hello) }, "welcome back", true},
		"not for what the bot writes":   {func(r *room) { _ = r.send(bot, hello) }, "hello", true},
		"until the bot leaves":          {func(r *room) { r.must(leave(bot)) }, "the bot left", false},
		"time and message: the message": {func(r *room) { _ = r.send(customer, hello); r.now = r.now.Add(time.Hour) }, "welcome back", true},
	} {
		r := ready(t)
		r.bot()
		doc := waiting(t)
		r.run(doc, config())
		if !r.s.Flow.Listening || !r.due[contact.DueFlow].Equal(t0.Add(time.Minute)) {
			t.Fatalf("listening %v, deadlines %v", r.s.Flow.Listening, r.due)
		}
		c.happens(r)
		r.run(doc, config())
		if waits := r.s.Flow != nil; waits != c.waits {
			t.Errorf("%s: the flow waits: %v", name, waits)
		}
		if r.s.Flow != nil && (len(r.s.Flow.Input) > 0 || !r.due[contact.DueFlow].After(r.now)) {
			t.Errorf("%s: input %v, deadlines %v", name, r.s.Flow.Input, r.due)
		}
		said := r.said()
		if r.s.Status == session.Ended {
			said = said[:len(said)-2] // the customer left, chat.ended
		}
		if got := said[len(said)-1]; got != c.said {
			t.Errorf("%s: the last is %q, want %q", name, got, c.said)
		}
	}
}

func TestInputsReachTheFlowInOrder(t *testing.T) {
	r := ready(t)
	r.bot()
	doc := waiting(t)
	r.run(doc, config())
	for range 2 {
		_ = r.send(customer, hello)
	}
	if step := r.run(doc, config()); step.Outcome.Kind != interp.Blocked { // not that of the timer, which concerns nobody
		t.Errorf("outcome %s", step.Outcome.Kind)
	}
	want := []string{"hello", "hello", "welcome back", "welcome back"}
	if diff := cmp.Diff(want, r.said()[2:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func queueing(t failer, target string) *flow.Document {
	return document(t,
		block("set", "UpdateContactTargetQueue", fmt.Sprintf(`{"QueueId":%q}`, target), "say", "NoMatchingError!=oops"),
		say("say", "You are going to $.Queue.Name", "queue"),
		block("queue", "TransferContactToQueue", `{}`, "oops", "QueueAtCapacity!=full", "NoMatchingError!=oops"),
		say("full", "full", "end"), say("oops", "oops", "end"), end)
}

func TestAFlowQueuesItsContact(t *testing.T) {
	for _, target := range []string{queueID, "arn:queue/" + queueID} {
		r := ready(t)
		r.now = t0.Add(time.Minute)
		if step := r.run(queueing(t, target), config()); step.Outcome.Kind != interp.Queued {
			t.Errorf("%s: outcome %+v", target, step.Outcome)
		}
		k := r.s.Current()
		if k.QueueID != queueID || !k.EnqueuedAt.Equal(r.now) || r.usage[quota.Queued(instance, queueID)] != 1 {
			t.Errorf("%s: in the queue %q since %v, counts %v", target, k.QueueID, k.EnqueuedAt, r.usage)
		}
		if r.s.Status != session.Active || r.s.Flow != nil {
			t.Errorf("%s: status %d, flow %v", target, r.s.Status, r.s.Flow)
		}
		if got := r.said()[1]; got != "You are going to Sales" {
			t.Errorf("%s: said %q", target, got)
		}
		r.must((*contact.Draft).Stop)
		wantOver(t, target, r)
	}
}

func TestTheBoundOfAQueueGoesIntoTheSet(t *testing.T) {
	d := contact.Decide(ready(t).s, setID, t0)
	cfg := config()
	cfg.Documents = map[string]*flow.Document{"content": queueing(t, queueID)}
	if _, err := d.RunFlow(cfg, "run", nil); err != nil {
		t.Fatal(err)
	}
	usage := d.Changes().Usage
	if len(usage) != 1 || usage[0].Max != 3 || usage[0].Delta != 1 {
		t.Errorf("%+v", usage)
	}
}

func TestAFlowThatCannotQueue(t *testing.T) {
	full := config()
	full.Full = map[string]bool{queueID: true}
	for name, c := range map[string]struct {
		target string
		cfg    catalog.Config
		said   string
	}{
		"the queue is full":      {queueID, full, "full"},
		"there is no such queue": {"bbbbbbbb-0000-4000-8000-000000000009", config(), "oops"},
		"another one's ARN":      {"arn:other/" + queueID, config(), "oops"},
	} {
		r := ready(t)
		r.run(queueing(t, c.target), c.cfg)
		said := r.said()
		if got := said[len(said)-3]; got != c.said {
			t.Errorf("%s: said %q, want %q", name, got, c.said)
		}
		wantOver(t, name, r)
	}
}

// TestAGuideGoesToNoQueue: its customer is an agent.
func TestAGuideGoesToNoQueue(t *testing.T) {
	r := ready(t)
	r.s.State.Guide = &session.Guide{UserID: ben, ContactID: chatID}
	r.run(queueing(t, queueID), config())
	if k := r.s.Current(); k.QueueID != "" || r.s.Status != session.Ended {
		t.Errorf("status %d, the contact is %+v", r.s.Status, k)
	}
}

func TestAttributesOfAFlow(t *testing.T) {
	set := func(value string) *flow.Document {
		return document(t,
			block("set", "UpdateContactAttributes", fmt.Sprintf(`{"Attributes":{"k":%q},"TargetContact":"Current"}`, value), "ok", "NoMatchingError!=bad"),
			say("ok", "ok $.Attributes.k", "end"), say("bad", "error", "end"), end)
	}
	r := ready(t)
	r.run(set("v"), config())
	if got := r.said()[1]; got != "ok v" || r.s.Attributes["k"] != "v" {
		t.Errorf("said %q, attributes %v", got, r.s.Attributes)
	}
	for n, stored := range map[int]bool{32_768: true, 32_769: false} {
		r := ready(t)
		r.s.Attributes = map[string]string{"old": "x"}
		r.run(set(strings.Repeat("x", n-len("old")-len("x")-len("k"))), config())
		if _, ok := r.s.Attributes["k"]; ok != stored || (r.said()[1] == "error") == stored {
			t.Errorf("%d bytes of attributes: stored %v, said %.20q", n, ok, r.said()[1])
		}
	}
}

func TestARunThatCannotBeReadIsAnError(t *testing.T) {
	r := connected(t)
	r.s.Flow = &session.Flow{Run: []byte(`nonsense`)}
	d := contact.Decide(r.s, setID, t0)
	if _, err := d.RunFlow(config(), "run", nil); err == nil {
		t.Error("a run of nonsense goes on")
	}
}

// Maps of the contact are read once in a decision, and anew when the flow has changed them.
func TestAFlowReadsWhatItHasSet(t *testing.T) {
	r := ready(t)
	set := func(id, value, next string) string {
		return block(id, "UpdateContactData", `{"SegmentAttributes":{"color":{"ValueString":"`+value+`"}},"References":{"doc":{"Type":"URL","Value":"`+value+`"}}}`, next)
	}
	read := "$.SegmentAttributes['color'].ValueString $.References.doc.Value"
	r.run(document(t, say("a", "0 "+read, "b"), set("b", "red", "c"), say("c", "1 "+read, "d"), set("d", "blue", "e"), say("e", "2 "+read, "end"), end), config())
	want := []string{"0  ", "1 red red", "2 blue blue"}
	if diff := cmp.Diff(want, slices.DeleteFunc(r.said(), func(s string) bool { return !strings.Contains("012", s[:1]) })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a flow may read of the contact.
func TestReferencesOfAFlow(t *testing.T) {
	guide := "red"
	r := ready(t)
	r.s.Attributes = map[string]string{"a": "1"}
	k := r.s.Current()
	k.CustomerID, k.Name, k.Description, k.Tags = "ann", "N", "D", map[string]string{"team": "x"}
	k.SegmentAttributes = map[string]session.Value{"color": {String: &guide}}
	k.References = map[string]session.Reference{"doc": {Value: "url"}}
	for path, want := range map[string]string{
		"$.Channel": "CHAT", "$.ContactId": chatID, "$.InitialContactId": chatID, "$.InitiationMethod": "API",
		"$.CustomerId": "ann", "$.Name": "N", "$.Description": "D", "$.InstanceARN": "arn:instance", "$.AwsRegion": "eu-west-1",
		"$.Attributes.a": "1", "$.Tags.team": "x", "$.SegmentAttributes['color'].ValueString": "red", "$.References.doc.Value": "url",
		"$.SegmentAttributes['connect:Subtype'].ValueString": "connect:Chat", "$.Attributes.none": "", "$.Queue.Name": "",
		"$.Tags": `{"team":"x"}`, "$.Attributes": `{"a":"1"}`, "$.References": `{"doc":{"Type":"","Value":"url"}}`,
		"$.LanguageCode": "en-US", "$.Media.InitialMessage": "", "$.MediaStreams.Customer.Audio.StreamARN": "",
		"$.CustomerEndpoint.Address": "", "$.CustomerEndpoint": "", "$.SystemEndpoint.Type": "", "$.Task.ContactId": "",
		"$.Agent.UserName": "", "$.TextToSpeechVoiceId": "", "$.Channel.more": "", "$.RelatedContactId": "", "$.PreviousContactId": "",
		"$.SegmentAttributes['color']": `{"ValueString":"red"}`, "$.Attributes.['a']": "1", "$['Attributes']['a']": "1", "$['AwsRegion']": "eu-west-1",
		"$.External.x": "", "$.Metrics.Queue.Size": "", "$.StoredCustomerInput": "", "$.Customer.FirstName": "",
	} {
		c := r.clone()
		c.items = nil
		c.run(document(t, say("a", "<"+path+">", "end"), end), config())
		if got := c.said()[0]; got != "<"+want+">" {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}
