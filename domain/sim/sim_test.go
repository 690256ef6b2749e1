package sim_test

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
	"parley/domain/sim"
	"parley/domain/transcript"
)

var t0 = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

const queue = "Sales"

// say, wait and the others are actions; the document starts with the first.
func say(id, text, next string) string {
	return fmt.Sprintf(`{"Identifier":%q,"Type":"MessageParticipant","Parameters":{"Text":%q},"Transitions":{"NextAction":%q}}`, id, text, next)
}

func wait(id, seconds, returned, completed string) string {
	return fmt.Sprintf(`{"Identifier":%q,"Type":"Wait","Parameters":{"TimeLimitSeconds":%q,"Events":["CustomerReturned"]},"Transitions":{"Conditions":[
		{"NextAction":%q,"Condition":{"Operator":"Equals","Operands":["CustomerReturned"]}},
		{"NextAction":%q,"Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}]}}`, id, seconds, returned, completed)
}

func invoke(id, parameters, next, failed string) string {
	return fmt.Sprintf(`{"Identifier":%q,"Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"look","InvocationTimeLimitSeconds":"4"%s},"Transitions":{"NextAction":%q,"Errors":[{"NextAction":%q,"ErrorType":"NoMatchingError"}]}}`,
		id, parameters, next, failed)
}

const (
	bye   = `{"Identifier":"bye","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}`
	enter = `{"Identifier":"enter","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"Sales"},"Transitions":{"NextAction":"queue"}},
		{"Identifier":"queue","Type":"TransferContactToQueue","Parameters":{},"Transitions":{"Errors":[{"NextAction":"full","ErrorType":"QueueAtCapacity"}]}}`
	split = `{"Identifier":"split","Type":"DistributeByPercentage","Parameters":{},"Transitions":{
		"Conditions":[{"NextAction":"few","Condition":{"Operator":"NumberLessThan","Operands":["11"]}}],
		"Errors":[{"NextAction":"many","ErrorType":"NoMatchingCondition"}]}}`
)

func instance(t testing.TB, actions ...string) *sim.Instance {
	t.Helper()
	first, _, _ := strings.Cut(strings.TrimPrefix(actions[0], `{"Identifier":"`), `"`)
	doc, err := flow.Parse([]byte(fmt.Sprintf(`{"Version":"2019-10-30","StartAction":%q,"Actions":[%s]}`, first, strings.Join(actions, ","))))
	if err != nil {
		t.Fatal(err)
	}
	return &sim.Instance{ID: "i", Config: catalog.Config{
		Flows:     map[string]catalog.FlowRef{"f": {ID: "f", Name: "f", Type: flow.ContactFlow, Active: true, Published: "c"}},
		Queues:    map[string]catalog.Queue{queue: {ID: queue, Name: queue, MaxContacts: 2}},
		Documents: map[string]*flow.Document{"c": doc},
	}}
}

