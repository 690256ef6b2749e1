// Package sim runs one chat without a server: its session, its agents and their
// guides live in memory, its clock is moved by whoever plays it, and every rule is
// that of the real chat (domain/contact, domain/agent, domain/routing,
// domain/guide and domain/flow/interp).
//
// It guarantees: the same instance, seed and acts give the same chat, to the
// last id; deadlines are handled in the order of their times, each at its own
// time; an agent is offered what routing gives it, and holds no more than it may;
// everything that happens is in the history, in order. Nothing here does I/O.
package sim

import (
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/internal/fault"
)

// Instance is what the chat finds around it. Chats share it and never change it.
type Instance struct {
	ID       string
	Settings contact.Settings
	Config   catalog.Config
	// Load reads contents that Config.Documents does not hold; nil if it holds all.
	Load func(content string) (*flow.Document, error)
}

// Options say how a chat is played.
type Options struct {
	Now  time.Time // when it starts
	Seed uint64    // of ids and random numbers
	// Percent are the first numbers that DistributeByPercentage draws, 1 to 100;
	// after them the seed decides.
	Percent []int
	// Waiting are contacts that wait in queues already, by queue id.
	Waiting map[string]int64
	// Agents are who takes contacts, nil for nobody.
	Agents []Agent
	// Calls answers what the flows call.
	Calls Caller
	// Alter changes what a decision of a flow finds around it; decisions count
	// from 1. It must not write into the maps that it is given. Nil changes nothing.
	Alter func(decision int, cfg catalog.Config) catalog.Config
	// Go is asked after each decision of a flow, with how many actions it ran; an error
	// ends the act. Nil lets every chat go on.
	Go func(actions int) error
}

// Chat is one simulated chat. It is not safe for concurrent use.
type Chat struct {
	instance *Instance
	calls    Caller
	random   random

	now     time.Time
	talk    *talk            // the customer's chat
	talks   map[string]*talk // it and the guides of its agents, by session
	guides  []*talk          // in the order in which they began
	staff   []Agent
	agents  map[string]agent.Agent // as they stand, by user
	due     map[change.DueKey]deadline
	usage   map[string]int64
	history []Entry
	pending []answer // by time

	documents map[string]*flow.Document // that were read
	decisions int                       // of flows
	alter     func(int, catalog.Config) catalog.Config
	goOn      func(actions int) error
}

// talk is one session: the customer's chat, or the guide of an agent.
type talk struct{ s *session.Session }

// guides returns the user whom the session guides, "" in the customer's chat.
func (t *talk) guides() string {
	if g := t.s.State.Guide; g != nil {
		return g.UserID
	}
	return ""
}

type deadline struct {
	at         time.Time
	generation int64
}

// Start starts a chat (StartChatContact). The instance's id and the content of
// the flow are filled in.
func Start(in *Instance, o Options, r contact.Start) (*Chat, error) {
	c := &Chat{
		instance: in, calls: o.Calls, alter: o.Alter, goOn: o.Go, random: random{state: o.Seed, percent: o.Percent}, now: o.Now,
		talks: map[string]*talk{}, staff: o.Agents, agents: atWork(in.ID, o.Agents, o.Now),
		due: map[change.DueKey]deadline{}, usage: map[string]int64{}, documents: map[string]*flow.Document{},
	}
	for queue, n := range o.Waiting {
		c.usage[queuedKey(in, queue)] = n
	}
	f, ok := in.Config.Flows[r.FlowID]
	if !ok || f.Published == "" {
		return nil, fault.New(fault.NotFound, "there is no flow %q", r.FlowID)
	}
	r.InstanceID, r.FlowContent = in.ID, f.Published
	if err := r.Check(in.Settings.Text); err != nil {
		return nil, err
	}
	set, err := r.Begin(contact.IDs{Set: c.id(), Contact: c.id(), Participant: c.id()}, in.Settings, o.Now)
	if err != nil {
		return nil, err
	}
	c.talk = &talk{}
	c.talks[set.Session.ID] = c.talk
	return c, c.commit(set)
}

// Now returns the time in the chat.
func (c *Chat) Now() time.Time { return c.now }

// Session returns the state of the customer's chat. It is a snapshot: do not change it.
func (c *Chat) Session() *session.Session { return c.talk.s }

// Decisions returns how many decisions the flows have made.
func (c *Chat) Decisions() int { return c.decisions }

// Ended reports whether the chat is over. After-contact work and guides may go on.
func (c *Chat) Ended() bool { return c.talk.s.Status == session.Ended }

// QueueName returns the name of the queue in which the contact waits, or waited at the end of the chat, "" for none.
func (c *Chat) QueueName() string {
	k := c.talk.s.Current()
	if k.Agent != nil {
		return ""
	}
	if k.AgentQueue {
		return k.TargetAgent
	}
	if q, ok := c.instance.Config.Queues[k.QueueID]; ok {
		return q.Name
	}
	return k.QueueID
}

// decide lets edit decide on the customer's chat, and then everything that is due happens. users are those who get a share in it.
func (c *Chat) decide(edit func(*contact.Draft) error, users ...string) error {
	if err := c.decideOn(c.talk, edit, users...); err != nil {
		return err
	}
	return c.settle()
}

// decideOn lets edit decide on a session.
func (c *Chat) decideOn(t *talk, edit func(*contact.Draft) error, users ...string) error {
	d := c.draft(t, users...)
	if err := edit(d); err != nil {
		return err
	}
	return c.commit(d.Changes())
}

// draft begins a decision on a session, which knows the agents who have a share in it, and these users.
func (c *Chat) draft(t *talk, users ...string) *contact.Draft {
	d := contact.Decide(t.s, c.id(), c.now)
	for _, user := range append(contact.AgentsOf(t.s), users...) {
		if a, ok := c.agents[user]; ok {
			d.Know(a)
		} else {
			d.KnowNobody(user)
		}
	}
	return d
}
