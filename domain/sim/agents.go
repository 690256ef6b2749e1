package sim

import (
	"slices"
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/queueing"
	"parley/domain/routing"
	"parley/domain/session"
)

// Agent is a user who takes contacts.
type Agent struct {
	UserID  string
	Name    string // in the chat
	Names   session.AgentNames
	Profile agent.Profile
	// WorkLimit bounds after-contact work, 0 = until it is cleared.
	WorkLimit  time.Duration
	AutoAccept bool
	Status     agent.StatusKind // with which it begins
}

func (a *Agent) taker() contact.Taker {
	return contact.Taker{UserID: a.UserID, DisplayName: a.Name, Names: a.Names, WorkLimit: a.WorkLimit}
}

// status is the one status of a kind that there is.
func status(kind agent.StatusKind) agent.Status { return agent.Status{ID: string(kind), Kind: kind} }

// atWork are the agents as they begin.
func atWork(instance string, staff []Agent, now time.Time) map[string]agent.Agent {
	all := map[string]agent.Agent{}
	for _, one := range staff {
		a := agent.New(instance, one.UserID, status(agent.Offline), now)
		if b, err := a.SetStatus(status(one.Status), now); err == nil { // of no known kind: it stays offline
			a = b
		}
		a.Version = 1
		all[one.UserID] = a
	}
	return all
}

// store makes a changed agent the one that is known, and notes how its contacts stand now.
func (c *Chat) store(a agent.Agent) {
	old := c.agents[a.UserID]
	a.Version = old.Version + 1
	c.agents[a.UserID] = a
	for _, k := range old.Contacts {
		if to := stateOf(a, k.ContactID); to != k.State {
			c.moved(a.UserID, k.State, to)
		}
	}
	for _, k := range a.Contacts {
		if stateOf(old, k.ContactID) == "" {
			c.moved(a.UserID, "", k.State)
		}
	}
}

func (c *Chat) moved(user string, from, to agent.State) {
	c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Agent: &Moved{user, from, to}})
}

// stateOf is where a contact stands with an agent, "" for nowhere.
func stateOf(a agent.Agent, contact string) agent.State {
	for _, k := range a.Contacts {
		if k.ContactID == contact {
			return k.State
		}
	}
	return ""
}

// member finds an agent as it was given, nil for nobody.
func (c *Chat) member(user string) *Agent {
	i := slices.IndexFunc(c.staff, func(a Agent) bool { return a.UserID == user })
	if i < 0 {
		return nil
	}
	return &c.staff[i]
}

// agentNamed is the name of a user, "" where there is no such user.
func (c *Chat) agentNamed(user string) string {
	if a := c.member(user); a != nil {
		return a.Names.UserName
	}
	return ""
}

// board is what routing knows: the agents, and the contacts of the chat that are offered to nobody. Those who wait in the
// queues already are no contacts: nobody is offered them.
func (c *Chat) board() *routing.Board {
	b := routing.NewBoard()
	for i := range c.staff {
		b.PutAgent(c.agents[c.staff[i].UserID].Routing(c.staff[i].Profile))
	}
	for k := range c.talk.s.Contacts() {
		if k.Queued() && k.Offer == nil {
			b.PutContact(queueing.Of(c.talk.s, k).Contact)
		}
	}
	return b
}

// anyone reports whether that is so of an agent.
func (c *Chat) anyone(is func(agent.Agent) bool) bool {
	for _, a := range c.agents {
		if is(a) {
			return true
		}
	}
	return false
}

func online(a agent.Agent) bool { return a.Status.Kind != agent.Offline }

// waits reports whether a contact of the chat is to be offered.
func (c *Chat) waits() bool {
	for k := range c.talk.s.Contacts() {
		if k.Queued() && k.Offer == nil {
			return true
		}
	}
	return false
}

// route offers a contact to the agent whose turn it is; one who accepts by itself takes it. wake is when it is worth
// trying again although nothing happens until then, zero for never.
func (c *Chat) route() (wake time.Time, routed bool, err error) {
	if !c.anyone(agent.Agent.Routable) || !c.waits() {
		return wake, false, nil
	}
	board := c.board()
	a, ok := board.Next(c.now)
	if !ok {
		wake, _ = board.Wake()
		return wake, false, nil
	}
	m := c.member(a.Agent)
	return wake, true, c.decideOn(c.talk, func(d *contact.Draft) error {
		if err := d.Offer(a.Contact, m.UserID, m.Profile.Concurrency); err != nil || !m.AutoAccept {
			return err
		}
		return c.take(d, a.Contact, m)
	}, m.UserID)
}

// take lets an agent take the contact that it is offered.
func (c *Chat) take(d *contact.Draft, contactID string, m *Agent) error {
	if err := d.Accept(contactID, m.taker()); err != nil {
		return err
	}
	d.Whisper(contactID, c.instance.Config)
	return nil
}

// live are the numbers of the queues: who waits, and nobody knows since when.
func (c *Chat) live() map[string]catalog.Live {
	all := map[string]catalog.Live{}
	var board *routing.Board
	if c.anyone(online) {
		board = c.board()
	}
	for id := range c.instance.Config.Queues {
		one := catalog.Live{Contacts: c.usage[queuedKey(c.instance, id)]}
		if board != nil {
			one.Agents = counted(board.QueueStats(id, c.now))
		}
		all[id] = one
	}
	return all
}

// stands is where the contact of a session stands in its queue: behind all who wait there already, and first while it is offered.
// How long it waits nobody knows. Nil where it does not wait.
func (c *Chat) stands(t *talk) *interp.Standing {
	k := t.s.Current()
	switch {
	case !k.Queued():
		return nil
	case k.Offer != nil:
		return &interp.Standing{Position: 1}
	}
	return &interp.Standing{Position: c.usage[queuedKey(c.instance, k.QueueID)]}
}

// liveOf are the numbers of a user's own queue.
func (c *Chat) liveOf(user string) catalog.Live {
	return catalog.Live{Contacts: c.usage[queuedKey(c.instance, user)], Agents: counted(c.board().AgentQueueStats(user, c.now))}
}

func counted(s routing.Stats) interp.Agents {
	return interp.Agents{
		Online: int64(s.Online), Available: int64(s.Available), Staffed: int64(s.Staffed), AfterContactWork: int64(s.AfterWork),
		Busy: int64(s.OnContact), Missed: int64(s.Failed), NonProductive: int64(s.NonProductive),
	}
}
