package contact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// The flows of an instance with one of each type, published, whose ids are their types in short.
const (
	queueFlow  = "queue-flow"
	surveyFlow = "survey"
	agentID    = "dddddddd-0000-4000-8000-000000000003"
)

func ref(id string, t flow.Type) catalog.FlowRef {
	return catalog.FlowRef{ID: id, ARN: "arn:flow/" + id, Name: id, Type: t, Active: true, Published: "content of " + id}
}

// withFlows is an instance with flows.
func withFlows() catalog.Config {
	c := config()
	c.Flows = map[string]catalog.FlowRef{
		queueFlow:  ref(queueFlow, flow.CustomerQueue),
		surveyFlow: ref(surveyFlow, flow.ContactFlow),
		"agent":    ref("agent", flow.AgentWhisper),
		"customer": ref("customer", flow.CustomerWhisper),
		"hold":     ref("hold", flow.CustomerHold),
	}
	return c
}

func TestWhichFlowRunsAtAHook(t *testing.T) {
	byDefault := func(c *catalog.Config) {
		c.DefaultFlows = map[flow.Type]string{flow.CustomerQueue: queueFlow, flow.CustomerWhisper: "customer", flow.AgentWhisper: "agent", flow.ContactFlow: surveyFlow}
	}
	change := func(id string, edit func(*catalog.FlowRef)) func(*catalog.Config) {
		return func(c *catalog.Config) { f := c.Flows[id]; edit(&f); c.Flows[id] = f }
	}
	for _, c := range []struct {
		name, hook string
		set        map[string]session.Hook
		instance   func(*catalog.Config)
		want       string
	}{
		{"nothing", contact.HookQueue, nil, nil, ""},
		{"the hook", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {FlowID: queueFlow}}, nil, queueFlow},
		{"the default", contact.HookQueue, nil, byDefault, queueFlow},
		{"the hook before the default", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {FlowID: "other"}}, func(c *catalog.Config) {
			byDefault(c)
			c.Flows["other"] = ref("other", flow.CustomerQueue)
		}, "other"},
		{"disabled", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {FlowID: queueFlow, Disabled: true}}, nil, ""},
		{"disabled, with a default", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {Disabled: true}}, byDefault, ""},
		{"a hook's flow that has gone", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {FlowID: "gone"}}, byDefault, ""},
		{"another hook's flow", contact.HookQueue, map[string]session.Hook{"CustomerRemaining": {FlowID: surveyFlow}}, nil, ""},
		{"a flow of another type", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {FlowID: surveyFlow}}, nil, ""},
		{"archived", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {FlowID: queueFlow}}, change(queueFlow, func(f *catalog.FlowRef) { f.Active = false }), ""},
		{"not published", contact.HookQueue, map[string]session.Hook{"CustomerQueue": {FlowID: queueFlow}}, change(queueFlow, func(f *catalog.FlowRef) { f.Published = "" }), ""},
		{"disconnect flow", contact.HookRemaining, map[string]session.Hook{"CustomerRemaining": {FlowID: surveyFlow}}, nil, surveyFlow},
		{"no default disconnect flow", contact.HookRemaining, nil, byDefault, ""},
		{"agent whisper", contact.HookAgentWhisper, map[string]session.Hook{"AgentWhisper": {FlowID: "agent"}}, nil, "agent"},
		{"no default agent whisper on chat", contact.HookAgentWhisper, nil, byDefault, ""},
		{"customer whisper", contact.HookWhisper, map[string]session.Hook{"CustomerWhisper": {FlowID: "customer"}}, nil, "customer"},
		{"no default customer whisper on chat", contact.HookWhisper, nil, byDefault, ""},
		{"the wrong whisper", contact.HookWhisper, map[string]session.Hook{"CustomerWhisper": {FlowID: "agent"}}, nil, ""},
		{"guide", contact.HookAgentUI, map[string]session.Hook{"DefaultAgentUI": {FlowID: surveyFlow}}, nil, surveyFlow},
		{"guide at the end", contact.HookAgentUIEnd, map[string]session.Hook{"DisconnectAgentUI": {FlowID: surveyFlow}}, nil, surveyFlow},
		{"hold is for calls", contact.HookHold, map[string]session.Hook{"CustomerHold": {FlowID: "hold"}}, nil, ""},
		{"no such hook", "Lunch", map[string]session.Hook{"Lunch": {FlowID: surveyFlow}}, nil, ""},
	} {
		cfg := withFlows()
		if c.instance != nil {
			c.instance(&cfg)
		}
		f, ok := contact.FlowOn(&cfg, &session.Contact{Hooks: c.set}, c.hook)
		if ok != (c.want != "") || ok && f.ID != c.want {
			t.Errorf("%s: %s runs %q (%v), want %q", c.name, c.hook, f.ID, ok, c.want)
		}
	}
}

