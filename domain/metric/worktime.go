package metric

import (
	"iter"
	"slices"
	"time"

	"parley/domain/agent"
)

// Span is a stretch of time in which an agent did one thing.
type Span struct {
	Agent Agent
	Doing agent.Doing
	Interval
}

// AddSpans counts how agents spent their time, for the metrics of OverTime. Of a span the part in each interval counts there.
func (t *Tally) AddSpans(spans iter.Seq2[*Span, error]) error {
	for s, err := range spans {
		if err != nil {
			return err
		}
		group, ok := t.group(&Contact{}, &s.Agent)
		if !ok {
			continue
		}
		for n := range t.q.Intervals {
			if part := s.within(t.q.Intervals[n]); part > 0 {
				t.spend(place{group, n}, s.Doing, part.Seconds())
			}
		}
	}
	return nil
}

// within is how much of the span lies in an interval; 0 or less for nothing.
func (s *Span) within(i Interval) time.Duration {
	start, end := s.Start, s.End
	if i.Start.After(start) {
		start = i.Start
	}
	if i.End.Before(end) {
		end = i.End
	}
	return end.Sub(start)
}

func (t *Tally) spend(at place, doing agent.Doing, seconds float64) {
	for n := range t.q.Asks {
		if ask := &t.q.Asks[n]; ask.Stamp == OverTime {
			if part, among := ask.spent(doing); among {
				t.count(at, n, part*seconds, seconds)
			}
		}
	}
}

// spentOn is the time in which agents did one of some things.
func spentOn(what ...agent.Doing) Definition {
	return Definition{Unit: Seconds, Stamp: OverTime, spent: func(doing agent.Doing) (float64, bool) {
		if slices.Contains(what, doing) {
			return 1, true
		}
		return 0, false
	}}
}

// spans are the metrics of how agents spent their time.
func spans() map[string]Definition {
	return map[string]Definition{
		"SUM_ONLINE_TIME_AGENT":         spentOn(agent.Idle, agent.Called, agent.OnContact, agent.Stuck, agent.Away),
		"SUM_IDLE_TIME_AGENT":           spentOn(agent.Idle, agent.Stuck),
		"SUM_CONTACT_TIME_AGENT":        spentOn(agent.OnContact),
		"SUM_ERROR_STATUS_TIME_AGENT":   spentOn(agent.Stuck),
		"SUM_NON_PRODUCTIVE_TIME_AGENT": spentOn(agent.Away),
		"AGENT_OCCUPANCY": {Unit: Percent, Stamp: OverTime, made: share, spent: func(doing agent.Doing) (float64, bool) {
			switch doing {
			case agent.OnContact:
				return 1, true
			case agent.Idle, agent.Stuck:
				return 0, true
			}
			return 0, false
		}},
	}
}
