package hours

import (
	"slices"
	"time"
)

// Span is a time of a date that is open, in minutes after midnight; From < To ≤ 24 * 60.
type Span struct{ From, To int }

// Effective returns what is open on a date, by the clock on the wall, after all overrides, in order.
func (h Hours) Effective(date time.Time) []Span {
	var spans []Span
	for _, minute := range h.edges(date) {
		open, last := h.openOn(date, minute), len(spans)-1
		running := last >= 0 && spans[last].To == day
		switch {
		case open && !running:
			spans = append(spans, Span{minute, day})
		case !open && running:
			spans[last].To = minute
		}
	}
	return spans
}

// edges are the minutes of a date at which anything may open or close, in order, midnight first.
func (h Hours) edges(date time.Time) []int {
	edges := []int{0}
	add := func(date time.Time, past int) {
		open, closed := h.changes(date)
		for _, s := range append(open, closed...) {
			edges = append(edges, s.From-past, s.end()-past)
		}
	}
	add(date, 0)
	add(date.AddDate(0, 0, -1), day)
	slices.Sort(edges)
	edges = slices.DeleteFunc(edges, func(minute int) bool { return minute < 0 || minute >= day })
	return slices.Compact(edges)
}

// OverrideSpan is what one override says about a time of a date.
type OverrideSpan struct {
	Span
	Name string
	Open bool
}

// Overridden returns what the overrides that count on a date say about it.
func (h Hours) Overridden(date time.Time) []OverrideSpan {
	var spans []OverrideSpan
	for i := range h.Overrides {
		o := &h.Overrides[i]
		if !o.holds(date) {
			continue
		}
		own := of(o.Slots, date)
		if len(own) == 0 && (o.Type == Standard || o.Type == Closed && len(o.Slots) == 0) {
			spans = append(spans, OverrideSpan{Span: Span{0, day}, Name: o.Name})
		}
		for _, s := range own {
			spans = append(spans, OverrideSpan{Span: Span{s.From, min(s.end(), day)}, Name: o.Name, Open: o.Type != Closed})
		}
	}
	return spans
}
