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
	dropped
	causes
)

// String is the cause's name in Stats.
func (c cause) String() string {
	return [causes]string{
		"", "left", "ended", "silent", "unsubscribed", "overflow", "slow",
		"replaced", "drained", "removed", "denied", "violation", "panic", "dropped",
	}[c]
}

// refusal is why an upgrade was refused.
type refusal uint8

const (
	noHandshake refusal = iota
	badOrigin
	fullAddress
	badTicket
	fullParticipant
	draining
	unavailable
	refusals
)

// String is the refusal's name in Stats.
func (r refusal) String() string {
	return [refusals]string{"handshake", "origin", "address", "ticket", "participant", "draining", "unavailable"}[r]
}

type counters struct {
	in, out atomic.Int64
	refused [refusals]atomic.Int64
	drops   [causes]atomic.Int64
}

// Stats counts what a Gateway does.
type Stats struct {
	Open       int   // sockets now
	Subscribed int   // of these, those that were served a chat
	Queued     int64 // bytes that wait for clients to take them
	FramesIn   int64 // messages and control frames from clients
	FramesOut  int64
	// Refused counts upgrades by reason: "handshake", "origin", "address" (it has too many
	// sockets), "ticket" (the URL is not good, or not any more), "participant" (it has five sockets that live),
	// "draining", "unavailable" (the ticket could not be looked up).
	Refused map[string]int64
	// Drops counts ended sockets by reason: "left" (the client closed or was lost), "ended" (after
	// chat.ended), "silent", "unsubscribed", "overflow", "slow", "replaced" (by a sixth),
	// "drained", "removed" (the participant left the chat), "denied", "violation", "panic",
	// "dropped" (by a test control).
	Drops map[string]int64
}

// Stats returns the counts, every reason included. It looks at every socket.
func (g *Gateway) Stats() Stats {
	st := Stats{
		FramesIn: g.counts.in.Load(), FramesOut: g.counts.out.Load(),
		Refused: map[string]int64{}, Drops: map[string]int64{},
	}
	for c := left; c < causes; c++ {
		st.Drops[c.String()] = g.counts.drops[c].Load()
	}
	for r := range refusals {
		st.Refused[r.String()] = g.counts.refused[r].Load()
	}
	for _, s := range g.sockets.all() {
		st.Open++
		s.mu.Lock()
		st.Queued += int64(s.out.bytes)
		if s.stage == subscribed {
			st.Subscribed++
		}
		s.mu.Unlock()
	}
	return st
}
