package metric

import (
	"slices"
	"strings"
	"time"

	"parley/domain/agent"
)

// Unit is what a metric is counted in.
type Unit string

// The units.
const (
	Count   Unit = "COUNT"
	Seconds Unit = "SECONDS"
	Percent Unit = "PERCENT"
)

// Stamp is the moment of a contact at which a metric counts it.
type Stamp uint8

// The stamps.
const (
	AtEnd Stamp = iota
	AtStart
	AtEnqueue
	AtAnswer
	// OverTime is no moment: how agents spent their time counts, see Span.
	OverTime
)

// Of is when a contact came to it, zero if it has not.
func (s Stamp) Of(c *Contact) time.Time {
	switch s {
	case AtStart:
		return c.Initiated
	case AtEnqueue:
		return c.Enqueued
	case AtAnswer:
		return c.Answered
	default:
		return c.Ended
	}
}

// Definition says what a metric is.
type Definition struct {
	Unit      Unit
	Stamp     Stamp
	Threshold bool // it needs one
	// Filters are the dimensions that a single metric can be filtered by (MetricFilterKey).
	Filters []Dimension

	noAgent bool // it cannot be grouped or filtered by agent or hierarchy
	made    made
	each    contributions
	// spent says of a metric of OverTime how much of the time in which an agent did something counts, and whether it counts at all.
	spent func(agent.Doing) (part float64, among bool)
}

// contributions tells what a contact contributes, with which agent, and how much that is to count in a mean: 1 for a contact.
type contributions func(c *Contact, t Threshold, add func(with *Agent, value, of float64))

// made is how the contributions become a number.
type made uint8

const (
	sum made = iota
	mean
	share // of contributions 1 among all, in percent
	most
)

// By reports whether the metric can be grouped and filtered by a dimension. Those of Amazon Connect's documentation, and beside them
// how a contact began and ended wherever that metric can be filtered by it (our choice).
func (d *Definition) By(by Dimension) bool {
	switch {
	case d.Stamp == OverTime:
		return by == Profile || by.ofAgent()
	case by.ofAgent():
		return !d.noAgent
	case by == Method || by == Reason:
		return d.FilteredBy(by)
	}
	return by.Known()
}

// FilteredBy reports whether the single metric can be filtered by a dimension.
func (d *Definition) FilteredBy(by Dimension) bool { return slices.Contains(d.Filters, by) }

// Threshold bounds a time.
type Threshold struct {
	Seconds   float64
	Inclusive bool // LTE; else LT
}

func (t Threshold) met(d time.Duration) bool {
	return d.Seconds() < t.Seconds || t.Inclusive && d.Seconds() == t.Seconds
}

// Find returns a metric of GetMetricDataV2; false if it cannot be told here, and why as far as that can be said.
func Find(name string) (d Definition, why string, ok bool) {
	for _, table := range []map[string]Definition{counts(), times(), shares(), messages(), holds(), spans()} {
		if d, ok = table[name]; ok {
			return d, "", true
		}
	}
	return d, missing(name), false
}

// missing says why a metric of Amazon Connect is not here.
func missing(name string) string {
	switch {
	case name == "SUM_CONNECTING_TIME_AGENT", name == "AVG_AGENT_CONNECTING_TIME":
		return "how long an offer that was accepted had stood is not kept"
	case strings.HasPrefix(name, "AGENT_SCHEDULE"), strings.HasSuffix(name, "ADHERENT_TIME"):
		return "nobody's time is scheduled here"
	case name == "CONVERSATIONS_ABANDONED":
		return "Amazon Connect does not say when a conversation counts as abandoned"
	}
	return "it is not there for chats"
}

// taken is one contribution, with the agent who took the contact; of says false for none.
func taken(of func(*Contact, Threshold) (float64, bool)) contributions {
	return func(c *Contact, t Threshold, add func(with *Agent, value, of float64)) {
		if value, counts := of(c, t); counts {
			add(&c.Agent, value, 1)
		}
	}
}

