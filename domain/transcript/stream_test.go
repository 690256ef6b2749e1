package transcript_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/domain/transcript"
)

func TestAStreamedMessagesID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		session, key := rapid.String().Draw(t, "session"), rapid.String().Draw(t, "key")
		began := time.UnixMilli(rapid.Int64Range(0, 1<<47).Draw(t, "ms"))
		id := transcript.StreamID(session, key, began)
		for _, spelled := range []string{id, strings.ToUpper(id)} {
			if got, ok := transcript.StreamBegan(session, spelled); !ok || !got.Equal(began) {
				t.Fatalf("StreamBegan(%q) = %v, %v, want %v", spelled, got, ok, began)
			}
		}
		if position, ok := transcript.PositionOf(session, id); ok {
			t.Fatalf("%s also carries the position %d", id, position)
		}
		if _, ok := transcript.StreamBegan(session, transcript.ID(session, rapid.Int64Range(1, 1<<48).Draw(t, "position"), began)); ok {
			t.Fatal("an Id with a position is taken for that of a streamed message")
		}
		if again := transcript.StreamID(session, key, began); again != id {
			t.Fatalf("the same message has the Ids %s and %s", id, again)
		}
		if other := transcript.StreamID(session, key+"x", began); other == id {
			t.Fatalf("two messages have the Id %s", id)
		}
	})
	for _, id := range []string{"", "latest", transcript.StreamID(there, "k", at), "0190a5b0-7c1e-4d3a-9f00-000000000001"} {
		if began, ok := transcript.StreamBegan(here, id); ok {
			t.Errorf("%q began at %v", id, began)
		}
	}
}

func TestAStreamedMessageKeepsItsID(t *testing.T) {
	item := transcript.Item{Stream: transcript.StreamID(here, "k", at)}
	item.Place(here, 7, at.Add(time.Second))
	if item.ID != item.Stream || item.Position != 7 {
		t.Errorf("%+v", item)
	}
}
