package contact_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/quota"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Users who work as agents.
const (
	ben = "ffffffff-0000-4000-8000-000000000001"
	eve = "ffffffff-0000-4000-8000-000000000002"
	mia = "ffffffff-0000-4000-8000-000000000003"
)

// applyDocuments writes documents as a store does: each only over the version that it names.
func (r *room) applyDocuments(writes []change.Resource) {
	r.t.Helper()
	for _, w := range writes {
		key := w.Kind + "/" + w.ID
		if old, ok := r.docs[key]; ok != (w.Version > 0) || old.Version != w.Version {
			r.t.Fatalf("%s is written over version %d, it stands at %d", key, w.Version, old.Version)
		}
		w.Version++
		r.docs[key] = w
		if w.Delete {
			delete(r.docs, key)
		}
	}
}

// knowing tells a decision of all agents, as they are stored; of those who have a share in the chat only where
// AgentsOf lists them.
func (r *room) knowing(d *contact.Draft) {
	listed := contact.AgentsOf(r.s)
	for key := range r.docs {
		user, ok := strings.CutPrefix(key, agent.Kind+"/")
		if !ok {
			continue
		}
		a := r.worker(user)
		shares := slices.ContainsFunc(a.Contacts, func(c agent.Contact) bool { return c.State == agent.Connecting || c.State == agent.Connected })
		if !shares || slices.Contains(listed, user) {
			d.Know(a)
		}
	}
	for _, user := range listed {
		if _, stored := r.docs[agent.Kind+"/"+user]; !stored {
			d.KnowNobody(user)
		}
	}
}

func (r *room) worker(user string) agent.Agent {
	doc := r.docs[agent.Kind+"/"+user]
	a, err := agent.Parse(instance, user, doc.Version, doc.Document)
	if err != nil {
		r.t.Fatalf("%v", err)
	}
	return a
}

// come makes users available.
func (r *room) come(users ...string) {
	r.t.Helper()
	for _, user := range users {
		a := agent.New(instance, user, agent.Status{ID: "offline", Kind: agent.Offline}, r.now)
		if _, ok := r.docs[agent.Kind+"/"+user]; ok {
			a = r.worker(user)
		}
		a, err := a.SetStatus(agent.Status{ID: "available", Kind: agent.Routable}, r.now)
		if err != nil {
			r.t.Fatalf("%v", err)
		}
		doc, _ := a.Resource()
		r.applyDocuments([]change.Resource{doc})
	}
}

// holds lists the contacts of a user with their states.
func (r *room) holds(user string) string {
	var all []string
	for _, c := range r.worker(user).Contacts {
		all = append(all, c.ContactID+" "+string(c.State))
	}
	return strings.Join(all, ", ")
}

// waits is the stored document of the contact that waits, zero if none does.
func (r *room) waits() (w routing.Waiting) {
	for key, doc := range r.docs {
		if id, ok := strings.CutPrefix(key, routing.Kind+"/"); ok {
			var err error
			if w, err = routing.ParseWaiting(id, doc.Document); err != nil {
				r.t.Fatalf("%v", err)
			}
		}
	}
	return w
}

// queued is a chat that waits in the queue, with two available agents.
func queued(t failer) *room {
	r := ready(t)
	r.run(queueing(t, queueID), config())
	r.come(ben, eve)
	return r
}

func offer(user string) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return d.Offer(d.Session().Current().ID, user, 1) }
}

func accept(d *contact.Draft, user string) error {
	return d.Accept(d.Session().Current().ID, contact.Taker{UserID: user, DisplayName: "Ben", WorkLimit: time.Minute})
}

func reject(d *contact.Draft, user string) error { return d.Reject(d.Session().Current().ID, user) }

func takeback(d *contact.Draft, user string) error { return d.TakeBack(d.Session().Current().ID, user) }

func miss(d *contact.Draft) error { return d.Miss(d.Session().Current().ID) }

func by(user string, verb func(*contact.Draft, string) error) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return verb(d, user) }
}

