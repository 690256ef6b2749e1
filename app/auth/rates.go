package auth

import (
	"sync"

	"golang.org/x/time/rate"

	"parley/domain/quota"
	"parley/internal/clock"
	"parley/internal/fault"
)

// Rates holds callers to so many calls a second: a token bucket for each scope
// and operation. The zero number of limits means no limit.
type Rates struct {
	clock  *clock.Clock
	limits func(operation string) (quota.Rate, bool)

	mu      sync.Mutex
	buckets map[bucket]*rate.Limiter
}

type bucket struct{ scope, operation string }

// NewRates returns buckets in which limits tells the rate of an operation, false for no limit.
func NewRates(c *clock.Clock, limits func(operation string) (quota.Rate, bool)) *Rates {
	return &Rates{clock: c, limits: limits, buckets: map[bucket]*rate.Limiter{}}
}

// Take takes one call out of the bucket of an operation in a scope; fault.Throttled if it is empty.
func (r *Rates) Take(scope, operation string) error {
	limit, ok := r.limits(operation)
	if !ok {
		return nil
	}
	if r.limiter(bucket{scope, operation}, limit).AllowN(r.clock.Now(), 1) {
		return nil
	}
	return fault.New(fault.Throttled, "Rate exceeded: %s allows %g calls a second with a burst of %d", operation, limit.PerSecond, limit.Burst)
}

func (r *Rates) limiter(b bucket, limit quota.Rate) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.buckets[b]
	if !ok {
		l = rate.NewLimiter(rate.Limit(limit.PerSecond), limit.Burst)
		r.buckets[b] = l
	}
	return l
}

// Reset fills every bucket: after the clock was reset.
func (r *Rates) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.buckets)
}