// withHook lets a hook name a flow of the current contact.
func (r *room) withHook(name, flowID string) *room {
	r.s.Current().Hooks = map[string]session.Hook{name: {FlowID: flowID}}
	return r
}

func TestTheQueueFlowRunsWhileTheContactWaits(t *testing.T) {
	r := ready(t).withHook("CustomerQueue", queueFlow)
	r.now = t0.Add(time.Minute)
	r.run(queueing(t, queueID), withFlows())
	want := &session.Flow{ContactID: chatID, FlowID: queueFlow, Content: "content of queue-flow"}
	if diff := cmp.Diff(want, r.s.Flow); diff != "" || !r.due[contact.DueFlow].Equal(r.now) {
		t.Errorf("due %v (-want +got):\n%s", r.due, diff)
	}
	r.run(document(t, say("a", "please hold", "end"), end), withFlows())
	want2 := []string{"participant.joined CUSTOMER", "You are going to Sales", "please hold"}
	if diff := cmp.Diff(want2, r.said()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, due := r.due[contact.DueFlow]; due || r.s.Flow != nil || r.s.Status != session.Active || r.s.Current().QueueID != queueID {
		t.Errorf("after the queue flow: deadlines %v, flow %v, status %d, queue %q", r.due, r.s.Flow, r.s.Status, r.s.Current().QueueID)
	}
}

// A contact stays in its queue however the queue flow comes to its end, unless that flow hangs up.
func TestAQueuedContactOutlivesItsQueueFlow(t *testing.T) {
	dangling := block("a", "MessageParticipant", `{"Text":"x"}`, "nowhere")
	for name, c := range map[string]struct {
		doc  *flow.Document
		over bool
	}{
		"EndFlowExecution":      {document(t, end), false},
		"a branch into nothing": {document(t, dangling), false},
		"too many actions":      {document(t, block("end", "Loop", `{"LoopCount":"100"}`, "", "ContinueLooping=end", "DoneLooping=end")), false},
		"DisconnectParticipant": {document(t, hangUp), true},
	} {
		r := ready(t).withHook("CustomerQueue", queueFlow)
		r.run(queueing(t, queueID), withFlows())
		r.run(c.doc, withFlows())
		if over := r.s.Status == session.Ended; over != c.over || r.s.Flow != nil {
			t.Errorf("%s: over %v, flow %v", name, over, r.s.Flow)
		}
	}
}

func TestTheDisconnectFlowTakesOverWhenTheBotLeaves(t *testing.T) {
	cfg := withFlows()
	r := connected(t).withHook("CustomerRemaining", surveyFlow)
	r.bot()
	r.now = t0.Add(time.Minute)
	r.must(func(d *contact.Draft) error { return d.Disconnect(bot, cfg) })
	if len(r.s.State.Contacts) != 2 || r.s.Status != session.Active {
		t.Fatalf("contacts %+v, status %d", r.s.State.Contacts, r.s.Status)
	}
	first, second := r.s.State.Contacts[0], r.s.State.Contacts[1]
	if !first.DisconnectedAt.Equal(r.now) || first.DisconnectReason != "" {
		t.Errorf("the first contact ended at %v for %q", first.DisconnectedAt, first.DisconnectReason)
	}
	if second.PreviousID != chatID || second.InitiationMethod != "DISCONNECT" || second.FlowID != surveyFlow || second.ID == chatID || !second.InitiatedAt.Equal(r.now) {
		t.Errorf("the second contact is %+v", second)
	}
	want := &session.Flow{ContactID: second.ID, FlowID: surveyFlow, Content: "content of survey"}
	if diff := cmp.Diff(want, r.s.Flow); diff != "" || !r.due[contact.DueFlow].Equal(r.now) {
		t.Errorf("due %v (-want +got):\n%s", r.due, diff)
	}
	r.run(document(t, say("a", "How was it?", "end"), hangUp), cfg)
	said := []string{"participant.joined CUSTOMER", "participant.joined CUSTOM_BOT", "participant.left CUSTOM_BOT", "How was it?", "participant.left CUSTOMER", "chat.ended"}
	if diff := cmp.Diff(said, r.said()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := r.items[3].ContactID; got != second.ID {
		t.Errorf("the survey is said in the contact %s", got)
	}
	if reason := r.s.Current().DisconnectReason; reason != "CONTACT_FLOW_DISCONNECT" {
		t.Errorf("reason %q", reason)
	}
	wantOver(t, "the survey", r)
}

// The index of contacts finds the new one.
func TestANewContactIsEnteredIntoTheIndex(t *testing.T) {
	r := connected(t).withHook("CustomerRemaining", surveyFlow)
	r.bot()
	d := contact.Decide(r.s, setID, r.now)
	if err := d.Disconnect(bot, withFlows()); err != nil {
		t.Fatal(err)
	}
	set := d.Changes()
	next := set.Session.Next.Current().ID
	if len(set.Contacts) != 1 || set.Contacts[0].ID != next || set.Contacts[0].SessionID != chatID || set.Contacts[0].InstanceID != instance {
		t.Errorf("%+v for the contact %s", set.Contacts, next)
	}
	for _, u := range set.Usage {
		t.Errorf("the count %+v changes: the new contact takes over the slot of the old one", u)
	}
}

func TestWhenTheDisconnectFlowDoesNotRun(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*room)
		over   bool
	}{
		"no hook": {func(r *room) { r.s.Current().Hooks = nil }, true},
		"disabled": {func(r *room) {
			r.s.Current().Hooks = map[string]session.Hook{"CustomerRemaining": {FlowID: surveyFlow, Disabled: true}}
		}, true},
		"flow gone":   {func(r *room) { r.withHook("CustomerRemaining", "gone") }, true},
		"queued":      {func(r *room) { r.s.Current().QueueID = queueID }, false},
		"a flow runs": {func(r *room) { withFlow(r) }, false},
		"agent there": {func(r *room) { r.agent() }, false},
		"twelve there": {func(r *room) {
			for len(r.s.State.Contacts) < contact.MaxSegments {
				r.s.State.Contacts = append([]session.Contact{{ID: fmt.Sprint(len(r.s.State.Contacts))}}, r.s.State.Contacts...)
			}
		}, true},
	} {
		r := connected(t).withHook("CustomerRemaining", surveyFlow)
		r.bot()
		c.before(r)
		n := len(r.s.State.Contacts)
		r.must(leaveTo(bot, withFlows()))
		if over := r.s.Status == session.Ended; over != c.over || len(r.s.State.Contacts) != n {
			t.Errorf("%s: over %v with %d contacts, want over %v with %d", name, over, len(r.s.State.Contacts), c.over, n)
		}
	}
}

