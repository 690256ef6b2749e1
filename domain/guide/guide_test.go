package guide_test

import (
	"testing"
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/guide"
	"parley/domain/session"
	"parley/domain/transcript"
)

const (
	chatID = "cccccccc-0000-4000-8000-000000000001"
	setID  = "eeeeeeee-0000-4000-8000-000000000001"
)

var t0 = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

func config() catalog.Config {
	return catalog.Config{Flows: map[string]catalog.FlowRef{
		"first": {ID: "first", Type: flow.ContactFlow, Active: true, Published: "c1"},
		"last":  {ID: "last", Type: flow.ContactFlow, Active: true, Published: "c2"},
		"old":   {ID: "old", Type: flow.ContactFlow, Published: "c3"},
	}}
}

// TestWhatIsWanted goes through what an agent does with a contact.
func TestWhatIsWanted(t *testing.T) {
	taken := session.AgentInfo{UserID: "ben", ParticipantID: "p"}
	works, done := taken, taken
	works.WorkBegan = t0
	done.WorkBegan, done.WorkEnded = t0, t0
	both := map[string]session.Hook{contact.HookAgentUI: {FlowID: "first"}, contact.HookAgentUIEnd: {FlowID: "last"}}
	only := map[string]session.Hook{contact.HookAgentUI: {FlowID: "first"}}
	for _, c := range []struct {
		what  string
		agent *session.AgentInfo
		hooks map[string]session.Hook
		want  string
		flow  string
	}{
		{"nobody took it", nil, both, "", ""},
		{"an agent has it", &taken, both, contact.HookAgentUI, "first"},
		{"the agent works after it", &works, both, contact.HookAgentUIEnd, "last"},
		{"all is over", &done, both, "", ""},
		{"no second guide: the first goes on", &works, only, contact.HookAgentUI, "first"},
		{"only for the end", &taken, map[string]session.Hook{contact.HookAgentUIEnd: {FlowID: "last"}}, "", ""},
		{"no hook", &taken, nil, "", ""},
		{"turned off", &taken, map[string]session.Hook{contact.HookAgentUI: {FlowID: "first", Disabled: true}}, "", ""},
		{"an archived flow", &taken, map[string]session.Hook{contact.HookAgentUI: {FlowID: "old"}}, "", ""},
	} {
		hook, f := guide.Wanted(&session.Contact{Agent: c.agent, Hooks: c.hooks}, config())
		if hook != c.want || f.ID != c.flow && c.want != "" {
			t.Errorf("%s: %q with flow %q, want %q with %q", c.what, hook, f.ID, c.want, c.flow)
		}
	}
}

// begun begins the guide of ben's contact.
func begun(t *testing.T, a *agent.Agent) *change.Set {
	t.Helper()
	k := session.Contact{ID: chatID, AssociationID: "root", CustomerID: "ann", Agent: &session.AgentInfo{UserID: "ben", ParticipantID: "p"}}
	chat := &session.Session{ID: chatID, InstanceID: "i", Attributes: map[string]string{"order": "77"}, State: session.State{
		Contacts: []session.Contact{k}, Participants: []session.Participant{{ID: "p", Role: transcript.Agent, UserID: "ben", DisplayName: "Ben"}},
	}}
	set, err := guide.Begin{Chat: chat, Contact: &k, Hook: contact.HookAgentUI, Flow: config().Flows["first"], Agent: a}.Set(setID, t0)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// ben is an agent who has the contact.
func ben(t *testing.T) *agent.Agent {
	t.Helper()
	a, err := agent.New("i", "ben", agent.Status{ID: "s", Kind: agent.Routable}, t0).Offer(agent.Contact{ContactID: chatID, SessionID: chatID}, 1, t0)
	if err == nil {
		a, err = a.Accept(chatID, t0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &a
}

// TestAGuideBegins: what a guide is, and that it counts as nobody's chat, neither when it begins nor when it ends.
func TestAGuideBegins(t *testing.T) {
	set := begun(t, ben(t))
	s := set.Session.Next
	k := s.Current()
	if !set.Session.Create || s.ID != guide.ID(chatID, contact.HookAgentUI) || s.ID == guide.ID(chatID, contact.HookAgentUIEnd) || s.Status != session.Active {
		t.Errorf("the guide is %+v", s)
	}
	if k.RelatedID != chatID || k.AssociationID != "root" || k.InitiationMethod != "API" || *k.SegmentAttributes[session.Subtype].String != "connect:Guide" {
		t.Errorf("its contact is %+v", k)
	}
	if p := s.User("ben"); p == nil || p.Role != transcript.Customer || p.DisplayName != "Ben" || s.Attributes["order"] != "77" {
		t.Errorf("the agent is %+v, attributes %v", s.User("ben"), s.Attributes)
	}
	if len(set.Usage) != 0 {
		t.Errorf("the guide counts: %+v", set.Usage)
	}
	a := stored(t, set)
	if a.Contacts[0].GuideID != s.ID || a.Slots() != 1 {
		t.Errorf("the agent has %+v", a.Contacts)
	}
	d := contact.Decide(s, setID, t0)
	d.Know(a)
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	end := d.Changes()
	if len(end.Usage) != 0 || stored(t, end).Contacts[0].GuideID != "" {
		t.Errorf("at its end: %+v, the agent %+v", end.Usage, stored(t, end).Contacts)
	}
	if users := contact.AgentsOf(s); len(users) != 1 || users[0] != "ben" {
		t.Errorf("the guide concerns %v", users)
	}
}

// TestAGuideOfWhoHasNoContactAnyMore begins and tells nobody: the deadline that ends it stands already.
func TestAGuideOfWhoHasNoContactAnyMore(t *testing.T) {
	a := agent.New("i", "ben", agent.Status{ID: "s", Kind: agent.Routable}, t0)
	for what, a := range map[string]*agent.Agent{"the user was deleted": nil, "the contact was cleared": &a} {
		if set := begun(t, a); len(set.Resources) != 0 || set.Session.Next == nil {
			t.Errorf("%s: %+v", what, set.Resources)
		}
	}
}

func stored(t *testing.T, set *change.Set) agent.Agent {
	t.Helper()
	if len(set.Resources) != 1 {
		t.Fatalf("the set writes %+v", set.Resources)
	}
	a, err := agent.Parse("i", "ben", 1, set.Resources[0].Document)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