func TestAContactThatEntersAQueueCanBeFound(t *testing.T) {
	r := queued(t)
	want := routing.Waiting{Contact: routing.Contact{ID: chatID, SessionID: chatID, Queue: queueID, EnqueuedAt: r.s.Current().EnqueuedAt}}
	if diff := cmp.Diff(want, r.waits()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.must(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"k": "v"}) })
	if v := r.docs["waiting/"+chatID].Version; v != 1 {
		t.Errorf("what routing does not read made version %d", v)
	}
}

func TestAnAgentAcceptsAContact(t *testing.T) {
	r := queued(t)
	r.withHook("CustomerQueue", queueFlow)
	r.now = t0.Add(time.Minute)
	r.must(offer(ben))
	if got := r.waits().Offered; got != ben || r.holds(ben) != chatID+" CONNECTING" || !r.due[contact.DueOffer].Equal(r.now.Add(20*time.Second)) {
		t.Errorf("offered to %q, who holds %s; due %v", got, r.holds(ben), r.due)
	}
	r.now = r.now.Add(5 * time.Second)
	r.must(by(ben, accept))
	k := r.s.Current()
	agents := r.s.State.Participants[1]
	want := &session.AgentInfo{UserID: ben, ParticipantID: agents.ID, ConnectedAt: r.now, WorkLimit: time.Minute}
	if diff := cmp.Diff(want, k.Agent); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if agents.Role != transcript.Agent || agents.DisplayName != "Ben" || agents.UserID != ben || !agents.JoinedAt.Equal(r.now) {
		t.Errorf("the agent is %+v", agents)
	}
	if got := r.said()[len(r.items)-1]; got != "participant.joined AGENT" {
		t.Errorf("the last item is %s", got)
	}
	if _, waits := r.docs["waiting/"+chatID]; waits || k.Queued() || r.usage[quota.Queued(instance, queueID)] != 0 || r.s.Flow != nil {
		t.Errorf("waits %v, queued %v, counts %v, flow %v", waits, k.Queued(), r.usage, r.s.Flow)
	}
	if _, open := r.due[contact.DueOffer]; open || r.holds(ben) != chatID+" CONNECTED" {
		t.Errorf("the agent holds %s, due %v", r.holds(ben), r.due)
	}
}

// An agent who accepts by itself is offered the contact and has it in one decision: nothing is left that could be missed.
func TestAnOfferThatIsAcceptedAtOnce(t *testing.T) {
	r := queued(t)
	r.must(func(d *contact.Draft) error {
		if err := offer(ben)(d); err != nil {
			return err
		}
		return by(ben, accept)(d)
	})
	if until, open := r.due[contact.DueOffer]; open || r.holds(ben) != chatID+" CONNECTED" {
		t.Errorf("the agent holds %s, the offer is missed at %v", r.holds(ben), until)
	}
}