func leaveTo(who string, cfg catalog.Config) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return d.Disconnect(who, cfg) }
}

// agent puts an agent into the chat.
func (r *room) agent() {
	r.s = r.s.Clone()
	r.s.State.Participants = append(r.s.State.Participants, session.Participant{ID: agentID, Role: transcript.Agent, DisplayName: "Eve"})
	r.must(func(d *contact.Draft) error { return d.Connect(agentID, true) })
}

func TestDisconnectOnCustomerExit(t *testing.T) {
	surveyed := []string{"participant.left AGENT"}
	gone := []string{"participant.left CUSTOMER", "participant.left AGENT", "chat.ended"}
	alone := []string{"participant.left CUSTOMER", "chat.ended"}
	for name, c := range map[string]struct {
		exit, agent, hook bool
		said              []string
	}{
		"the survey goes on":              {true, true, true, surveyed},
		"not asked for":                   {false, true, true, gone},
		"no disconnect flow":              {true, true, false, gone},
		"no agent: the chat ends at once": {true, false, true, alone},
	} {
		r := connected(t)
		r.s.State.DisconnectOnCustomerExit = c.exit
		if c.hook {
			r.withHook("CustomerRemaining", surveyFlow)
		}
		if c.agent {
			r.agent()
		}
		before := len(r.items)
		r.must(leaveTo(customer, withFlows()))
		if diff := cmp.Diff(c.said, r.said()[before:]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(c.said) > 1 {
			continue
		}
		if reason := r.s.State.Contacts[0].DisconnectReason; reason != "CUSTOMER_DISCONNECT" || r.s.Current().InitiationMethod != "DISCONNECT" || !r.s.Customer().Present() {
			t.Errorf("%s: reason %q, then %s", name, reason, r.s.Current().InitiationMethod)
		}
		r.must(leaveTo(customer, withFlows())) // the second time nobody is left to go
		if r.s.Status != session.Ended {
			t.Errorf("%s: the customer cannot leave the survey", name)
		}
	}
}

// A contact that is followed by another one gives its place in the queue back.
func TestAQueuedContactThatIsFollowedLeavesItsQueue(t *testing.T) {
	r := ready(t)
	r.withHook("CustomerRemaining", surveyFlow)
	r.s.State.DisconnectOnCustomerExit = true
	r.run(queueing(t, queueID), config())
	r.agent()
	if n := r.usage[quota.Queued(instance, queueID)]; n != 1 {
		t.Fatalf("the queue counts %d", n)
	}
	r.must(leaveTo(customer, withFlows()))
	if n := r.usage[quota.Queued(instance, queueID)]; n != 0 || r.s.Current().InitiationMethod != "DISCONNECT" {
		t.Errorf("the queue counts %d, the contact is a %s", n, r.s.Current().InitiationMethod)
	}
}

// What a new contact takes over from the one before.
func TestWhatGoesAlongToTheNextContact(t *testing.T) {
	guide, red := "connect:Guide", "red"
	r := connected(t)
	k := r.s.Current()
	*k = session.Contact{
		ID: k.ID, AssociationID: "root", RelatedID: "related", InitiationMethod: "API", FlowID: "flow", InitiatedAt: t0, ConnectedAt: t0, UpdatedAt: t0,
		CustomerID: "ann", Name: "N", Description: "D", Tags: map[string]string{"t": "1"}, References: map[string]session.Reference{"r": {Value: "v"}},
		LanguageCode: "de-DE", TargetQueueID: queueID, Routing: session.Routing{Priority: 2, Criteria: &session.Criteria{}},
		Recording: []byte(`{}`), Hooks: map[string]session.Hook{"CustomerRemaining": {FlowID: surveyFlow}},
		SegmentAttributes: map[string]session.Value{"connect:Subtype": {String: &guide}, "color": {String: &red}},
	}
	want := *k
	r.bot()
	r.now = t0.Add(time.Hour)
	r.must(leaveTo(bot, withFlows()))
	got := *r.s.Current()
	want.ID, want.PreviousID, want.InitiationMethod, want.FlowID = got.ID, chatID, "DISCONNECT", surveyFlow
	want.InitiatedAt, want.ConnectedAt, want.UpdatedAt = r.now, r.now, r.now
	want.SegmentAttributes = map[string]session.Value{"connect:Subtype": {String: &guide}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A contact that another one followed has ended, although the chat goes on.
func TestStoppingAContactThatWasFollowed(t *testing.T) {
	r := connected(t).withHook("CustomerRemaining", surveyFlow)
	r.bot()
	r.must(leaveTo(bot, withFlows()))
	err := r.decide(func(d *contact.Draft) error { return d.StopContact(chatID, withFlows()) })
	wantKind(t, "the first contact", err, fault.Gone)
	if r.s.Status != session.Active {
		t.Error("the chat ended")
	}
	r.must(func(d *contact.Draft) error { return d.StopContact(r.s.Current().ID, withFlows()) })
	wantOver(t, "the second contact", r)
}
