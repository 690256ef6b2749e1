package alert_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/admin"
	watch "parley/app/alert"
	"parley/app/people"
	"parley/bus"
	"parley/bus/memory"
	"parley/domain/alert"
	"parley/domain/metric"
	"parley/domain/routing"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
	"parley/work/practice"
	"parley/work/resource"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	tea      = "11111111-0000-4000-8000-000000000001"
	ale      = "11111111-0000-4000-8000-000000000002"
)

// floor is what goes on in the queues.
type floor struct {
	mu       sync.Mutex
	waiting  []routing.Waiting
	answered []*metric.Contact
	read     int // contacts, so far
}

func (f *floor) Instances(context.Context) ([]string, error)      { return []string{instance}, nil }
func (f *floor) Queues(context.Context, string) ([]string, error) { return []string{tea, ale}, nil }

func (f *floor) Waiting(context.Context, string) ([]routing.Waiting, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.waiting), nil
}

func (f *floor) Contacts(_ context.Context, _ string, s metric.Stamp, when metric.Interval) iter.Seq2[*metric.Contact, error] {
	return func(yield func(*metric.Contact, error) bool) {
		for _, c := range f.answered {
			if !when.Holds(s.Of(c)) {
				continue
			}
			f.mu.Lock()
			f.read++
			f.mu.Unlock()
			if !yield(c, nil) {
				return
			}
		}
	}
}

// comes has a customer wait in a queue for so long already.
func (f *floor) comes(queue string, c *clock.Clock, waits time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = append(f.waiting, routing.Waiting{Contact: routing.Contact{ID: resource.NewID(), Queue: queue, EnqueuedAt: c.Now().Add(-waits)}})
}

func (f *floor) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = nil
}

// sent is where events go; it is down as long as it says so.
type sent struct {
	mu   sync.Mutex
	down bool
	got  map[string]string // state and queue, by id
	n    int
}

func (s *sent) Send(_ context.Context, id string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return fault.New(fault.Unavailable, "down")
	}
	var e struct {
		ID     string `json:"id"`
		Source string `json:"source"`
		Detail struct {
			State, Kind string
			QueueARN    string `json:"queueArn"`
			Limit       float64
		} `json:"detail"`
	}
	if err := json.Unmarshal(body, &e); err != nil || e.ID != id || e.Source != "parley" {
		return fmt.Errorf("event %s: %s", id, body)
	}
	s.got[id] = fmt.Sprintf("%s %s %s %v", e.Detail.State, e.Detail.Kind, e.Detail.QueueARN[len(e.Detail.QueueARN)-1:], e.Detail.Limit)
	s.n++
	return nil
}

// world is nodes over one store, each with a bus of its own: no hint reaches another.
type world struct {
	t     *testing.T
	clock *clock.Clock
	store store.Store
	docs  *resource.Store
	floor *floor
	sent  *sent
	nodes []*watch.Service
	buses []bus.Bus
}

