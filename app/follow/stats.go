package follow

import (
	"parley/domain/transcript"
	"parley/internal/telemetry"
)

// Stats counts what a Hub does.
type Stats struct {
	Sessions   int   // followed now
	Followings int   // now
	Reads      int64 // pages read from the store since the start
	Gaps       int64 // hints that did not come in time
	Delivered  int64 // items given to sinks, each sink counted
	Overflows  int64 // sinks that could not keep up
	// Delay is what passed between an item's AbsoluteTime and its live delivery, in
	// nanoseconds: of one item in timedEvery. AbsoluteTime is cut to the millisecond.
	Delay telemetry.Distribution
}

// Stats returns the counts.
func (h *Hub) Stats() Stats {
	st := Stats{
		Reads: h.reads.Load(), Gaps: h.gaps.Load(), Delivered: h.delivered.Load(), Overflows: h.overflows.Load(),
		Delay: h.delay.Read(),
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	st.Sessions = len(h.followers)
	for _, f := range h.followers {
		st.Followings += f.users
	}
	return st
}

// timedEvery: of so many live items one is timed. The clock costs more than all other counting.
const timedEvery = 8

// timed measures the delay of an item that is about to be delivered live.
func (h *Hub) timed(item *transcript.Item) {
	if n := h.live.Add(1); n%timedEvery == 1 && h.opts.Now != nil {
		h.delay.Took(h.opts.Now().Sub(item.Time))
	}
}