// counted counts the contacts for which something holds.
func counted(d Definition, is func(*Contact) bool) Definition {
	d.Unit, d.each = Count, taken(func(c *Contact, _ Threshold) (float64, bool) { return 1, is(c) })
	return d
}

// within counts the contacts for which something holds, and whose time is within the threshold.
func within(of func(*Contact) (time.Duration, bool), is func(*Contact) bool) Definition {
	return Definition{Unit: Count, Threshold: true, noAgent: true, each: taken(func(c *Contact, t Threshold) (float64, bool) {
		took, known := of(c)
		return 1, known && is(c) && t.met(took)
	})}
}

// timed is the time of the contacts for which something holds.
func timed(d Definition, of func(*Contact) (time.Duration, bool), is func(*Contact) bool) Definition {
	d.Unit, d.each = Seconds, taken(func(c *Contact, _ Threshold) (float64, bool) {
		took, known := of(c)
		return max(took.Seconds(), 0), known && is(c)
	})
	return d
}

// shared is the percentage of those among the contacts for which something holds.
func shared(d Definition, among func(*Contact) bool, holds func(*Contact, Threshold) bool) Definition {
	d.Unit, d.made, d.each = Percent, share, taken(func(c *Contact, t Threshold) (float64, bool) {
		if holds(c, t) {
			return 1, among(c)
		}
		return 0, among(c)
	})
	return d
}

func whatever(*Contact) bool { return true }

func never(*Contact) bool { return false }

func (c *Contact) left() bool { return c.queued() && !c.handled() }

func (c *Contact) sentOn() bool          { return c.Transferred }
func (c *Contact) sentOnByAgent() bool   { return c.Transferred && c.handled() }
func (c *Contact) sentOnFromQueue() bool { return c.Transferred && c.left() }

func counts() map[string]Definition {
	began := []Dimension{Method}
	return map[string]Definition{
		"CONTACTS_CREATED":                             counted(Definition{Stamp: AtStart, noAgent: true, Filters: began}, whatever),
		"CONTACTS_QUEUED":                              counted(Definition{}, (*Contact).queued),
		"CONTACTS_QUEUED_BY_ENQUEUE":                   counted(Definition{Stamp: AtEnqueue}, (*Contact).queued),
		"CONTACTS_HANDLED":                             counted(Definition{Filters: []Dimension{Method, Reason}}, (*Contact).handled),
		"CONTACTS_HANDLED_BY_CONNECTED_TO_AGENT":       counted(Definition{Stamp: AtAnswer, Filters: began}, (*Contact).handled),
		"CONTACTS_HANDLED_CONNECTED_TO_AGENT_TIME":     counted(Definition{Stamp: AtAnswer, Filters: began}, (*Contact).handled),
		"CONTACTS_ABANDONED":                           counted(Definition{Filters: began}, (*Contact).Abandoned),
		"SUM_CONTACTS_DISCONNECTED":                    counted(Definition{Filters: []Dimension{Reason}}, (*Contact).Abandoned),
		"CONTACTS_TRANSFERRED_OUT":                     counted(Definition{}, (*Contact).sentOn),
		"CONTACTS_TRANSFERRED_OUT_BY_AGENT":            counted(Definition{}, (*Contact).sentOnByAgent),
		"CONTACTS_TRANSFERRED_OUT_INTERNAL":            counted(Definition{}, (*Contact).sentOnByAgent),
		"CONTACTS_TRANSFERRED_OUT_EXTERNAL":            counted(Definition{}, never),
		"CONTACTS_TRANSFERRED_OUT_FROM_QUEUE":          counted(Definition{}, (*Contact).sentOnFromQueue),
		"CONTACTS_REMOVED_FROM_QUEUE_IN_X":             within((*Contact).waited, whatever),
		"SUM_CONTACTS_ANSWERED_IN_X":                   within((*Contact).waited, (*Contact).handled),
		"SUM_CONTACTS_ABANDONED_IN_X":                  within((*Contact).waited, (*Contact).Abandoned),
		"CONTACTS_RESOLVED_IN_X":                       within((*Contact).resolution, whatever),
		"AGENT_NON_RESPONSE":                           missed(func(*Miss) bool { return true }),
		"AGENT_NON_RESPONSE_WITHOUT_CUSTOMER_ABANDONS": missed(func(m *Miss) bool { return !m.Withdrawn }),
	}
}

