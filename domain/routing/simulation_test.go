package routing_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"parley/domain/routing"
)

// Three nodes, each with a Board of its own that lags behind, share a store
// with a compare-and-set. Contacts arrive; agents accept, reject and miss,
// finish, log out and in; nodes crash and begin anew. 1,000 agents and 10,000
// waiting contacts; PARLEY_LONG=1 makes twenty times as many steps.
//
// Each decision is judged by what its node knows: nobody who may take a contact
// has been available longer, no contact that the agent may take comes before.
// A node that finds nothing to do leaves nobody free who may take something.
// And by what all nodes do together nobody starves.
func TestSimulation(t *testing.T) {
	steps := 1_500
	if os.Getenv("PARLEY_LONG") == "1" {
		steps = 30_000
	}
	w := newWorld(1, true)
	w.run(steps)
	t.Logf("%d assigned, %d refused by the store, %d by nodes that lagged; %d times a node that had nothing to do was judged", w.assigned, w.refused, w.stale, w.idle)
	for _, wrong := range w.wrong {
		t.Error(wrong)
	}
	if w.assigned < steps/10 || w.refused == 0 || w.stale == 0 || w.idle == 0 {
		t.Errorf("%d assigned, %d refused, %d by nodes that lagged, %d idle: the simulation did not do its work", w.assigned, w.refused, w.stale, w.idle)
	}
}

// Without the store's guards the same run must go wrong, else the simulation is blind.
func TestSimulationNoticesMissingGuards(t *testing.T) {
	w := newWorld(1, false)
	w.run(300)
	if len(w.wrong) == 0 {
		t.Error("nothing went wrong although the store compared nothing")
	}
}

// world is the store, the nodes and what happens to them.
type world struct {
	*crowd
	guarded  bool
	versions map[string]int             // of agents and contacts
	agents   map[string]routing.Agent   // the truth
	waiting  map[string]routing.Contact // waiting now
	holder   map[string]hold            // offered or held now
	held     []string                   // the keys of holder
	log      []string                   // ids in the order in which they changed
	nodes    []*node
	names    []string       // of all agents, logged in or not
	able     map[string]int // what was assigned when an agent that waits came to be able to take something

	assigned, refused, stale, idle int
	wrong                          []string
}

// hold is a contact with an agent.
type hold struct {
	agent    string
	contact  routing.Contact
	accepted bool
}

// node is a Board that has read the log so far.
type node struct {
	board *routing.Board
	facts reference // what is on the Board
	read  int
	knows map[string]int // the version of each thing that it has read
}

func newWorld(seed uint64, guarded bool) *world {
	c := newCrowd(200)
	c.Rand = rand.New(rand.NewPCG(seed, 0))
	w := &world{crowd: c, guarded: guarded, versions: map[string]int{}, agents: map[string]routing.Agent{},
		waiting: map[string]routing.Contact{}, holder: map[string]hold{}, able: map[string]int{}}
	for i := range benchAgents {
		a := w.agentOf(i)
		w.names = append(w.names, a.ID)
		w.setAgent(a)
	}
	for range benchContacts {
		w.arrive()
	}
	for range 3 {
		w.nodes = append(w.nodes, w.start())
	}
	return w
}

// agentOf is an agent that may have one contact at a time, or two: not enough for all.
func (w *world) agentOf(i int) routing.Agent {
	return with(w.agent(i), func(a *routing.Agent) { a.Concurrency = 1 + i%2 })
}

func (w *world) run(steps int) {
	for i := 0; i < steps && len(w.wrong) < 5; i++ {
		w.now = w.now.Add(time.Duration(w.IntN(500)) * time.Millisecond)
		switch n := w.IntN(100); {
		case n < 20:
			w.arrive()
		case n < 40:
			w.answer()
		case n < 55:
			w.finish()
		case n < 60:
			w.logInOrOut(w.names[w.IntN(len(w.names))])
		case n == 60 && i%500 < 50:
			w.nodes[w.IntN(len(w.nodes))] = w.start()
		}
		for _, n := range w.nodes {
			w.work(n)
		}
		if i%50 == 0 {
			w.judgeWaits()
		}
	}
}

// start is a node that has read everything.
func (w *world) start() *node {
	n := &node{board: routing.NewBoard(), facts: reference{maps.Clone(w.agents), maps.Clone(w.waiting)}, knows: maps.Clone(w.versions), read: len(w.log)}
	for _, id := range slices.Sorted(maps.Keys(w.agents)) {
		n.board.PutAgent(w.agents[id])
	}
	for _, id := range slices.Sorted(maps.Keys(w.waiting)) {
		n.board.PutContact(w.waiting[id])
	}
	return n
}

