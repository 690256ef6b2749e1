// Package bustest is the conformance suite of package bus: what every adapter
// does while nothing is broken.
package bustest

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/bus"
	"parley/domain/transcript"
)

// patience is how long the suite waits for a hint before it calls it lost.
const patience = 10 * time.Second

// Run tests the adapter that open returns; open is called once per case.
func Run(t *testing.T, open func(t *testing.T) bus.Bus) {
	cases := map[string]func(*testing.T, bus.Bus){
		"a hint arrives whole":                  arrivesWhole,
		"every subscriber hears, others do not": rightSubscribers,
		"a cancelled subscription is silent":    cancelled,
		"a handler may cancel another":          cancelledMeanwhile,
		"topics of every kind":                  topics,
		"a handler may use the bus":             reentrant,
		"many at once":                          concurrent,
		"a closed bus is silent":                closed,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			t.Cleanup(func() { b.Close() })
			run(t, b)
		})
	}
}

// ear collects the hints of one subscription.
type ear chan bus.Hint

func listen(b bus.Bus, topic bus.Topic) (ear, func()) {
	e := make(ear, 1024)
	return e, b.Subscribe(topic, func(h bus.Hint) { e <- h })
}

func (e ear) next(t *testing.T) bus.Hint {
	t.Helper()
	select {
	case h := <-e:
		return h
	case <-time.After(patience):
		t.Fatal("no hint arrived")
		return bus.Hint{}
	}
}

func arrivesWhole(t *testing.T, b bus.Bus) {
	e, cancel := listen(b, bus.Session("s1"))
	defer cancel()
	want := sample()
	b.Publish(context.Background(), bus.Session("s1"), want)
	if diff := cmp.Diff(want, e.next(t)); diff != "" {
		t.Errorf("hint differs (-published +heard):\n%s", diff)
	}
}

// sample has every member.
func sample() bus.Hint {
	return bus.Hint{
		Preview: &transcript.Item{Type: transcript.Event, ContentType: transcript.TypingPreview, Content: "so fa"},
		Key:     "k", Head: 3, Session: "s1", Version: 7, Changed: true, Gone: []string{"p1"}, Ended: true,
		Items: []transcript.Item{
			{
				Position: 3, ID: "i3", Time: time.UnixMilli(1700000000123).UTC(), Type: transcript.Message,
				ContentType: transcript.Plain, Content: "naïve \u2028 \"quoted\"", ContactID: "c1",
				Author:     transcript.Author{ParticipantID: "p1", DisplayName: "A", Role: transcript.Agent},
				Visibility: transcript.AgentOnly,
			},
			{Type: transcript.MessageMetadata, Receipt: &transcript.Receipt{MessageID: "i3", Recipient: "p2", ReadAt: time.UnixMilli(1).UTC()}},
		},
	}
}

func rightSubscribers(t *testing.T, b bus.Bus) {
	one, cancelOne := listen(b, bus.Due)
	defer cancelOne()
	two, cancelTwo := listen(b, bus.Due)
	defer cancelTwo()
	other, cancelOther := listen(b, bus.Config)
	defer cancelOther()
	b.Publish(context.Background(), bus.Due, bus.Hint{Key: "due"})
	b.Publish(context.Background(), bus.Config, bus.Hint{Key: "config"})
	b.Publish(context.Background(), bus.Session("nobody"), bus.Hint{Session: "nobody"})
	for _, e := range []ear{one, two} {
		if got := e.next(t).Key; got != "due" {
			t.Errorf("heard %q, want due", got)
		}
	}
	if got := other.next(t).Key; got != "config" {
		t.Errorf("heard %q, want config", got)
	}
}

func cancelled(t *testing.T, b bus.Bus) {
	gone, cancel := listen(b, bus.Due)
	stays, cancelStays := listen(b, bus.Due)
	defer cancelStays()
	cancel()
	cancel() // a second time does nothing
	b.Publish(context.Background(), bus.Due, bus.Hint{Key: "after"})
	stays.next(t)
	if len(gone) != 0 {
		t.Error("a cancelled subscription heard a hint")
	}
}

// cancelledMeanwhile: each of two handlers cancels the other; one of them must not be called.
func cancelledMeanwhile(t *testing.T, b bus.Bus) {
	calls := make(chan string, 2)
	var cancels [2]func()
	for i := range cancels {
		cancels[i] = b.Subscribe(bus.Due, func(bus.Hint) {
			cancels[1-i]()
			calls <- "called"
		})
	}
	b.Publish(context.Background(), bus.Due, bus.Hint{})
	if len(calls) != 1 {
		t.Errorf("%d handlers were called, want 1: the other was cancelled before its call began", len(calls))
	}
	cancels[0]()
	cancels[1]()
}

func topics(t *testing.T, b bus.Bus) {
	all := []bus.Topic{bus.Due, bus.Config, bus.Session("x"), bus.Agent("x"), bus.Queue("x")}
	ears := make([]ear, len(all))
	for i, topic := range all {
		e, cancel := listen(b, topic)
		defer cancel()
		ears[i] = e
	}
	for i, topic := range all {
		b.Publish(context.Background(), topic, bus.Hint{Key: string(topic)})
		if got := ears[i].next(t).Key; got != string(topic) {
			t.Errorf("a subscriber of %s heard the hint of %s", topic, got)
		}
	}
	for i, e := range ears {
		if len(e) != 0 {
			t.Errorf("a subscriber of %s heard another topic's hint", all[i])
		}
	}
}

func reentrant(t *testing.T, b bus.Bus) {
	answers, cancel := listen(b, bus.Config)
	defer cancel()
	var stop func()
	var ready sync.WaitGroup
	ready.Add(1)
	stop = b.Subscribe(bus.Due, func(bus.Hint) {
		ready.Wait()
		b.Publish(context.Background(), bus.Config, bus.Hint{Key: "answer"})
		b.Subscribe(bus.Session("x"), func(bus.Hint) {})()
		stop()
	})
	ready.Done()
	b.Publish(context.Background(), bus.Due, bus.Hint{})
	if got := answers.next(t).Key; got != "answer" {
		t.Errorf("heard %q, want answer", got)
	}
}

func concurrent(t *testing.T, b bus.Bus) {
	const publishers, each = 8, 50
	e, cancel := listen(b, bus.Session("busy"))
	defer cancel()
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				_, cancel := listen(b, bus.Session("busy"))
				b.Publish(context.Background(), bus.Session("busy"), bus.Hint{Key: strconv.Itoa(p*each + i)})
				cancel()
			}
		})
	}
	wg.Wait()
	heard := map[string]bool{}
	for range publishers * each {
		heard[e.next(t).Key] = true
	}
	if len(heard) != publishers*each {
		t.Errorf("heard %d different hints, want %d", len(heard), publishers*each)
	}
}

func closed(t *testing.T, b bus.Bus) {
	e, cancel := listen(b, bus.Due)
	defer cancel()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b.Publish(context.Background(), bus.Due, bus.Hint{})
	if len(e) != 0 {
		t.Error("a closed bus delivered a hint")
	}
}
