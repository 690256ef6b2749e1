package durability_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// TestOneOrder sends in many chats from many senders at once and compares what
// every socket showed with every way to read the transcript: P2 and P3.
func TestOneOrder(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t)
	a := newAPI(t, s, s.URL)
	a.repeats = true
	flow := s.Flow("Order", harness.Wait(harness.Week))
	const chats, perRound = 24, 50_000
	for round := range count(1, 20) {
		begin := time.Now()
		var wait sync.WaitGroup
		messages, shown := 0, 0
		for i := range chats {
			h := openHall(t, a, flow, fmt.Sprint("chat ", round, "/", i), r.IntN)
			n, single := (perRound+chats-5)/(chats-4), false
			if i%6 == 0 { // a short one, which is also read item by item
				n, single = 200, true
			}
			messages, shown = messages+n, shown+n*len(h.sockets)
			wait.Go(func() {
				h.send(t, n)
				h.check(t, single)
			})
		}
		wait.Wait()
		t.Logf("%d messages in %d chats, shown %d times, in %v", messages, chats, shown, time.Since(begin).Round(time.Millisecond))
	}
}

// hall is one chat with a customer and a bot, each with several sockets.
type hall struct {
	name    string
	people  []*peer
	sockets []*socket
	log     record
}

const (
	maxSockets      = 3
	sendersOfPerson = 4
)

func openHall(t testing.TB, a *api, flow, name string, random func(int) int) *hall {
	t.Helper()
	h := &hall{name: name}
	started, err := a.signed.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
	if err != nil {
		t.Fatal(err)
	}
	h.enter(t, newPeer(a, "customer", started.ParticipantToken), 1+random(maxSockets))
	_, token, err := a.signed.AddBot(t.Context(), started.ContactID, "Bot")
	if err != nil {
		t.Fatal(err)
	}
	h.enter(t, newPeer(a, "bot", token), 1+random(maxSockets))
	return h
}

func (h *hall) enter(t testing.TB, p *peer, sockets int) {
	t.Helper()
	h.people = append(h.people, p)
	for range sockets {
		address, err := p.connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s, err := open(address, "")
		if err != nil {
			t.Fatal(err)
		}
		h.sockets = append(h.sockets, s)
	}
}

// send sends messages, all people's senders at once.
func (h *hall) send(t testing.TB, messages int) {
	var wait sync.WaitGroup
	share := messages / (len(h.people) * sendersOfPerson)
	for _, p := range h.people {
		for i := range sendersOfPerson {
			wait.Go(func() {
				for n := range share {
					text := fmt.Sprint(p.name, " ", i, " ", n)
					if err := h.log.send(text, func() (client.Sent, error) { return p.send(t.Context(), text) }); err != nil {
						t.Errorf("%s, %s: %v", h.name, text, err)
						return
					}
				}
			})
		}
	}
	wait.Wait()
}

// check compares sockets and transcript, and closes the sockets.
func (h *hall) check(t testing.TB, single bool) {
	all, err := h.people[0].transcript(t.Context(), newest)
	if err != nil || len(all) == 0 {
		t.Errorf("%s: %d items, %v", h.name, len(all), err)
		return
	}
	past := history.History{Sends: h.log.sends, Transcript: all}
	for i, s := range h.sockets {
		s.await(t, all[len(all)-1].ID)
		past.Views = append(past.Views, history.View{Name: fmt.Sprint("socket ", i), Scope: history.Live, Items: s.shown(t)})
		s.close()
	}
	for _, r := range readings(all[0].ID, single) {
		items, err := h.people[1].transcript(t.Context(), r)
		if err != nil {
			t.Errorf("%s, %+v: %v", h.name, r, err)
			continue
		}
		past.Views = append(past.Views, history.View{Name: fmt.Sprintf("%+v", r), Scope: history.Whole, Items: items})
	}
	verify(t, h.name, past)
}

// readings are all ways to read a transcript that begins with an item.
func readings(first string, single bool) (ways []reading) {
	sizes := []int{100}
	if single {
		sizes = append(sizes, 1)
	}
	for _, size := range sizes {
		for _, order := range []string{"ASCENDING", "DESCENDING"} {
			ways = append(ways, reading{"BACKWARD", order, size, ""}, reading{"FORWARD", order, size, first})
		}
	}
	return ways
}
