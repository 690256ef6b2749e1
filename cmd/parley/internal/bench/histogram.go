package bench

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

// Each power of two is cut in 128 buckets, so a quantile is within 1/256 of
// the sample it stands for.
const (
	subBits    = 7
	subBuckets = 1 << subBits
	buckets    = subBuckets * (64 - subBits + 1)
)

// Histogram counts durations in logarithmic buckets. The zero value is ready;
// it is safe for concurrent use.
type Histogram struct {
	counts [buckets]atomic.Int64
	total  atomic.Int64
	max    atomic.Int64
}

// Record counts one duration; a negative one counts as 0.
func (h *Histogram) Record(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(uint64(d))].Add(1)
	h.total.Add(1)
	for old := h.max.Load(); int64(d) > old; old = h.max.Load() {
		if h.max.CompareAndSwap(old, int64(d)) {
			return
		}
	}
}

// Count returns how many durations were recorded.
func (h *Histogram) Count() int64 { return h.total.Load() }

// Max returns the longest duration, exactly.
func (h *Histogram) Max() time.Duration { return time.Duration(h.max.Load()) }

// Quantile returns the duration that the share q (0 to 1) of the samples does
// not exceed, within 0.4 %; 0 without samples.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := max(int64(math.Ceil(q*float64(h.total.Load()))), 1)
	for i := range h.counts {
		if rank -= h.counts[i].Load(); rank <= 0 {
			return min(middleOf(i), h.Max())
		}
	}
	return h.Max()
}

func bucketOf(v uint64) int {
	shift := max(bits.Len64(v)-subBits-1, 0)
	return shift*subBuckets + int(v>>shift)
}

func middleOf(bucket int) time.Duration {
	if bucket < 2*subBuckets {
		return time.Duration(bucket)
	}
	shift := bucket/subBuckets - 1
	low := uint64(bucket-shift*subBuckets) << shift
	return time.Duration(low + 1<<shift/2)
}
