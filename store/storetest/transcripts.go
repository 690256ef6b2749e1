package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

func transcriptTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"Positions": testPositions,
		"Times":     testTimes,
		"Contents":  testContents,
		"Pages":     testPages,
		"FirstAt":   testFirstAt,
	}
}

// testPositions shows that items are numbered 1, 2, 3 … whatever is refused
// between them, and that their ids carry the position.
func testPositions(t *testing.T, s store.Store) {
	id := sessionID(1)
	set := newSession(id)
	set.Items = say("", 0, "initial").Items
	got := commit(t, s, set).Items
	for i := range 10 {
		got = append(got, commit(t, s, say(id, 1, fmt.Sprint(i), "and more")).Items...)
		refuse(t, s, say(id, 2, "refused"), fault.Conflict)
	}
	for i := range got {
		position, ok := transcript.PositionOf(id, got[i].ID)
		if !ok || position != int64(i+1) || got[i].Position != position {
			t.Fatalf("item %d: position %d, its id says %d (%v)", i, got[i].Position, position, ok)
		}
	}
	same(t, "stored items", must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 100})), got)
}

// testTimes shows that times grow strictly, even when clocks go back.
func testTimes(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	want := start()
	for i, at := range []time.Duration{0, 0, -time.Hour, 3 * time.Millisecond, time.Second, 1500 * time.Microsecond} {
		set := say(id, 1, "x", "y")
		set.At = start().Add(at)
		for _, item := range commit(t, s, set).Items {
			switch {
			case i == 0 && item.Position == 1:
			default:
				want = transcript.NextTime(set.At, want)
			}
			if !item.Time.Equal(want) || item.Time.Location() != time.UTC {
				t.Errorf("item %d at %v, want %v", item.Position, item.Time, want)
			}
		}
	}
	head, err := s.Session(t.Context(), id)
	if err != nil || head.Head != 12 || !head.LastAt.Equal(want) {
		t.Errorf("session: head %d last %v (%v), want 12 and %v", head.Head, head.LastAt, err, want)
	}
}

func testContents(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	set := &change.Set{At: start(), Session: &change.Session{ID: id, Version: 1}, Items: []transcript.Item{
		message(""), message("é 🙂 \n\t"), message(strings.Repeat("long ", 4000)),
		{Type: transcript.Event, ContentType: transcript.Ended},
		{Type: transcript.Message, ContentType: transcript.InteractiveResponse, Content: `{"a":1}`, ContactID: id,
			Author: transcript.Author{ParticipantID: sessionID(3), Role: "NEW_ROLE"}, Visibility: transcript.AgentOnly},
		{Type: transcript.Message, Content: "made bit by bit", Stream: transcript.StreamID(id, "key", start())},
	}}
	want := commit(t, s, set).Items
	got := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 100}))
	same(t, "items", got, want)
	for i := range want {
		want[i].Position, want[i].ID, want[i].Time = 0, "", time.Time{}
	}
	same(t, "what the items say", want, set.Items)
}

func testPages(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	commit(t, s, newSession(sessionID(2)))
	for range 10 {
		commit(t, s, say(id, 1, "x"))
		commit(t, s, say(sessionID(2), 1, "another session"))
	}
	tests := []struct {
		page store.Page
		want []int64
	}{
		{store.Page{Limit: 3}, []int64{1, 2, 3}},
		{store.Page{Limit: 3, After: 3}, []int64{4, 5, 6}},
		{store.Page{Limit: 5, After: 8}, []int64{9, 10}},
		{store.Page{Limit: 5, Before: 3}, []int64{1, 2}},
		{store.Page{Limit: 5, After: 4, Before: 7}, []int64{5, 6}},
		{store.Page{Limit: 3, Descending: true}, []int64{10, 9, 8}},
		{store.Page{Limit: 3, Before: 3, Descending: true}, []int64{2, 1}},
		{store.Page{Limit: 2, After: 4, Before: 9, Descending: true}, []int64{8, 7}},
		{store.Page{Limit: 5, After: 10}, nil},
		{store.Page{Limit: 5, Before: 1}, nil},
		{store.Page{Limit: 0}, nil},
	}
	for _, test := range tests {
		items := must[[]transcript.Item](t)(s.Items(t.Context(), id, test.page))
		var got []int64
		for i := range items {
			got = append(got, items[i].Position)
		}
		same(t, fmt.Sprintf("%+v", test.page), got, test.want)
	}
	if items := must[[]transcript.Item](t)(s.Items(t.Context(), "unknown", store.Page{Limit: 5})); len(items) != 0 {
		t.Errorf("an unknown session has %d items", len(items))
	}
}

func testFirstAt(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	first := func(at time.Duration) int64 {
		return must[int64](t)(s.FirstAt(t.Context(), id, start().Add(at)))
	}
	if got := first(0); got != 1 {
		t.Errorf("of an empty transcript: %d, want 1", got)
	}
	for i := range 9 {
		set := say(id, 1, "x")
		set.At = start().Add(time.Duration(i) * time.Second)
		commit(t, s, set)
	}
	for _, test := range []struct {
		at   time.Duration
		want int64
	}{
		{-time.Hour, 1}, {0, 1}, {time.Nanosecond, 2}, {time.Second, 2}, {1500 * time.Millisecond, 3}, {8 * time.Second, 9}, {9 * time.Second, 10},
	} {
		if got := first(test.at); got != test.want {
			t.Errorf("FirstAt(+%v) = %d, want %d", test.at, got, test.want)
		}
	}
}