// work lets a node read some of the log, all or nothing, and make one assignment.
func (w *world) work(n *node) {
	w.read(n, w.IntN(4))
	if w.IntN(4) == 0 {
		w.read(n, len(w.log))
	}
	a, ok := n.board.Next(w.now)
	if !ok {
		if w.IntN(8) == 0 {
			w.judgeIdle(n)
		}
		return
	}
	w.judge(n, a)
	if !w.assign(n, a) {
		w.refused++
		w.read(n, len(w.log))
	}
}

func (w *world) read(n *node, count int) {
	for ; count > 0 && n.read < len(w.log); count-- {
		id := w.log[n.read]
		n.read++
		n.knows[id] = w.versions[id]
		if a, ok := w.agents[id]; ok {
			n.board.PutAgent(a)
			n.facts.agents[id] = a
		} else if c, ok := w.waiting[id]; ok {
			n.board.PutContact(c)
			n.facts.contacts[id] = c
		} else {
			n.board.RemoveAgent(id)
			n.board.RemoveContact(id)
			delete(n.facts.agents, id)
			delete(n.facts.contacts, id)
		}
	}
}

func (w *world) changed(id string) {
	w.versions[id]++
	w.log = append(w.log, id)
}

// setAgent stores an agent and checks that it has no more than it may have.
func (w *world) setAgent(a routing.Agent) {
	w.agents[a.ID] = a
	w.changed(a.ID)
	if used := a.Held + a.Offered + a.AfterWork + a.Blocked; used > a.Concurrency {
		w.fail("%s has %d contacts, may have %d", a.ID, used, a.Concurrency)
	}
}

