package bench

import (
	"context"
	"testing"
	"time"

	"parley/client"
)

func TestTextCarriesSequenceAndDueTime(t *testing.T) {
	p := &pair{epoch: time.Now(), seq: 4_000_000_000}
	text := p.text(p.epoch.Add(123456789))
	if len(text) != messageSize {
		t.Errorf("%d bytes, want %d", len(text), messageSize)
	}
	seq, since, err := parse(text)
	if seq != 4_000_000_000 || since != 123456789 || err != nil {
		t.Errorf("parsed %d, %v, %v", seq, since, err)
	}
	for _, bad := range []string{"", "Welcome", "bench x 1 ", "bench 1 x ", "bench 1"} {
		if _, _, err := parse(bad); err == nil {
			t.Errorf("%q was taken for a text of the load", bad)
		}
	}
}

func TestBotCountsRepeatsAndLosses(t *testing.T) {
	m := newMeter(0, time.Minute)
	p := &pair{epoch: time.Now(), arrived: make(chan struct{}, 1)}
	p.meter.Store(m)
	item := func(seq uint32) client.Item {
		p.seq = seq
		return client.Item{ParticipantRole: "CUSTOMER", Content: p.text(time.Now())}
	}
	one, three := item(1), item(3)
	m.acked.Store(3)
	for _, i := range []client.Item{one, one, three, item(2), {ParticipantRole: "SYSTEM", Content: p.text(time.Now())}} {
		p.receive(i)
	}
	if got := m.disorder.Load(); got != 2 {
		t.Errorf("%d out of order, want 2: a repeat and a straggler", got)
	}
	if lost := m.drain(context.Background(), 0); lost != 1 {
		t.Errorf("%d lost, want 1", lost)
	}
}

func TestMeterLeavesTheWarmUpOut(t *testing.T) {
	m := newMeter(time.Hour, time.Hour)
	m.arrive(time.Now())
	if l := m.load(); l.Samples != 0 || l.PerSecond != 0 {
		t.Errorf("%+v", l)
	}
	m = newMeter(0, time.Hour)
	m.arrive(m.start.Add(-time.Second))
	if l := m.load(); l.Samples != 0 || l.PerSecond == 0 {
		t.Errorf("due in the warm-up, arrived after it: %+v", l)
	}
}