// begin starts a chat whose customer connects.
func begin(t testing.TB, in *sim.Instance, o sim.Options) *sim.Chat {
	t.Helper()
	o.Now = t0
	c, err := sim.Start(in, o, contact.Start{FlowID: "f", DisplayName: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	must(t, c.Connect())
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// said lists what the flow said, with the seconds since the start.
func said(c *sim.Chat) []string {
	var list []string
	for _, e := range c.History() {
		if e.Item != nil && e.Item.Type == transcript.Message && e.Item.Author.Role == transcript.System {
			list = append(list, fmt.Sprintf("%v %s", e.At.Sub(t0).Seconds(), e.Item.Content))
		}
	}
	return list
}

func expect(t *testing.T, c *sim.Chat, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, said(c)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDeadlinesComeInTheirOrderAtTheirTimes(t *testing.T) {
	c := begin(t, instance(t, say("a", "one", "w"), wait("w", "60", "b", "b"), say("b", "two", "v"), wait("v", "30", "bye", "d"), say("d", "three", "bye"), bye), sim.Options{})
	must(t, c.Advance(59*time.Second))
	expect(t, c, "0 one")
	must(t, c.Advance(time.Hour))
	expect(t, c, "0 one", "60 two", "90 three")
	if got := c.Session().State.EndedAt; !got.Equal(t0.Add(90 * time.Second)) {
		t.Errorf("the chat ended at %v", got)
	}
	if want := t0.Add(time.Hour + 59*time.Second); !c.Now().Equal(want) {
		t.Errorf("it is %v, want %v", c.Now(), want)
	}
}

func TestAMessageEndsAWait(t *testing.T) {
	c := begin(t, instance(t, wait("w", "60", "a", "bye"), say("a", "thanks", "bye"), bye), sim.Options{})
	must(t, c.Advance(10*time.Second))
	must(t, c.Say(transcript.Plain, "hi"))
	expect(t, c, "10 thanks")
	if err := c.Say(transcript.Plain, "hi"); err == nil {
		t.Error("a message is taken after the end")
	}
}

func TestAFullQueueIsDecidedAgain(t *testing.T) {
	for waiting, want := range map[int64]string{1: "", 2: "0 full"} {
		c := begin(t, instance(t, enter, say("full", "full", "bye"), bye), sim.Options{Waiting: map[string]int64{queue: waiting}})
		if got := strings.Join(said(c), ","); got != want || (c.QueueName() == queue) != (want == "") {
			t.Errorf("%d wait: said %q, queue %q", waiting, got, c.QueueName())
		}
	}
}

func TestNobodyConnects(t *testing.T) {
	c, err := sim.Start(instance(t, say("a", "one", "bye"), bye), sim.Options{Now: t0}, contact.Start{FlowID: "f", DisplayName: "Ada"})
	must(t, err)
	must(t, c.Advance(5*time.Minute))
	if s := c.Session(); s.Status != session.Ended || s.Current().DisconnectReason != contact.ReasonNotConnected || len(said(c)) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestPercentages(t *testing.T) {
	in := instance(t, split, say("few", "few", "bye"), say("many", "many", "bye"), bye)
	for percent, want := range map[int]string{10: "0 few", 11: "0 many"} {
		expect(t, begin(t, in, sim.Options{Percent: []int{percent}}), want)
	}
	few := 0
	for seed := range uint64(1000) {
		if said(begin(t, in, sim.Options{Seed: seed}))[0] == "0 few" {
			few++
		}
	}
	if few < 60 || few > 150 {
		t.Errorf("%d of 1000 seeds draw the 10 percent", few)
	}
}

// answers is a Caller that gives each answer once.
type answers []sim.Answer

func (a *answers) Call(interp.Call) (sim.Answer, error) {
	if len(*a) == 0 {
		return sim.Answer{}, fmt.Errorf("no answer")
	}
	first := (*a)[0]
	*a = (*a)[1:]
	return first, nil
}

func TestCalls(t *testing.T) {
	in := instance(t, invoke("l", "", "ok", "no"), say("ok", "it is $.External.x", "bye"), say("no", "failed", "bye"), bye)
	good := json.RawMessage(`{"x":"good"}`)
	for name, tt := range map[string]struct {
		answer sim.Answer
		want   string
	}{
		"at once":  {sim.Answer{Payload: good}, "0 it is good"},
		"late":     {sim.Answer{Payload: good, After: 3 * time.Second}, "3 it is good"},
		"too late": {sim.Answer{Payload: good, After: 5 * time.Second}, "4 failed"},
		"never":    {sim.Answer{Never: true}, "4 failed"},
		"fails":    {sim.Answer{Err: "boom"}, "0 failed"},
	} {
		c := begin(t, in, sim.Options{Calls: &answers{tt.answer}})
		if got := strings.Join(said(c), ","); got != tt.want {
			t.Errorf("%s: said %q, want %q", name, got, tt.want)
		}
	}
	c, err := sim.Start(in, sim.Options{Now: t0, Calls: &answers{}}, contact.Start{FlowID: "f", DisplayName: "Ada"})
	must(t, err)
	if err := c.Connect(); err == nil {
		t.Error("a call without an answer goes well")
	}
}

// The same seed gives the same chat, to the last id; another seed other ids.
func TestTheSameChatTwice(t *testing.T) {
	in := instance(t, say("a", "one", "w"), wait("w", "60", "b", "b"), say("b", "two", "enter"), enter, say("full", "full", "bye"), bye)
	play := func(seed uint64) string {
		c := begin(t, in, sim.Options{Seed: seed})
		must(t, c.BotJoins("helper"))
		must(t, c.BotSays(transcript.Plain, "hello"))
		must(t, c.Say(transcript.Plain, "hi"))
		must(t, c.BotLeaves())
		must(t, c.Stop())
		text, err := json.MarshalIndent(c.History(), "", " ")
		must(t, err)
		return string(text)
	}
	if diff := cmp.Diff(play(7), play(7)); diff != "" {
		t.Errorf("two chats of one seed differ:\n%s", diff)
	}
	if play(7) == play(8) {
		t.Error("chats of two seeds are equal")
	}
}

func TestAFlowThatIsNotThere(t *testing.T) {
	if _, err := sim.Start(instance(t, bye), sim.Options{Now: t0}, contact.Start{FlowID: "g", DisplayName: "Ada"}); err == nil {
		t.Error("a chat starts without a flow")
	}
}

// BenchmarkChat plays a chat of some steps.
func BenchmarkChat(b *testing.B) {
	in := instance(b, say("a", "one", "w"), wait("w", "60", "b", "b"), say("b", "two", "enter"), enter, say("full", "full", "bye"), bye)
	b.ReportAllocs()
	for b.Loop() {
		c := begin(b, in, sim.Options{})
		must(b, c.Say(transcript.Plain, "hi"))
	}
}
