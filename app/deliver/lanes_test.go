package deliver

import (
	"fmt"
	"testing"
	"time"
)

// A destination that fails is asked by one at a time, with growing pauses, and others keep their places.
func TestADestinationThatFailsGetsOneTryAtATime(t *testing.T) {
	l, now := newLanes(), time.Unix(0, 0)
	rests := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}
	for i, rest := range rests {
		if ok, _ := l.enter("bad", now); !ok {
			t.Fatalf("try %d gets no place", i)
		}
		if i > 0 {
			if ok, _ := l.enter("bad", now); ok {
				t.Errorf("try %d is not alone", i)
			}
		}
		l.leave("bad", now, true)
		ok, again := l.enter("bad", now.Add(rest-time.Millisecond))
		if ok || again.Before(now.Add(rest)) {
			t.Errorf("after %d failures it comes again %v later", i+1, again.Sub(now))
		}
		if ok, _ := l.enter("good", now); !ok {
			t.Error("another destination gets no place")
		}
		l.leave("good", now, false)
		now = now.Add(rest)
	}
	if got := fmt.Sprint(l.down(now)); got != "[bad]" {
		t.Errorf("down: %s", got)
	}
	l.enter("bad", now)
	l.leave("bad", now, false)
	if ok, _ := l.enter("bad", now); !ok || len(l.down(now)) > 0 {
		t.Error("it is still spared after it was back")
	}
}

// No destination takes all places, and who must wait is told different times.
func TestNoDestinationTakesAllPlaces(t *testing.T) {
	l, now := newLanes(), time.Unix(0, 0)
	for range mostToOne {
		if ok, _ := l.enter("slow", now); !ok {
			t.Fatal("there is no place")
		}
	}
	seen := map[time.Time]bool{}
	for range 100 {
		ok, again := l.enter("slow", now)
		if ok || !again.After(now) || seen[again] {
			t.Fatalf("a place beyond the bound, or the same time twice: %v, %v", ok, again)
		}
		seen[again] = true
	}
	if ok, _ := l.enter("other", now); !ok {
		t.Error("another destination gets no place")
	}
}
