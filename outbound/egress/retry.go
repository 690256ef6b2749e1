package egress

import (
	"context"
	"math/rand/v2"
	"time"

	"parley/internal/clock"
	"parley/internal/fault"
)

// firstPause is about what a caller waits before the second try; each further
// pause is twice as long (our choice).
const firstPause = 150 * time.Millisecond

// Do makes a call, again where the other side cannot be reached or asks for it, and
// returns the last answer. It ends with ctx, whatever is left to try.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	if r.Again == nil {
		r.Again = Busy
	}
	for try, pause := 1, firstPause; ; try, pause = try+1, 2*pause {
		a, err := c.attempt(ctx, r)
		if err == nil && !r.Again(a) || err != nil && !fault.Is(err, fault.Unavailable) {
			return a, err
		}
		if try >= r.Tries || !rest(ctx, jitter(pause)) {
			return a, err
		}
		c.retries.Add(1)
	}
}

// jitter spreads a pause over half to one and a half of it, so that callers who
// failed together do not come back together.
func jitter(pause time.Duration) time.Duration {
	return pause/2 + rand.N(pause)
}

// rest waits, and reports whether there is time for another try after it.
func rest(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && end.Sub(clock.Wall()) <= d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
