package deliver_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/app/deliver"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/internal/fault"
	"parley/outbound/sink"
	"parley/store"
)

// kinds are a sink of each kind, and how many messages each gets of the chat that lived makes.
func (w *world) kinds(of func() sink.Sink) (to []deliver.Destination) {
	for what, name := range map[deliver.What]string{deliver.Events: "crm", deliver.Records: "lake", deliver.Transcripts: "archive", deliver.Messages: "*"} {
		to = append(to, deliver.Destination{Name: name, What: what, Sink: of()})
	}
	return to
}

// lived is a chat that began, was streamed, had messages and has ended: four events, a record, a file, and three messages and what the end adds.
func (w *world) lived() string {
	w.t.Helper()
	chat := w.begin()
	if _, err := w.service.StartStream(ctx(), instance, chat, topic, chat); err != nil {
		w.t.Fatal(err)
	}
	for i := range 3 {
		w.say(chat, fmt.Sprint(i))
	}
	w.end(chat)
	return chat
}

// kept are what sinks of all kinds took of a chat.
func kept(to []deliver.Destination, chat string) map[deliver.What][]sink.Message {
	all := map[deliver.What][]sink.Message{}
	for _, d := range to {
		for _, m := range d.Sink.(*place).took {
			if m.Group == chat {
				all[d.What] = append(all[d.What], m)
			}
		}
	}
	return all
}

// briefly are messages as "id body".
func briefly(list []sink.Message) (all []string) {
	for _, m := range list {
		all = append(all, m.ID+" "+string(m.Body))
	}
	return all
}

// shaky refuses two of three attempts, now as if it were down and now for good.
type shaky struct{ place }

func (s *shaky) Send(ctx context.Context, m sink.Message) error {
	s.refuses = []error{down(), no(), nil}[s.tries%3]
	return s.place.Send(ctx, m)
}

// Each kind of sink gets what belongs to a chat in its order, whatever it refused on the way, and each thing once.
func TestEveryKindKeepsTheOrderOfAChat(t *testing.T) {
	w := newWorld(t)
	calm := w.kinds(func() sink.Sink { return &place{} })
	w.only(calm...)
	chat := w.lived()
	w.work()
	want := kept(calm, chat)
	for what, n := range map[deliver.What]int{deliver.Events: 4, deliver.Records: 1, deliver.Transcripts: 1, deliver.Messages: 5} {
		if len(want[what]) != n {
			t.Fatalf("%s: %d messages, want %d", what, len(want[what]), n)
		}
	}
	for what := range want {
		refusing, name := &shaky{}, "again" // a sink that is new, but for the one of streams, which gets what another one had
		if what == deliver.Messages {
			name = "*"
		}
		w.only(deliver.Destination{Name: name, What: what, Sink: refusing})
		begin := deliver.Job{Kind: deliver.JobReplay, Sink: string(what) + "/" + name, From: w.clock.Now().Add(-time.Hour), Until: w.clock.Now().Add(time.Hour)}
		if _, err := w.service.Begin(ctx(), instance, begin); err != nil {
			t.Fatal(err)
		}
		w.later(2*time.Minute, time.Second)
		if diff := cmp.Diff(briefly(want[what]), briefly(refusing.took)); diff != "" || refusing.tries < 3*len(want[what])-2 {
			t.Errorf("%s: after %d tries (-want +got):\n%s", what, refusing.tries, diff)
		}
	}
}

