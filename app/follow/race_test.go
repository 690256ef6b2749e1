package follow_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/bus"
	"parley/domain/transcript"
)

// TestNoHoleNoDouble has sinks join and drop at random while items are
// committed and their hints are lost, doubled, late and out of order. Every
// reader, over all its sinks, must get each item that its role may see once
// and in order. PARLEY_LONG=1 makes 10,000 drops.
func TestNoHoleNoDouble(t *testing.T) {
	drops := int64(500)
	if os.Getenv("PARLEY_LONG") == "1" {
		drops = 10_000
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var dropped atomic.Int64
		var readers sync.WaitGroup
		stop := make(chan struct{})
		roles := map[string]transcript.Role{customer: transcript.Customer, agent: transcript.Agent}
		for i := range 8 {
			participant := []string{customer, agent}[i%2]
			readers.Go(func() { reconnect(t, w, participant, roles[participant], &dropped, stop) })
		}
		for dropped.Load() < drops && !t.Failed() {
			w.publishBadly(w.commit(randomItem()))
			time.Sleep(rand.N(4 * time.Millisecond))
		}
		time.Sleep(time.Second)
		close(stop)
		readers.Wait()
	})
}

func randomItem() transcript.Item {
	item := message()
	item.Visibility = transcript.Visibility(rand.N(3))
	return item
}

// publishBadly loses a fifth of the hints, doubles a fifth and delays a third.
func (w *world) publishBadly(h bus.Hint) {
	if rand.N(5) == 0 {
		return
	}
	for range 1 + rand.N(5)/4 {
		if rand.N(3) == 0 {
			time.AfterFunc(rand.N(50*time.Millisecond), func() { w.publish(h) })
		} else {
			go w.publish(h)
		}
	}
}

// reconnect follows from where the last sink stopped until stop, and checks what came in all.
func reconnect(t *testing.T, w *world, participant string, role transcript.Role, dropped *atomic.Int64, stop chan struct{}) {
	var after int64
	for open := true; open && !t.Failed(); dropped.Add(1) {
		s, f := w.follow(t, participant, role, after)
		select {
		case <-stop:
			time.Sleep(5 * time.Second) // the last lost hint is noticed
			open = false
		case <-time.After(rand.N(40 * time.Millisecond)):
		}
		f.Close()
		got, _ := s.state()
		after = w.checkRun(t, role, after, got)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if missing := w.nextVisible(role, after); missing != 0 {
		t.Errorf("%s never got item %d of %d", participant, missing, len(w.items))
	}
}

// checkRun checks that got is what a role may see next after a position, and returns its last position.
func (w *world) checkRun(t *testing.T, role transcript.Role, after int64, got []string) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range got {
		position, _ := strconv.ParseInt(g, 10, 64)
		if want := w.nextVisible(role, after); position != want {
			t.Errorf("%s got item %d, want %d", role, position, want)
			return position
		}
		after = position
	}
	return after
}

// nextVisible returns the next position that a role may see, 0 if there is none.
func (w *world) nextVisible(role transcript.Role, after int64) int64 {
	for _, item := range w.items[after:] {
		if item.VisibleTo(role) {
			return item.Position
		}
	}
	return 0
}
