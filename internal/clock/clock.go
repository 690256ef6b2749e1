// Package clock is the only source of "now" above domain/.
//
// A Clock tells the logical time that governs stored and signed deadlines:
// connect, expiry, tokens, URLs, timers, idempotency, rate buckets. Test mode
// can move it. Signatures' skew, the Date header, socket and I/O timeouts and
// claims of due work use Wall. Times are UTC, truncated to milliseconds,
// because that is what the wire and the stores carry.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells the logical time. The zero value is the system's time; it is
// safe for concurrent use.
type Clock struct {
	offset atomic.Int64 // nanoseconds ahead of the system's time
}

// Now returns the logical time in UTC, to the millisecond.
func (c *Clock) Now() time.Time {
	return time.Now().Add(c.Offset()).UTC().Truncate(time.Millisecond)
}

// Offset returns how far the logical time is ahead of the system's.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

// SetOffset moves the logical time to the system's time plus d.
func (c *Clock) SetOffset(d time.Duration) { c.offset.Store(int64(d)) }

// MoveTo sets the logical time to t, if t lies ahead of it; time never goes
// back while a server runs.
func (c *Clock) MoveTo(t time.Time) {
	for {
		old := c.offset.Load()
		want := int64(time.Until(t))
		if want <= old || c.offset.CompareAndSwap(old, want) {
			return
		}
	}
}

// Wall returns the system's time in UTC: for signatures' skew, I/O and claims.
func Wall() time.Time { return time.Now().UTC() }
