package deliver_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/deliver"
	"parley/internal/fault"
)

// What happened to each thing that a sink is told can be read: taken, at which try, waiting with the reason, given up after a day.
func TestTheLogTellsHowItGoes(t *testing.T) {
	w := newWorld(t)
	w.at.refuses = no()
	chat := w.begin()
	if got, want := w.states(chat, "events/crm"), []string{"1 INITIATED untried 0", "2 CONNECTED_TO_SYSTEM untried 0"}; !slices.Equal(got, want) {
		t.Errorf("before anybody tried: %q", got)
	}
	w.work()
	w.later(3*time.Second, time.Second)
	if got, want := w.states(chat, "events/crm"), []string{"1 INITIATED waiting 3", "2 CONNECTED_TO_SYSTEM waiting 0"}; !slices.Equal(got, want) {
		t.Errorf("while it is refused: %q", got)
	}
	list := w.undelivered(deliver.Search{})
	if len(list) != 1 || list[0].Sink != "events/crm" || list[0].Chat != chat || list[0].Contact != chat || list[0].Error != "it answered 400" ||
		list[0].Tries != 3 || !list[0].Again.After(w.clock.Now()) || list[0].ID == "" {
		t.Errorf("undelivered is %+v", list)
	}
	w.at.refuses = nil
	w.later(time.Minute, time.Second)
	if got, want := w.states(chat, "events/crm"), []string{"1 INITIATED delivered 4", "2 CONNECTED_TO_SYSTEM delivered 1"}; !slices.Equal(got, want) {
		t.Errorf("once it is taken: %q", got)
	}
	if list := w.undelivered(deliver.Search{}); len(list) > 0 {
		t.Errorf("still undelivered: %+v", list)
	}
	log, err := w.service.OfChat(ctx(), instance, chat, 0, 10)
	if err != nil || log.Deliveries[0].Delivered.IsZero() || w.clock.Now().Sub(log.Deliveries[0].Delivered) > time.Minute {
		t.Errorf("the log is %+v, %v", log, err)
	}
	if _, err := w.service.OfChat(ctx(), "0198c3c5-92b2-7000-8000-000000000002", chat, 0, 10); !fault.Is(err, fault.NotFound) {
		t.Errorf("another instance reads the log: %v", err)
	}
}

// Nothing is told to have been taken before it happened.
func TestTheLogGoesByTheOrderOfThings(t *testing.T) {
	w := newWorld(t)
	chat := w.begin()
	w.work()
	log, err := w.service.OfChat(ctx(), instance, chat, 0, 10)
	if err != nil || len(log.Deliveries) != 2 {
		t.Fatalf("%+v, %v", log, err)
	}
	for i := range log.Deliveries {
		if d := &log.Deliveries[i]; d.Delivered.Before(d.Happened.Truncate(time.Millisecond)) {
			t.Errorf("%s was taken at %v, before it happened at %v", d.Type, d.Delivered, d.Happened)
		}
	}
}

// What a chat does while a message of it waits does not hasten the next try; who asks for a retry does.
func TestWhatHappensMeanwhileHastensNothing(t *testing.T) {
	w := newWorld(t)
	w.at.refuses = no()
	chat := w.begin()
	w.work()
	w.later(3*time.Second, time.Second)
	w.end(chat)
	w.work()
	if got := w.states(chat, "events/crm"); got[0] != "1 INITIATED waiting 3" {
		t.Errorf("after what came later: %q", got)
	}
	w.at.refuses = nil
	if _, err := w.service.Retry(ctx(), deliver.Once{Instance: instance, Sink: "events/crm", Contact: chat}); err != nil {
		t.Fatal(err)
	}
	w.work()
	if got := w.states(chat, "events/crm"); got[0] != "1 INITIATED delivered 4" {
		t.Errorf("after a retry: %q", got)
	}
}

