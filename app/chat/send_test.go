package chat_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/app/chat"
	"parley/bus"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
)

// pageOfAll reads a whole transcript.
var pageOfAll = store.Page{Limit: 1_000}

func TestASendIsStoredOnceForItsToken(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	nodes := []*chat.Service{w.Service, w.node(false)}
	answers := make([]chat.Sent, 8)
	together(len(answers), func(i int) {
		var err error
		answers[i], err = nodes[i%2].Send(ctx, p.bearer, text("once"), "t")
		faulttest.OK(t, "a send", err)
	})
	other, err := w.Send(ctx, p.bearer, text("another body"), "t")
	faulttest.OK(t, "another body", err)
	for _, a := range append(answers, other) {
		if a.ID != answers[0].ID || !a.At.Equal(answers[0].At) {
			t.Errorf("the answers differ: %+v and %+v", a, answers[0])
		}
	}
	items, err := w.store.Items(ctx, p.contact, pageOfAll)
	faulttest.OK(t, "items", err)
	if len(items) != 2 || items[1].ID != answers[0].ID || !items[1].Time.Equal(answers[0].At) || items[1].Content != "once" {
		t.Errorf("stored %+v, answered %+v", items, answers[0])
	}
	_, err = w.node(true).Send(ctx, p.bearer, text("another body"), "t")
	faulttest.Want(t, "another body, strict", err, fault.Rule)
}

// A client token is its participant's own.
func TestATokenOfAnotherParticipantIsAnotherToken(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	bot, stranger := w.bot(p.contact), w.customer()
	seen := map[string]bool{}
	for _, who := range []person{p, bot, stranger} {
		sent, err := w.Send(ctx, who.bearer, text("hi"), "t")
		faulttest.OK(t, "send", err)
		if seen[sent.ID] {
			t.Error("another participant's answer came back")
		}
		seen[sent.ID] = true
	}
}

func TestManySendersHaveOneOrder(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	nodes := []*chat.Service{w.Service, w.node(false), w.node(false)}
	const senders, each = 6, 20
	acked := make([][]chat.Sent, senders)
	together(senders, func(i int) {
		for n := range each {
			sent, err := nodes[i%len(nodes)].Send(ctx, p.bearer, text(fmt.Sprint(i, "/", n)), "")
			faulttest.OK(t, "send", err)
			acked[i] = append(acked[i], sent)
		}
	})
	items, err := w.store.Items(ctx, p.contact, pageOfAll)
	faulttest.OK(t, "items", err)
	if len(items) != 1+senders*each {
		t.Fatalf("%d items", len(items))
	}
	place := map[string]int{}
	for i, item := range items {
		place[item.ID] = i
		if item.Position != int64(i+1) || i > 0 && !item.Time.After(items[i-1].Time) {
			t.Errorf("item %d has the position %d and the time %v", i, item.Position, item.Time)
		}
	}
	for i, mine := range acked {
		if !slices.IsSortedFunc(mine, func(a, b chat.Sent) int { return place[a.ID] - place[b.ID] }) {
			t.Errorf("the messages of sender %d are out of order", i)
		}
	}
}

func TestARefusedMessageStoresNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	_, err := w.Send(ctx, p.bearer, contact.Message{ContentType: transcript.Markdown, Content: "*"}, "t")
	faulttest.Want(t, "an undeclared type", err, fault.Invalid)
	items, err := w.store.Items(ctx, p.contact, pageOfAll)
	faulttest.OK(t, "items", err)
	if len(items) != 1 {
		t.Errorf("%d items", len(items))
	}
	_, err = w.Send(ctx, p.bearer, text("right"), "t")
	faulttest.OK(t, "a retry with a valid message", err)
}

