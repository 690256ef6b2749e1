package gateway

import "sync/atomic"

// cause is why a socket ended.
type cause uint8

const (
	none cause = iota
	left
	finished
	silent
	unsubscribed
	overflow
	slow
	replaced
	drained
	removed
	denied
	violated
	panicked
	causes
)

// String is the cause's name in Stats.
func (c cause) String() string {
	return [causes]string{
		"", "left", "ended", "silent", "unsubscribed", "overflow", "slow",
		"replaced", "drained", "removed", "denied", "violation", "panic",
	}[c]
}

type counters struct {
	in, out, refused atomic.Int64
	drops            [causes]atomic.Int64
}

// Stats counts what a Gateway does.
type Stats struct {
	Open      int   // sockets now
	FramesIn  int64 // messages and control frames from clients
	FramesOut int64
	Refused   int64 // upgrades
	// Drops counts ended sockets by reason: "left" (the client closed or was lost), "ended" (after
	// chat.ended), "silent", "unsubscribed", "overflow", "slow", "replaced" (by a sixth),
	// "drained", "removed" (the participant left the chat), "denied", "violation", "panic".
	Drops map[string]int64
}

// Stats returns the counts.
func (g *Gateway) Stats() Stats {
	st := Stats{
		FramesIn: g.counts.in.Load(), FramesOut: g.counts.out.Load(), Refused: g.counts.refused.Load(),
		Drops: map[string]int64{},
	}
	for c := left; c < causes; c++ {
		if n := g.counts.drops[c].Load(); n > 0 {
			st.Drops[c.String()] = n
		}
	}
	g.sockets.mu.Lock()
	st.Open = len(g.sockets.open)
	g.sockets.mu.Unlock()
	return st
}
