package deliver

import (
	"slices"
	"sync"
	"time"
)

// Bounds of one node (our choice): what is sent slowly must not hold up deadlines of chats, of which 32 are handled at once.
const (
	mostAtOnce     = 16 // feeds that are being sent, together
	mostToOne      = 8  // to one destination
	spacing        = 5 * time.Millisecond
	leastRest      = time.Second
	mostRest       = time.Minute
	leastLaneDelay = 250 * time.Millisecond
)

// lanes let feeds send: some at a time to each destination, and to one that fails only one, now and then, until it is back.
// Who must wait is told when to come again, each at another time.
type lanes struct {
	mu   sync.Mutex
	open int
	to   map[string]*lane
}

// lane is the way to one destination.
type lane struct {
	open     int
	failures int       // in a row
	until    time.Time // nothing is sent before
	next     time.Time // when the next one who must wait comes again
}

func newLanes() *lanes { return &lanes{to: map[string]*lane{}} }

// enter takes a place, which leave gives back; where there is none it says when to come again.
func (l *lanes) enter(key string, now time.Time) (ok bool, again time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.to[key]
	if w == nil {
		w = &lane{}
		l.to[key] = w
	}
	if rests := w.rests(now); !rests && l.open < mostAtOnce && w.open < mostToOne && (w.failures == 0 || w.open == 0) {
		w.open++
		l.open++
		return true, now
	}
	earliest := now.Add(leastLaneDelay)
	if w.rests(now) {
		earliest = w.until
	}
	if w.next.Before(earliest) || w.next.After(earliest.Add(mostRest)) { // a test may have moved the clock back
		w.next = earliest
	}
	again = w.next
	w.next = again.Add(spacing)
	return false, again
}

func (w *lane) rests(now time.Time) bool {
	return now.Before(w.until) && w.until.Sub(now) <= mostRest // else a test has moved the clock back
}

// leave gives a place back. down says that the destination as a whole takes nothing.
func (l *lanes) leave(key string, now time.Time, down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.to[key]
	w.open--
	l.open--
	if !down {
		w.failures, w.until = 0, time.Time{}
		return
	}
	w.failures++
	w.until = now.Add(min(leastRest<<min(w.failures-1, 10), mostRest))
}

// wake lets a destination be tried at once, whatever it did before.
func (l *lanes) wake(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w := l.to[key]; w != nil {
		w.until, w.next = time.Time{}, time.Time{}
	}
}

// resting reports whether a destination failed and is not tried now.
func (l *lanes) resting(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.to[key]
	return w != nil && w.rests(now)
}

// down lists the destinations that take nothing now, sorted.
func (l *lanes) down(now time.Time) (keys []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, w := range l.to {
		if w.failures > 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
