package client

import (
	"fmt"
	"testing"
)

// A gap that is longer than the window: what waited since its beginning is shown once, in its place.
func TestALongGapRepeatsNothing(t *testing.T) {
	b := newInbox()
	item := func(n int) Item { return Item{ID: fmt.Sprint(n), Type: "MESSAGE"} }
	var shown []Item
	if b.admit(item(0)) {
		shown = append(shown, item(0))
	}
	b.holding = true
	const last = 5 * window
	for _, n := range []int{1, 2, 3, window, last - 1} { // from sockets that were lost again, and from the new one
		b.admit(item(n))
	}
	for page := 1; page < last; page += 100 {
		var gap []Item
		for n := page; n < min(page+100, last); n++ {
			gap = append(gap, item(n))
		}
		shown = append(shown, b.fill(gap)...)
	}
	b.admit(item(last))
	shown = append(shown, b.release()...)
	for n, i := range shown {
		if i.ID != fmt.Sprint(n) {
			t.Fatalf("item %s is shown as number %d", i.ID, n)
		}
	}
	if len(shown) != last+1 {
		t.Errorf("%d items are shown, want %d", len(shown), last+1)
	}
}
