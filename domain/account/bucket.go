package account

import "time"

// Rate is how often something may go wrong: so many at once, then one more each Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// PerBoth is how often a user may fail from one address (this and the next two are our choice).
func PerBoth() Rate { return Rate{5, 30 * time.Second} }

// PerAddress is how often an address may fail.
func PerAddress() Rate { return Rate{50, 5 * time.Second} }

// PerUser is how often a user may fail, from wherever: wide, because whoever exhausts it keeps the user out.
func PerUser() Rate { return Rate{200, 30 * time.Second} }

// Bucket counts what went wrong. The zero Bucket is full.
type Bucket struct {
	Full time.Time `json:"full"` // when it is full again
}

// Take takes one out of the bucket, unless it is empty.
func (b *Bucket) Take(r Rate, now time.Time) bool {
	if b.Wait(r, now) > 0 {
		return false
	}
	b.Full = b.filled(now).Add(r.Every)
	return true
}

// filled is when the bucket is full again, now at the earliest.
func (b *Bucket) filled(now time.Time) time.Time {
	if b.Full.Before(now) {
		return now
	}
	return b.Full
}

// Return gives back what was taken: it did not go wrong.
func (b *Bucket) Return(r Rate) { b.Full = b.Full.Add(-r.Every) }

// Wait is how long an empty bucket stays empty; 0 if it is not.
func (b *Bucket) Wait(r Rate, now time.Time) time.Duration {
	return max(0, b.filled(now).Add(r.Every).Sub(now)-time.Duration(r.Burst)*r.Every)
}

// Idle reports whether a bucket is full, so that it can be forgotten.
func (b *Bucket) Idle(now time.Time) bool { return !b.Full.After(now) }
