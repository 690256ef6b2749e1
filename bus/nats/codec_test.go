package nats

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/bus"
	"parley/domain/transcript"
)

// typical is the hint of a message of 100 characters, which every message sends.
func typical() bus.Hint {
	item := transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: strings.Repeat("x", 100),
		ContactID: "0190a5b0-7c1e-7d3a-9f00-000000000001",
		Author:    transcript.Author{ParticipantID: "0190a5b0-7c1e-7d3a-9f00-000000000002", DisplayName: "Ann", Role: transcript.Customer},
	}
	item.Place("0190a5b0-7c1e-7d3a-9f00-000000000001", 12, time.UnixMilli(1_700_000_000_123).UTC())
	return bus.Hint{Session: "0190a5b0-7c1e-7d3a-9f00-000000000001", Version: 7, Items: []transcript.Item{item}}
}

// hints are all that a hint can be.
func hints() *rapid.Generator[bus.Hint] {
	when := rapid.Map(rapid.Int64Range(-1, 1<<45), func(ms int64) time.Time {
		if ms < 0 {
			return time.Time{}
		}
		return time.UnixMilli(ms).UTC()
	})
	receipt := rapid.Custom(func(t *rapid.T) transcript.Receipt {
		return transcript.Receipt{
			MessageID: rapid.String().Draw(t, "message"), Recipient: rapid.String().Draw(t, "recipient"),
			DeliveredAt: when.Draw(t, "delivered"), ReadAt: when.Draw(t, "read"),
		}
	})
	item := rapid.Custom(func(t *rapid.T) transcript.Item {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		return transcript.Item{
			Position: rapid.Int64().Draw(t, "position"), ID: text("id"), Time: when.Draw(t, "time"),
			Type: transcript.Type(text("type")), ContentType: text("content type"),
			Content: text("content") + strings.Repeat("é", rapid.SampledFrom([]int{0, 50, 10_000}).Draw(t, "more")), ContactID: text("contact"),
			Author:     transcript.Author{ParticipantID: text("author"), DisplayName: text("name"), Role: transcript.Role(text("role"))},
			Visibility: transcript.Visibility(rapid.IntRange(0, 2).Draw(t, "visibility")),
			Receipt:    rapid.Ptr(receipt, true).Draw(t, "receipt"),
			Stream:     text("stream"), Chunk: rapid.IntRange(0, 1<<40).Draw(t, "chunk"), Processing: transcript.Processing(text("processing")),
		}
	})
	return rapid.Custom(func(t *rapid.T) bus.Hint {
		return bus.Hint{
			Key: rapid.String().Draw(t, "key"), Session: rapid.String().Draw(t, "session"),
			Version: rapid.Int64().Draw(t, "version"), Head: rapid.Int64().Draw(t, "head"),
			Changed: rapid.Bool().Draw(t, "changed"), Ended: rapid.Bool().Draw(t, "ended"),
			Gone:  orNil(rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "gone")),
			Items: orNil(rapid.SliceOfN(item, 0, 3).Draw(t, "items")), Preview: rapid.Ptr(item, true).Draw(t, "preview"),
		}
	})
}

func orNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

func TestAHintIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := hints().Draw(t, "hint")
		got, ok := decode(encode(nil, &want))
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Fatalf("read: %v (-want +got):\n%s", ok, diff)
		}
	})
}

func TestWhatWasCutShortIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := hints().Draw(t, "hint")
		whole := encode(nil, &h)
		if got, ok := decode(whole[:rapid.IntRange(0, len(whole)-1).Draw(t, "length")]); ok {
			t.Fatalf("half a hint is read as %+v", got)
		}
	})
}

func TestANewerVersionIsIgnored(t *testing.T) {
	h := typical()
	raw := encode(nil, &h)
	raw[0] = previewVersion + 1
	if got, ok := decode(raw); ok {
		t.Errorf("a hint of version %d is read as %+v", raw[0], got)
	}
}

// Released nodes read hints of version 1, and show every agent what they take for an item.
func TestReleasedNodesHearNoPreview(t *testing.T) {
	const released = 1
	h := typical()
	if raw := encode(nil, &h); raw[0] != released {
		t.Errorf("they do not hear messages: version %d", raw[0])
	}
	if h.Preview, h.Items = &h.Items[0], nil; encode(nil, &h)[0] == released {
		t.Error("they hear a preview")
	}
}

// Newer nodes of the same version may add members to the end.
func TestAddedMembersAreNotRead(t *testing.T) {
	want := typical()
	if got, ok := decode(append(encode(nil, &want), "more"...)); !ok || !cmp.Equal(got, want) {
		t.Errorf("a longer hint: %v %s", ok, cmp.Diff(want, got))
	}
	item := appendItem(nil, &want.Items[0])
	raw := encode(nil, &bus.Hint{Session: want.Session, Version: want.Version})
	raw[len(raw)-1] = 1                                    // the count of items
	raw = appendText(raw, string(item)+"\x00\x00\x00more") // no stream, no chunk, no processing, and what comes after them
	if got, ok := decode(raw); !ok || !cmp.Equal(got, want) {
		t.Errorf("a longer item: %v %s", ok, cmp.Diff(want, got))
	}
}

func FuzzDecode(f *testing.F) {
	h := typical()
	f.Add(encode(nil, &h))
	h.Preview = &h.Items[0]
	f.Add(encode(nil, &h))
	f.Add([]byte{codecVersion, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, ok := decode(raw)
		if !ok {
			return
		}
		if again, ok := decode(encode(nil, &h)); !ok || !cmp.Equal(h, again) {
			t.Errorf("%q is read as %+v and then as %+v", raw, h, again)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	h := typical()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = encode(buf[:0], &h)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkDecode(b *testing.B) {
	h := typical()
	raw := encode(nil, &h)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := decode(raw); !ok {
			b.Fatal("not read")
		}
	}
}

// The alternative that the codec is measured against.
func BenchmarkJSON(b *testing.B) {
	h := typical()
	raw, err := json.Marshal(h)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(h); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(raw)), "bytes")
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var got bus.Hint
			if err := json.Unmarshal(raw, &got); err != nil {
				b.Fatal(err)
			}
		}
	})
}