// A server that dies after a sink took something and before it noted that: the next one sends it again, under the same id and with the same content.
func TestEveryKindIsSentAgainUnderItsID(t *testing.T) {
	w := newWorld(t)
	first := w.kinds(func() sink.Sink { return &place{} })
	w.only(first...)
	chat := w.lived()
	due, err := w.store.Due(ctx(), w.clock.Now(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	w.sessions.Store = unwritable{w.store}
	for _, d := range due {
		if d.Kind == deliver.DueDeliver {
			if err := w.service.HandleDue(ctx(), d.DueRef); err == nil {
				t.Error("a server that cannot write counts something as delivered")
			}
		}
	}
	w.clock.MoveTo(w.clock.Now().Add(time.Hour)) // what is made anew does not show when
	again := w.kinds(func() sink.Sink { return &place{} })
	w.only(again...)
	w.work()
	before, after := kept(first, chat), kept(again, chat)
	for _, d := range first {
		if diff := cmp.Diff(briefly(before[d.What]), briefly(after[d.What])); diff != "" || len(after[d.What]) == 0 {
			t.Errorf("%s: the next server sent %d (-first +again):\n%s", d.What, len(after[d.What]), diff)
		}
	}
}

// unwritable is a store of which a server can read only.
type unwritable struct{ store.Store }

func (unwritable) Commit(context.Context, *change.Set) (store.Result, error) {
	return store.Result{}, fault.New(fault.Unavailable, "the disk is gone")
}

// No sink is called while a chat changes: the dead ones hold up nobody.
func TestNoSinkIsCalledWhileAChatChanges(t *testing.T) {
	w := newWorld(t)
	to := w.kinds(func() sink.Sink { return &place{} })
	w.only(to...)
	w.lived()
	for _, d := range to {
		if n := d.Sink.(*place).tries; n > 0 {
			t.Errorf("%s was called %d times", d.What, n)
		}
	}
}

// What did not happen is told nobody, also where everything else could be written: what is told is part of the change.
func TestNothingIsToldOfWhatDidNotHappen(t *testing.T) {
	w := newWorld(t)
	to := w.kinds(func() sink.Sink { return &place{} })
	w.only(to...)
	w.sessions.Store = refusing{w.store}
	r := contact.Start{InstanceID: instance, FlowID: "f", DisplayName: "Ann"}
	set, err := r.Begin(contact.IDs{Set: uuid.NewString(), Contact: uuid.NewString(), Participant: customer}, contact.Settings{}, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.sessions.Commit(ctx(), set); !fault.Is(err, fault.Conflict) {
		t.Fatal(err)
	}
	for _, kind := range []string{"told", "told-feed"} {
		if rows, err := w.store.Resources(ctx(), instance, kind, "", 10); err != nil || len(rows) > 0 {
			t.Errorf("%s: %d rows, %v", kind, len(rows), err)
		}
	}
	if due, err := w.store.Due(ctx(), w.clock.Now(), 10); err != nil || len(due) > 0 {
		t.Errorf("due: %v, %v", due, err)
	}
}

// refusing is a store that takes no change of a chat: others are always faster.
type refusing struct{ store.Store }

func (s refusing) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	if set.Session != nil {
		return store.Result{}, fault.New(fault.Conflict, "others were faster")
	}
	return s.Store.Commit(ctx, set)
}

// Of a chat that is erased while somebody replays it nothing is written.
func TestNothingIsWrittenOfAnErasedChat(t *testing.T) {
	w := newWorld(t)
	chat := w.begin()
	w.end(chat)
	w.work()
	before, err := w.store.Resource(ctx(), instance, "told-feed", chat+"/events/crm")
	if err != nil {
		t.Fatal(err)
	}
	w.sessions.Store = vanishing{w.store, chat}
	if _, _, err := w.service.Replay(ctx(), instance, "events/crm", chat); !fault.Is(err, fault.NotFound) {
		t.Errorf("the replay: %v", err)
	}
	if after, err := w.store.Resource(ctx(), instance, "told-feed", before.ID); err != nil || after.Version != before.Version {
		t.Errorf("version %d was written: %v", after.Version, err)
	}
}

// vanishing is a store from which a chat goes as soon as somebody reads how far a sink is with it.
type vanishing struct {
	store.Store
	chat string
}

func (v vanishing) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	r, err := v.Store.Resource(ctx, instance, kind, id)
	if kind == "told-feed" && err == nil {
		err = v.Forget(ctx, []string{v.chat})
	}
	return r, err
}
