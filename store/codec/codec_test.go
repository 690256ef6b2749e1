package codec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/talk"
	"parley/domain/transcript"
	"parley/store/codec"
)

// text draws the strings that items hold: known words, UUIDs, near misses of
// both, and anything else.
func text(t *rapid.T, label string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "MESSAGE", "CUSTOMER", "text/plain", "message", "0198c3c5-92b2-7000-8000-000000000001",
			"0198C3C5-92B2-7000-8000-000000000001", "0198c3c5-92b2-7000-8000-00000000000g", "0198c3c5x92b2-7000-8000-000000000001"}),
		rapid.String(),
	).Draw(t, label)
}

func item(t *rapid.T) transcript.Item {
	stream := text(t, "stream")
	return transcript.Item{
		ID: stream, Stream: stream, Processing: transcript.Processing(text(t, "processing")),
		Type:        transcript.Type(text(t, "type")),
		ContentType: text(t, "content type"),
		Content:     text(t, "content"),
		ContactID:   text(t, "contact"),
		Visibility:  transcript.Visibility(rapid.IntRange(0, 2).Draw(t, "visibility")),
		Author: transcript.Author{
			ParticipantID: text(t, "participant"), DisplayName: text(t, "name"), Role: transcript.Role(text(t, "role")),
		},
	}
}

func TestItemRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := item(t)
		var got transcript.Item
		if err := codec.DecodeItem(codec.EncodeItem(&want), &got); err != nil || got != want {
			t.Errorf("got %+v (%v), want %+v", got, err, want)
		}
	})
}

// TestEveryWord shows that each string that items commonly hold comes back.
func TestEveryWord(t *testing.T) {
	for _, word := range []string{
		"", "MESSAGE", "EVENT", "ATTACHMENT", "MESSAGEMETADATA", "CUSTOMER", "AGENT", "SYSTEM", "CUSTOM_BOT", "SUPERVISOR",
		transcript.Plain, transcript.Markdown, transcript.JSON, transcript.Interactive, transcript.Joined,
	} {
		want := transcript.Item{ContentType: word}
		var got transcript.Item
		if err := codec.DecodeItem(codec.EncodeItem(&want), &got); err != nil || got != want {
			t.Errorf("%q came back as %q (%v)", word, got.ContentType, err)
		}
	}
}

// TestItemEncodingStands pins the bytes of version 1: stores hold them.
func TestItemEncodingStands(t *testing.T) {
	i := transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: "hi", ContactID: "0198c3c5-92b2-7000-8000-000000000001",
		Author: transcript.Author{ParticipantID: "p", DisplayName: "Ann", Role: transcript.Customer}, Visibility: transcript.AgentOnly,
	}
	want := []byte("\x01\x02\x05\x25\x02\x01\x98\xc3\xc5\x92\xb2\x70\x00\x80\x00\x00\x00\x00\x00\x00\x01\x04p\x0cAnn\x11\x08hi\xcd\x47\xd4\x9b")
	if got := codec.EncodeItem(&i); !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDamageIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := item(t)
		whole := codec.EncodeItem(&i)
		damaged := bytes.Clone(whole)
		if rapid.Bool().Draw(t, "cut") {
			damaged = damaged[:rapid.IntRange(0, len(whole)-1).Draw(t, "to")]
		} else {
			damaged[rapid.IntRange(0, len(whole)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		}
		if err := codec.DecodeItem(damaged, &i); !errors.Is(err, codec.ErrCorrupt) {
			t.Errorf("%x of %x: %v, want ErrCorrupt", damaged, whole, err)
		}
		if _, err := codec.Unseal(damaged); !errors.Is(err, codec.ErrCorrupt) {
			t.Errorf("Unseal: %v, want ErrCorrupt", err)
		}
	})
}

