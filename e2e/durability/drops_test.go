package durability_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// TestDroppedSockets cuts sockets at random bytes while others talk. After
// each cut a new socket and the transcript together leave no hole, and no
// socket shows anything twice (P6).
func TestDroppedSockets(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t)
	a := newAPI(t, s, s.URL)
	c := newCutter(t, s.URL, r.Uint64())
	c.most.Store(8000)
	flow := s.Flow("Drops", harness.Wait(harness.Week))
	const chats = 16
	drops := (count(500, 10_000) + chats - 1) / chats
	var wait sync.WaitGroup
	for i := range chats {
		h := openHall(t, a, flow, fmt.Sprint("chat ", i), func(int) int { return 0 })
		wait.Go(func() { h.drop(t, c, drops) })
	}
	wait.Wait()
	t.Logf("%d sockets cut", c.cuts.Load())
	if got := int(c.cuts.Load()); got < chats*drops {
		t.Errorf("%d sockets were cut, want at least %d", got, chats*drops)
	}
}

// drop lets both people talk while the customer's further socket is cut so many times.
func (h *hall) drop(t testing.TB, c *cutter, times int) {
	over, stop := context.WithCancel(t.Context())
	var talk sync.WaitGroup
	for _, p := range h.people {
		talk.Go(func() { h.talk(t, over, p) })
	}
	d := &dropped{t: t, name: h.name, peer: h.people[0]}
	for range times {
		d.connect(c.host)
	}
	stop()
	talk.Wait()
	d.connect("")
	all, err := h.people[0].transcript(t.Context(), newest)
	if err != nil || len(all) == 0 {
		t.Errorf("%s: %d items, %v", h.name, len(all), err)
		return
	}
	past := history.History{Sends: h.log.sends, Transcript: all, Views: d.sockets}
	past.Views = append(past.Views, history.View{Name: "everything shown and read", Scope: history.Whole, Items: d.log})
	for _, s := range h.sockets {
		s.await(t, all[len(all)-1].ID)
		past.Views = append(past.Views, history.View{Name: "an unbroken socket", Scope: history.Live, Items: s.shown(t)})
	}
	verify(t, h.name, past)
}

// talk sends until over.
func (h *hall) talk(t testing.TB, over context.Context, p *peer) {
	for n := 0; over.Err() == nil; n++ {
		text := fmt.Sprint(p.name, " ", n)
		if err := h.log.send(text, func() (client.Sent, error) { return p.send(t.Context(), text) }); err != nil {
			t.Errorf("%s, %s: %v", h.name, text, err)
			return
		}
	}
}

// dropped is a participant who loses sockets and knows what it has seen.
type dropped struct {
	t       testing.TB
	name    string
	peer    *peer
	log     []history.Item // everything seen, in the order of its being seen
	sockets []history.View // what each socket showed
}

// connect opens a socket, reads what was missed, and stays until it is cut;
// without a host the socket is not cut, and what was missed is all there is.
func (d *dropped) connect(host string) {
	address, err := d.peer.connect(d.t.Context())
	if err != nil {
		d.t.Errorf("%s: %v", d.name, err)
		return
	}
	s, err := open(address, host)
	if s == nil || err != nil && host != "" { // cut in the handshake, or before the acknowledgement
		return
	}
	missed, err := d.missed()
	if err != nil {
		d.t.Errorf("%s: %v", d.name, err)
		return
	}
	if host == "" {
		s.close()
	}
	<-s.over
	live := s.shown(d.t)
	d.sockets = append(d.sockets, history.View{Name: fmt.Sprint("socket ", len(d.sockets)), Items: live})
	d.add(missed)
	d.add(live)
}

// missed reads the transcript from the last item seen.
func (d *dropped) missed() ([]history.Item, error) {
	if len(d.log) == 0 {
		return d.peer.transcript(d.t.Context(), newest)
	}
	return d.peer.transcript(d.t.Context(), reading{"FORWARD", "ASCENDING", 100, d.log[len(d.log)-1].ID})
}

// add notes what was not seen before.
func (d *dropped) add(items []history.Item) {
	for _, item := range items {
		if !slices.Contains(d.log[max(0, len(d.log)-2000):], item) {
			d.log = append(d.log, item)
		}
	}
}

// TestGoClientThroughDrops lets Go clients talk through a network that cuts
// every connection, calls and sockets alike: they show each item once.
func TestGoClientThroughDrops(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t)
	c := newCutter(t, s.URL, r.Uint64())
	l := newLoad(t, s, "http://"+c.host, 8)
	c.most.Store(4000)
	l.begin(2)
	cuts := int64(count(60, 2000))
	for c.cuts.Load() < cuts {
		l.after(10)
	}
	c.most.Store(0)
	l.end()
	l.check()
	t.Logf("%d connections cut", c.cuts.Load())
}