// An offer that is refused, missed or taken back gives the contact back to its queue, its place kept.
func TestAContactThatNobodyTakes(t *testing.T) {
	for name, c := range map[string]struct {
		by    func(*contact.Draft) error
		holds string
	}{
		"rejected":   {by(ben, reject), ""},
		"missed":     {miss, chatID + " MISSED"},
		"taken back": {by(ben, takeback), ""},
	} {
		r := queued(t)
		before := r.waits()
		r.must(offer(ben))
		r.now = r.now.Add(20 * time.Second)
		r.must(c.by)
		want := before
		want.PassedOver = map[string]time.Time{ben: r.now.Add(contact.PassOver)}
		if diff := cmp.Diff(want, r.waits()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if r.holds(ben) != c.holds || r.s.Current().Offer != nil || !r.due[contact.DueOffer].IsZero() {
			t.Errorf("%s: the agent holds %q, due %v", name, r.holds(ben), r.due)
		}
		wantKind(t, name+": to the same again", r.decide(offer(ben)), fault.Conflict)
		r.must(offer(eve))
		r.must(by(eve, accept))
		if r.s.Current().Agent.UserID != eve {
			t.Errorf("%s: %+v has it", name, r.s.Current().Agent)
		}
	}
}

func TestWhoMayBeOfferedWhat(t *testing.T) {
	for name, c := range map[string]struct {
		before []func(*contact.Draft) error
		then   func(*contact.Draft) error
		kind   fault.Kind
	}{
		"a second offer":            {[]func(*contact.Draft) error{offer(ben)}, offer(eve), fault.Conflict},
		"a user who is no agent":    {nil, offer("nobody"), fault.Conflict},
		"a contact that was taken":  {[]func(*contact.Draft) error{offer(ben), by(ben, accept)}, offer(eve), fault.Conflict},
		"another one's offer":       {[]func(*contact.Draft) error{offer(ben)}, by(eve, accept), fault.Rule},
		"no offer":                  {nil, by(ben, accept), fault.Rule},
		"taken twice":               {[]func(*contact.Draft) error{offer(ben), by(ben, accept)}, by(ben, accept), fault.Rule},
		"rejecting another one's":   {[]func(*contact.Draft) error{offer(ben)}, by(eve, reject), fault.Rule},
		"a chat that is over":       {[]func(*contact.Draft) error{(*contact.Draft).Stop}, offer(ben), fault.Conflict},
		"clearing what is not over": {[]func(*contact.Draft) error{offer(ben), by(ben, accept)}, clearWork(ben), fault.Rule},
		"clearing another one's":    {[]func(*contact.Draft) error{offer(ben), by(ben, accept), (*contact.Draft).Stop}, clearWork(eve), fault.Rule},
		"an agent without room":     {nil, func(d *contact.Draft) error { return d.Offer(d.Session().Current().ID, ben, 0) }, fault.Conflict},
	} {
		r := queued(t)
		for _, do := range c.before {
			r.must(do)
		}
		wantKind(t, name, r.decide(c.then), c.kind)
	}
	r := queued(t)
	r.must(offer(ben))
	r.now = r.now.Add(20 * time.Second)
	wantKind(t, "an offer whose time is over", r.decide(by(ben, accept)), fault.Rule)
}

func clearWork(user string) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return d.ClearWork(chatID, user) }
}

// A customer who does not wait any more takes the offer along.
func TestAnOfferIsWithdrawn(t *testing.T) {
	for name, end := range map[string]func(*contact.Draft) error{
		"the customer leaves": leave(customer), "StopContact": (*contact.Draft).Stop, "expiry": expire,
	} {
		r := queued(t)
		r.must(offer(ben))
		r.must(end)
		if r.holds(ben) != "" || len(r.docs) != 2 {
			t.Errorf("%s: the agent holds %q, %d documents are left", name, r.holds(ben), len(r.docs))
		}
		wantOver(t, name, r)
	}
}

func TestAMissComesOnlyWhenTheTimeIsOver(t *testing.T) {
	r := queued(t)
	r.must(miss)
	r.must(offer(ben))
	r.now = r.now.Add(20*time.Second - time.Millisecond)
	r.must(miss)
	if r.s.Current().Offer == nil {
		t.Error("an open offer was missed")
	}
}

// After the agent has left its work goes on until it is cleared.
func TestAfterContactWork(t *testing.T) {
	for name, c := range map[string]struct {
		end    func(*room) func(*contact.Draft) error
		reason string
	}{
		"the agent leaves":    {func(r *room) func(*contact.Draft) error { return leave(r.s.State.Participants[1].ID) }, "AGENT_DISCONNECT"},
		"the customer leaves": {func(*room) func(*contact.Draft) error { return leave(customer) }, "CUSTOMER_DISCONNECT"},
		"StopContact":         {func(*room) func(*contact.Draft) error { return (*contact.Draft).Stop }, "API"},
	} {
		r := queued(t)
		r.must(offer(ben))
		r.must(by(ben, accept))
		r.now = t0.Add(time.Hour)
		r.must(c.end(r))
		k := r.s.Current()
		if k.DisconnectReason != c.reason || !k.Agent.WorkBegan.Equal(r.now) || r.holds(ben) != chatID+" ENDED" || r.s.Status != session.Ended {
			t.Errorf("%s: reason %s, work since %v, the agent holds %s", name, k.DisconnectReason, k.Agent.WorkBegan, r.holds(ben))
		}
		if due := r.due[contact.DueWork]; !due.Equal(r.now.Add(time.Minute)) {
			t.Errorf("%s: the work is over at %v", name, due)
		}
		r.now = r.now.Add(time.Second)
		r.must(clearWork(ben))
		if k := r.s.Current(); !k.Agent.WorkEnded.Equal(r.now) || r.holds(ben) != "" || !r.due[contact.DueWork].IsZero() {
			t.Errorf("%s: work until %v, the agent holds %s, due %v", name, k.Agent.WorkEnded, r.holds(ben), r.due)
		}
		r.must(clearWork(ben)) // a second time changes nothing
	}
}

