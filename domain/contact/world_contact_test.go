package contact_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/hours"
	"parley/domain/quota"
	"parley/domain/session"
)

// one is a flow of one action that then waits for an hour; it says which branch it took.
func (r *room) one(cfg catalog.Config, kind, parameters string) (branch string) {
	r.t.Helper()
	named := func(name string) string { return say(name, name, "stay") }
	stay := block("stay", "Wait", `{"TimeLimitSeconds":"3600"}`, "stay", "WaitCompleted=stay", "NoMatchingError!=stay")
	doc := document(r.t, block("act", kind, parameters, "done", "True=True", "False=False", "3=3",
		"NoMatchingError!=error", "NoMatchingCondition!=other", "QueueAtCapacity!=full"),
		named("done"), named("True"), named("False"), named("3"), named("error"), named("other"), named("full"), stay)
	before := len(r.items)
	r.run(doc, cfg)
	if said := r.said()[before:]; len(said) > 0 {
		return said[0]
	}
	return "nothing"
}

func long(n int) string { return strings.Repeat("ä", n) }

func TestWhatAFlowChangesOfItsContact(t *testing.T) {
	red, seven := "red", int64(7)
	tagged := func(k *session.Contact) { k.Tags = map[string]string{"aws:x": "1", "a": "1", "b": "2"} }
	six := func(k *session.Contact) {
		k.Tags = map[string]string{"1": "", "2": "", "3": "", "4": "", "5": "", "6": ""}
	}
	criteria := func(text string) string { return `{"RoutingCriteria":{"Steps":[` + text + `]}}` }
	level := func(n float64) *session.Criteria {
		return &session.Criteria{Steps: []session.CriteriaStep{{Expression: session.Expression{Attribute: &session.AgentAttribute{Name: "L", Value: "de", Level: n, Operator: "NumberGreaterOrEqualTo"}}}}}
	}
	for _, c := range []struct {
		kind, parameters string
		before, want     func(*session.Contact) // want nil = the error branch, and nothing changed
	}{
		{"UpdateContactData", `{"Name":"N","Description":"D","LanguageCode":"de-DE","CustomerId":"ann"}`, nil, func(k *session.Contact) {
			k.Name, k.Description, k.LanguageCode, k.CustomerID = "N", "D", "de-DE", "ann"
		}},
		{"UpdateContactData", `{"Name":"` + long(1024) + `"}`, nil, func(k *session.Contact) { k.Name = long(1024) }},
		{"UpdateContactData", `{"Name":"` + long(1025) + `"}`, nil, nil},
		{"UpdateContactData", `{"Description":"` + long(4096) + `"}`, nil, func(k *session.Contact) { k.Description = long(4096) }},
		{"UpdateContactData", `{"Description":"` + long(4097) + `"}`, nil, nil},
		{"UpdateContactData", `{"Name":"N","CustomerId":"` + long(129) + `"}`, nil, nil},
		{"UpdateContactData", `{"Name":"N","CustomerId":"$.Attributes.none"}`, nil, nil},
		{"UpdateContactData", `{"LanguageCode":"x"}`, nil, nil},
		{"UpdateContactData", `{"References":{"doc":{"Type":"URL","Value":"u"}}}`, func(k *session.Contact) {
			k.References = map[string]session.Reference{"old": {Type: "URL", Value: "o"}}
		}, func(k *session.Contact) { k.References["doc"] = session.Reference{Type: "URL", Value: "u"} }},
		{"UpdateContactData", `{"References":{"doc":{"Value":"u"}}}`, nil, nil},
		{"UpdateContactData", `{"References":{"doc":"u"}}`, nil, nil},
		{"UpdateContactData", `{"References":{"doc":{"Type":"URL","Value":"` + long(4097) + `"}}}`, nil, nil},
		{"UpdateContactData", `{"SegmentAttributes":{"color":{"ValueString":"red"},"n":{"ValueInteger":7}}}`, nil, func(k *session.Contact) {
			k.SegmentAttributes = map[string]session.Value{"color": {String: &red}, "n": {Integer: &seven}}
		}},
		{"UpdateContactData", `{"SegmentAttributes":{"connect:Foo":{"ValueString":"x"}}}`, nil, nil},
		{"UpdateContactData", `{"SegmentAttributes":{"color":{}}}`, nil, nil},
		{"UpdateContactData", `{"SegmentAttributes":{"color":{"ValueString":"red","ValueInteger":7}}}`, nil, nil},
		{"UpdateContactData", `{"SegmentAttributes":{"color":{"ValueString":"` + long(1025) + `"}}}`, nil, nil},
		{"UpdateContactData", `{"SegmentAttributes":{"` + strings.Repeat("x", 129) + `":{"ValueString":"red"}}}`, nil, nil},

		{"TagContact", `{"Tags":{"b":"3","c":"4"}}`, tagged, func(k *session.Contact) { k.Tags["b"], k.Tags["c"] = "3", "4" }},
		{"TagContact", `{"Tags":{"aws:y":"1"}}`, nil, nil},
		{"TagContact", `{"Tags":{"7":"x"}}`, six, nil},
		{"TagContact", `{"Tags":{"6":"x"}}`, six, func(k *session.Contact) { k.Tags["6"] = "x" }},
		{"TagContact", `{"Tags":{"k":"` + long(257) + `"}}`, nil, nil},
		{"UnTagContact", `{"TagKeys":["a","none"]}`, tagged, func(k *session.Contact) { delete(k.Tags, "a") }},
		{"UntagContact", `{"TagKeys":["a","aws:x"]}`, tagged, nil},

		{"UpdateContactRoutingBehavior", `{"QueuePriority":"1"}`, nil, func(k *session.Contact) { k.Routing.Priority = 1 }},
		{"UpdateContactRoutingBehavior", `{"QueuePriority":"0"}`, nil, nil},
		{"UpdateContactRoutingBehavior", `{"QueueTimeAdjustmentSeconds":"-5"}`, nil, func(k *session.Contact) { k.Routing.AgeSeconds = -5 }},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","Value":"de","ProficiencyLevel":3,"ComparisonOperator":"NumberGreaterOrEqualTo"}}}`), nil,
			func(k *session.Contact) { k.Routing.Criteria = level(3) }},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","Value":"de","ProficiencyLevel":"5","ComparisonOperator":"NumberGreaterOrEqualTo"}},"Expiry":{"DurationInSeconds":"60"}}`), nil,
			func(k *session.Contact) { k.Routing.Criteria = level(5); k.Routing.Criteria.Steps[0].Seconds = 60 }},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"MatchCriteria":{"AgentsCriteria":{"AgentIds":["eve"]}}}},{"Expression":{"OrExpression":[{"AttributeCondition":{"MatchCriteria":{"AgentsCriteria":{"AgentIds":["bob"]}}}}]}}`), nil,
			func(k *session.Contact) {
				agents := func(id string) session.Expression {
					return session.Expression{Attribute: &session.AgentAttribute{Agents: []string{id}}}
				}
				k.Routing.Criteria = &session.Criteria{Steps: []session.CriteriaStep{{Expression: agents("eve")}, {Expression: session.Expression{Or: []session.Expression{agents("bob")}}}}}
			}},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","Value":"de","ComparisonOperator":"Range","Range":{"MinProficiencyLevel":2,"MaxProficiencyLevel":"4"}}}}`), nil,
			func(k *session.Contact) {
				k.Routing.Criteria = level(2)
				a := k.Routing.Criteria.Steps[0].Expression.Attribute
				a.MaxLevel, a.Operator = 4, "Range"
			}},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","Value":"de","Range":{"MinProficiencyLevel":4,"MaxProficiencyLevel":2}}}}`), nil, nil},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","Value":"de","Range":{"MaxProficiencyLevel":2}}}}`), nil, nil},
		{"UpdateContactRoutingCriteria", criteria(``), nil, nil},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{}}`), nil, nil},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AndExpression":[{}]}}`), nil, nil},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","Value":"de","ProficiencyLevel":6}}}`), nil, nil},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","ProficiencyLevel":1}}}`), nil, nil},
		{"UpdateContactRoutingCriteria", criteria(`{"Expression":{"AttributeCondition":{"Name":"L","Value":"de","ProficiencyLevel":1}},"Expiry":{"DurationInSeconds":1.5}}`), nil, nil},
		{"UpdateContactRoutingCriteria", `{"RoutingCriteria":"none"}`, nil, nil},

		{"UpdateContactRecordingBehavior", `{"RecordingBehavior":{"RecordedParticipants":["Agent"]}}`, nil, func(k *session.Contact) {
			k.Recording = []byte(`{"RecordingBehavior":{"RecordedParticipants":["Agent"]}}`)
		}},

		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"queue-flow"}}`, nil, func(k *session.Contact) {
			k.Hooks = map[string]session.Hook{"CustomerQueue": {FlowID: queueFlow}}
		}},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerRemaining":"arn:flow/survey"}}`, func(k *session.Contact) {
			k.Hooks = map[string]session.Hook{"CustomerQueue": {FlowID: queueFlow}}
		}, func(k *session.Contact) { k.Hooks["CustomerRemaining"] = session.Hook{FlowID: surveyFlow} }},
		{"UpdateContactEventHooks", `{"EventHooksConfiguration":{"CustomerQueue":{"DisableExecution":"true"}}}`, func(k *session.Contact) {
			k.Hooks = map[string]session.Hook{"CustomerQueue": {FlowID: queueFlow}}
		}, func(k *session.Contact) { k.Hooks["CustomerQueue"] = session.Hook{FlowID: queueFlow, Disabled: true} }},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"queue-flow"}}`, func(k *session.Contact) {
			k.Hooks = map[string]session.Hook{"CustomerQueue": {Disabled: true}}
		}, func(k *session.Contact) { k.Hooks["CustomerQueue"] = session.Hook{FlowID: queueFlow} }},
		{"UpdateContactEventHooks", `{"EventHooks":{"AgentWhisper":"agent","CustomerWhisper":"customer","DefaultAgentUI":"survey","DisconnectAgentUI":"survey","PauseContact":"survey","ResumeContact":"survey"}}`, nil,
			func(k *session.Contact) {
				k.Hooks = map[string]session.Hook{"AgentWhisper": {FlowID: "agent"}, "CustomerWhisper": {FlowID: "customer"}}
				for _, name := range []string{"DefaultAgentUI", "DisconnectAgentUI", "PauseContact", "ResumeContact"} {
					k.Hooks[name] = session.Hook{FlowID: surveyFlow}
				}
			}},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerHold":"hold"}}`, nil, nil},
		{"UpdateContactEventHooks", `{"EventHooks":{"AgentHold":"hold"}}`, nil, nil},
		{"UpdateContactEventHooks", `{"EventHooks":{"Lunch":"survey"}}`, nil, nil},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"survey"}}`, nil, nil},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"gone"}}`, nil, nil},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"arn:other/queue-flow"}}`, nil, nil},
		{"UpdateContactEventHooks", `{"EventHooks":{"CustomerRemaining":"survey","CustomerHold":"hold"}}`, nil, nil},
	} {
		r := ready(t)
		if c.before != nil {
			c.before(r.s.Current())
		}
		r.now = t0.Add(time.Minute)
		want, branch := *r.clone().s.Current(), "error"
		if c.want != nil {
			fresh := ready(t)
			if c.before != nil {
				c.before(fresh.s.Current())
			}
			c.want(fresh.s.Current())
			want, branch = *fresh.s.Current(), "done"
			want.UpdatedAt = r.now
			if c.kind == "UpdateContactRecordingBehavior" {
				want.UpdatedAt = t0
			}
		}
		if got := r.one(withFlows(), c.kind, c.parameters); got != branch {
			t.Errorf("%s %.90s: takes %s, want %s", c.kind, c.parameters, got, branch)
		}
		if diff := cmp.Diff(want, *r.s.Current()); diff != "" {
			t.Errorf("%s %.90s (-want +got):\n%s", c.kind, c.parameters, diff)
		}
	}
}

// Nobody looks for what cannot be a contact.
func TestAFlowContinuesNoNonsense(t *testing.T) {
	for _, source := range []string{`\u0000`, "ä", "a b", strings.Repeat("a", 257)} {
		r := ready(t)
		if got := r.one(config(), "CreatePersistentContactAssociation", `{"RehydrationType":"FROM_SEGMENT","SourceContactId":"`+source+`"}`); got != "error" {
			t.Errorf("%q: %s", source, got)
		}
	}
}

// What a trace says does not hang on the order of a map.
func TestAFlowIsAlwaysRefusedForTheSameReason(t *testing.T) {
	for kind, parameters := range map[string]string{
		"UpdateContactEventHooks": `{"EventHooks":{"CustomerQueue":"a","AgentWhisper":"b","CustomerWhisper":"c","CustomerRemaining":"d"}}`,
		"UpdateContactData":       `{"SegmentAttributes":{"connect:a":{"ValueString":"1"},"connect:b":{"ValueString":"1"},"connect:c":{"ValueString":"1"}}}`,
	} {
		reasons := map[string]bool{}
		for range 50 {
			r := ready(t)
			step := r.run(document(t, block("act", kind, parameters, "end", "NoMatchingError!=end"), end), config())
			reasons[step.Trace[0].Detail] = true
		}
		if len(reasons) != 1 {
			t.Errorf("%s: %v", kind, reasons)
		}
	}
}

func TestALanguageThatAFlowChose(t *testing.T) {
	r := ready(t)
	r.one(config(), "UpdateContactData", `{"LanguageCode":"fr-FR"}`)
	if got := r.s.Current().Language(); got != "fr-FR" {
		t.Errorf("the language is %s", got)
	}
}

func TestHoursOfOperation(t *testing.T) {
	monday := hours.Hours{ID: "hours", ARN: "arn:hours/hours", Slots: []hours.Slot{{Day: time.Monday, From: 9 * 60, To: 17 * 60}}}
	cfg := config()
	cfg.Hours = map[string]hours.Hours{"hours": monday}
	q := cfg.Queues[queueID]
	q.HoursID = "hours"
	cfg.Queues[queueID] = q
	cfg.Queues["no-hours"] = catalog.Queue{ID: "no-hours", Name: "None"}
	for _, c := range []struct {
		parameters, target string
		at                 time.Duration // after Monday, 09:00
		branch             string
	}{
		{`{"HoursOfOperationId":"hours"}`, "", 0, "True"},
		{`{"HoursOfOperationId":"arn:hours/hours"}`, "", 0, "True"},
		{`{"HoursOfOperationId":"hours"}`, "", 8 * time.Hour, "False"},
		{`{}`, queueID, 0, "True"},
		{`{}`, queueID, 24 * time.Hour, "False"},
		{`{}`, "no-hours", 0, "error"},
		{`{}`, "", 0, "error"},
		{`{"HoursOfOperationId":"gone"}`, queueID, 0, "error"},
		{`{"HoursOfOperationId":"arn:other/hours"}`, queueID, 0, "error"},
	} {
		r := ready(t)
		r.s.Current().TargetQueueID = c.target
		r.now = t0.Add(c.at)
		if got := r.one(cfg, "CheckHoursOfOperation", c.parameters); got != c.branch {
			t.Errorf("%s with the queue %q after %v: takes %s, want %s", c.parameters, c.target, c.at, got, c.branch)
		}
	}
}

func TestNumbersOfAQueue(t *testing.T) {
	const contacts, oldest = `{"MetricType":"NumberOfContactsInQueue"}`, `{"MetricType":"OldestContactInQueueAgeSeconds","QueueId":"` + queueID + `"}`
	three := int64(3)
	for _, c := range []struct {
		parameters, target string
		live               map[string]catalog.Live
		branch             string
	}{
		{contacts, queueID, map[string]catalog.Live{queueID: {Contacts: 3}}, "3"},
		{contacts, queueID, map[string]catalog.Live{queueID: {Contacts: 4}}, "other"},
		{contacts, "", map[string]catalog.Live{queueID: {Contacts: 3}}, "error"},
		{oldest, "", map[string]catalog.Live{queueID: {Contacts: 1, OldestSeconds: &three}}, "3"},
		{oldest, "", map[string]catalog.Live{queueID: {Contacts: 1}}, "error"},
		{oldest, "", map[string]catalog.Live{queueID: {}}, "other"}, // 0: nobody waits
		{`{"MetricType":"NumberOfAgentsOnline"}`, queueID, map[string]catalog.Live{queueID: {}}, "other"},
		{`{"MetricType":"NumberOfContactsInQueue","QueueId":"gone"}`, queueID, map[string]catalog.Live{queueID: {Contacts: 3}}, "error"},
	} {
		r := ready(t)
		r.s.Current().TargetQueueID = c.target
		cfg := config()
		cfg.Live = c.live
		if got := r.one(cfg, "CheckMetricData", c.parameters); got != c.branch {
			t.Errorf("%s of %v: takes %s, want %s", c.parameters, c.live, got, c.branch)
		}
	}
}

func TestNumbersThatWereNotRead(t *testing.T) {
	r := ready(t)
	r.s.Current().TargetQueueID = queueID
	d := contact.Decide(r.s, setID, r.now)
	doc := document(t, block("a", "GetMetricData", `{}`, "a", "NoMatchingError!=a"))
	cfg := config()
	cfg.Documents = map[string]*flow.Document{r.s.Flow.Content: doc}
	step, err := d.RunFlow(cfg, "run", nil)
	if err != nil || step.Outcome.Kind != "metrics" || step.Outcome.Subject != queueID || len(d.Changes().Items) > 0 {
		t.Errorf("%+v, %v", step.Outcome, err)
	}
}

// waits is a contact that waits in a queue, its queue flow about to start.
func waits(t failer, cfg catalog.Config) *room {
	r := ready(t).withHook("CustomerQueue", queueFlow)
	r.run(queueing(t, queueID), cfg)
	return r
}

func TestMovingOnToAnotherQueue(t *testing.T) {
	const other = "bbbbbbbb-0000-4000-8000-000000000002"
	cfg := withFlows()
	cfg.Queues[other] = catalog.Queue{ID: other, ARN: "arn:queue/" + other, Name: "Support", MaxContacts: 9}
	r := waits(t, cfg)
	r.now = t0.Add(time.Hour)
	if got := r.one(cfg, "DequeueContactAndTransferToQueue", `{"QueueId":"arn:queue/`+other+`"}`); got != "nothing" {
		t.Errorf("takes %s", got)
	}
	first, second := r.s.State.Contacts[0], *r.s.Current()
	if second.InitiationMethod != "QUEUE_TRANSFER" || second.PreviousID != chatID || second.QueueID != other || second.TargetQueueID != other || !second.EnqueuedAt.Equal(r.now) {
		t.Errorf("the new contact is %+v", second)
	}
	if first.QueueID != queueID || !first.DisconnectedAt.Equal(r.now) || first.DisconnectReason != "" {
		t.Errorf("the old contact is %+v", first)
	}
	if old, now := r.usage[quota.Queued(instance, queueID)], r.usage[quota.Queued(instance, other)]; old != 0 || now != 1 {
		t.Errorf("the queues count %d and %d", old, now)
	}
	want := &session.Flow{ContactID: second.ID, FlowID: queueFlow, Content: "content of queue-flow"}
	if diff := cmp.Diff(want, r.s.Flow); diff != "" {
		t.Errorf("the hook does not run on the new contact (-want +got):\n%s", diff)
	}
	r.must((*contact.Draft).Stop)
	wantOver(t, "moved on", r)
}

func TestWhenAContactCannotMoveOn(t *testing.T) {
	full := withFlows()
	full.Full = map[string]bool{queueID: true}
	with := func(edit func(*catalog.Queue)) catalog.Config {
		cfg := withFlows()
		cfg.Queues = maps.Clone(cfg.Queues)
		q := cfg.Queues[queueID]
		edit(&q)
		cfg.Queues[queueID] = q
		return cfg
	}
	twelve := func(r *room) {
		for len(r.s.State.Contacts) < contact.MaxSegments {
			r.s.State.Contacts = append([]session.Contact{{ID: fmt.Sprint(len(r.s.State.Contacts))}}, r.s.State.Contacts...)
		}
	}
	for name, c := range map[string]struct {
		cfg        catalog.Config
		parameters string
		before     func(*room)
		branch     string
	}{
		"the queue is full":      {full, `{}`, nil, "full"},
		"the queue is disabled":  {with(func(q *catalog.Queue) { q.Disabled = true }), `{}`, nil, "error"},
		"the queue takes nobody": {with(func(q *catalog.Queue) { q.MaxContacts = catalog.NoContacts }), `{}`, nil, "full"},
		"no such queue":          {withFlows(), `{"QueueId":"gone"}`, nil, "error"},
		"twelve contacts":        {withFlows(), `{}`, twelve, "error"},
		"not in a queue":         {withFlows(), `{}`, func(r *room) { r.s.Current().QueueID = "" }, "error"},
		"the same queue is fine": {withFlows(), `{}`, nil, "nothing"},
	} {
		r := waits(t, withFlows())
		if c.before != nil {
			c.before(r)
		}
		contacts, waited, usage := len(r.s.State.Contacts), r.s.Current().QueueID, r.usage[quota.Queued(instance, queueID)]
		if got := r.one(c.cfg, "DequeueContactAndTransferToQueue", c.parameters); got != c.branch {
			t.Errorf("%s: takes %s, want %s", name, got, c.branch)
		}
		if grown := len(r.s.State.Contacts) > contacts; grown != (c.branch == "nothing") || r.usage[quota.Queued(instance, queueID)] != usage {
			t.Errorf("%s: %d contacts, the queue counts %d", name, len(r.s.State.Contacts), r.usage[quota.Queued(instance, queueID)])
		}
		if got := r.s.Current().QueueID; got != waited {
			t.Errorf("%s: the contact waits in %q, not in %q", name, got, waited)
		}
	}
}

func TestAFlowContinuesAnEarlierChat(t *testing.T) {
	past := connected(t)
	past.must((*contact.Draft).Stop)
	past.s.ID, past.s.State.Contacts[0].ID = "past", "past"
	past.s.Attributes = map[string]string{"old": "1"}
	going := connected(t)
	large := past.s.Clone()
	large.Attributes = map[string]string{"old": strings.Repeat("x", 32_768-len("oldmine1")+1)}
	for name, c := range map[string]struct {
		cfg    func(*catalog.Config)
		branch string
	}{
		"an ended chat":                {func(c *catalog.Config) { c.Past = map[string]*session.Session{"past": past.s} }, "done"},
		"one that goes on":             {func(c *catalog.Config) { c.Past = map[string]*session.Session{"past": going.s} }, "error"},
		"none":                         {func(c *catalog.Config) { c.Past = map[string]*session.Session{"past": nil} }, "error"},
		"of another customer":          {func(c *catalog.Config) { c.Past = map[string]*session.Session{"past": past.s}; c.SameCustomer = true }, "error"},
		"one with too many attributes": {func(c *catalog.Config) { c.Past = map[string]*session.Session{"past": large} }, "error"},
		"one that was not read":        {func(*catalog.Config) {}, "needs contact past"},
	} {
		r := ready(t)
		r.s.Attributes = map[string]string{"mine": "1"}
		cfg := config()
		c.cfg(&cfg)
		d := contact.Decide(r.s, setID, r.now)
		doc := document(t, block("a", "CreatePersistentContactAssociation", `{"RehydrationType":"ENTIRE_PAST_SESSION","SourceContactId":"past"}`, "done", "NoMatchingError!=error"),
			say("done", "done", "end"), say("error", "error", "end"), end)
		cfg.Documents = map[string]*flow.Document{r.s.Flow.Content: doc}
		step, err := d.RunFlow(cfg, "run", nil)
		if err != nil {
			t.Fatal(err)
		}
		got := "needs " + string(step.Outcome.Kind) + " " + step.Outcome.Subject
		if items := d.Changes().Items; len(items) > 0 {
			r.apply(d.Changes())
			said := r.said()
			got = said[len(said)-3]
		}
		linked := len(r.s.State.Past) > 0 || len(r.s.Attributes) > 1 || r.s.Current().RelatedID != ""
		if got != c.branch || linked != (c.branch == "done") {
			t.Errorf("%s: %s, past %v, %d attributes, related to %q", name, got, r.s.State.Past, len(r.s.Attributes), r.s.Current().RelatedID)
		}
	}
}
