package testcase

import (
	"errors"
	"fmt"
	"time"

	"parley/domain/contact"
	"parley/domain/sim"
	"parley/domain/transcript"
)

// Limit is how long a simulated chat may take, by its own clock (Amazon Connect: five minutes).
const Limit = 5 * time.Minute

// maxActs bounds what a test does (our choice).
const maxActs = 1_000

// Options say how a case is run.
type Options struct {
	FlowID     string
	Attributes map[string]string
	Now        time.Time
	Seed       uint64
	// Go is asked after each decision of a flow; an error ends the execution, and is Run's. Nil lets it go on.
	Go func() error
}

// MaxActions bounds the actions that the flows of one execution run, in all its
// plays (our choice); an execution that would run more has failed.
const MaxActions = 20_000

// errActions ends an execution that runs too many actions.
var errActions = fmt.Errorf("the flows run more than %d actions", MaxActions)

// Run plays a case. An override of hours or of a queue counts for the whole
// decision of the flow in which its event lies, and the flow decides before the
// event is seen: so the chat is played again, with what the last play has shown.
func Run(in *sim.Instance, c *Content, o Options) (*Execution, error) {
	known, left := map[overrideKey]int{}, MaxActions
	for plays := 1; ; plays++ {
		r := newRun(in, c, o, known)
		r.left = &left
		err := r.play()
		switch {
		case errors.Is(err, errActions) || errors.Is(err, sim.ErrTurns):
			return r.execution(err.Error()), nil
		case err != nil:
			return nil, err
		case !r.learned || plays == maxPlays:
			return r.execution(""), nil
		}
	}
}

// goOn counts what a decision of the flows has cost.
func (r *run) goOn(actions int) error {
	if *r.left -= max(actions, 1); *r.left < 0 {
		return errActions
	}
	if r.options.Go == nil {
		return nil
	}
	return r.options.Go()
}

// maxPlays bounds how often a chat is played for one execution (our choice).
const maxPlays = 50

// run is one play of a case.
type run struct {
	in      *sim.Instance
	content *Content
	options Options
	known   map[overrideKey]int // from which decision on an override counts, by its key
	learned bool                // an override came to light

	chat   *sim.Chat
	states []*state
	mocks  []*Behavior
	todo   []task
	ended  bool
	left   *int // how many actions the flows may still run
}

// state is how far one observation has come.
type state struct {
	*Observation
	index   int
	active  bool
	cursor  int // of the history: what comes after is looked at
	times   int
	at      time.Time
	actions []done
}

// task is an action that is to be done.
type task struct {
	of *state
	*Action
}

// done is an action that was done.
type done struct {
	*Action
	failure string
	data    map[string]string
}

func newRun(in *sim.Instance, c *Content, o Options, known map[overrideKey]int) *run {
	r := &run{in: in, content: c, options: o, known: known}
	follows := map[string]bool{}
	for _, ob := range c.Observations {
		for _, next := range ob.Transitions.NextObservations {
			follows[next] = true
		}
	}
	for i := range c.Observations {
		ob := &c.Observations[i]
		r.states = append(r.states, &state{Observation: ob, index: i, active: !follows[ob.Identifier]})
	}
	return r
}

// play plays the chat until the test is over.
func (r *run) play() error {
	r.happen(testInitiated)
	start := contact.Start{
		FlowID: r.options.FlowID, DisplayName: "Customer", Attributes: r.options.Attributes,
		ContentTypes: []string{transcript.Plain, transcript.Markdown, transcript.Interactive, transcript.InteractiveResponse},
	}
	var err error
	r.chat, err = sim.Start(r.in, sim.Options{Now: r.options.Now, Seed: r.options.Seed, Calls: r, Alter: r.alter, Go: r.goOn}, start)
	if err != nil {
		return err
	}
	if err := r.chat.Connect(); err != nil {
		return err
	}
	for range maxActs {
		r.observe()
		over, err := r.act()
		if err != nil {
			return err
		}
		if over {
			break
		}
	}
	r.happen(testCompleted)
	return nil
}

// act does what is to be done next, or lets time pass; it reports whether the test is over.
func (r *run) act() (over bool, err error) {
	if r.ended {
		return true, nil
	}
	if len(r.todo) > 0 {
		t := r.todo[0]
		r.todo = r.todo[1:]
		r.perform(t)
		return false, nil
	}
	at, ok := r.chat.Next()
	if !r.waiting() || r.chat.Ended() || !ok || at.Sub(r.options.Now) > Limit {
		return true, nil
	}
	return false, r.chat.Advance(at.Sub(r.chat.Now()))
}

// waiting reports whether an observation still needs its event.
func (r *run) waiting() bool {
	for _, s := range r.states {
		if least, _, _ := s.Usage.bounds(); s.active && s.times < least && s.Event.Type != testCompleted {
			return true
		}
	}
	return false
}

// happen is an event of the test itself.
func (r *run) happen(event string) {
	for _, s := range r.states {
		if s.active && s.Event.Type == event {
			r.hit(s, 0, 0)
		}
	}
	for r.chat != nil && len(r.todo) > 0 {
		t := r.todo[0]
		r.todo = r.todo[1:]
		r.perform(t)
	}
}

// observe looks for events in what has happened, until none is new: an
// observation that follows another looks at the whole decision in which that was met.
func (r *run) observe() {
	for again := true; again; {
		again = false
		for _, s := range r.states {
			again = r.look(s) || again
		}
	}
}

func (r *run) look(s *state) bool {
	history := r.chat.History()
	for s.active && s.cursor < len(history) {
		e := history[s.cursor]
		s.cursor++
		if e.Item != nil && r.says(&s.Event, *e.Item) || e.Step != nil && r.starts(&s.Event, e.Step) {
			first := s.cursor - 1
			for first > 0 && history[first-1].Decision == e.Decision {
				first--
			}
			r.hit(s, e.Decision, first)
			return true
		}
	}
	return false
}

// hit notes that an event was observed: overrides count at once, what else is to
// be done comes later, and the next observations begin to look.
func (r *run) hit(s *state, decision, from int) {
	s.times++
	s.at = r.options.Now
	if r.chat != nil {
		s.at = r.chat.Now()
	}
	for i := range s.Actions {
		a := &s.Actions[i]
		if a.Type == override {
			r.override(overrideKey{s.index, i, s.times}, a.Parameters.Behavior, decision)
			s.actions = append(s.actions, done{Action: a})
			continue
		}
		r.todo = append(r.todo, task{s, a})
	}
	least, most, _ := s.Usage.bounds()
	if most >= 0 && s.times >= most {
		s.active = false
	}
	if s.times == max(least, 1) {
		r.activate(s.Transitions.NextObservations, from)
	}
}

func (r *run) activate(ids []string, from int) {
	for _, s := range r.states {
		for _, id := range ids {
			if s.Identifier == id && s.times == 0 && !s.active {
				s.active, s.cursor = true, from
			}
		}
	}
}