// The disconnect flow goes on with the customer, on a new contact, while the agent works on the old one.
func TestAnAgentWhoLeavesToTheDisconnectFlow(t *testing.T) {
	r := queued(t).withHook("CustomerRemaining", surveyFlow)
	r.must(offer(ben))
	r.must(by(ben, accept))
	r.must(leaveTo(r.s.State.Participants[1].ID, withFlows()))
	first := r.s.State.Contacts[0]
	if first.DisconnectReason != "AGENT_DISCONNECT" || r.s.Current().InitiationMethod != "DISCONNECT" || r.s.Status != session.Active {
		t.Errorf("reason %s, then %s", first.DisconnectReason, r.s.Current().InitiationMethod)
	}
	if r.holds(ben) != chatID+" ENDED" || r.s.Current().Agent != nil {
		t.Errorf("the agent holds %s", r.holds(ben))
	}
	r.must(clearWork(ben))
	if r.holds(ben) != "" {
		t.Errorf("the agent holds %s", r.holds(ben))
	}
}

// A bot makes room for the agent.
func TestABotLeavesWhenTheAgentComes(t *testing.T) {
	r := queued(t)
	r.bot()
	r.must(offer(ben))
	r.must(by(ben, accept))
	want := []string{"participant.left CUSTOM_BOT", "participant.joined AGENT"}
	if diff := cmp.Diff(want, r.said()[len(r.items)-2:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a flow changes while the contact waits reaches routing.
func TestAChangeOfRoutingInTheQueue(t *testing.T) {
	r := queued(t).withHook("CustomerQueue", queueFlow)
	r.s.Flow = &session.Flow{ContactID: chatID, FlowID: queueFlow, Content: "c"}
	criteria := `{"RoutingCriteria":{"Steps":[{"Expression":{"AttributeCondition":{"Name":"lang","Value":"de","ProficiencyLevel":3,"ComparisonOperator":"NumberGreaterOrEqualTo"}},"Expiry":{"DurationInSeconds":30}}]}}`
	r.run(document(t,
		block("a", "UpdateContactRoutingBehavior", `{"QueuePriority":"2"}`, "b", "NoMatchingError!=b"),
		block("b", "UpdateContactRoutingCriteria", criteria, "end", "NoMatchingError!=end"), end), withFlows())
	w := r.waits()
	if w.Priority != 2 {
		t.Errorf("routing reads %+v", w)
	}
	want := []routing.Step{{Expression: routing.Expression{Is: &routing.Condition{Skill: routing.Skill{Name: "lang", Value: "de"}, Min: 3}}, Expiry: 30 * time.Second}}
	if diff := cmp.Diff(want, w.Steps); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A stored document is read back equal, and one of another format is refused.
func TestWaitingDocument(t *testing.T) {
	r := queued(t)
	r.must(offer(ben))
	w := r.waits()
	text, err := w.Document()
	if err != nil || string(text) != string(r.docs["waiting/"+chatID].Document) {
		t.Errorf("%v: %s", err, text)
	}
	for _, bad := range []string{`{"Format":2}`, `{}`, `[`} {
		if _, err := routing.ParseWaiting("c", []byte(bad)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
	if !json.Valid(text) {
		t.Errorf("%s", text)
	}
}

func (m *machine) worker(t *rapid.T) string {
	return rapid.SampledFrom([]string{ben, eve, mia}).Draw(t, "user")
}

// attempt lets an agent try something that may be refused.
func (m *machine) attempt(user string, verb func(*contact.Draft, string) error) {
	_ = m.decide(func(d *contact.Draft) error { return verb(d, user) })
}

// checkAgents: a contact has a document exactly as long as it waits, and what the chat and the agents
// know of one another is the same.
func (m *machine) checkAgents() {
	for k := range m.s.Contacts() {
		if _, waits := m.docs[routing.Kind+"/"+k.ID]; waits != k.Queued() || waits != (k.Waiting > 0) {
			m.t.Fatalf("contact %s is queued: %v, with a document: %v, version %d", k.ID, k.Queued(), waits, k.Waiting)
		}
	}
	var want []string
	for k := range m.s.Contacts() {
		if k.InitiationMethod == "MONITOR" {
			continue // a supervisor's takes no slot
		}
		if k.Offer != nil {
			want = append(want, fmt.Sprint(k.Offer.UserID, k.ID, agent.Connecting))
		}
		if k.Agent != nil && k.Agent.WorkEnded.IsZero() {
			state := agent.Connected
			if !k.Agent.WorkBegan.IsZero() {
				state = agent.Ended
			}
			want = append(want, fmt.Sprint(k.Agent.UserID, k.ID, state))
		}
		key := change.DueKey{Owner: m.s.ID, Kind: contact.DueOffer, Subject: k.ID}
		if _, due := m.due[dueName(key)]; due != (k.Offer != nil) {
			m.t.Fatalf("an offer of %s is due: %v", k.ID, due)
		}
	}
	var got []string
	for key := range m.docs {
		user, ok := strings.CutPrefix(key, agent.Kind+"/")
		if !ok {
			continue
		}
		for _, c := range m.room.worker(user).Contacts {
			if c.State != agent.Missed {
				got = append(got, fmt.Sprint(user, c.ContactID, c.State))
			}
		}
	}
	less := func(a, b string) bool { return a < b }
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(less)); diff != "" {
		m.t.Fatalf("what the chat knows of its agents (-), and they of it (+):\n%s", diff)
	}
}

// An agent's own queue: the flow reads who the user is, and the contact waits for that agent only.
func TestAnAgentsOwnQueue(t *testing.T) {
	target := func(ref string) *flow.Document {
		return document(t,
			block("set", "UpdateContactTargetQueue", fmt.Sprintf(`{"AgentId":%q}`, ref), "say", "NoMatchingError!=oops"),
			say("say", "You wait for $.Queue.Name", "queue"),
			block("queue", "TransferContactToQueue", `{}`, "oops", "QueueAtCapacity!=oops", "NoMatchingError!=oops"), say("oops", "oops", "end"), end)
	}
	cfg := config()
	r := ready(t)
	cfg.Documents = map[string]*flow.Document{r.s.Flow.Content: target(ben)}
	if step, err := contact.Decide(r.s, setID, r.now).RunFlow(cfg, "run", func() uint64 { return 0 }); err != nil || step.Outcome.Kind != interp.NeedUser || step.Outcome.Subject != ben {
		t.Fatalf("without the user: %+v, %v", step.Outcome, err)
	}
	for _, ref := range []string{ben, cfg.InstanceARN + "/agent/" + ben, cfg.InstanceARN + "/queue/agent/" + ben} {
		r, cfg := ready(t), config()
		cfg.Users = map[string]string{ben: "ben@example.com"}
		r.run(target(ref), cfg)
		w := r.waits()
		if w.AgentQueue != ben || w.Queue != "" || r.usage[quota.Queued(instance, ben)] != 1 {
			t.Errorf("%s: waits as %+v, counts %v", ref, w, r.usage)
		}
		if got := r.said()[1]; got != "You wait for ben@example.com" {
			t.Errorf("%s: said %q", ref, got)
		}
		r.must((*contact.Draft).Stop)
		wantOver(t, ref, r)
	}
	for name, ref := range map[string]string{"no such user": eve, "another instance's": "arn:other/agent/" + ben, "no id": "../" + ben + "?"} {
		r, cfg := ready(t), config()
		cfg.Users = map[string]string{ben: "ben", eve: ""}
		r.run(target(ref), cfg)
		if got := r.said()[1]; got != "oops" {
			t.Errorf("%s: said %q", name, got)
		}
	}
}

// whispering is how an agent accepts where hooks may name whispers.
func whispering(d *contact.Draft, user string) error {
	err := accept(d, user)
	d.Whisper(d.Session().Current().ID, withFlows())
	return err
}

// The agent's whisper comes first and only the agent hears it, then the customer's.
func TestWhispers(t *testing.T) {
	r := queued(t)
	r.s.Current().Hooks = map[string]session.Hook{"AgentWhisper": {FlowID: "agent"}, "CustomerWhisper": {FlowID: "customer"}}
	r.must(offer(ben))
	r.must(by(ben, whispering))
	if f := r.s.Flow; f == nil || f.FlowID != "agent" || !r.due[contact.DueFlow].Equal(r.now) {
		t.Fatalf("after the accept runs %+v, due %v", f, r.due)
	}
	before := len(r.items)
	r.run(document(t, say("a", "a gold customer", "end"), end), withFlows())
	if f := r.s.Flow; f == nil || f.FlowID != "customer" {
		t.Fatalf("after the agent's whisper runs %+v", f)
	}
	r.run(document(t, say("a", "you talk to Ben", "end"), end), withFlows())
	if r.s.Flow != nil || !r.due[contact.DueFlow].IsZero() || r.s.Status != session.Active {
		t.Errorf("after both: flow %+v, due %v, status %d", r.s.Flow, r.due, r.s.Status)
	}
	for i, want := range []transcript.Visibility{transcript.AgentOnly, transcript.CustomerOnly} {
		if item := r.items[before+i]; item.Visibility != want || item.VisibleTo(transcript.Customer) == item.VisibleTo(transcript.Agent) {
			t.Errorf("%q is for %d, want %d", item.Content, item.Visibility, want)
		}
	}
}

// A whisper that waits for longer than it may is over then, and the next begins.
func TestHowLongAWhisperLasts(t *testing.T) {
	r := queued(t)
	r.s.Current().Hooks = map[string]session.Hook{"AgentWhisper": {FlowID: "agent"}, "CustomerWhisper": {FlowID: "customer"}}
	r.must(offer(ben))
	r.must(by(ben, whispering))
	waits := document(t, block("a", "Wait", `{"TimeLimitSeconds":"600"}`, "end", "WaitCompleted=end", "NoMatchingError!=end"), end)
	for _, whisper := range []string{"agent", "customer"} {
		if f := r.s.Flow; f == nil || f.FlowID != whisper {
			t.Fatalf("runs %+v, want %s", f, whisper)
		}
		began := r.now
		r.run(waits, withFlows())
		if got := r.due[contact.DueFlow].Sub(began); got != contact.WhisperLimit {
			t.Fatalf("the %s's whisper is looked at after %v", whisper, got)
		}
		r.now = began.Add(contact.WhisperLimit)
		r.run(waits, withFlows())
	}
	if r.s.Flow != nil || !r.due[contact.DueFlow].IsZero() || r.s.Status != session.Active {
		t.Errorf("after both: flow %+v, due %v, status %d", r.s.Flow, r.due, r.s.Status)
	}
}

func TestAChatIsSentOnDuringAWhisper(t *testing.T) {
	r := queued(t).withHook("AgentWhisper", "agent")
	r.must(offer(ben))
	r.must(by(ben, whispering))
	r.must(func(d *contact.Draft) error {
		done, err := d.Transfer(ben, contact.Target{Name: "Sales", QueueID: queueID, FlowID: "to-queue"}, transfers())
		if err == nil && !done {
			t.Error("it is not sent on")
		}
		return err
	})
	if f := r.s.Flow; f == nil || f.FlowID != "to-queue" || f.Whisper != "" {
		t.Errorf("runs %+v", f)
	}
}

func TestAWhisperEndsWithItsAgent(t *testing.T) {
	r := queued(t).withHook("AgentWhisper", "agent")
	r.must(offer(ben))
	r.must(by(ben, whispering))
	r.run(document(t, block("a", "Wait", `{"TimeLimitSeconds":"60"}`, "end", "WaitCompleted=end", "NoMatchingError!=end"), end), withFlows())
	r.must(leave(r.s.State.Participants[1].ID))
	delete(r.due, contact.DueWork) // which goes on
	wantOver(t, "the agent left during the whisper", r)
}
