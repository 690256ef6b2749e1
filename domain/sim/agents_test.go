package sim_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/agent"
	"parley/domain/contact"
	"parley/domain/routing"
	"parley/domain/sim"
	"parley/domain/transcript"
)

// serving is an agent who serves the queue.
func serving(user string, change func(*sim.Agent)) sim.Agent {
	a := sim.Agent{UserID: user, Name: user, Profile: agent.Profile{Concurrency: 1, Queues: []routing.ProfileQueue{{Queue: queue, Priority: 1}}}, Status: agent.Routable}
	if change != nil {
		change(&a)
	}
	return a
}

func queued(t testing.TB) *sim.Instance { return instance(t, enter, say("full", "full", "bye"), bye) }

// moves lists what became of contacts with agents, with the seconds since the start.
func moves(c *sim.Chat) []string {
	var list []string
	for _, e := range c.History() {
		if e.Agent != nil {
			list = append(list, e.At.Sub(t0).String()+" "+e.Agent.User+" "+string(e.Agent.From)+">"+string(e.Agent.To))
		}
	}
	return list
}

func expectMoves(t *testing.T, c *sim.Chat, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, moves(c)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAContactGoesFromAgentToAgentUntilOneTakesIt(t *testing.T) {
	c := begin(t, queued(t), sim.Options{Agents: []sim.Agent{serving("a", nil), serving("b", func(a *sim.Agent) { a.WorkLimit = time.Minute })}})
	must(t, c.Advance(30*time.Second))
	must(t, c.Accept("b"))
	must(t, c.AgentSays("b", transcript.Plain, "hello"))
	must(t, c.AgentLeaves("b"))
	must(t, c.Advance(time.Hour))
	expectMoves(t, c, "0s a >CONNECTING", "20s a CONNECTING>MISSED", "20s b >CONNECTING", "30s b CONNECTING>CONNECTED", "30s b CONNECTED>ENDED", "1m30s b ENDED>")
	if got := c.Session().Current().DisconnectReason; got != contact.ReasonAgent {
		t.Errorf("the chat ended: %s", got)
	}
}

// Whatever ends an offer gives the agent its slot back.
func TestAnOfferThatIsOverFreesItsSlot(t *testing.T) {
	for name, over := range map[string]func(*sim.Chat) error{
		"the customer leaves": (*sim.Chat).Leave,
		"the chat is stopped": (*sim.Chat).Stop,
		"rejected":            func(c *sim.Chat) error { return c.Reject("a") },
	} {
		c := begin(t, queued(t), sim.Options{Agents: []sim.Agent{serving("a", nil)}})
		must(t, over(c))
		if got := c.Agent("a"); got.Slots() != 0 || !got.Routable() {
			t.Errorf("%s: %+v", name, got)
		}
		if c.Ended() == (name == "rejected") {
			t.Errorf("%s: the chat is over: %v", name, c.Ended())
		}
	}
}

// An agent who comes to work, or whose time comes, is offered what waits by then.
func TestWhoComesToWorkIsOfferedWhatWaits(t *testing.T) {
	c := begin(t, queued(t), sim.Options{Agents: []sim.Agent{serving("a", func(a *sim.Agent) { a.Status = agent.Custom })}})
	must(t, c.Advance(time.Minute))
	must(t, c.SetStatus("a", agent.Routable))
	must(t, c.Reject("a"))
	must(t, c.Advance(contact.PassOver))
	expectMoves(t, c, "1m0s a >CONNECTING", "1m0s a CONNECTING>", "1m30s a >CONNECTING")
}

func TestWhoAcceptsByItselfIsInTheChatAtOnce(t *testing.T) {
	c := begin(t, queued(t), sim.Options{Agents: []sim.Agent{serving("a", func(a *sim.Agent) { a.AutoAccept = true })}})
	expectMoves(t, c, "0s a >CONNECTED")
	if got := c.Serving(); len(got) != 1 || got[0] != "a" {
		t.Errorf("%v serve the customer", got)
	}
}

// A queue that keeps customers for who served them last asks for that, of a customer whom nobody has served.
func TestAQueueThatBringsCustomersBack(t *testing.T) {
	in := queued(t)
	q := in.Config.Queues[queue]
	q.Return = time.Minute
	in.Config.Queues[queue] = q
	c, err := sim.Start(in, sim.Options{Now: t0}, contact.Start{FlowID: "f", DisplayName: "Ada", CustomerID: "ada"})
	must(t, err)
	must(t, c.Connect())
	if c.QueueName() != queue {
		t.Errorf("the contact waits in %q", c.QueueName())
	}
}

// Flows count the agents of a queue.
func TestAFlowCountsAgents(t *testing.T) {
	count := `{"Identifier":"count","Type":"GetMetricData","Parameters":{"QueueId":"Sales"},"Transitions":{"NextAction":"say"}}`
	numbers := "$.Metrics.Agents.Online.Count $.Metrics.Agents.Available.Count $.Metrics.Agents.Staffed.Count"
	in := instance(t, count, say("say", numbers, "bye"), bye)
	away, gone := func(a *sim.Agent) { a.Status = agent.Custom }, func(a *sim.Agent) { a.Status = agent.Offline }
	c := begin(t, in, sim.Options{Agents: []sim.Agent{serving("a", nil), serving("b", nil), serving("c", away), serving("d", gone)}})
	expect(t, c, "0 3 2 2")
}

// The same seed gives the same chat with agents, too.
func TestTheSameChatWithAgentsTwice(t *testing.T) {
	play := func() string {
		c := begin(t, queued(t), sim.Options{Seed: 7, Agents: []sim.Agent{serving("b", nil), serving("a", nil)}})
		must(t, c.Miss("a"))
		must(t, c.Accept("b"))
		must(t, c.AgentSays("b", transcript.Plain, "hello"))
		must(t, c.AgentLeaves("b"))
		text, err := json.MarshalIndent(c.History(), "", " ")
		must(t, err)
		return string(text)
	}
	if diff := cmp.Diff(play(), play()); diff != "" {
		t.Errorf("two chats of one seed differ:\n%s", diff)
	}
}

// Who is offered nothing can do nothing, and who is not in the chat says nothing.
func TestAgentsWithoutAShareInTheChat(t *testing.T) {
	c := begin(t, queued(t), sim.Options{Agents: []sim.Agent{serving("a", nil), serving("b", nil)}})
	for name, act := range map[string]func(string) error{
		"accept": c.Accept, "reject": c.Reject, "miss": c.Miss, "leave": c.AgentLeaves, "clear": c.Clear, "close": c.GuideCloses,
		"say":   func(user string) error { return c.AgentSays(user, transcript.Plain, "x") },
		"guide": func(user string) error { return c.GuideSays(user, transcript.Plain, "x") },
	} {
		if act("b") == nil {
			t.Errorf("%s goes well", name)
		}
	}
	if _, ok := c.Lookup([]string{"Agent", "UserName"}); ok {
		t.Error("the contact has an agent")
	}
	must(t, c.Accept("a"))
	if err := c.Accept("a"); err == nil {
		t.Error("a contact is taken twice")
	}
}

// BenchmarkChatWithAgents plays a chat that one agent misses and another one takes.
func BenchmarkChatWithAgents(b *testing.B) {
	in := queued(b)
	b.ReportAllocs()
	for b.Loop() {
		c := begin(b, in, sim.Options{Agents: []sim.Agent{serving("a", nil), serving("b", nil)}})
		must(b, c.Miss("a"))
		must(b, c.Accept("b"))
		must(b, c.AgentSays("b", transcript.Plain, "hello"))
		must(b, c.AgentLeaves("b"))
	}
}
