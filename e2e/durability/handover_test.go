package durability_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// TestRestartBehindAHeldListener restarts the program, gracefully and by kill,
// while its listening socket is held: callers wait and are never refused, and
// one repeat is all that a call ever needs.
func TestRestartBehindAHeldListener(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t, harness.HoldListener())
	c := &callers{t: t, acks: make(chan *peer, 1<<20)}
	var stop context.CancelFunc
	c.over, stop = context.WithCancel(t.Context())
	a := newAPI(t, s, s.URL)
	flow := s.Flow("Restart", harness.Wait(harness.Week))
	var halls []*hall
	var wait sync.WaitGroup
	for i := range 25 {
		h := openHall(t, a, flow, fmt.Sprint("chat ", i), func(int) int { return 0 })
		halls = append(halls, h)
		for _, p := range h.people {
			p.api = newAPI(t, s, s.URL) // with a connection of its own: a repeat opens a new one
			wait.Go(func() { c.talk(h, p) })
		}
	}
	for i := range count(6, 60) {
		for len(c.acks) > 0 {
			<-c.acks
		}
		c.everybody(2*len(halls), r.IntN(200))
		if i%2 == 0 {
			s.Restart()
		} else {
			s.Crash()
		}
	}
	c.everybody(2*len(halls), 0)
	stop()
	wait.Wait()
	acked := 0
	for _, h := range halls {
		all, err := h.people[0].transcript(t.Context(), newest)
		if err != nil {
			t.Errorf("%s: %v", h.name, err)
		}
		verify(t, h.name, history.History{Sends: h.log.sends, Transcript: all})
		n, _, _ := h.log.tally()
		acked += n
	}
	t.Logf("%d messages, %d repeats", acked, c.repeats.Load())
}

// callers send through restarts.
type callers struct {
	t       testing.TB
	over    context.Context
	acks    chan *peer // who was answered
	repeats atomic.Int64
}

// talk sends until over, and repeats a call without an answer once.
func (c *callers) talk(h *hall, p *peer) {
	for n := 0; c.over.Err() == nil; n++ {
		text := fmt.Sprint(p.name, " ", n)
		err := h.log.send(text, func() (client.Sent, error) {
			sent, err := p.send(c.t.Context(), text)
			if err == nil {
				return sent, nil
			}
			c.repeats.Add(1)
			c.unbroken(err)
			return p.send(c.t.Context(), text)
		})
		if err != nil {
			c.t.Errorf("%s, %s, the second time: %v", h.name, text, err)
		}
		c.acks <- p
	}
}

// everybody waits until each of n callers was answered twice, so that none is
// still busy with the last restart, and then for some more answers.
func (c *callers) everybody(n, more int) {
	answered := map[*peer]int{}
	for twice := 0; twice < n; {
		p := <-c.acks
		if answered[p]++; answered[p] == 2 {
			twice++
		}
	}
	for range more {
		<-c.acks
	}
}

// unbroken fails the test when a caller was refused instead of cut off.
func (c *callers) unbroken(err error) {
	var refused *client.Error
	var dial *net.OpError
	if errors.As(err, &refused) || errors.As(err, &dial) && dial.Op == "dial" {
		c.t.Errorf("refused: %v", err)
	}
}
