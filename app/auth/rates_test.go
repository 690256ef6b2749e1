package auth_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/app/auth"
	"parley/domain/quota"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/faulttest"
)

func limits(operation string) (quota.Rate, bool) {
	return quota.Rate{PerSecond: 5, Burst: 8}, operation == "StartChatContact"
}

// taken counts how many of 20 calls at once are let through.
func taken(t *testing.T, r *auth.Rates, scope, operation string) (n int) {
	t.Helper()
	for range 20 {
		if err := r.Take(scope, operation); err == nil {
			n++
		} else {
			faulttest.Want(t, operation, err, fault.Throttled)
		}
	}
	return n
}

func TestRatesFollowTheMovableClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock.Clock{}
		r := auth.NewRates(c, limits)
		expect := func(what string, want int) {
			t.Helper()
			if got := taken(t, r, "s", "StartChatContact"); got != want {
				t.Errorf("%s: %d calls, want %d", what, got, want)
			}
		}
		expect("the burst", 8)
		expect("at once", 0)
		c.SetOffset(c.Offset() + time.Second)
		expect("after a second of the moved clock", 5)
		time.Sleep(400 * time.Millisecond)
		expect("after 400 ms", 2)
		c.SetOffset(c.Offset() + time.Hour)
		expect("after an hour", 8)
		c.SetOffset(0) // back, which only a reset of the test controls does
		expect("back in time", 0)
		r.Reset()
		expect("after a reset", 8)
	})
}

func TestBucketsAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := auth.NewRates(&clock.Clock{}, limits)
		for _, scope := range []string{"a", "b"} {
			if got := taken(t, r, scope, "StartChatContact"); got != 8 {
				t.Errorf("scope %s: %d calls", scope, got)
			}
		}
		if got := taken(t, r, "a", "ListQueues"); got != 20 {
			t.Errorf("an operation without a limit: %d calls", got)
		}
	})
}
