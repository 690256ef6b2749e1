// Package history judges what clients saw of one chat.
//
// It guarantees that a history without problems keeps these promises: an
// acknowledged send is in the transcript exactly once, with the id, the time
// and the text that were told; a send without an answer is there once or not
// at all; a refused one is not; a send that began after another was
// acknowledged comes after it; times grow strictly; and every view (a socket,
// a paged reading) shows the transcript's items in the transcript's order,
// none twice, none left out, none that the transcript lacks.
//
// It is pure: no clock, no network, nothing kept.
package history

import "fmt"

// Item is a stored item as a client saw it.
type Item struct {
	ID   string
	Time string // AbsoluteTime, ISO 8601 in UTC with milliseconds: text order is time order
	Text string // Content; empty for events
}

// Outcome is what became of a send.
type Outcome uint8

// The outcomes.
const (
	Unknown Outcome = iota // no complete answer came: all or nothing
	Acked                  // answered with success
	Refused                // answered with an error that says nothing was done
)

// Send is one call that stores a message, with all its retries.
type Send struct {
	Text       string // no two sends of a history share it
	Begin, End int64  // when the call began and its answer had come, on one counter
	Outcome    Outcome
	ID, Time   string // as acknowledged
}

// Scope says how much of the transcript a view must show.
type Scope uint8

// The scopes.
const (
	Part  Scope = iota // any run without a hole
	Live               // a run without a hole that holds every send and the last item
	Whole              // all of it
)

// View is a sequence of items that some client was shown.
type View struct {
	Name  string
	Scope Scope
	Items []Item
}

// History is everything that is known of one chat.
type History struct {
	Sends      []Send
	Transcript []Item // oldest first
	Views      []View
}

// Check returns the broken promises, at most ten of a kind; nil if all were kept.
func (h History) Check() []string {
	c := checker{h: h, at: make(map[string]int, len(h.Transcript)), count: map[string]int{}}
	c.transcript()
	c.sends()
	c.realTime()
	for _, v := range h.Views {
		c.view(v)
	}
	return c.problems
}

type checker struct {
	h        History
	at       map[string]int // index in the transcript by id
	count    map[string]int // problems by kind
	problems []string
}

const perKind = 10

func (c *checker) report(kind, format string, args ...any) {
	c.count[kind]++
	if c.count[kind] <= perKind {
		c.problems = append(c.problems, kind+": "+fmt.Sprintf(format, args...))
	}
}

// transcript checks that ids are unique and times grow.
func (c *checker) transcript() {
	for i, item := range c.h.Transcript {
		if first, twice := c.at[item.ID]; twice {
			c.report("doubled", "id %s is item %d and item %d", item.ID, first, i)
			continue
		}
		c.at[item.ID] = i
		if i > 0 && item.Time <= c.h.Transcript[i-1].Time {
			c.report("time", "item %d is of %s, the one before of %s", i, item.Time, c.h.Transcript[i-1].Time)
		}
	}
}

// sends checks that each send's outcome is what the transcript shows.
func (c *checker) sends() {
	texts := make(map[string][]Item, len(c.h.Transcript))
	for _, item := range c.h.Transcript {
		texts[item.Text] = append(texts[item.Text], item)
	}
	for _, s := range c.h.Sends {
		c.send(s, texts[s.Text])
	}
}

func (c *checker) send(s Send, found []Item) {
	switch {
	case len(found) > 1:
		c.report("doubled", "%q is there %d times", s.Text, len(found))
	case s.Outcome == Acked && len(found) == 0:
		c.report("lost", "%q was acknowledged as %s", s.Text, s.ID)
	case s.Outcome == Acked && (found[0].ID != s.ID || found[0].Time != s.Time):
		c.report("changed", "%q was acknowledged as %s %s and is %s %s", s.Text, s.ID, s.Time, found[0].ID, found[0].Time)
	case s.Outcome == Refused && len(found) > 0:
		c.report("refused", "%q was refused and is there", s.Text)
	}
}

// realTime checks that nothing comes before what was acknowledged before it began.
func (c *checker) realTime() {
	byID := make(map[string]Send, len(c.h.Sends))
	for _, s := range c.h.Sends {
		if s.Outcome == Acked {
			byID[s.ID] = s
		}
	}
	var latest Send
	for _, item := range c.h.Transcript {
		s, known := byID[item.ID]
		if !known {
			continue
		}
		if s.End < latest.Begin {
			c.report("reordered", "%q was acknowledged before %q began, and comes after it", s.Text, latest.Text)
		}
		if s.Begin > latest.Begin {
			latest = s
		}
	}
}

// view checks that what was shown is a run of the transcript, as long as it must be.
func (c *checker) view(v View) {
	next := -1
	for i, item := range v.Items {
		at, known := c.at[item.ID]
		switch {
		case !known:
			c.report("half", "%s shows %s %q, which the transcript lacks", v.Name, item.ID, item.Text)
			continue
		case item != c.h.Transcript[at]:
			c.report("changed", "%s shows %+v, the transcript %+v", v.Name, item, c.h.Transcript[at])
		case next >= 0 && at < next:
			c.report("again", "%s shows item %d as its %d., after item %d", v.Name, at, i, next-1)
		case next >= 0 && at > next:
			c.report("hole", "%s leaves out items %d to %d", v.Name, next, at-1)
		}
		next = at + 1
	}
	c.length(v, next)
}

// length checks that a view begins early and ends late enough.
func (c *checker) length(v View, next int) {
	if v.Scope == Part {
		return
	}
	if next != len(c.h.Transcript) && len(c.h.Transcript) > 0 {
		c.report("short", "%s ends before item %d of %d", v.Name, max(next, 0), len(c.h.Transcript))
	}
	if len(v.Items) == 0 || len(c.h.Transcript) == 0 {
		return
	}
	if first := c.at[v.Items[0].ID]; first > c.begin(v.Scope) {
		c.report("late", "%s begins with item %d", v.Name, first)
	}
}

// begin returns the last index at which a view of this scope may begin.
func (c *checker) begin(scope Scope) int {
	if scope == Whole {
		return 0
	}
	first := len(c.h.Transcript) - 1
	for _, s := range c.h.Sends {
		if at, there := c.at[s.ID]; there && at < first {
			first = at
		}
	}
	return first
}
