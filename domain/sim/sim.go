// Package sim runs one chat without a server: its session lives in memory, its
// clock is moved by whoever plays it, and every rule is that of the real chat
// (domain/contact and domain/flow/interp).
//
// It guarantees: the same instance, seed and acts give the same chat, to the
// last id; deadlines are handled in the order of their times, each at its own
// time; everything that happens is in the history, in order. Nothing here does I/O.
package sim

import (
	"fmt"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Instance is what the chat finds around it. Chats share it and never change it.
type Instance struct {
	ID       string
	Settings contact.Settings
	Config   contact.Config
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
	// Calls answers what the flows call.
	Calls Caller
	// Alter changes what a decision of a flow finds around it; decisions count
	// from 1. It must not write into the maps that it is given. Nil changes nothing.
	Alter func(decision int, cfg contact.Config) contact.Config
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
	s       *session.Session
	due     map[change.DueKey]deadline
	usage   map[string]int64
	history []Entry
	pending []answer // by time

	documents map[string]*flow.Document // that were read
	decisions int                       // of flows
	alter     func(int, contact.Config) contact.Config
	goOn      func(actions int) error
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
	return c, c.commit(set)
}

// Now returns the time in the chat.
func (c *Chat) Now() time.Time { return c.now }

// Session returns the chat's state. It is a snapshot: do not change it.
func (c *Chat) Session() *session.Session { return c.s }

// Decisions returns how many decisions the flows have made.
func (c *Chat) Decisions() int { return c.decisions }

// Ended reports whether the chat is over.
func (c *Chat) Ended() bool { return c.s.Status == session.Ended }

// QueueName returns the name of the queue in which the contact waits, "" for none.
func (c *Chat) QueueName() string {
	id := c.s.Current().QueueID
	if q, ok := c.instance.Config.Queues[id]; ok {
		return q.Name
	}
	return id
}

// decide lets edit decide on the chat, and then everything that is due happens.
func (c *Chat) decide(edit func(*contact.Draft) error) error {
	d := contact.Decide(c.s, c.id(), c.now)
	if err := edit(d); err != nil {
		return err
	}
	if err := c.commit(d.Changes()); err != nil {
		return err
	}
	return c.settle()
}

// commit applies a Set as a store does: whole or not at all.
func (c *Chat) commit(set *change.Set) error {
	if err := c.admit(set); err != nil {
		return err
	}
	for _, u := range set.Usage {
		c.usage[u.Key] += u.Delta
	}
	c.replace(set.Session)
	for _, item := range set.Items {
		c.s.LastAt = transcript.NextTime(set.At, c.s.LastAt)
		c.s.Head++
		item.Place(c.s.ID, c.s.Head, c.s.LastAt)
		c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Item: &item})
	}
	for _, ref := range set.Done {
		delete(c.due, ref.DueKey)
	}
	for _, d := range set.Due {
		c.due[d.DueKey] = deadline{d.At, c.due[d.DueKey].generation + 1}
	}
	for _, key := range set.Drop {
		delete(c.due, key)
	}
	return nil
}

// admit holds the Set against its guards.
func (c *Chat) admit(set *change.Set) error {
	if !set.Session.Create && set.Session.Version != c.s.Version {
		return fmt.Errorf("decided on version %d of the chat, it stands at %d", set.Session.Version, c.s.Version)
	}
	for _, ref := range set.Done {
		if _, ok := c.due[ref.DueKey]; !ok {
			return fmt.Errorf("the deadline %s was handled already", ref.Kind)
		}
	}
	for _, u := range set.Usage {
		if u.Max > 0 && u.Delta > 0 && c.usage[u.Key]+u.Delta > u.Max {
			return fault.New(fault.LimitExceeded, "%s is full", u.Key)
		}
	}
	return nil
}

// replace makes the Set's state the chat's; documents that the Set does not
// name stay as they were.
func (c *Chat) replace(set *change.Session) {
	old := c.s
	if set.Next == nil {
		c.s = old.Clone()
		return
	}
	c.s = set.Next.Clone()
	if old == nil {
		c.s.Version = 1
		return
	}
	c.s.Version, c.s.Head, c.s.LastAt = old.Version+1, old.Head, old.LastAt
	if set.Parts&change.State == 0 {
		c.s.State = old.State
	}
	if set.Parts&change.Attributes == 0 {
		c.s.Attributes = old.Attributes
	}
	if set.Parts&change.Flow == 0 {
		c.s.Flow = old.Flow
	}
}
