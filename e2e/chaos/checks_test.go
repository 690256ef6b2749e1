package chaos_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/e2e/durability/history"
)

// ticked is what a ticking flow leaves when all goes well.
func ticked() (items []history.Item) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	items = append(items, history.Item{ID: "joined", Time: begin.Format(time.RFC3339Nano)})
	for n := range ticks {
		at := begin.Add(time.Duration(n) * (tickEvery + time.Millisecond))
		items = append(items, history.Item{ID: fmt.Sprint(n), Time: at.Format(time.RFC3339Nano), Text: tickText(n)})
	}
	return items
}

func TestTicksAreJudged(t *testing.T) {
	if problems := checkTicks(ticked()); problems != nil {
		t.Errorf("a good history has problems: %q", problems)
	}
	for name, spoil := range map[string]func([]history.Item) []history.Item{
		"a tick twice":        func(i []history.Item) []history.Item { return slices.Insert(i, 3, i[2]) },
		"a tick too few":      func(i []history.Item) []history.Item { return slices.Delete(i, 3, 4) },
		"the last is missing": func(i []history.Item) []history.Item { return i[:len(i)-1] },
		"two swapped":         func(i []history.Item) []history.Item { i[2], i[3] = i[3], i[2]; return i },
		"one too early":       func(i []history.Item) []history.Item { i[3].Time = i[2].Time; return i },
		"one more": func(i []history.Item) []history.Item {
			return append(i, history.Item{ID: "x", Time: i[1].Time, Text: tickText(ticks)})
		},
		"nothing": func([]history.Item) []history.Item { return nil },
	} {
		if problems := checkTicks(spoil(ticked())); problems == nil {
			t.Errorf("%s: no problem is seen", name)
		}
	}
}

func TestSilenceIsTheLongestWaitOfAnybody(t *testing.T) {
	now := time.Now()
	ago := func(seconds int) time.Time { return now.Add(-time.Duration(seconds) * time.Second) }
	w := &world{acks: []ack{{"a", ago(60)}, {"b", ago(50)}, {"a", ago(30)}, {"b", ago(12)}, {"a", ago(5)}, {"b", ago(4)}}}
	for since, want := range map[int]struct {
		longest time.Duration
		acks    int
	}{
		100: {50 * time.Second, 6}, // b's first came late
		55:  {38 * time.Second, 5}, // b between its first and second
		40:  {28 * time.Second, 4},
		13:  {8 * time.Second, 3},
		2:   {2 * time.Second, 0}, // nobody since
	} {
		longest, acks := w.silence(ago(since))
		if longest.Round(time.Second) != want.longest || acks != want.acks {
			t.Errorf("since %d s ago: %v and %d, want %v and %d", since, longest, acks, want.longest, want.acks)
		}
	}
}