func (w *world) fail(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// assign is the compare-and-set: it happens only to what the node has seen.
func (w *world) assign(n *node, p routing.Assignment) bool {
	if w.guarded && (w.versions[p.Contact] != n.knows[p.Contact] || w.versions[p.Agent] != n.knows[p.Agent]) {
		return false
	}
	c, waits := w.waiting[p.Contact]
	if !waits {
		w.fail("%s was assigned to %s while %s had it", p.Contact, p.Agent, w.holder[p.Contact].agent)
		return true
	}
	a, ok := w.agents[p.Agent]
	if !ok || !a.Routable {
		w.fail("%s was assigned to %s, which takes none", p.Contact, p.Agent)
		return true
	}
	w.assigned++
	if n.read < len(w.log) {
		w.stale++
	}
	delete(w.able, a.ID)
	delete(w.waiting, c.ID)
	w.changed(c.ID)
	w.holder[c.ID] = hold{agent: a.ID, contact: c}
	w.held = append(w.held, c.ID)
	a.Offered, a.IdleSince = a.Offered+1, w.now
	w.setAgent(a)
	return true
}

// judge compares a decision with the rules, by all that the node knows: every
// one with those who have been available longer, some with all that waits.
func (w *world) judge(n *node, p routing.Assignment) {
	chosen, all := n.facts.agents[p.Agent], w.IntN(8) == 0
	if all {
		if want := n.facts.choice(chosen, w.now); want != p.Contact {
			w.fail("%s got %s, but %s comes before it", p.Agent, p.Contact, want)
		}
	}
	for _, a := range n.facts.agents {
		if longer(a, chosen) && (n.facts.may(a, n.facts.contacts[p.Contact], w.now) || all && n.facts.takesAny(a, w.now)) {
			w.fail("%s got %s, but %s has been available longer", p.Agent, p.Contact, a.ID)
		}
	}
}

// judgeIdle fails if a node finds nothing to do though somebody may take something.
func (w *world) judgeIdle(n *node) {
	w.idle++
	for _, a := range n.facts.agents {
		if n.facts.takesAny(a, w.now) {
			w.fail("nobody gets anything, but %s is available", a.ID)
		}
	}
}

// judgeWaits fails if somebody who may take something gets nothing while others
// get more than one each.
func (w *world) judgeWaits() {
	r := reference{w.agents, w.waiting}
	for id, a := range w.agents {
		since, waits := w.able[id]
		switch {
		case !r.takesAny(a, w.now):
			delete(w.able, id)
		case !waits:
			w.able[id] = w.assigned
		case w.assigned-since > len(w.names):
			w.fail("%s is available and got nothing of %d contacts", id, w.assigned-since)
		}
	}
}

// longer tells whether a has been available longer than b.
func longer(a, b routing.Agent) bool {
	return a.IdleSince.Before(b.IdleSince) || a.IdleSince.Equal(b.IdleSince) && a.ID < b.ID
}

func (w *world) arrive() {
	c := w.contact()
	w.waiting[c.ID] = c
	w.changed(c.ID)
}

// someHold takes a random hold out of those that there are.
func (w *world) someHold() (hold, int, bool) {
	if len(w.held) == 0 {
		return hold{}, 0, false
	}
	i := w.IntN(len(w.held))
	return w.holder[w.held[i]], i, true
}

// answer has an agent accept, reject or miss an offer.
func (w *world) answer() {
	h, i, ok := w.someHold()
	if !ok || h.accepted {
		return
	}
	a := w.agents[h.agent]
	switch w.IntN(5) {
	case 0, 1: // rejected or missed
		a.Offered--
		if w.IntN(2) == 0 {
			a.Routable, a.Failed = false, true
		}
		w.giveBack(h, i)
	default:
		a.Offered, a.Held = a.Offered-1, a.Held+1
		h.accepted = true
		w.holder[h.contact.ID] = h
	}
	w.setAgent(a)
}

// giveBack returns a contact to its queue; its agent is passed over for a while.
func (w *world) giveBack(h hold, i int) {
	c := h.contact
	c.PassedOver = map[string]time.Time{h.agent: w.now.Add(10 * time.Second)}
	w.waiting[c.ID] = c
	w.changed(c.ID)
	w.release(h, i)
}

func (w *world) release(h hold, i int) {
	delete(w.holder, h.contact.ID)
	w.held = slices.Delete(w.held, i, i+1)
}

// finish ends a chat.
func (w *world) finish() {
	h, i, ok := w.someHold()
	if !ok || !h.accepted {
		return
	}
	w.release(h, i)
	a := w.agents[h.agent]
	a.Held--
	w.setAgent(a)
}

// logInOrOut takes an agent away with its chats given back, or brings it back.
func (w *world) logInOrOut(id string) {
	delete(w.able, id) // who comes back is the last in line
	a, in := w.agents[id]
	if !in || !a.Routable {
		a = w.agentOf(slices.Index(w.names, id))
		a.Held, a.Offered = w.count(id)
		w.setAgent(a)
		return
	}
	for i := len(w.held) - 1; i >= 0; i-- {
		if h := w.holder[w.held[i]]; h.agent == id {
			w.giveBack(h, i)
		}
	}
	delete(w.agents, id)
	w.changed(id)
}

// count says how many contacts an agent has accepted and is offered.
func (w *world) count(id string) (held, offered int) {
	for _, h := range w.holder {
		if h.agent == id && h.accepted {
			held++
		} else if h.agent == id {
			offered++
		}
	}
	return held, offered
}

// Equal agents get equal shares, whatever their chats last: with a chat at a
// time for each and always one agent free or more, nobody gets much more or less
// than the mean.
func TestFairness(t *testing.T) {
	const agents, contacts = 50, 5_000
	random := rand.New(rand.NewPCG(3, 4))
	b, got := routing.NewBoard(), map[string]int{}
	until := map[string]time.Time{}
	for i := range agents {
		b.PutAgent(free(fmt.Sprintf("a%02d", i), i, "q"))
	}
	now := noon
	for i := range contacts {
		now = now.Add(time.Second)
		for _, id := range slices.Sorted(maps.Keys(until)) {
			if end := until[id]; !end.After(now) {
				b.PutAgent(with(free(id, 0, "q"), func(a *routing.Agent) { a.IdleSince = end }))
				delete(until, id)
			}
		}
		b.PutContact(routing.Contact{ID: fmt.Sprintf("c%05d", i), Queue: "q", EnqueuedAt: now})
		a, ok := b.Next(now)
		if !ok {
			continue
		}
		got[a.Agent]++
		b.RemoveContact(a.Contact)
		until[a.Agent] = now.Add(time.Duration(10+random.IntN(50)) * time.Second)
		b.PutAgent(with(free(a.Agent, 0, "q"), func(a *routing.Agent) { a.Held = 1 }))
	}
	counts := slices.Sorted(maps.Values(got))
	if mean := contacts / agents; len(counts) != agents || counts[0] < mean*7/10 || counts[agents-1] > mean*13/10 {
		t.Errorf("of %d contacts each, the least busy agent got %d and the busiest %d", mean, counts[0], counts[len(counts)-1])
	}
}
