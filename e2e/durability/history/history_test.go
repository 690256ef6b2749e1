package history_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/e2e/durability/history"
)

func item(n int) history.Item {
	return history.Item{ID: fmt.Sprint("id-", n), Time: fmt.Sprintf("2026-01-01T00:00:00.%03dZ", n), Text: fmt.Sprint("text-", n)}
}

func acked(n int) history.Send {
	i := item(n)
	return history.Send{Text: i.Text, Begin: int64(2 * n), End: int64(2*n + 1), Outcome: history.Acked, ID: i.ID, Time: i.Time}
}

// good is a history that keeps every promise: an event, four acknowledged
// sends, and views of every scope.
func good() *history.History {
	joined := history.Item{ID: "joined", Time: "2026-01-01T00:00:00.000Z"}
	all := []history.Item{joined, item(1), item(2), item(3), item(4)}
	return &history.History{
		Sends:      []history.Send{acked(1), acked(2), acked(3), acked(4)},
		Transcript: all,
		Views: []history.View{
			{Name: "part", Items: slices.Clone(all[2:4])},
			{Name: "socket", Scope: history.Live, Items: slices.Clone(all[1:])},
			{Name: "pages", Scope: history.Whole, Items: slices.Clone(all)},
			{Name: "nothing yet", Items: nil},
		},
	}
}

func TestGoodHistories(t *testing.T) {
	cases := map[string]func(*history.History){
		"as it is": func(*history.History) {},
		"an unknown send that is there": func(h *history.History) {
			h.Sends[1].Outcome = history.Unknown
		},
		"an unknown send that is not": func(h *history.History) {
			h.Sends = append(h.Sends, history.Send{Text: "nowhere", Begin: 9})
		},
		"a refused send": func(h *history.History) {
			h.Sends = append(h.Sends, history.Send{Text: "nowhere", Outcome: history.Refused})
		},
		"sends at the same time in either order": func(h *history.History) {
			h.Sends[1].Begin, h.Sends[1].End, h.Sends[2].Begin, h.Sends[2].End = 5, 8, 4, 9
		},
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			h := good()
			change(h)
			if problems := h.Check(); problems != nil {
				t.Errorf("problems: %q", problems)
			}
		})
	}
}

func TestBadHistories(t *testing.T) {
	without := func(items []history.Item, at int) []history.Item { return slices.Delete(slices.Clone(items), at, at+1) }
	cases := map[string]struct {
		kind   string
		change func(*history.History)
	}{
		"an acknowledged item is gone": {"lost", func(h *history.History) { h.Transcript = without(h.Transcript, 2) }},
		"a retry stored a second item": {"doubled", func(h *history.History) {
			h.Transcript = append(h.Transcript, history.Item{ID: "other", Time: "2026-01-01T00:00:01.000Z", Text: "text-2"})
		}},
		"an unknown send is there twice": {"doubled", func(h *history.History) {
			h.Sends[1].Outcome = history.Unknown
			h.Transcript = append(h.Transcript, history.Item{ID: "other", Time: "2026-01-01T00:00:01.000Z", Text: "text-2"})
		}},
		"a page boundary repeats an item":  {"doubled", func(h *history.History) { h.Transcript = append(h.Transcript, h.Transcript[4]) }},
		"two items of one millisecond":     {"time", func(h *history.History) { h.Transcript[2].Time = h.Transcript[1].Time }},
		"the acknowledgement told another": {"changed", func(h *history.History) { h.Sends[2].ID = "id-9" }},
		"the acknowledged time is another": {"changed", func(h *history.History) { h.Sends[2].Time = "2026-01-01T00:00:00.999Z" }},
		"a refused send is there":          {"refused", func(h *history.History) { h.Sends[2].Outcome = history.Refused }},
		"a later send comes first": {"reordered", func(h *history.History) {
			h.Sends[1].Begin, h.Sends[1].End, h.Sends[2].Begin, h.Sends[2].End = 6, 7, 4, 5
		}},
		"a socket shows an item twice":        {"again", func(h *history.History) { h.Views[1].Items = slices.Insert(h.Views[1].Items, 2, item(2)) }},
		"a socket swaps two items":            {"again", func(h *history.History) { v := h.Views[1].Items; v[1], v[2] = v[2], v[1] }},
		"a socket leaves one out":             {"hole", func(h *history.History) { h.Views[1].Items = without(h.Views[1].Items, 1) }},
		"a part leaves one out":               {"hole", func(h *history.History) { h.Views[0].Items = []history.Item{item(1), item(3)} }},
		"a socket shows what is not stored":   {"half", func(h *history.History) { h.Views[1].Items = append(h.Views[1].Items, item(5)) }},
		"a socket shows another text":         {"changed", func(h *history.History) { h.Views[1].Items[1].Text = "other" }},
		"a socket misses the last":            {"short", func(h *history.History) { h.Views[1].Items = without(h.Views[1].Items, 3) }},
		"a live socket shows nothing":         {"short", func(h *history.History) { h.Views[1].Items = nil }},
		"a socket misses the first":           {"late", func(h *history.History) { h.Views[1].Items = without(h.Views[1].Items, 0) }},
		"pages leave out an event":            {"late", func(h *history.History) { h.Views[2].Items = without(h.Views[2].Items, 0) }},
		"the transcript lacks a shown item":   {"half", func(h *history.History) { h.Transcript = h.Transcript[:4]; h.Sends = h.Sends[:3] }},
		"everything is gone":                  {"lost", func(h *history.History) { h.Transcript = nil }},
		"the transcript is in another order":  {"time", func(h *history.History) { slices.Reverse(h.Transcript) }},
		"an acknowledged item moved to later": {"time", func(h *history.History) { h.Transcript = append(without(h.Transcript, 1), item(1)) }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h := good()
			c.change(h)
			problems := h.Check()
			if !slices.ContainsFunc(problems, func(p string) bool { return strings.HasPrefix(p, c.kind+": ") }) {
				t.Errorf("problems %q, want one called %s", problems, c.kind)
			}
		})
	}
}

func TestProblemsAreNotEndless(t *testing.T) {
	h := good()
	for n := range 100 {
		h.Sends = append(h.Sends, acked(100+n))
	}
	if got := len(h.Check()); got != 10 {
		t.Errorf("a hundred lost messages make %d problems, want 10", got)
	}
}
