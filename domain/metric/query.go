package metric

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
)

// Ask is one metric that is asked for.
type Ask struct {
	Definition
	Limit Threshold
	Only  []Only
}

// Only leaves contacts out of one metric.
type Only struct {
	By     Dimension
	Values []string
	Negate bool // it leaves those in
}

// Query asks for metrics of the contacts of some intervals, which do not overlap and are in order.
type Query struct {
	Asks      []Ask
	Groups    []Dimension
	Filters   map[Dimension][]string // each: one of the values
	Intervals []Interval
}

// Stamps are the moments that the metrics count at: contacts are needed by each of them.
func (q *Query) Stamps() (all []Stamp) {
	for i := range q.Asks {
		if s := q.Asks[i].Stamp; !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// Tally is what a query has counted so far.
type Tally struct {
	q      *Query
	groups map[string][]string
	cells  map[place][]cell
}

// place is a group in an interval.
type place struct {
	group    string
	interval int
}

// cell is what a metric has counted at a place.
type cell struct {
	sum, most float64
	of        float64 // what it is a part of, or how many contributed
}

// Count begins to count for a query.
func (q *Query) Count() *Tally {
	return &Tally{q, map[string][]string{}, map[place][]cell{}}
}

// Add counts contacts for the metrics of a stamp. Those whose stamp lies in no interval count nothing.
func (t *Tally) Add(s Stamp, contacts iter.Seq2[*Contact, error]) error {
	for c, err := range contacts {
		if err != nil {
			return err
		}
		if at := t.interval(s.Of(c)); at >= 0 {
			t.add(s, c, at)
		}
	}
	return nil
}

func (t *Tally) interval(at time.Time) int {
	n, found := slices.BinarySearchFunc(t.q.Intervals, at, func(i Interval, at time.Time) int {
		switch {
		case i.Holds(at):
			return 0
		case at.Before(i.Start):
			return 1
		}
		return -1
	})
	if !found || at.IsZero() {
		return -1
	}
	return n
}

func (t *Tally) add(s Stamp, c *Contact, interval int) {
	for n := range t.q.Asks {
		ask := &t.q.Asks[n]
		if ask.Stamp != s || !ask.takes(c) {
			continue
		}
		ask.each(c, ask.Limit, func(with *Agent, value, of float64) {
			if group, ok := t.group(c, with); ok {
				t.count(place{group, interval}, n, value, of)
			}
		})
	}
}

// takes reports whether the metric's own filters let a contact through.
func (a *Ask) takes(c *Contact) bool {
	for _, only := range a.Only {
		if slices.Contains(only.Values, only.By.of(c, &c.Agent)) == only.Negate {
			return false
		}
	}
	return true
}

// group finds the group of a contact with an agent; false if it is in none, or filtered out.
func (t *Tally) group(c *Contact, with *Agent) (string, bool) {
	for by, values := range t.q.Filters {
		if !slices.Contains(values, by.of(c, with)) {
			return "", false
		}
	}
	values := make([]string, len(t.q.Groups))
	for i, by := range t.q.Groups {
		if values[i] = by.of(c, with); values[i] == "" {
			return "", false
		}
	}
	key := strings.Join(values, "\x00")
	if t.groups[key] == nil {
		t.groups[key] = values
	}
	return key, true
}

func (t *Tally) count(at place, metric int, value, of float64) {
	cells := t.cells[at]
	if cells == nil {
		cells = make([]cell, len(t.q.Asks))
		t.cells[at] = cells
	}
	c := &cells[metric]
	c.sum, c.most, c.of = c.sum+value, max(c.most, value), c.of+of
}

// Row is the numbers of a group in an interval.
type Row struct {
	Group    []string // in the order of the query's Groups
	Interval Interval
	cells    []cell // nil = nothing happened
	q        *Query
}

// Key names the row among those of the query.
func (r Row) Key() string {
	return strings.Join(r.Group, "\x00") + "\x00" + r.Interval.Start.UTC().Format(time.RFC3339Nano)
}

// Rows returns a row of every interval for each group in which anything happened, ordered by group and time.
func (t *Tally) Rows() (rows []Row) {
	for key, values := range t.groups {
		for n, interval := range t.q.Intervals {
			rows = append(rows, Row{values, interval, t.cells[place{key, n}], t.q})
		}
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(slices.Compare(a.Group, b.Group), a.Interval.Start.Compare(b.Interval.Start))
	})
	return rows
}

// Value is the number of the query's nth metric; false if there is nothing that it could be made of.
func (r Row) Value(n int) (float64, bool) {
	var c cell
	if r.cells != nil {
		c = r.cells[n]
	}
	switch r.q.Asks[n].made {
	case mean:
		return c.sum / max(c.of, 1), c.of > 0
	case share:
		return 100 * c.sum / max(c.of, 1e-3), c.of > 0 // never less than a contribution, or a millisecond
	case most:
		return c.most, c.of > 0
	default:
		return c.sum, true
	}
}