func newWorld(t *testing.T, nodes int) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	w := &world{t: t, clock: &clock.Clock{}, store: st, floor: &floor{}, sent: &sent{got: map[string]string{}}}
	for range nodes {
		b := memory.New()
		docs := &resource.Store{Rows: st, Bus: b, Clock: w.clock}
		sessions := work.NewSessions(st, b, func() {})
		w.nodes = append(w.nodes, watch.New(watch.Options{
			Resources: docs, Queues: w.floor, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}, Commit: sessions.Commit, Sender: w.sent,
			Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		}))
		w.docs, w.buses = docs, append(w.buses, b)
	}
	a, err := admin.New(admin.Options{Resources: w.docs, Also: people.New(w.docs).Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Seed(t.Context(), instance, "parley"); err != nil {
		t.Fatal(err)
	}
	return w
}

// A wait that comes and goes around the limit is one alert, where there is a second one.
func TestAnAlertThatWouldComeAndGo(t *testing.T) {
	w := newWorld(t, 2)
	w.limit(tea, &alert.Limits{WaitSeconds: new(60), WaitClearSeconds: new(20)})
	for range 3 {
		w.floor.comes(tea, w.clock, 61*time.Second)
		w.look()
		w.floor.leave()
		w.floor.comes(tea, w.clock, 30*time.Second)
		w.look()
	}
	w.want("between the limits", []string{"1 LONGEST_WAIT true"}, w.shown())
	w.floor.leave()
	w.look()
	w.want("below both", []string{"1 LONGEST_WAIT false"}, w.shown())
	w.floor.comes(tea, w.clock, 30*time.Second)
	w.look()
	w.want("between them from below", []string{"1 LONGEST_WAIT false"}, w.shown())
}

func (w *world) limit(queue string, l *alert.Limits) {
	w.t.Helper()
	if _, err := practice.Change(w.t.Context(), w.docs, instance, func(s *practice.Settings) error {
		s.Queues = map[string]practice.Queue{queue: {Limits: l}}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) look() {
	w.t.Helper()
	for _, n := range w.nodes {
		if err := n.Look(w.t.Context(), instance); err != nil {
			w.t.Fatal(err)
		}
	}
}

// shown spells the alerts.
func (w *world) shown() (list []string) {
	w.t.Helper()
	all, err := w.nodes[0].Alerts(w.t.Context(), instance)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range all {
		list = append(list, fmt.Sprintf("%s %s %v", a.Queue[len(a.Queue)-1:], a.Kind, a.Stands()))
	}
	return list
}

// deliver handles the deadlines that are due, each on one of the nodes: it has claimed it.
func (w *world) deliver() {
	w.t.Helper()
	due, err := w.store.Due(w.t.Context(), w.clock.Now(), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, d := range due {
		if err := w.nodes[i%len(w.nodes)].HandleDue(w.t.Context(), d.DueRef); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) want(what string, want, got []string) {
	w.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestALongWait(t *testing.T) {
	w := newWorld(t, 2)
	w.limit(tea, &alert.Limits{WaitSeconds: new(60)})
	told := make(chan struct{}, 100)
	defer w.nodes[1].Watch(instance, func() { told <- struct{}{} })()
	w.floor.comes(tea, w.clock, 30*time.Second)
	w.floor.comes(ale, w.clock, time.Hour) // nobody minds
	w.look()
	w.want("in time", nil, w.shown())
	w.clock.SetOffset(31 * time.Second)
	w.look()
	w.look()
	w.want("too long", []string{"1 LONGEST_WAIT true"}, w.shown())
	if len(told) == 0 {
		t.Error("the other node, whom no hint reached, did not tell who watches")
	}
	w.floor.leave()
	w.look()
	w.want("over", []string{"1 LONGEST_WAIT false"}, w.shown())
	w.floor.comes(tea, w.clock, time.Hour)
	w.look()
	w.want("again", []string{"1 LONGEST_WAIT true", "1 LONGEST_WAIT false"}, w.shown())
	w.floor.comes(ale, w.clock, time.Hour)
	w.limit(ale, &alert.Limits{WaitSeconds: new(60)})
	w.look()
	w.want("another limit", []string{"2 LONGEST_WAIT true", "1 LONGEST_WAIT false", "1 LONGEST_WAIT false"}, w.shown())
	w.deliver()
	w.want("events", []string{
		"CLEARED LONGEST_WAIT 1 60", "CLEARED LONGEST_WAIT 1 60", "RAISED LONGEST_WAIT 1 60", "RAISED LONGEST_WAIT 1 60", "RAISED LONGEST_WAIT 2 60",
	}, slices.Sorted(maps.Values(w.sent.got)))
	if raised := w.nodes[0].Stats().Raised + w.nodes[1].Stats().Raised; raised != 3 {
		t.Errorf("%d raised, want 3", raised)
	}
}

func TestAServiceLevel(t *testing.T) {
	w := newWorld(t, 1)
	w.limit(tea, &alert.Limits{Level: &alert.Level{Percent: 50, Seconds: 10, Minutes: 5}})
	answered := func(waited time.Duration) {
		w.floor.answered = append(w.floor.answered, &metric.Contact{Queue: tea, Enqueued: w.clock.Now().Add(-waited), Answered: w.clock.Now()})
	}
	answered(time.Second)
	w.look()
	w.want("in time", nil, w.shown())
	answered(time.Minute)
	w.look()
	w.want("half", nil, w.shown())
	w.floor.comes(tea, w.clock, 11*time.Second)
	w.look()
	w.want("a third", []string{"1 SERVICE_LEVEL true"}, w.shown())
	w.floor.leave()
	w.clock.SetOffset(6 * time.Minute)
	w.look()
	w.want("long ago", []string{"1 SERVICE_LEVEL false"}, w.shown())
}

// TestALookReadsWhatIsNew: of many contacts a look reads those of the last minute, and tells the same as one that reads all; what was written
// later than that is found within five minutes.
func TestALookReadsWhatIsNew(t *testing.T) {
	w := newWorld(t, 1)
	w.limit(tea, &alert.Limits{Level: &alert.Level{Percent: 50, Seconds: 10, Minutes: 60}})
	answered := func(ago, waited time.Duration, n int) {
		for range n {
			at := w.clock.Now().Add(-ago)
			w.floor.answered = append(w.floor.answered, &metric.Contact{Queue: tea, Enqueued: at.Add(-waited), Answered: at})
		}
	}
	answered(30*time.Minute, time.Second, 100)
	w.look()
	if w.floor.read != 100 {
		t.Errorf("the first look reads %d contacts", w.floor.read)
	}
	for range 10 {
		w.clock.SetOffset(w.clock.Offset() + 5*time.Second)
		w.look()
	}
	if w.floor.read != 100 {
		t.Errorf("looks at what has not changed read %d contacts", w.floor.read-100)
	}
	answered(10*time.Second, time.Minute, 100)
	w.look()
	w.want("half", nil, w.shown())
	answered(10*time.Second, time.Minute, 1)
	w.look()
	w.want("less", []string{"1 SERVICE_LEVEL true"}, w.shown())
	if w.floor.read != 100+100+101 {
		t.Errorf("%d contacts were read", w.floor.read)
	}
	answered(20*time.Minute, time.Second, 2) // whose commit took its time
	w.look()
	w.want("not yet", []string{"1 SERVICE_LEVEL true"}, w.shown())
	w.clock.SetOffset(w.clock.Offset() + 5*time.Minute)
	w.look()
	w.want("all anew", []string{"1 SERVICE_LEVEL false"}, w.shown())
	w.clock.SetOffset(w.clock.Offset() + 32*time.Minute) // the first hundred are too old
	w.look()
	w.want("the old ones are gone", []string{"1 SERVICE_LEVEL true", "1 SERVICE_LEVEL false"}, w.shown())
	w.limit(tea, nil)
	w.look()
	w.want("no limit any more", []string{"1 SERVICE_LEVEL false", "1 SERVICE_LEVEL false"}, w.shown())
}

// TestManyNodesLookAtOnce: of nodes that look at the same time one raises an alert and one clears it.
func TestManyNodesLookAtOnce(t *testing.T) {
	const nodes, rounds = 8, 20
	w := newWorld(t, nodes)
	w.limit(tea, &alert.Limits{WaitSeconds: new(60)})
	for range rounds {
		for _, busy := range []bool{true, false} {
			if w.floor.leave(); busy {
				w.floor.comes(tea, w.clock, time.Hour)
			}
			var all sync.WaitGroup
			var failed atomic.Value
			for _, n := range w.nodes {
				all.Go(func() {
					if err := n.Look(t.Context(), instance); err != nil {
						failed.Store(err)
					}
				})
			}
			if all.Wait(); failed.Load() != nil {
				t.Fatal(failed.Load())
			}
		}
	}
	got, standing := w.shown(), 0
	for _, a := range got {
		if a != "1 LONGEST_WAIT false" {
			standing++
		}
	}
	if len(got) != rounds || standing != 0 {
		t.Errorf("%d alerts in %d rounds, %d stand", len(got), rounds, standing)
	}
	w.deliver()
	if len(w.sent.got) != 2*rounds || w.sent.n != 2*rounds {
		t.Errorf("%d events, sent %d times, want %d", len(w.sent.got), w.sent.n, 2*rounds)
	}
}

// TestASinkThatIsDown: an event is sent again until it arrives, always under one id, or given up after a day.
func TestASinkThatIsDown(t *testing.T) {
	w := newWorld(t, 1)
	w.limit(tea, &alert.Limits{WaitSeconds: new(60)})
	w.sent.down = true
	w.floor.comes(tea, w.clock, time.Hour)
	w.look()
	w.deliver()
	w.sent.down = false
	w.deliver() // not due yet
	if w.sent.n != 0 {
		t.Error("sent again at once")
	}
	w.clock.SetOffset(time.Hour)
	w.deliver()
	w.deliver()
	if w.sent.n != 1 {
		t.Errorf("sent %d times", w.sent.n)
	}
	w.sent.down = true
	w.floor.leave()
	w.look()
	for range 3 {
		w.clock.SetOffset(w.clock.Offset() + 25*time.Hour)
		w.deliver()
	}
	if due, err := w.store.Due(t.Context(), w.clock.Now().Add(time.Hour), 10); err != nil || len(due) != 0 {
		t.Errorf("after a day there is still to be sent %v, %v", due, err)
	}
}
