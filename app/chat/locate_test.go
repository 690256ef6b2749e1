package chat_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/app/chat"
	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/faulttest"
)

// streamed commits a message that was streamed since then, and returns its Id.
func (w *world) streamed(session, key string, began time.Time) string {
	w.t.Helper()
	s, err := w.store.Session(context.Background(), session)
	if err != nil {
		w.t.Fatal(err)
	}
	id := transcript.StreamID(session, key, began)
	res, err := w.store.Commit(context.Background(), &change.Set{
		ID: uuid.NewString(), At: w.clock.Now(), Session: &change.Session{ID: session, Version: s.Version},
		Items: []transcript.Item{{Type: transcript.Message, ContentType: transcript.Plain, Content: key, ContactID: session, Stream: id}},
	})
	if err != nil || res.Items[0].ID != id {
		w.t.Fatalf("%v, %v", res.Items, err)
	}
	return id
}

// A message that was streamed is found by its Id like any other.
func TestAStreamedMessageIsFound(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	w.say(p, 3)
	w.after(time.Second)
	began := w.clock.Now()
	w.after(time.Second)
	w.say(p, 150) // while it is made
	id := w.streamed(p.contact, "key", began)
	after := w.say(p, 2)

	forward := true
	for _, spelled := range []string{id, strings.ToUpper(id)} {
		page, err := w.Transcript(ctx, p.bearer, chat.Transcript{Start: chat.StartPosition{ID: spelled}, Forward: &forward, Ascending: true})
		if err != nil || len(page.Items) != 3 || page.Items[0].ID != id || page.Items[0].Content != "key" || page.Items[2].ID != after[1].ID {
			t.Errorf("from the message on: %+v, %v", page.Items, err)
		}
	}
	if _, err := w.Event(ctx, p.bearer, transcript.Read, `{"messageId":"`+id+`"}`); err != nil {
		t.Error(err)
	}
	wantMark := func(want int64) {
		t.Helper()
		marks, err := w.store.Marks(ctx, p.contact)
		if err != nil || len(marks) != 1 || marks[0].Read != want {
			t.Errorf("%+v, %v, want %d", marks, err, want)
		}
	}
	position, _ := transcript.PositionOf(p.contact, after[0].ID)
	wantMark(position - 1)

	// of one that is not finished a client has what came before it
	w.after(time.Second)
	unfinished := transcript.StreamID(p.contact, "other", w.clock.Now())
	if _, err := w.Event(ctx, p.bearer, transcript.Read, `{"messageId":"`+unfinished+`"}`); err != nil {
		t.Error(err)
	}
	wantMark(position + 1)
	for name, id := range map[string]string{
		"unfinished":      unfinished,
		"of another chat": transcript.StreamID(w.customer().contact, "key", began),
		"of the future":   transcript.StreamID(p.contact, "key", w.clock.Now().Add(time.Hour)),
		"of the past":     transcript.StreamID(p.contact, "key", began.Add(-time.Hour)),
		"of another key":  transcript.StreamID(p.contact, "x", began),
	} {
		_, err := w.Transcript(ctx, p.bearer, chat.Transcript{Start: chat.StartPosition{ID: id}, Forward: &forward})
		faulttest.Want(t, "from a message "+name, err, fault.Invalid)
		if name == "unfinished" || name == "of another key" {
			continue
		}
		_, err = w.Event(ctx, p.bearer, transcript.Read, `{"messageId":"`+id+`"}`)
		faulttest.Want(t, "a receipt for a message "+name, err, fault.Invalid)
	}
}
