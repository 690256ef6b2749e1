package router_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/router"
)

// A customer hears where it stands when that changes and every two seconds at most, also of what other nodes do, and nothing after it has
// stopped to listen; one who waits nowhere hears nothing.
func TestACustomerHearsWhereItStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memoryStore(), 2, yield)
		w.run()
		defer w.close()
		listening, other := w.nodes[0], w.nodes[1]
		var ahead []string
		for range 10 {
			ahead = append(ahead, w.call(other))
			time.Sleep(time.Millisecond)
		}
		mine := w.call(other)
		var mu sync.Mutex
		var heard []int
		listen := func(session string) func() {
			return listening.Stand(instance, session, func(s router.Standing) {
				mu.Lock()
				defer mu.Unlock()
				if heard = append(heard, s.Position); s.Position == 11 {
					panic("it breaks") // which costs this word, and no other
				}
			})
		}
		want := func(what string, positions ...int) {
			t.Helper()
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(heard, positions) {
				t.Errorf("%s: heard %v, want %v", what, heard, positions)
			}
			heard = nil
		}
		stop := listen(mine)
		stopNobody := listen("01a214b5-c5a9-72b6-be95-000000000000")
		time.Sleep(5 * time.Second)
		want("at first", 11)
		w.call(other) // behind it
		time.Sleep(10 * time.Second)
		want("nothing new")
		for _, id := range ahead[:9] { // within less than two seconds
			w.leave(other, id)
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(5 * time.Second)
		mu.Lock()
		if n := len(heard); n == 0 || n > 2 || heard[n-1] != 2 {
			t.Errorf("of nine changes in a second: heard %v", heard)
		}
		heard = nil
		mu.Unlock()
		w.leave(other, mine)
		time.Sleep(5 * time.Second)
		want("the wait is over", 0)
		stop()
		stopNobody()
		w.leave(other, ahead[9])
		time.Sleep(5 * time.Second)
		want("after it stopped")
	})
}
