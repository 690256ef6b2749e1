// Package alert decides when the service of a queue is worse than its settings allow, and when it is not any more.
//
// It guarantees: it has no clock and no memory; the same waits and contacts give the same answer. That an alert is raised
// once is the store's: an alert that stands has a name of its own (Name).
package alert

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"parley/domain/change"
	"parley/domain/metric"
)

// Limits are what the service of a queue is held to; nil members to nothing.
type Limits struct {
	// WaitSeconds is how long a contact may wait.
	WaitSeconds *int `json:"wait_seconds,omitempty"`
	// WaitClearSeconds is how long the longest wait may be for an alert about it to be over; nil = WaitSeconds.
	WaitClearSeconds *int `json:"wait_clear_seconds,omitempty"`
	// Level is the share of contacts that must be answered in time.
	Level *Level `json:"service_level,omitempty"`
}

// Level asks that so many percent of the contacts of the last minutes were answered within so many seconds.
type Level struct {
	Percent int `json:"percent"`
	Seconds int `json:"within_seconds"`
	Minutes int `json:"over_minutes"`
	// ClearPercent is how many percent an alert about it needs to be over; nil = Percent.
	ClearPercent *int `json:"clear_percent,omitempty"`
}

// Kind says what an alert is about.
type Kind string

// The kinds of alerts.
const (
	LongestWait  Kind = "LONGEST_WAIT"
	ServiceLevel Kind = "SERVICE_LEVEL"
)

// Finding is how a queue stands with one of its limits.
type Finding struct {
	Queue  string
	Kind   Kind
	Broken bool    // an alert is raised
	Kept   bool    // one that stands is cleared. Between the two all stays as it is
	Value  float64 // seconds, or percent
	Limit  float64
}

// Longest holds the waits of a queue against WaitSeconds, which must be set.
func (l Limits) Longest(queue string, waits []time.Duration) Finding {
	f := Finding{Queue: queue, Kind: LongestWait, Limit: float64(*l.WaitSeconds)}
	for _, w := range waits {
		f.Value = max(f.Value, w.Seconds())
	}
	f.Broken, f.Kept = f.Value > f.Limit, f.Value <= or(l.WaitClearSeconds, f.Limit)
	return f
}

// Left are contacts that left queues, by how they did.
type Left struct{ Answered, Ended iter.Seq[*metric.Contact] }

// Hold holds a queue against its service level, which must be set (the rule is our choice). Answered in time counts as kept; answered late,
// abandoned late, and waiting for longer already count as broken. Who left the queue in time without an answer, or was sent on, says
// nothing. Where nobody came the level is kept.
func (l Limits) Hold(queue string, now time.Time, left Left, waits []time.Duration) Finding {
	in, all := 0, 0
	level := l.Level
	recent, limit := now.Add(-time.Duration(level.Minutes)*time.Minute), time.Duration(level.Seconds)*time.Second
	late := func(wait time.Duration) bool { return wait > limit }
	for c := range left.Answered {
		if c.Queue == queue && !c.Enqueued.IsZero() && !c.Answered.Before(recent) {
			all++
			if !late(c.Answered.Sub(c.Enqueued)) {
				in++
			}
		}
	}
	for c := range left.Ended {
		if c.Queue == queue && c.Abandoned() && !c.Ended.Before(recent) && late(c.Ended.Sub(c.Enqueued)) {
			all++
		}
	}
	for _, w := range waits {
		if late(w) {
			all++
		}
	}
	f := Finding{Queue: queue, Kind: ServiceLevel, Value: 100, Limit: float64(level.Percent)}
	if all > 0 {
		f.Value = 100 * float64(in) / float64(all)
	}
	f.Broken, f.Kept = f.Value < f.Limit, f.Value >= or(level.ClearPercent, f.Limit)
	return f
}

func or(given *int, limit float64) float64 {
	if given == nil {
		return limit
	}
	return float64(*given)
}

// RowKind is the kind of the resource that an alert is stored as.
const RowKind = "alert"

// Alert is a limit that was broken. It stands until ClearedAt.
type Alert struct {
	ID        string `json:"-"`
	Version   int64  `json:"-"`
	Instance  string `json:"-"`
	Queue     string
	Kind      Kind
	Value     float64 // when it was raised
	Limit     float64
	RaisedAt  time.Time
	ClearedAt time.Time `json:",omitzero"`
}

// Stands reports whether the limit is still broken, as far as is known.
func (a *Alert) Stands() bool { return a.ClearedAt.IsZero() }

// Name is the name of an alert that stands: there is one for each limit of a queue.
func Name(queue string, k Kind) string { return queue + "/" + string(k) }

// format is the version of the document's form; a newer one is refused.
const format = 1

type document struct {
	Format int
	Alert
}

// Row writes the alert over its version, 0 = it is new.
func (a Alert) Row() (change.Resource, error) {
	row := change.Resource{Instance: a.Instance, Kind: RowKind, ID: a.ID, Version: a.Version}
	if a.Stands() {
		row.Name = Name(a.Queue, a.Kind)
	}
	var err error
	row.Document, err = json.Marshal(document{format, a})
	return row, err
}

// Parse reads a stored alert.
func Parse(instance string, row *change.Resource) (Alert, error) {
	var d document
	if err := json.Unmarshal(row.Document, &d); err != nil {
		return d.Alert, fmt.Errorf("alert %s: %w", row.ID, err)
	}
	if d.Format != format {
		return d.Alert, fmt.Errorf("alert %s: the document's format is %d, this version reads %d", row.ID, d.Format, format)
	}
	d.ID, d.Version, d.Instance = row.ID, row.Version, instance
	return d.Alert, nil
}

// Decide returns what is to be raised and cleared: an alert that stands is cleared when its limit is kept, or is no limit any more.
func Decide(findings []Finding, standing []Alert) (raise []Finding, clear []Alert) {
	held := map[string]bool{} // by what alerts that stand do so on
	stands := map[string]bool{}
	for _, a := range standing {
		stands[Name(a.Queue, a.Kind)] = true
	}
	for _, f := range findings {
		name := Name(f.Queue, f.Kind)
		if held[name] = !f.Kept; f.Broken && !stands[name] {
			raise = append(raise, f)
		}
	}
	for _, a := range standing {
		if !held[Name(a.Queue, a.Kind)] {
			clear = append(clear, a)
		}
	}
	return raise, clear
}