// What was given up is listed, for one sink or all, and is taken up again by hand: one of it, all of a chat, all of a sink. It comes in the chat's order
// under the id that it had, and not as a replay, for it was never taken.
func TestWhatWasGivenUpIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	w.at.refuses = no()
	var chats []string
	for range 5 {
		chats = append(chats, w.begin())
	}
	w.work()
	w.later(26*time.Hour, 5*time.Minute)
	lost := w.undelivered(deliver.Search{State: deliver.GivenUp, Sink: "events/crm"})
	if len(lost) != 10 || len(w.undelivered(deliver.Search{State: deliver.Waiting})) > 0 || len(w.undelivered(deliver.Search{Sink: "records/lake"})) > 0 {
		t.Fatalf("given up are %d: %+v", len(lost), lost)
	}
	standings, more, err := w.service.Standings(ctx(), instance)
	if err != nil || more || len(standings) != 3 || standings[0].Sink != "events/crm" || standings[0].GivenUp != 10 || standings[0].Waiting != 0 {
		t.Errorf("the sinks are %+v, %v, %v", standings, more, err)
	}
	w.at.refuses = nil
	one := deliver.Once{Instance: instance, Sink: "events/crm", Contact: chats[0], Number: 2}
	if n, err := w.service.Retry(ctx(), one); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if got := w.states(chats[0], "events/crm"); len(got) != 2 || !strings.HasPrefix(got[0], "1 INITIATED given_up") || !strings.HasPrefix(got[1], "2 CONNECTED_TO_SYSTEM waiting") {
		t.Errorf("before it is sent again: %q", got)
	}
	w.work()
	if got := w.at.ids(chats[0]); !slices.Equal(got, []string{lost[1].ID}) {
		t.Errorf("the first chat got %q, want %s", got, lost[1].ID)
	}
	if _, err := w.service.Retry(ctx(), one); !fault.Is(err, fault.NotFound) {
		t.Errorf("what was taken is tried again: %v", err)
	}
	if n, err := w.service.Retry(ctx(), deliver.Once{Instance: instance, Sink: "events/crm", Contact: chats[1]}); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.work()
	if got := w.at.ids(chats[1]); !slices.Equal(got, []string{lost[2].ID, lost[3].ID}) {
		t.Errorf("the second chat got %q", got)
	}
	job, err := w.service.Begin(ctx(), instance, deliver.Job{Kind: deliver.JobRetry, Sink: "events/crm"})
	if err != nil {
		t.Fatal(err)
	}
	w.node() // another one goes on with it
	w.later(time.Minute, time.Second)
	if list := w.undelivered(deliver.Search{}); len(list) > 0 {
		t.Errorf("left: %+v", list)
	}
	var want []string
	for _, i := range []int{1, 2, 3, 0, 4, 5, 6, 7, 8, 9} {
		want = append(want, lost[i].ID)
	}
	if diff := cmp.Diff(want, w.at.ids("")); diff != "" {
		t.Errorf("the sink got (-want +got):\n%s", diff)
	}
	jobs, err := w.service.Jobs(ctx(), instance)
	if err != nil || len(jobs) != 1 || jobs[0].ID != job.ID || jobs[0].Ended.IsZero() || jobs[0].Chats != 4 || jobs[0].Deliveries != 7 {
		t.Errorf("the jobs are %+v, %v", jobs, err)
	}
	w.later(8*24*time.Hour, 24*time.Hour)
	if jobs, err := w.service.Jobs(ctx(), instance); err != nil || len(jobs) > 0 {
		t.Errorf("a week later: %+v, %v", jobs, err)
	}
}

