// Package gateway is the websocket endpoint: sockets of customers, agents and
// bots, and what goes over them.
//
// It guarantees: a socket gets nothing before its subscribe was answered, and
// then what package follow brings, in that order; one that reads slowly costs at
// most Options.MaxQueue bytes and Options.WriteTimeout and never holds up another; every
// close of ours has a code that makes clients come back (1012), except 1008
// for a socket that may not, the codes of RFC 6455 for violations, and 1000 after chat.ended.
//
// An idle socket holds one goroutine, a read buffer of 256 bytes and no timer.
package gateway

import (
	"context"
	"net/http"
	"time"

	"parley/internal/clock"
	"parley/internal/fault"
	"parley/server/gateway/websocket"
)

// sweepEvery is how often silent sockets are looked for.
const sweepEvery = time.Second

// Gateway is an http.Handler that holds the sockets of one node.
type Gateway struct {
	opts    Options
	origins map[string]bool
	sockets registry
	counts  counters
}

// New returns a Gateway without sockets. Its Run must be running for silent sockets to be dropped.
func New(o Options) *Gateway {
	return &Gateway{opts: o.withDefaults(), origins: originSet(o.Origins), sockets: newRegistry()}
}

// ServeHTTP upgrades a request whose URL carries a ticket, or refuses it; it
// returns right after the upgrade.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := websocket.Check(r); status != 0 {
		g.refuse(w, status, noHandshake)
		return
	}
	if !g.originAllowed(r) {
		g.refuse(w, http.StatusForbidden, badOrigin)
		return
	}
	s, status, why := g.admit(r)
	if status != 0 {
		g.opts.Watch.Refused(g.opts.Token(r), why.String())
		g.refuse(w, status, why)
		return
	}
	g.open(w, r, s)
}

// admit opens the ticket and takes a place for the socket; else it returns the status that refuses it, and why.
func (g *Gateway) admit(r *http.Request) (*socket, int, refusal) {
	ctx, cancel := context.WithTimeout(r.Context(), g.opts.Handshake)
	defer cancel()
	ip := g.opts.ClientIP(r)
	if status := g.sockets.room(ip, g.opts.PerIP); status != 0 {
		return nil, status, crowded(status)
	}
	ticket, err := g.opts.Tickets.Open(ctx, g.opts.Token(r))
	switch fault.KindOf(err) {
	case fault.Denied, fault.Gone, fault.NotFound:
		return nil, http.StatusForbidden, badTicket
	}
	if err != nil {
		return nil, http.StatusServiceUnavailable, unavailable
	}
	s := &socket{gw: g, ip: ip, ticket: ticket, opened: clock.Wall()}
	s.touch()
	stale, status := g.sockets.reserve(s, g.opts)
	if stale != nil {
		stale.shut(websocket.CodeServiceRestart, replaced)
	}
	return s, status, crowded(status)
}

// crowded is why there is no place for a socket.
func crowded(status int) refusal {
	switch status {
	case http.StatusTooManyRequests:
		return fullAddress
	case http.StatusServiceUnavailable:
		return draining
	}
	return fullParticipant
}

// open upgrades and starts reading.
func (g *Gateway) open(w http.ResponseWriter, r *http.Request, s *socket) {
	conn, reader, err := websocket.Upgrade(w, r, g.opts.Handshake, maxFrame)
	if err != nil {
		g.sockets.remove(s)
		return
	}
	s.conn, s.raw = conn, rawOf(conn)
	if !g.sockets.add(s) {
		s.shut(websocket.CodeServiceRestart, drained)
	}
	go s.read(reader)
}

// Run drops sockets that are silent, never subscribed or overdue to close, until ctx is done.
func (g *Gateway) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			g.sweep(clock.Wall())
		}
	}
}

func (g *Gateway) sweep(now time.Time) {
	for _, s := range g.sockets.all() {
		s.check(now)
	}
}

// drainBatches is in how many steps a drain closes the sockets, and
// drainBatch how many at least in each.
const (
	drainBatches = 100
	drainBatch   = 16
)

// Drain refuses new sockets with 503 and closes the open ones with 1012, a
// few at a time (clients come back at once and all of them). It
// returns when all are gone; when ctx is done first it cuts the rest. Run must still be running.
func (g *Gateway) Drain(ctx context.Context) error {
	open := g.sockets.drain()
	batch := max(drainBatch, len(open)/drainBatches)
	for i, s := range open {
		if i%batch == 0 && i > 0 && !pause(ctx, g.opts.DrainSpread/drainBatches) {
			break
		}
		s.shut(websocket.CodeServiceRestart, drained)
	}
	select {
	case <-g.sockets.empty:
		return nil
	case <-ctx.Done():
	}
	for _, s := range g.sockets.all() {
		s.conn.Close()
	}
	return ctx.Err()
}

// pause waits and reports whether ctx still holds.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