// listen collects the pushed items of a session.
func (w *world) listen(session string) func() []transcript.Item {
	var mu sync.Mutex
	var all []transcript.Item
	w.t.Cleanup(w.bus.Subscribe(bus.Session(session), func(h bus.Hint) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, h.Items...)
	}))
	return func() []transcript.Item {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

func TestEvents(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	bot := w.bot(p.contact)
	message := w.say(p, 2)[0]
	id := `{"messageId":"` + message.ID + `"}`
	pushed := w.listen(p.contact)
	for _, c := range []struct {
		name, kind, content string
		refused             bool
		pushed              int
	}{
		{"typing", transcript.Typing, "", false, 1},
		{"delivered", transcript.Delivered, id, false, 1},
		{"delivered again", transcript.Delivered, id, false, 0},
		{"read", transcript.Read, id, false, 1},
		{"acknowledged", transcript.ConnectionAcked, "", false, 0},
		{"a receipt of nothing", transcript.Read, `{"messageId":"x"}`, true, 0},
		{"an event that only we send", transcript.Ended, "", true, 0},
		{"no event", transcript.Plain, "", true, 0},
	} {
		before := len(pushed())
		sent, err := w.Event(ctx, bot.bearer, c.kind, c.content)
		if c.refused {
			faulttest.Want(t, c.name, err, fault.Invalid)
		} else if faulttest.OK(t, c.name, err); sent.ID == "" || sent.At.IsZero() {
			t.Errorf("%s: answered %+v", c.name, sent)
		}
		if got := len(pushed()) - before; got != c.pushed {
			t.Errorf("%s: %d items were pushed, want %d", c.name, got, c.pushed)
		}
	}
	for _, item := range pushed() {
		if item.Position != 0 {
			t.Errorf("an event was stored: %+v", item)
		}
	}
}

func TestReceiptsShowInTheTranscript(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	bot := w.bot(p.contact)
	sent := w.say(p, 3)
	_, err := w.Event(ctx, bot.bearer, transcript.Read, `{"messageId":"`+sent[1].ID+`"}`)
	faulttest.OK(t, "read", err)
	_, err = w.Event(ctx, bot.bearer, transcript.Delivered, `{"messageId":"`+sent[2].ID+`"}`)
	faulttest.OK(t, "delivered", err)
	page, err := w.node(false).Transcript(ctx, p.bearer, chat.Transcript{Ascending: true})
	faulttest.OK(t, "transcript", err)
	var got []string
	for _, e := range page.Items {
		for _, r := range e.Receipts {
			got = append(got, fmt.Sprintf("%s read %v", e.Content, !r.ReadAt.IsZero()))
			if r.Recipient != bot.id || r.MessageID != e.ID || r.DeliveredAt.IsZero() {
				t.Errorf("the receipt of %q is %+v", e.Content, r)
			}
		}
	}
	if diff := cmp.Diff([]string{"1 read true", "2 read true", "3 read false"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A server of a version before there were agents does not write into the session which version the document of a waiting contact has:
// what is said in such a chat is committed at once all the same.
func TestAMessageToAChatThatAnOlderServerWrote(t *testing.T) {
	w := newWorld(t)
	c := w.customer()
	ctx := context.Background()
	s, err := w.store.Session(ctx, c.contact)
	if err != nil {
		t.Fatal(err)
	}
	next := s.Clone()
	next.Current().QueueID, next.Current().EnqueuedAt = "queue", w.clock.Now()
	next.State.Processing = &session.Processing{Processor: "function"}
	for _, set := range []*change.Set{
		{ID: uuid.NewString(), At: w.clock.Now(), Session: &change.Session{ID: s.ID, Version: s.Version, Next: next, Parts: change.AllParts}},
		{ID: uuid.NewString(), At: w.clock.Now(), Resources: []change.Resource{{Instance: here, Kind: routing.Kind, ID: c.contact, Document: []byte(`{}`)}}},
	} {
		if _, err := w.store.Commit(ctx, set); err != nil {
			t.Fatal(err)
		}
	}
	sent, err := w.Send(ctx, c.bearer, text("hello"), "")
	if err != nil || !sent.Processing {
		t.Errorf("%+v, %v", sent, err)
	}
}
