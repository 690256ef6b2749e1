package gateway_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"parley/domain/transcript"
	"parley/server/gateway"
	"parley/server/gateway/websocket"
)

var at = time.Date(2026, 11, 22, 16, 16, 6, 123e6, time.UTC)

// inner returns the item's JSON out of a frame.
func inner(t testing.TB, session string, item *transcript.Item) string {
	t.Helper()
	frame := gateway.Encode(session, item)
	payload := frame[2:]
	switch frame[1] {
	case 126:
		payload = frame[4:]
	case 127:
		payload = frame[10:]
	}
	if !bytes.Equal(frame, websocket.AppendFrame(nil, websocket.Text, payload)) {
		t.Fatalf("no whole text frame: % x", frame[:12])
	}
	var outer struct {
		Topic       string `json:"topic"`
		ContentType string `json:"contentType"`
		Content     string `json:"content"`
	}
	if err := json.Unmarshal(payload, &outer); err != nil {
		t.Fatalf("frame is no JSON: %v: %s", err, payload)
	}
	if outer.Topic != "aws/chat" || outer.ContentType != "application/json" {
		t.Errorf("topic %q, content type %q", outer.Topic, outer.ContentType)
	}
	return outer.Content
}

func TestItemsOnTheWire(t *testing.T) {
	agent := transcript.Author{ParticipantID: "p1", DisplayName: "Agent", Role: transcript.Agent}
	cases := map[string]struct {
		item transcript.Item
		want string
	}{
		"message": {
			transcript.Item{Position: 1, ID: "i1", Time: at, Type: transcript.Message, ContentType: transcript.Plain, Content: "Hello", ContactID: "k2", Author: agent},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","Content":"Hello","ContentType":"text/plain","Id":"i1","Type":"MESSAGE","ParticipantId":"p1","DisplayName":"Agent","ParticipantRole":"AGENT","InitialContactId":"k1","ContactId":"k2"}`,
		},
		"joined, without a display name": {
			transcript.Item{ID: "i2", Time: at.Truncate(time.Second), Type: transcript.Event, ContentType: transcript.Joined, ContactID: "k1", Author: transcript.Author{ParticipantID: "p2", Role: transcript.Customer}},
			`{"AbsoluteTime":"2026-11-22T16:16:06.000Z","ContentType":"application/vnd.amazonaws.connect.event.participant.joined","Id":"i2","Type":"EVENT","ParticipantId":"p2","DisplayName":"","ParticipantRole":"CUSTOMER","InitialContactId":"k1","ContactId":"k1"}`,
		},
		"a part of a message that is being made": {
			transcript.Item{ID: "i1", Time: at, Type: transcript.Message, ContentType: transcript.Plain, Content: "Hel", ContactID: "k2", Author: agent, Chunk: 12},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","Content":"Hel","ContentType":"text/plain","Id":"i1","Type":"MESSAGE","ParticipantId":"p1","DisplayName":"Agent","ParticipantRole":"AGENT","InitialContactId":"k1","ContactId":"k2","MessageMetadata":{"MessageCompleted":false,"ChunkNumber":12}}`,
		},
		"the whole of it": {
			transcript.Item{Position: 1, ID: "i1", Time: at, Type: transcript.Message, ContentType: transcript.Plain, Content: "Hello", ContactID: "k2", Author: agent, Stream: "i1"},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","Content":"Hello","ContentType":"text/plain","Id":"i1","Type":"MESSAGE","ParticipantId":"p1","DisplayName":"Agent","ParticipantRole":"AGENT","InitialContactId":"k1","ContactId":"k2","MessageMetadata":{"MessageCompleted":true}}`,
		},
		"a message that could not be processed": {
			transcript.Item{Position: 1, ID: "i1", Time: at, Type: transcript.Message, ContentType: transcript.Plain, Content: "Hello", ContactID: "k2", Author: agent, Stream: "i1", Processing: transcript.Failed},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","Content":"Hello","ContentType":"text/plain","Id":"i1","Type":"MESSAGE","ParticipantId":"p1","DisplayName":"Agent","ParticipantRole":"AGENT","InitialContactId":"k1","ContactId":"k2","MessageMetadata":{"MessageId":"i1","MessageProcessingStatus":"FAILED"}}`,
		},
		"one that was": {
			transcript.Item{Position: 1, ID: "i1", Time: at, Type: transcript.Message, ContentType: transcript.Plain, Content: "Hello", ContactID: "k2", Author: agent, Stream: "i1", Processing: transcript.Processed},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","Content":"Hello","ContentType":"text/plain","Id":"i1","Type":"MESSAGE","ParticipantId":"p1","DisplayName":"Agent","ParticipantRole":"AGENT","InitialContactId":"k1","ContactId":"k2"}`,
		},
		"chat.ended": {
			transcript.Item{ID: "i3", Time: at, Type: transcript.Event, ContentType: transcript.Ended, ContactID: "k1"},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","ContentType":"application/vnd.amazonaws.connect.event.chat.ended","Id":"i3","Type":"EVENT","InitialContactId":"k1","ContactId":"k1"}`,
		},
		"receipt, read": {
			transcript.Item{ID: "i4", Time: at, Type: transcript.MessageMetadata, ContentType: transcript.Metadata, ContactID: "k1", Receipt: &transcript.Receipt{MessageID: "i1", Recipient: "p2", DeliveredAt: at, ReadAt: at.Add(time.Second)}},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","ContentType":"application/vnd.amazonaws.connect.event.message.metadata","Id":"i4","Type":"MESSAGEMETADATA","InitialContactId":"k1","ContactId":"k1","MessageMetadata":{"MessageId":"i1","Receipts":[{"DeliveredTimestamp":"2026-11-22T16:16:06.123Z","ReadTimestamp":"2026-11-22T16:16:07.123Z","RecipientParticipantId":"p2"}]}}`,
		},
		"receipt, delivered": {
			transcript.Item{ID: "i4", Time: at, Type: transcript.MessageMetadata, ContentType: transcript.Metadata, ContactID: "k1", Receipt: &transcript.Receipt{MessageID: "i1", Recipient: "p2", DeliveredAt: at}},
			`{"AbsoluteTime":"2026-11-22T16:16:06.123Z","ContentType":"application/vnd.amazonaws.connect.event.message.metadata","Id":"i4","Type":"MESSAGEMETADATA","InitialContactId":"k1","ContactId":"k1","MessageMetadata":{"MessageId":"i1","Receipts":[{"DeliveredTimestamp":"2026-11-22T16:16:06.123Z","RecipientParticipantId":"p2"}]}}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := inner(t, "k1", &c.item); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestLineSeparatorsAreEscaped(t *testing.T) {
	item := transcript.Item{Type: transcript.Message, Content: "a\u2028b\u2029c"}
	if frame := gateway.Encode("s", &item); bytes.ContainsAny(frame, "\u2028\u2029") {
		t.Errorf("frame holds a bare line separator: %q", frame)
	}
}

// FuzzEncode: whatever text an item holds, the client reads that text, with
// what is no UTF-8 replaced as encoding/json does.
func FuzzEncode(f *testing.F) {
	f.Add("quotes \" and \\ and \n\t\x00\x1f", "émoji 😀 \u2028")
	f.Add("bad \xff\xe2\x80 utf8", "\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, text, name string) {
		item := transcript.Item{Time: at, Type: transcript.Message, Content: text, Author: transcript.Author{DisplayName: name, Role: transcript.Agent}}
		frame := gateway.Encode("s", &item)
		if !utf8.Valid(frame[bytes.IndexByte(frame, '{'):]) {
			t.Error("frame is not UTF-8")
		}
		var got struct{ Content, DisplayName string }
		if err := json.Unmarshal([]byte(inner(t, "s", &item)), &got); err != nil {
			t.Fatal(err)
		}
		if got.Content != viaJSON(text) || got.DisplayName != viaJSON(name) {
			t.Errorf("got %q %q, want %q %q", got.Content, got.DisplayName, text, name)
		}
	})
}

func viaJSON(s string) (out string) {
	b, _ := json.Marshal(s)
	json.Unmarshal(b, &out)
	return out
}

// FuzzParse: a client's frame never does harm, and what browsers send means what its JSON says.
func FuzzParse(f *testing.F) {
	for _, s := range []string{subscribe, subscribe + ")", heartbeat, `{"topic":"aws/ping"}`, `{"topic":"aws/subscribe","content":"x"}`, `[[[`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		topic, topics := gateway.Parse(in)
		var frame struct {
			Topic string `json:"topic"`
		}
		if json.Unmarshal(in, &frame) == nil && frame.Topic != topic {
			t.Errorf("topic %q, want %q", topic, frame.Topic)
		}
		if topic != "aws/subscribe" && topics != nil {
			t.Errorf("topics %q of %q", topics, topic)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	item := message("Hello, how can I help? \"Quoted\" and a line\nbreak; some 100 bytes of text in all, as chats have it.")
	item.Time, item.ID = at, "0193541f-0000-7000-8000-000000000001"
	b.ReportAllocs()
	for b.Loop() {
		gateway.Encode("0193541f-0000-7000-8000-000000000000", &item)
	}
}