// A contact is replayed to a sink: the same messages under their ids, in their order, marked; what comes meanwhile comes after them.
func TestAContactIsReplayed(t *testing.T) {
	w := newWorld(t)
	chat, other := w.begin(), w.begin()
	w.work()
	first, also := slices.Clone(w.at.ids(chat)), slices.Clone(w.at.ids(other))
	name, n, err := w.service.Replay(ctx(), instance, "events/crm", chat)
	if err != nil || n != 2 || name == "" {
		t.Fatal(name, n, err)
	}
	w.end(chat)
	w.work()
	got := w.at.ids(chat)
	want := []string{first[0], first[1], first[0] + " again", first[1] + " again"}
	if len(got) != 6 || !slices.Equal(got[:4], want) {
		t.Errorf("the sink got %q, want %q and two more", got, want)
	}
	if diff := cmp.Diff(also, w.at.ids(other)); diff != "" {
		t.Errorf("another chat was sent again:\n%s", diff)
	}
	var body struct {
		Replay string `json:"replay-name"`
		ID     string `json:"id"`
	}
	for _, m := range w.at.took {
		body.Replay = ""
		decode(t, m.Body, &body)
		if body.ID != m.ID || body.Replay != m.Replay || m.Replay != "" && m.Replay != name {
			t.Errorf("the event is %s", m.Body)
		}
	}
	if _, _, err := w.service.Replay(ctx(), instance, "events/no", chat); !fault.Is(err, fault.NotFound) {
		t.Errorf("a sink that is none: %v", err)
	}
	if _, n, err := w.service.Replay(ctx(), instance, "records/lake", chat); err != nil || n != 1 {
		t.Errorf("the record: %d, %v", n, err)
	}
	w.work()
	if len(w.records.took) != 2 || w.records.took[0].ID != w.records.took[1].ID || string(w.records.took[0].Body) != string(w.records.took[1].Body) {
		t.Errorf("the records are %+v", w.records.took)
	}
}

// A time is replayed in all chats, what happened before it and after it is not; a sink that is down is waited for; a sink that is new gets all of these chats.
func TestATimeIsReplayed(t *testing.T) {
	w := newWorld(t)
	var chats []string
	for range 250 { // more than a job looks at at once
		chats = append(chats, w.begin())
	}
	w.work()
	w.clock.MoveTo(w.clock.Now().Add(time.Hour))
	from := w.clock.Now()
	for _, chat := range chats[:3] {
		w.end(chat)
	}
	w.later(time.Minute, time.Second)
	before := len(w.at.took)
	w.clock.MoveTo(w.clock.Now().Add(time.Hour))
	if _, err := w.service.Begin(ctx(), instance, deliver.Job{Kind: deliver.JobReplay, Sink: "events/crm", From: from, Until: from}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a time without length: %v", err)
	}
	if _, err := w.service.Begin(ctx(), instance, deliver.Job{Kind: deliver.JobReplay, Sink: "events/crm", From: from, Until: from.Add(30 * time.Minute)}); err != nil {
		t.Fatal(err)
	}
	w.later(10*time.Second, time.Second)
	if n := len(w.at.took) - before; n != 6 { // DISCONNECTED and COMPLETED
		t.Errorf("%d were sent again, want 6", n)
	}
	for _, m := range w.at.took[before:] {
		if !slices.Contains(chats[:3], m.Group) || m.Replay == "" {
			t.Errorf("sent again: %+v", m)
		}
	}
	added := &place{}
	w.node(deliver.Destination{Name: "new", What: deliver.Events, Sink: added})
	job := deliver.Job{Kind: deliver.JobReplay, Sink: "events/new", From: from.Add(-2 * time.Hour), Until: w.clock.Now()}
	if _, err := w.service.Begin(ctx(), instance, job); err != nil {
		t.Fatal(err)
	}
	w.later(time.Minute, time.Second)
	if got, want := len(added.took), 2*len(chats)+6; got != want {
		t.Errorf("the new sink has %d, want %d", got, want)
	}
}