func TestDocumentsRoundTrip(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.UTC)
	one, name := int64(1), "x"
	state := session.State{
		CreatedAt: at, Deadline: at.Add(time.Hour), ContentTypes: []string{"text/plain"},
		Contacts: []session.Contact{{
			ID: "c", InitiatedAt: at, Tags: map[string]string{"k": "v"},
			SegmentAttributes: map[string]session.Value{"a": {Integer: &one}, "b": {List: []session.Value{{String: &name}}}},
		}},
		Participants: []session.Participant{{ID: "p", Role: transcript.Customer, JoinedAt: at}},
		Past:         []session.Past{{Session: "s", Contacts: []string{"c0"}}},
	}
	check(t, "state", state, func() ([]byte, error) { return codec.EncodeState(&state) }, codec.DecodeState)
	for _, a := range []map[string]string{nil, {}, {"k": "é\x7f", "": ""}} {
		check(t, "attributes", a, func() ([]byte, error) { return codec.EncodeAttributes(a) }, codec.DecodeAttributes)
	}
	for _, f := range []*session.Flow{nil, {}, {FlowID: "f", Run: json.RawMessage(`{"a":[1,2]}`), Input: []session.Input{{Kind: "left"}}}} {
		check(t, "flow", f, func() ([]byte, error) { return codec.EncodeFlow(f) }, codec.DecodeFlow)
	}
	document := []byte("\x00any\xff")
	check(t, "resource", document, func() ([]byte, error) { return codec.Seal(document), nil }, codec.Unseal)
}

func check[T any](t *testing.T, what string, want T, encode func() ([]byte, error), decode func([]byte) (T, error)) {
	t.Helper()
	b, err := encode()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	got, err := decode(b)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// TestUnknownVersion shows that a later encoding is told from a damaged one.
func TestUnknownVersion(t *testing.T) {
	later := []byte("\x02\x7b\x7d\xf7\x11\x56\x0f")
	if _, err := codec.DecodeState(later); err == nil || errors.Is(err, codec.ErrCorrupt) {
		t.Errorf("a later version: %v, want an error that is not ErrCorrupt", err)
	}
}

// FuzzDecode feeds anything to the decoders, sealed and not: they never panic,
// and what they accept survives another round.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x00\x05\x25\x02"))
	f.Add([]byte(`{"CreatedAt":"2026-11-22T12:00:00Z"}`))
	i := transcript.Item{Type: transcript.Message, Content: "hi", ContactID: "0198c3c5-92b2-7000-8000-000000000001"}
	inner, _ := codec.Unseal(codec.EncodeItem(&i))
	f.Add(inner)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, b := range [][]byte{b, codec.Seal(b)} {
			_, _ = codec.DecodeState(b)
			_, _ = codec.DecodeAttributes(b)
			_, _ = codec.DecodeFlow(b)
			var got, again transcript.Item
			if codec.DecodeItem(b, &got) != nil {
				continue
			}
			if err := codec.DecodeItem(codec.EncodeItem(&got), &again); err != nil || again != got {
				t.Errorf("%+v became %+v (%v)", got, again, err)
			}
		}
	})
}

func BenchmarkEncodeItem(b *testing.B) {
	i := transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: string(bytes.Repeat([]byte("x"), 200)),
		ContactID: "0198c3c5-92b2-7000-8000-000000000001",
		Author:    transcript.Author{ParticipantID: "0198c3c5-92b2-7000-8000-000000000002", DisplayName: "Ann", Role: transcript.Customer},
	}
	b.ReportAllocs()
	for b.Loop() {
		codec.EncodeItem(&i)
	}
}

func TestRecordRoundTrip(t *testing.T) {
	five, text := 5, "x"
	want := record.Record{
		ID: "c", SessionID: "s", InstanceID: "i", Method: "API", InitiatedAt: time.Date(2026, 11, 22, 12, 0, 0, 1_000_000, time.UTC),
		Agent:             &record.Agent{UserID: "u", Groups: []string{"g"}, ConnectedAt: time.Date(2026, 11, 22, 12, 1, 0, 0, time.UTC)},
		SegmentAttributes: map[string]session.Value{"k": {String: &text}}, Rating: &five,
		Talk:     &talk.Metrics{Messages: 3, First: time.Date(2026, 11, 22, 12, 1, 2, 3_000_000, time.UTC), Agent: talk.Party{Share: talk.Share{Messages: 1, Chars: 2}, Took: time.Second}},
		Declined: []session.Declined{{UserID: "u", Why: session.Missed}},
	}
	b, err := codec.EncodeRecord(&want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := codec.DecodeRecord(b)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
