package clock_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/clock"
)

func TestTheZeroClockIsTheSystems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock.Clock
		time.Sleep(1234567 * time.Nanosecond)
		want := time.Now().UTC().Truncate(time.Millisecond)
		if got := c.Now(); !got.Equal(want) || got.Location() != time.UTC || c.Offset() != 0 {
			t.Errorf("now is %v, want %v; offset %v", got, want, c.Offset())
		}
		if got := clock.Wall(); !got.Equal(time.Now()) || got.Location() != time.UTC {
			t.Errorf("the wall clock says %v", got)
		}
	})
}

func TestAMovedClockGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock.Clock
		began := c.Now()
		c.SetOffset(25 * time.Hour)
		time.Sleep(time.Second)
		if got := c.Now().Sub(began); got != 25*time.Hour+time.Second {
			t.Errorf("%v passed", got)
		}
		if got := clock.Wall().Sub(began); got >= time.Minute {
			t.Errorf("the wall clock moved by %v", got)
		}
		c.SetOffset(0)
		if got := c.Now().Sub(began); got != time.Second {
			t.Errorf("after a reset %v passed", got)
		}
	})
}

func TestMoveToNeverGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock.Clock
		began := c.Now()
		c.MoveTo(began.Add(time.Hour))
		c.MoveTo(began.Add(time.Minute))
		c.MoveTo(began)
		if got := c.Now(); !got.Equal(began.Add(time.Hour)) {
			t.Errorf("the clock stands at %v", got.Sub(began))
		}
	})
}

func TestOfManyMovesTheFarthestHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock.Clock
		began := c.Now()
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() { c.MoveTo(began.Add(time.Duration(i) * time.Hour)) })
		}
		all.Wait()
		if got := c.Now().Sub(began); got != 49*time.Hour {
			t.Errorf("the clock stands at %v", got)
		}
	})
}