// missed counts offers in vain, each for the agent who had it.
func missed(counts func(*Miss) bool) Definition {
	return Definition{Unit: Count, each: func(c *Contact, _ Threshold, add func(with *Agent, value, of float64)) {
		for i := range c.Missed {
			if m := &c.Missed[i]; counts(m) {
				add(&m.Agent, 1, 1)
			}
		}
	}}
}

func times() map[string]Definition {
	average, total, began := Definition{made: mean}, Definition{}, Definition{made: mean, Filters: []Dimension{Method}}
	return map[string]Definition{
		"AVG_QUEUE_ANSWER_TIME":         timed(Definition{made: mean, noAgent: true, Filters: []Dimension{Method, Reason}}, (*Contact).waited, (*Contact).handled),
		"AVG_ABANDON_TIME":              timed(began, (*Contact).waited, (*Contact).Abandoned),
		"MAX_QUEUED_TIME":               timed(Definition{made: most}, (*Contact).waited, whatever),
		"AVG_INTERACTION_TIME":          timed(began, (*Contact).interaction, whatever),
		"SUM_INTERACTION_TIME":          timed(total, (*Contact).interaction, whatever),
		"AVG_INTERACTION_AND_HOLD_TIME": timed(average, (*Contact).interaction, whatever),
		"SUM_INTERACTION_AND_HOLD_TIME": timed(total, (*Contact).interaction, whatever),
		"AVG_AFTER_CONTACT_WORK_TIME":   timed(began, (*Contact).work, whatever),
		"SUM_AFTER_CONTACT_WORK_TIME":   timed(total, (*Contact).work, whatever),
		"AVG_HANDLE_TIME":               timed(average, (*Contact).handling, whatever),
		"SUM_HANDLE_TIME":               timed(total, (*Contact).handling, whatever),
		"AVG_CONTACT_DURATION":          timed(average, (*Contact).duration, whatever),
		"AVG_RESOLUTION_TIME":           timed(Definition{made: mean, noAgent: true}, (*Contact).resolution, whatever),
		"SUM_CONTACT_FLOW_TIME":         timed(Definition{noAgent: true}, (*Contact).inFlow, whatever),
	}
}

func shares() map[string]Definition {
	return map[string]Definition{
		"ABANDONMENT_RATE": shared(Definition{}, (*Contact).queued, func(c *Contact, _ Threshold) bool { return c.Abandoned() }),
		"SERVICE_LEVEL": shared(Definition{Threshold: true, noAgent: true}, (*Contact).queued, func(c *Contact, t Threshold) bool {
			waited, known := c.waited()
			return known && t.met(waited)
		}),
		"AGENT_ANSWER_RATE": {Unit: Percent, made: share, each: func(c *Contact, _ Threshold, add func(with *Agent, value, of float64)) {
			for i := range c.Missed {
				add(&c.Missed[i].Agent, 0, 1)
			}
			if c.handled() {
				add(&c.Agent, 1, 1)
			}
		}},
	}
}

// holds are about customers on hold, which chats never are.
func holds() map[string]Definition {
	no := func(*Contact) (time.Duration, bool) { return 0, true }
	return map[string]Definition{
		"CONTACTS_HOLD_ABANDONS":               counted(Definition{}, never),
		"CONTACTS_ON_HOLD_AGENT_DISCONNECT":    counted(Definition{}, never),
		"CONTACTS_ON_HOLD_CUSTOMER_DISCONNECT": counted(Definition{}, never),
		"CONTACTS_PUT_ON_HOLD":                 counted(Definition{}, never),
		"SUM_HOLD_TIME":                        timed(Definition{}, no, never),
		"AVG_HOLD_TIME":                        timed(Definition{made: mean}, no, never),
		"AVG_HOLD_TIME_ALL_CONTACTS":           timed(Definition{made: mean}, no, (*Contact).handled),
	}
}
