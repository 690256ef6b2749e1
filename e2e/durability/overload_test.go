package durability_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// TestThreeTimesTheRate sends and starts three times what the limits allow:
// the rest is refused at once and by name, what was allowed goes on, and
// memory stays (P10).
func TestThreeTimesTheRate(t *testing.T) {
	const sends, starts = 300, 10 // a second
	s := harness.Start(t, harness.Flags("--limit", fmt.Sprintf("SendMessage=%d/%[1]d", sends),
		"--limit", fmt.Sprintf("StartChatContact=%d/%[1]d", starts)))
	h := openHalls(t, s, 16)
	lasts := time.Duration(count(4, 300)) * time.Second
	steady, _ := h.both(s, sends, starts, lasts)
	before := resident(t, s)
	sent, started := h.both(s, 3*sends, 3*starts, lasts)
	after := resident(t, s)
	t.Logf("at the rate: %v", steady)
	t.Logf("sends at three times: %v", sent)
	t.Logf("starts at three times: %v", started)
	t.Logf("resident before %d MiB, after %d MiB", before, after)
	wantRefused(t, sent, "ThrottlingException", sends, lasts)
	wantRefused(t, started, "TooManyRequestsException", starts, lasts)
	if limit := before + before/5 + noise; after > limit {
		t.Errorf("%d MiB resident after the overload, %d before: want at most %d", after, before, limit)
	}
	h.check(t)
}

// noise is by how much a small heap may differ between two collections, in MiB.
const noise = 16

// wantRefused checks that what was beyond a rate was refused fast and by this
// name, and that what was within it was accepted.
func wantRefused(t testing.TB, a answers, name string, rate int, lasts time.Duration) {
	t.Helper()
	accepted, refused := len(a.times[200]), len(a.times[429])
	if accepted+refused != total(a) || a.names[name] != refused || refused == 0 {
		t.Errorf("answers %v, want only success and 429 %s", a.names, name)
	}
	if p50 := quantile(a.times[429], 50); p50 > 50*time.Millisecond {
		t.Errorf("half of the refusals took more than %v, want 50 ms", p50)
	}
	allowed := float64(rate) * lasts.Seconds()
	if float64(accepted) < 0.9*allowed || float64(accepted) > 1.1*allowed+float64(rate) {
		t.Errorf("%d calls accepted, want about %.0f and a burst of %d", accepted, allowed, rate)
	}
}

func total(a answers) (n int) {
	for _, times := range a.times {
		n += len(times)
	}
	return n
}

// TestBeyondCapacity floods a server without limits with more than it can do:
// it answers what it takes, stays within its memory, and recovers.
func TestBeyondCapacity(t *testing.T) {
	s := harness.Start(t)
	h := openHalls(t, s, 64)
	calm := h.flood(100, 2*time.Second).run()
	flooded := flood{30_000, time.Duration(count(5, 120)) * time.Second, 2000, h.send}.run()
	peak := resident(t, s)
	after := h.flood(100, 2*time.Second).run()
	t.Logf("before: %v", calm)
	t.Logf("flooded: %v; %d MiB resident", flooded, peak)
	t.Logf("after: %v", after)
	if flooded.shed == 0 {
		t.Error("the server kept up: this is no overload")
	}
	if accepted := len(flooded.times[200]); accepted != total(flooded) {
		t.Errorf("%d of %d calls failed: %v", total(flooded)-accepted, total(flooded), flooded.names)
	}
	if peak > 400 {
		t.Errorf("%d MiB resident", peak)
	}
	if before, now := quantile(calm.times[200], 50), quantile(after.times[200], 50); now > 3*before+20*time.Millisecond {
		t.Errorf("a send takes %v after the flood, %v before", now, before)
	}
	h.check(t)
}

// halls are chats that a flood is spread over.
type halls struct {
	list []*hall
	ctx  context.Context
}

func openHalls(t testing.TB, s *harness.Server, n int) *halls {
	t.Helper()
	a := newAPI(t, s, s.URL)
	flow := s.Flow("Flood", harness.Wait(harness.Week))
	h := &halls{ctx: t.Context()}
	for i := range n {
		var one *hall
		harness.Await(t, "chat", patience, func() (err error) { // the limits of the test hold here too
			one, err = tryHall(t, a, flow, fmt.Sprint("chat ", i))
			return err
		})
		h.list = append(h.list, one)
	}
	return h
}

// tryHall opens a chat whose customer has one socket.
func tryHall(t testing.TB, a *api, flow, name string) (*hall, error) {
	started, err := a.signed.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
	if err != nil {
		return nil, err
	}
	h := &hall{name: name}
	h.enter(t, newPeer(a, "customer", started.ParticipantToken), 1)
	return h, nil
}

// flood sends at a rate, in all chats.
func (h *halls) flood(rate int, lasts time.Duration) flood { return flood{rate, lasts, 4000, h.send} }

func (h *halls) send(n int) error {
	one := h.list[n%len(h.list)]
	text := fmt.Sprint("message ", n, " at ", time.Now().UnixNano())
	return one.log.send(text, func() (client.Sent, error) { return one.people[0].send(h.ctx, text) })
}

// both sends and starts chats at the same time.
func (h *halls) both(s *harness.Server, sends, starts int, lasts time.Duration) (sent, started answers) {
	done := make(chan answers)
	go func() { done <- h.startFlood(s, starts, lasts).run() }()
	return h.flood(sends, lasts).run(), <-done
}

// startFlood starts chats at a rate.
func (h *halls) startFlood(s *harness.Server, rate int, lasts time.Duration) flood {
	in := map[string]any{
		"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID,
		"ParticipantDetails": map[string]string{"DisplayName": "Customer"},
	}
	c := h.list[0].people[0].signed
	return flood{rate, lasts, 4000, func(int) error {
		var answer json.RawMessage
		return c.Call(h.ctx, "PUT", "/contact/chat", in, &answer)
	}}
}

// check judges every chat.
func (h *halls) check(t testing.TB) {
	t.Helper()
	for _, one := range h.list {
		all, err := one.people[0].transcript(t.Context(), newest)
		if err != nil || len(all) == 0 {
			t.Errorf("%s: %d items, %v", one.name, len(all), err)
			continue
		}
		past := history.History{Sends: one.log.sends, Transcript: all}
		one.sockets[0].await(t, all[len(all)-1].ID)
		past.Views = []history.View{{Name: "socket", Scope: history.Live, Items: one.sockets[0].shown(t)}}
		verify(t, one.name, past)
	}
}
