package router

import (
	"cmp"
	"sync"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/routing"
)

// key names a document of an instance.
type key struct{ kind, id string }

// fact is what a desk knows of a document.
type fact struct {
	version int64
	gone    bool
	since   int // the look during which it was learned
}

// desk is what a node knows of the routing of one instance.
type desk struct {
	instance string

	lock     sync.Mutex // guards what follows, up to the inbox
	board    *routing.Board
	facts    map[key]fact
	agents   map[string]agent.Agent
	workers  map[string]Worker
	refusals map[string]int       // of a contact, in a row
	pace     map[string]*handling // by queue
	waits    map[string]place     // where the customer of a session waits
	sessions map[string]string    // the sessions of those contacts
	looks    int
	config   int64 // what Configured said at the last look

	inbox
}

func newDesk(instance string) *desk {
	return &desk{
		instance: instance, board: routing.NewBoard(),
		facts: map[key]fact{}, agents: map[string]agent.Agent{}, workers: map[string]Worker{},
		refusals: map[string]int{}, pace: map[string]*handling{}, waits: map[string]place{}, sessions: map[string]string{}, inbox: inbox{doubts: map[key]doubt{}},
	}
}

// next returns what the Board proposes. The contact and the slot are taken off it until the
// commit tells what became of them, so that the next proposal is another one.
func (d *desk) next(now time.Time) (routing.Assignment, bool) {
	d.lock.Lock()
	defer d.lock.Unlock()
	a, ok := d.board.Next(now)
	if !ok {
		return a, false
	}
	d.board.RemoveContact(a.Contact)
	held := d.agents[a.Agent].Routing(d.workers[a.Agent].Profile)
	held.Offered++
	held.IdleSince = now
	d.board.PutAgent(held)
	return a, true
}

// refused puts what a refused proposal was about in doubt. The more often a contact was refused the
// longer it waits, so that a contradiction between the documents never spins.
func (d *desk) refused(a routing.Assignment, wall time.Time) {
	d.lock.Lock()
	defer d.lock.Unlock()
	n := d.refusals[a.Contact]
	d.refusals[a.Contact]++
	for _, k := range []key{{routing.Kind, a.Contact}, {agent.Kind, a.Agent}} {
		delete(d.facts, k)
		d.doubt(k, doubt{at: wall.Add(min(time.Duration(n*n)*10*time.Millisecond, 2*time.Second)), force: true})
	}
}

// patience is for how long nothing changes by itself.
func (d *desk) patience(now, wall time.Time) time.Duration {
	d.lock.Lock()
	defer d.lock.Unlock()
	patience := maxSleep
	if wake, ok := d.board.Wake(); ok {
		patience = min(patience, wake.Sub(now))
	}
	return d.inbox.patience(wall, patience)
}

// put brings a document onto the Board, unless a newer one is there.
func (d *desk) put(w *change.Resource, worker func(user string) (Worker, bool), now time.Time) error {
	k := key{w.Kind, w.ID}
	if have, ok := d.facts[k]; ok && have.version >= w.Version {
		return nil
	}
	d.facts[k] = fact{w.Version, w.Delete, d.looks}
	if w.Kind == routing.Kind {
		return d.putContact(w)
	}
	if w.Delete {
		d.removeAgent(w.ID)
		return nil
	}
	a, err := agent.Parse(d.instance, w.ID, w.Version, w.Document)
	if err != nil {
		d.removeAgent(w.ID)
		return err
	}
	d.handled(d.agents[w.ID], a, now)
	d.putAgent(a, worker)
	return nil
}

func (d *desk) putContact(w *change.Resource) error {
	if w.Delete {
		d.board.RemoveContact(w.ID)
		delete(d.refusals, w.ID)
		d.leftQueue(w.ID)
		return nil
	}
	c, err := routing.ParseWaiting(w.ID, w.Document)
	if err == nil && !c.Beside {
		d.waitsIn(c.SessionID, place{c.ID, cmp.Or(c.AgentQueue, c.Queue), c.AgentQueue != ""})
	}
	if err != nil || c.Offered != "" {
		d.board.RemoveContact(w.ID)
		return err
	}
	d.board.PutContact(c.Contact)
	return nil
}

// putAgent puts an agent onto the Board; one who is offline and has nothing is not there.
func (d *desk) putAgent(a agent.Agent, worker func(user string) (Worker, bool)) {
	w, ok := Worker{}, false
	if a.Status.Kind != agent.Offline || len(a.Contacts) > 0 {
		w, ok = worker(a.UserID)
	}
	if !ok {
		d.removeAgent(a.UserID)
		return
	}
	d.agents[a.UserID], d.workers[a.UserID] = a, w
	d.board.PutAgent(a.Routing(w.Profile))
}

func (d *desk) removeAgent(user string) {
	d.board.RemoveAgent(user)
	delete(d.agents, user)
	delete(d.workers, user)
}