// What a stream had is replayed as the rest is, from its own beginning on; how far it is can be read.
func TestAStreamIsReplayed(t *testing.T) {
	w := newWorld(t)
	chat := w.begin()
	w.say(chat, "before the stream")
	if _, err := w.service.StartStream(ctx(), instance, chat, topic, "one"); err != nil {
		t.Fatal(err)
	}
	w.say(chat, "a")
	w.clock.MoveTo(w.clock.Now().Add(time.Hour))
	from := w.clock.Now()
	w.say(chat, "b")
	w.work()
	first := w.stream.ids(chat)
	if len(first) != 2 {
		t.Fatalf("the stream had %q", first)
	}
	if _, err := w.service.Begin(ctx(), instance, deliver.Job{Kind: deliver.JobReplay, Sink: "messages/*", From: from, Until: from.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	w.later(10*time.Second, time.Second)
	if _, n, err := w.service.Replay(ctx(), instance, "messages/*", chat); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.work()
	want := []string{first[0], first[1], first[1] + " again", first[0] + " again", first[1] + " again"}
	if diff := cmp.Diff(want, w.stream.ids(chat)); diff != "" {
		t.Errorf("the stream got (-want +got):\n%s", diff)
	}
	log, err := w.service.OfChat(ctx(), instance, chat, 0, 10)
	if err != nil || len(log.Streams) != 1 || log.Streams[0].Sink != "messages/*" || log.Streams[0].Next != log.Streams[0].Until+1 || log.Streams[0].At.IsZero() {
		t.Errorf("the log is %+v, %v", log, err)
	}
}

// A replay that meets a refusal, and a retry of what waits, end where everything else does: each thing once more, nothing lost.
func TestARetryWhileItWaits(t *testing.T) {
	w := newWorld(t)
	w.at.refuses = down()
	chat := w.begin()
	w.work()
	w.later(time.Minute, 10*time.Second)
	tries := w.at.tries
	w.at.refuses = nil
	if n, err := w.service.Retry(ctx(), deliver.Once{Instance: instance, Sink: "events/crm", Contact: chat}); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	w.work() // at once, though its lane rested
	if got := w.at.ids(chat); len(got) != 2 || w.at.tries != tries+2 {
		t.Errorf("the sink got %q", got)
	}
	if list := w.undelivered(deliver.Search{}); len(list) > 0 {
		t.Errorf("undelivered: %+v", list)
	}
	w.at.refuses = no()
	if _, _, err := w.service.Replay(ctx(), instance, "events/crm", chat); err != nil {
		t.Fatal(err)
	}
	w.work()
	w.later(26*time.Hour, 5*time.Minute)
	if got := w.undelivered(deliver.Search{State: deliver.GivenUp}); len(got) != 2 {
		t.Errorf("given up: %+v", got)
	}
	if n, err := w.service.Retry(ctx(), deliver.Once{Instance: instance, Sink: "events/crm", Contact: chat}); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.work()
	if got := w.undelivered(deliver.Search{State: deliver.Waiting}); len(got) != 2 { // it has another day
		t.Errorf("given up at once: %+v", w.undelivered(deliver.Search{}))
	}
	w.at.refuses = nil
	w.later(time.Minute, time.Second)
	if got := w.at.ids(chat); len(got) != 4 || got[2] != got[0] || got[3] != got[1] {
		t.Errorf("the sink got %q", got)
	}
}

// What is known of deliveries goes a week after the end of a chat, also where the chat was only streamed.
func TestTheLogIsForgotten(t *testing.T) {
	w := newWorld(t)
	chat := w.begin()
	if _, err := w.service.StartStream(ctx(), instance, chat, topic, "one"); err != nil {
		t.Fatal(err)
	}
	w.say(chat, "a")
	w.end(chat)
	w.later(6*24*time.Hour, 24*time.Hour)
	if _, n, err := w.service.Replay(ctx(), instance, "events/crm", chat); err != nil || n != 4 {
		t.Fatal(n, err)
	}
	w.later(6*24*time.Hour, 24*time.Hour)
	if got := w.states(chat, "events/crm"); len(got) != 4 {
		t.Errorf("six days after a replay: %q", got)
	}
	w.later(2*24*time.Hour, 24*time.Hour)
	w.forgotten()
}

// So it is where a chat was streamed, and nobody is told of anything else.
func TestTheLogOfAStreamIsForgotten(t *testing.T) {
	w := newWorld(t)
	w.only(deliver.Destination{Name: "*", What: deliver.Messages, Sink: w.stream})
	chat := w.begin()
	if _, err := w.service.StartStream(ctx(), instance, chat, topic, "one"); err != nil {
		t.Fatal(err)
	}
	w.end(chat)
	w.work()
	if rows, err := w.store.Resources(ctx(), instance, "told-feed", "", 10); err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	w.later(8*24*time.Hour, 24*time.Hour)
	w.forgotten()
}

// forgotten fails where anything is left.
func (w *world) forgotten() {
	w.t.Helper()
	for _, kind := range []string{"told", "told-feed", "undelivered"} {
		rows, err := w.store.Resources(ctx(), instance, kind, "", 10)
		if err != nil || len(rows) > 0 {
			w.t.Errorf("%s: %d rows are left, %v", kind, len(rows), err)
		}
	}
}

func decode(t *testing.T, raw []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}
